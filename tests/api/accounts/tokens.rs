//! Tokens: only ours, only for their time, and only while the user is one.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use edgehire::domain::token::{Claims, TokenKey};
use serde_json::{Value, json};

use super::{PASSWORD, is_refused, path_of, token_of};
use crate::support::TestApp;

/// Expects a token to open nothing.
async fn is_no_use(app: &TestApp, token: &str) {
    for path in ["/api/auth/me", "/api/users", "/api/users/nope/nope", "/api/jobs/nope/nope"] {
        let answer = app.call_as(token, "GET", path, "").await;
        is_refused(&answer, 401, "Invalid or missing authentication token");
    }
}

/// Expects a token to open what users may see.
async fn is_good(app: &TestApp, token: &str) {
    app.call_as(token, "GET", "/api/auth/me", "").await.expect(200);
    app.call_as(token, "GET", "/api/users", "").await.expect(200);
    is_refused(&app.call_as(token, "GET", "/api/jobs/nope/nope", "").await, 404, "Not found");
    is_refused(&app.call_as(token, "PUT", "/api/users", "").await, 405, "Method not allowed");
}

#[tokio::test]
async fn a_token_is_good_for_twelve_hours_to_the_second() {
    let app = TestApp::new();
    let token = app.token_of_new("anna@example.com", "recruiter").await;
    is_good(&app, &token).await;
    app.pass(Duration::from_millis(12 * 60 * 60 * 1000 - 1)).await;
    is_good(&app, &token).await;
    app.pass(Duration::from_millis(1)).await;
    is_no_use(&app, &token).await;
}

#[tokio::test]
async fn a_token_that_was_changed_or_signed_by_others_is_none() {
    let app = TestApp::new();
    let token = app.token_of_new("anna@example.com", "recruiter").await;
    let parts: Vec<_> = token.split('.').collect();
    let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    let mut admin: Value = serde_json::from_slice(&claims).unwrap();
    admin["roles"] = json!(["admin"]);
    let admin = URL_SAFE_NO_PAD.encode(admin.to_string());
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let other: TokenKey = "another secret of 32 characters.".parse().unwrap();
    let of_other = other.sign(&serde_json::from_slice::<Claims>(&claims).unwrap()).unwrap();
    for token in [
        format!("{}.{admin}.{}", parts[0], parts[2]),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        of_other,
        "a.b.c".to_owned(),
        "..".to_owned(),
        String::new(),
    ] {
        is_no_use(&app, &token).await;
    }
    assert!(app.log().iter().all(|line| line["status"] != 401 || line["d1_trips"] == 0));
}

#[tokio::test]
async fn a_token_is_read_as_bearer_only_and_opens_no_program_s_path() {
    let app = TestApp::new();
    let token = app.token_of_new("anna@example.com", "admin").await;
    app.knock("GET", "/api/users", &[("x-api-key", &token)]).await.expect(401);
    app.knock("GET", "/api/users", &[("authorization", &token)]).await.expect(401);
    app.knock("GET", &format!("/api/users?token={token}"), &[]).await.expect(401);
    for path in ["/api/candidates", "/api/events", "/api/activity", "/api/candidates/1/2"] {
        app.call_as(&token, "GET", path, "").await.expect(401);
    }
    let both = [("authorization", &*format!("bearer  {token} ")), ("x-api-key", "wrong")];
    app.knock("GET", "/api/users", &both).await.expect(200);
}

#[tokio::test]
async fn who_is_deactivated_is_out_at_once_and_their_tokens_never_come_back() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "recruiter").await;
    let token = app.token("anna@example.com").await;
    app.patch(&path_of(&anna), json!({"is_active": false})).await.expect(200);
    is_no_use(&app, &token).await;
    app.patch(&path_of(&anna), json!({"is_active": true})).await.expect(200);
    is_no_use(&app, &token).await;
    let again = app.token("anna@example.com").await;
    is_good(&app, &again).await;
    app.delete(&path_of(&anna)).await.expect(204);
    is_no_use(&app, &again).await;
}

#[tokio::test]
async fn another_role_counts_at_once_and_other_changes_end_nothing() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "admin").await;
    app.enter_user("boss@example.com", "admin").await;
    let token = app.token("anna@example.com").await;
    let patch = json!({"full_name": "Anna Ivanova"}).to_string();
    app.call_as(&token, "PATCH", &path_of(&anna), patch.clone()).await.expect(200);
    app.patch(&path_of(&anna), json!({"email": "a@example.com", "role": "recruiter"})).await.expect(200);
    is_good(&app, &token).await;
    let answer = app.call_as(&token, "PATCH", &path_of(&anna), patch).await;
    is_refused(&answer, 403, "This needs the role admin");
}

#[tokio::test]
async fn signing_out_ends_all_tokens_of_the_user_and_nobody_else_s() {
    let app = TestApp::new();
    let (first, other) = (
        app.token_of_new("anna@example.com", "recruiter").await,
        app.token_of_new("boris@example.com", "recruiter").await,
    );
    let second = app.token("anna@example.com").await;
    let answer = app.call_as(&first, "POST", "/api/auth/logout", "").await;
    assert_eq!((answer.expect(204), app.trips()), (Value::Null, 2));
    is_no_use(&app, &first).await;
    is_no_use(&app, &second).await;
    is_good(&app, &other).await;
    is_good(&app, &token_of(&app.sign_in("anna@example.com", PASSWORD).await)).await;
    app.call_as(&first, "POST", "/api/auth/logout", "").await.expect(401);
}
