//! What the log tells of users.

use serde_json::json;

use super::{PASSWORD, path_of};
use crate::support::TestApp;

#[tokio::test]
async fn an_event_holds_the_user_as_they_are_after_the_change() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "recruiter").await;
    app.clock.set("2024-01-20T12:00:00Z");
    app.patch(&path_of(&anna), json!({"role": "readonly", "is_active": false})).await.expect(200);
    let mut data = json!({
        "id": 1, "uuid": anna["id"], "email": "anna@example.com", "name": "Anna Petrova",
        "role": "recruiter", "scoring_role": "other", "is_active": true,
        "created_at": "2024-01-20T11:00:00Z", "updated_at": "2024-01-20T11:00:00Z", "last_login_at": null
    });
    let created = ("user.created".to_owned(), 1, data.clone());
    data["role"] = json!("readonly");
    data["is_active"] = json!(false);
    data["updated_at"] = json!("2024-01-20T12:00:00Z");
    let updated = ("user.updated".to_owned(), 1, data.clone());
    let deactivated = ("user.deactivated".to_owned(), 1, data);
    assert_eq!(app.events(), [created, updated, deactivated]);
    let page = app.get("/api/events?type=user.deactivated").await.expect(200);
    assert_eq!(page["events"][0]["subject"], json!({"type": "user", "id": 1}));
}

#[tokio::test]
async fn deactivating_is_told_once_and_signing_in_and_out_never() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "recruiter").await;
    let token = app.token("anna@example.com").await;
    app.sign_in("anna@example.com", "wrong").await.expect(401);
    app.call_as(&token, "POST", "/api/auth/logout", "").await.expect(204);
    app.delete(&path_of(&anna)).await.expect(204);
    app.delete(&path_of(&anna)).await.expect(404);
    app.patch(&path_of(&anna), json!({"is_active": false})).await.expect(200);
    app.patch(&path_of(&anna), json!({"is_active": true})).await.expect(200);
    let kinds = ["user.created", "user.updated", "user.deactivated", "user.updated"];
    assert_eq!(app.event_kinds(), kinds);
}

#[tokio::test]
async fn another_password_is_told_without_it() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "recruiter").await;
    app.patch(&path_of(&anna), json!({"password": "another long one"})).await.expect(200);
    let token = app.sign_in("anna@example.com", "another long one").await.expect(200)["token"].clone();
    let change = json!({"current_password": "another long one", "new_password": PASSWORD}).to_string();
    app.clock.set("2024-01-20T12:00:00Z");
    let path = "/api/auth/password";
    app.call_as(token.as_str().unwrap(), "POST", path, change).await.expect(200);
    assert_eq!(app.event_kinds(), ["user.created", "user.updated", "user.updated"]);
    let (_, _, data) = app.events().pop().unwrap();
    assert_eq!((&data["updated_at"], data.as_object().unwrap().len()), (&json!("2024-01-20T12:00:00Z"), 10));
    let texts = app.db.texts("SELECT data FROM events");
    assert!(!texts.iter().any(|text| text.contains("argon2") || text.contains("long one")), "{texts:?}");
}
