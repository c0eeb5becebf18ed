//! Who may do what.

use axum::extract::FromRequestParts;
use edgehire::api::auth::{Admin, SignedIn, Staff, Writer};
use http::Request;
use http::request::Parts;
use serde_json::json;

use super::{NOBODY, is_refused};
use crate::support::KEY;
use crate::support::TestApp;

/// A request with this credential, as handlers get it.
fn parts(app: &TestApp, credential: &str) -> Parts {
    let request = Request::builder().header("authorization", format!("Bearer {credential}"));
    request.extension(app.app.clone()).body(()).unwrap().into_parts().0
}

/// Whether each extractor lets a credential in: for looking, for writing, for everything, as a user.
async fn let_in(app: &TestApp, credential: &str) -> [bool; 4] {
    let parts = || parts(app, credential);
    [
        Staff::from_request_parts(&mut parts(), &()).await.is_ok(),
        Writer::from_request_parts(&mut parts(), &()).await.is_ok(),
        Admin::from_request_parts(&mut parts(), &()).await.is_ok(),
        SignedIn::from_request_parts(&mut parts(), &()).await.is_ok(),
    ]
}

#[tokio::test]
async fn a_role_opens_what_it_should_and_the_key_everything_but_an_account() {
    let app = TestApp::new();
    for (role, expected) in [
        ("admin", [true, true, true, true]),
        ("recruiter", [true, true, false, true]),
        ("readonly", [true, false, false, true]),
    ] {
        let token = app.token_of_new(&format!("{role}@example.com"), role).await;
        assert_eq!(let_in(&app, &token).await, expected, "{role}");
    }
    assert_eq!(let_in(&app, KEY).await, [true, true, true, false]);
    assert_eq!(let_in(&app, "wrong").await, [false; 4]);
}

#[tokio::test]
async fn a_handler_learns_who_it_is() {
    let app = TestApp::new();
    let mut anna = super::user("anna@example.com", "recruiter");
    anna["scoring_role"] = json!("ceo");
    let anna = app.post("/api/users", anna).await.expect(201);
    let token = app.token("anna@example.com").await;
    let Staff::User(user) = Staff::from_request_parts(&mut parts(&app, &token), &()).await.unwrap() else {
        panic!("not a user");
    };
    assert_eq!(json!(user.uuid.to_string()), anna["id"]);
    let shown = (user.email.as_str(), user.name.as_str(), user.role.as_str(), user.scoring_role.as_str());
    assert_eq!(shown, ("anna@example.com", "Anna Petrova", "recruiter", "ceo"));
    assert_eq!(app.db.texts("SELECT CAST(id AS TEXT) FROM users"), [user.id.0.to_string()]);
}

#[tokio::test]
async fn without_the_role_it_says_which_is_needed_before_anything_else() {
    let app = TestApp::new();
    for role in ["recruiter", "readonly"] {
        let token = app.token_of_new(&format!("{role}@example.com"), role).await;
        for (method, path) in [("POST", "/api/users"), ("PATCH", NOBODY), ("DELETE", NOBODY)] {
            let answer = app.call_as(&token, method, path, "no JSON").await;
            is_refused(&answer, 403, "This needs the role admin");
            assert_eq!(answer.header("www-authenticate"), None);
        }
        app.call_as(&token, "GET", "/api/users", "").await.expect(200);
    }
    let token = app.token("readonly@example.com").await;
    let error = Writer::from_request_parts(&mut parts(&app, &token), &()).await.unwrap_err();
    assert_eq!((error.status.as_u16(), &*error.message), (403, "This needs the role admin or recruiter"));
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM users"), ["2"]);
}

#[tokio::test]
async fn the_key_has_no_account() {
    let app = TestApp::new();
    for (method, path) in
        [("GET", "/api/auth/me"), ("POST", "/api/auth/logout"), ("POST", "/api/auth/password")]
    {
        is_refused(&app.call(method, path, "").await, 403, "This needs a user's token");
    }
}

#[tokio::test]
async fn administrators_let_others_in() {
    let app = TestApp::new();
    let token = app.token_of_new("boss@example.com", "admin").await;
    let body = super::user("anna@example.com", "recruiter").to_string();
    let anna = app.call_as(&token, "POST", "/api/users", body).await.expect(201);
    app.token("anna@example.com").await;
    app.call_as(&token, "DELETE", &super::path_of(&anna), "").await.expect(204);
}
