//! `Idempotency-Key` of users: a key belongs to the user, and no token is remembered in the clear.

use serde_json::json;

use super::{PASSWORD, token_of, user};
use crate::support::TestApp;

#[tokio::test]
async fn a_key_belongs_to_the_user_whichever_token_they_come_with() {
    let app = TestApp::new();
    let anna = app.token_of_new("anna@example.com", "admin").await;
    let boris = app.token_of_new("boris@example.com", "admin").await;
    app.pass(std::time::Duration::from_secs(1)).await;
    let another = app.token("anna@example.com").await;
    assert_ne!(anna, another);
    let post = async |token: &str, email: &str| {
        let body = user(email, "recruiter").to_string();
        app.call_as_with(token, "POST", "/api/users", &[("idempotency-key", "k")], body).await
    };
    let first = post(&anna, "c@example.com").await;
    let again = post(&another, "c@example.com").await;
    assert_eq!((again.expect(201), again.header("idempotency-replayed")), (first.expect(201), Some("true")));
    let other = post(&boris, "d@example.com").await;
    assert_eq!((other.status, other.header("idempotency-replayed")), (201, None));
    post(&anna, "e@example.com").await.expect(409);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM users"), ["4"]);
}

#[tokio::test]
async fn a_stranger_s_token_is_given_nothing_under_a_key() {
    let app = TestApp::new();
    let body = user("c@example.com", "recruiter").to_string();
    let key = [("idempotency-key", "k")];
    app.call_as_with("a.b.c", "POST", "/api/users", &key, body).await.expect(401);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM idempotency_keys"), ["0"]);
}

#[tokio::test]
async fn signing_out_again_under_its_key_is_the_same_answer() {
    let app = TestApp::new();
    let token = app.token_of_new("anna@example.com", "readonly").await;
    for _ in 0..2 {
        let key = [("idempotency-key", "k")];
        app.call_as_with(&token, "POST", "/api/auth/logout", &key, "").await.expect(204);
    }
    assert_eq!(app.db.texts("SELECT CAST(token_generation AS TEXT) FROM users"), ["2"]);
}

#[tokio::test]
async fn no_token_is_remembered_in_the_clear() {
    let app = TestApp::new();
    let token = app.token_of_new("anna@example.com", "readonly").await;
    let key = [("idempotency-key", "k")];
    let change = json!({"current_password": PASSWORD, "new_password": "another long one"}).to_string();
    let first = app.call_as_with(&token, "POST", "/api/auth/password", &key, change.clone()).await;
    let again = app.call_as_with(&token, "POST", "/api/auth/password", &key, change).await;
    assert_eq!(token_of(&first), token_of(&again));
    let body = json!({"email": "anna@example.com", "password": "another long one"}).to_string();
    for _ in 0..2 {
        let answer =
            app.call_with("POST", "/api/auth/login", &[("idempotency-key", "l")], body.clone()).await;
        assert_eq!((answer.status, answer.header("idempotency-replayed")), (200, None));
    }
    let kept = app.db.texts("SELECT key || coalesce(body, '') FROM idempotency_keys");
    assert!(kept.len() == 1 && kept[0].starts_with("ksealed:"), "{kept:?}");
}

#[tokio::test]
async fn what_is_kept_of_a_request_can_t_be_compared_with_guesses_at_its_password() {
    let secrets = ["a secret of more than 32 characters", "another secret of 32 characters."];
    let mut kept = Vec::new();
    for secret in secrets {
        let app = TestApp::with(&[("JWT_SECRET", secret)]);
        let body = user("c@example.com", "recruiter").to_string();
        app.call_with("POST", "/api/users", &[("idempotency-key", "k")], body).await.expect(201);
        kept.extend(app.db.texts("SELECT fingerprint FROM idempotency_keys"));
    }
    assert_ne!(kept[0], kept[1]);
}
