//! The first administrator, whom the settings name.

use futures_util::future::join_all;
use serde_json::json;

use super::{is_refused, path_of, token_of};
use crate::support::TestApp;

const FIRST: &str = "the first password";

fn app() -> TestApp {
    TestApp::with(&[("ADMIN_EMAIL", "Admin@example.com"), ("ADMIN_PASSWORD", FIRST)])
}

#[tokio::test]
async fn who_knows_the_settings_is_made_administrator_by_signing_in() {
    let app = app();
    assert_eq!(app.get("/api/users").await.expect(200), json!([]));
    let body = app.sign_in("admin@example.com", FIRST).await.expect(200);
    let expected = json!({
        "id": body["user"]["id"], "email": "Admin@example.com", "full_name": "Administrator",
        "role": "admin", "scoring_role": "other", "is_active": true, "created_at": "2024-01-20T11:00:00Z",
        "updated_at": "2024-01-20T11:00:00Z", "last_login_at": "2024-01-20T11:00:00Z"
    });
    assert_eq!(body["user"], expected);
    assert_eq!(app.get("/api/users").await.expect(200), json!([expected]));
    assert_eq!(app.event_kinds(), ["user.created"]);
    app.sign_in("admin@example.com", FIRST).await.expect(200);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM users"), ["1"]);
}

#[tokio::test]
async fn a_wrong_password_makes_nobody_and_is_counted() {
    let app = app();
    for _ in 0..5 {
        is_refused(&app.sign_in("admin@example.com", "wrong").await, 401, "Invalid email or password");
    }
    app.sign_in("admin@example.com", FIRST).await.expect(429);
    app.sign_in("other@example.com", FIRST).await.expect(401);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM users"), ["0"]);
}

#[tokio::test]
async fn once_there_only_their_own_password_counts() {
    let app = app();
    let answer = app.sign_in("admin@example.com", FIRST).await;
    let change = json!({"current_password": FIRST, "new_password": "the second password"});
    let token = token_of(&answer);
    app.call_as(&token, "POST", "/api/auth/password", change.to_string()).await.expect(200);
    app.sign_in("admin@example.com", FIRST).await.expect(401);
    app.sign_in("admin@example.com", "the second password").await.expect(200);
    app.enter_user("boris@example.com", "admin").await;
    app.delete(&path_of(&answer.json()["user"])).await.expect(204);
    app.sign_in("admin@example.com", FIRST).await.expect(401);
    app.sign_in("admin@example.com", "the second password").await.expect(401);
}

#[tokio::test]
async fn two_at_once_are_one_administrator() {
    let app = app();
    let tries = (0..3).map(|_| app.sign_in("admin@example.com", FIRST));
    assert!(join_all(tries).await.iter().all(|answer| answer.status == 200));
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM users"), ["1"]);
    assert_eq!(app.event_kinds(), ["user.created"]);
}

#[tokio::test]
async fn without_the_settings_there_is_no_first_administrator() {
    let app = TestApp::new();
    app.sign_in("admin@example.com", "").await.expect(401);
    app.sign_in("admin@example.com", FIRST).await.expect(401);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM users"), ["0"]);
}
