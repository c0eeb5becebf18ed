//! Users: who they are, how they sign in, and what their tokens open.

mod events;
mod first_admin;
mod lockout;
mod login;
mod once;
mod passwords;
mod roles;
pub mod surface_calls;
mod tokens;
mod users;

use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// The password of everybody who is entered here.
pub const PASSWORD: &str = "correct horse battery";

/// An id that nobody has.
pub const NOBODY: &str = "/api/users/018d2680-1b40-7000-8000-00000000ffff";

/// A new user with this e-mail and role.
pub fn user(email: &str, role: &str) -> Value {
    json!({"email": email, "full_name": "Anna Petrova", "role": role, "password": PASSWORD})
}

impl TestApp {
    /// Enters a user, and gives them as they are shown.
    pub async fn enter_user(&self, email: &str, role: &str) -> Value {
        self.post("/api/users", user(email, role)).await.expect(201)
    }

    /// Signs in without the key.
    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let request = http::Request::builder().method("POST").uri("/api/auth/login");
        let body = json!({"email": email, "password": password}).to_string();
        self.send(request.body(edgehire::api::Payload::Whole(body.into())).unwrap()).await
    }

    /// A token of somebody who has the usual password.
    pub async fn token(&self, email: &str) -> String {
        token_of(&self.sign_in(email, PASSWORD).await)
    }

    /// A token of a new user.
    pub async fn token_of_new(&self, email: &str, role: &str) -> String {
        self.enter_user(email, role).await;
        self.token(email).await
    }
}

/// The token of an answer.
#[track_caller]
pub fn token_of(answer: &Answer) -> String {
    answer.expect(200)["token"].as_str().unwrap().to_owned()
}

/// The path of a user as they were answered.
pub fn path_of(user: &Value) -> String {
    format!("/api/users/{}", user["id"].as_str().unwrap())
}

/// Expects a refusal with this text, and nothing else in it.
#[track_caller]
pub fn is_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.expect(status), json!({"error": error}));
}
