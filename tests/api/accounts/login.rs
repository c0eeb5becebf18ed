//! `POST /api/auth/login`: e-mail and password for a token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{PASSWORD, is_refused, token_of};
use crate::api::events::refused_fields;
use crate::support::TestApp;

#[tokio::test]
async fn the_right_password_gives_a_token_and_says_whose_it_is() {
    let app = TestApp::new();
    let mut anna = app.enter_user("Anna@example.com", "recruiter").await;
    let answer = app.sign_in("anna@EXAMPLE.com", PASSWORD).await;
    let body = answer.expect(200);
    anna["last_login_at"] = json!("2024-01-20T11:00:00Z");
    assert_eq!((&body["user"], &body["expires_at"]), (&anna, &json!("2024-01-20T23:00:00Z")));
    assert_eq!(body.as_object().unwrap().len(), 3);
    assert_eq!(app.trips(), 2);
    let token = token_of(&answer);
    let part = |at: usize| -> Value {
        let part = token.split('.').nth(at).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(part(0), json!({"alg": "HS256", "typ": "JWT"}));
    let claims = json!({
        "sub": anna["id"], "email": "Anna@example.com", "name": "Anna Petrova", "roles": ["recruiter"],
        "iat": 1_705_748_400, "exp": 1_705_748_400 + 720 * 60, "gen": 1
    });
    assert_eq!(part(1), claims);
    let me = app.call_as(&token, "GET", "/api/auth/me", "").await;
    assert_eq!((me.expect(200), app.trips()), (anna, 2));
}

#[tokio::test]
async fn unknown_wrong_and_inactive_are_told_the_same() {
    let app = TestApp::new();
    app.enter_user("anna@example.com", "recruiter").await;
    let inactive = app.enter_user("boris@example.com", "recruiter").await;
    app.patch(&super::path_of(&inactive), json!({"is_active": false})).await.expect(200);
    for (email, password) in [
        ("nobody@example.com", PASSWORD),
        ("anna@example.com", "correct horse batterY"),
        ("anna@example.com", ""),
        ("anna@example.com", "correct horse battery "),
        ("boris@example.com", PASSWORD),
    ] {
        let answer = app.sign_in(email, password).await;
        is_refused(&answer, 401, "Invalid email or password");
        assert_eq!((answer.header("www-authenticate"), app.trips()), (Some("Bearer"), 2), "{email}");
    }
}

#[tokio::test]
async fn what_is_no_email_and_no_text_is_refused_field_by_field() {
    let app = TestApp::new();
    for (body, fields) in [
        (json!({}), vec!["email", "password"]),
        (json!({"email": "anna", "password": 1}), vec!["email", "password"]),
        (json!({"email": "a@example.com", "password": null}), vec!["password"]),
        (json!({"email": "a@example.com", "password": "x".repeat(1025)}), vec!["password"]),
        (json!([]), vec!["body"]),
    ] {
        assert_eq!(refused_fields(&app.post("/api/auth/login", body).await), fields);
    }
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM sign_ins"), ["0"]);
}

#[tokio::test]
async fn without_a_secret_nobody_signs_in_and_no_token_opens() {
    let with = TestApp::new();
    let token = with.token_of_new("anna@example.com", "recruiter").await;
    let app = TestApp::with(&[("JWT_SECRET", "")]);
    app.enter_user("anna@example.com", "recruiter").await;
    let answer = app.sign_in("anna@example.com", PASSWORD).await;
    is_refused(&answer, 503, "Not configured: the setting JWT_SECRET is missing");
    app.call_as(&token, "GET", "/api/users", "").await.expect(401);
}

#[tokio::test]
async fn the_log_names_the_user_and_neither_email_nor_password() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "recruiter").await;
    app.sign_in("anna@example.com", "wrong horse").await.expect(401);
    app.sign_in("nobody@example.com", "wrong horse").await.expect(401);
    app.sign_in("anna@example.com", PASSWORD).await.expect(200);
    let lines: Vec<_> = app.log().into_iter().filter(|line| line["sign_in"].is_string()).collect();
    let line = |sign_in: &str, user: &Value| json!({"sign_in": sign_in, "user": user});
    let expected = [line("failed", &anna["id"]), line("failed", &Value::Null), line("good", &anna["id"])];
    assert_eq!(lines, expected);
    for line in app.log() {
        let text = line.to_string();
        assert!(!["horse", "example.com", "eyJ"].iter().any(|word| text.contains(word)), "{text}");
    }
}

#[tokio::test]
async fn the_database_keeps_a_hash_and_nothing_else_of_a_password() {
    let app = TestApp::new();
    app.token_of_new("anna@example.com", "recruiter").await;
    app.token_of_new("boris@example.com", "recruiter").await;
    let hashes = app.db.texts("SELECT password_hash FROM users");
    assert!(hashes.iter().all(|hash| hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")), "{hashes:?}");
    assert_ne!(hashes[0], hashes[1]);
    let events = app.db.texts("SELECT data FROM events");
    assert!(!events.iter().any(|data| data.contains("argon2") || data.contains("horse")), "{events:?}");
}
