//! `POST /api/auth/password`: one's own password.

use serde_json::json;

use super::{PASSWORD, token_of};
use crate::api::events::refused_fields;
use crate::support::{Answer, TestApp};

const PATH: &str = "/api/auth/password";

async fn change(app: &TestApp, token: &str, current: &str, new: &str) -> Answer {
    let body = json!({"current_password": current, "new_password": new});
    app.call_as(token, "POST", PATH, body.to_string()).await
}

#[tokio::test]
async fn all_tokens_end_and_the_answer_holds_a_new_one() {
    let app = TestApp::new();
    let token = app.token_of_new("anna@example.com", "readonly").await;
    let other = app.token("anna@example.com").await;
    let answer = change(&app, &token, PASSWORD, "another long one").await;
    assert_eq!(answer.expect(200)["expires_at"], "2024-01-20T23:00:00Z");
    for ended in [&token, &other] {
        app.call_as(ended, "GET", "/api/auth/me", "").await.expect(401);
    }
    app.call_as(&token_of(&answer), "GET", "/api/auth/me", "").await.expect(200);
    app.sign_in("anna@example.com", PASSWORD).await.expect(401);
    app.sign_in("anna@example.com", "another long one").await.expect(200);
}

#[tokio::test]
async fn a_wrong_one_or_a_short_one_changes_nothing() {
    let app = TestApp::new();
    let token = app.token_of_new("anna@example.com", "recruiter").await;
    let wrong = json!({
        "error": "Validation error", "errors": [{"field": "current_password", "message": "is wrong"}]
    });
    assert_eq!(change(&app, &token, "wrong", "another long one").await.expect(400), wrong);
    assert_eq!(refused_fields(&change(&app, &token, PASSWORD, "short").await), ["new_password"]);
    let nothing = app.call_as(&token, "POST", PATH, "{}").await;
    assert_eq!(refused_fields(&nothing), ["current_password", "new_password"]);
    app.call_as(&token, "GET", "/api/auth/me", "").await.expect(200);
    app.sign_in("anna@example.com", PASSWORD).await.expect(200);
    assert_eq!(app.event_kinds(), ["user.created"]);
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    let app = TestApp::new();
    let token = app.token_of_new("anna@example.com", "recruiter").await;
    let (first, second) = futures_util::future::join(
        change(&app, &token, PASSWORD, "another long one"),
        change(&app, &token, PASSWORD, "still another one"),
    )
    .await;
    assert_eq!((first.status, second.status), (200, 401));
    app.sign_in("anna@example.com", "another long one").await.expect(200);
}
