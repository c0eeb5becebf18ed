//! Calls that bring about every status the accounts document.

use serde_json::{Value, json};

use super::{NOBODY, PASSWORD, user};
use crate::support::{Answer, TestApp};

/// In order; `{made}` in a path is the last user's id.
pub fn calls() -> Vec<(&'static str, &'static str, Value)> {
    let nothing = || json!({});
    let sign_in = |email: &str, password: &str| json!({"email": email, "password": password});
    let mut calls = vec![
        ("GET", "/api/users?role=boss", nothing()),
        ("POST", "/api/users", user("boss@example.com", "admin")),
        ("POST", "/api/users", user("boss@example.com", "admin")),
        ("GET", "/api/users", nothing()),
        ("PATCH", "/api/users/{made}", json!({"role": "readonly"})),
        ("DELETE", "/api/users/{made}", nothing()),
        ("POST", "/api/users", user("anna@example.com", "recruiter")),
        ("GET", "/api/users/{made}", nothing()),
        ("GET", "/api/users/x", nothing()),
        ("GET", NOBODY, nothing()),
        ("PATCH", "/api/users/{made}", json!({"full_name": "Anna Ivanova"})),
        ("PATCH", "/api/users/{made}", json!({"full_name": null})),
        ("PATCH", NOBODY, nothing()),
        ("POST", "/api/auth/login", sign_in("anna@example.com", PASSWORD)),
        ("POST", "/api/auth/login", nothing()),
        ("DELETE", "/api/users/{made}", nothing()),
        ("DELETE", "/api/users/{made}", nothing()),
        ("DELETE", "/api/users/x", nothing()),
    ];
    calls.extend(vec![("POST", "/api/auth/login", sign_in("nobody@example.com", "wrong")); 6]);
    calls
}

/// What users with tokens are answered, and those who should have one.
pub async fn as_users(app: &TestApp) -> Vec<(&'static str, &'static str, Answer)> {
    let token = app.token_of_new("user@example.com", "readonly").await;
    let mut answers = Vec::new();
    for (method, path) in [("POST", "/api/users"), ("PATCH", NOBODY), ("DELETE", NOBODY)] {
        answers.push((method, path, app.call_as(&token, method, path, "{}").await));
    }
    answers.push(("GET", "/api/auth/me", app.call_as(&token, "GET", "/api/auth/me", "").await));
    let ours = [("GET", "/api/auth/me"), ("POST", "/api/auth/logout"), ("POST", "/api/auth/password")];
    for (method, path) in ours {
        answers.push((method, path, app.call(method, path, "{}").await));
    }
    let mut change = json!({"current_password": "wrong", "new_password": "another long one"});
    for _ in 0..6 {
        let answer = app.call_as(&token, "POST", "/api/auth/password", change.to_string()).await;
        answers.push(("POST", "/api/auth/password", answer));
    }
    change["current_password"] = json!(PASSWORD);
    let other = app.token_of_new("other@example.com", "readonly").await;
    let answer = app.call_as(&other, "POST", "/api/auth/password", change.to_string()).await;
    answers.push(("POST", "/api/auth/password", answer));
    let logout = app.call_as(&token, "POST", "/api/auth/logout", "").await;
    answers.push(("POST", "/api/auth/logout", logout));
    let unset = TestApp::with(&[("JWT_SECRET", "")]);
    answers.push(("POST", "/api/auth/login", unset.sign_in("a@example.com", PASSWORD).await));
    answers
}
