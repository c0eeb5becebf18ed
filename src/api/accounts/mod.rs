//! Users, and how they sign in: the accounts of those who score jobs, and of AIRecruiter.

mod session;
pub mod sign_in;
mod user_schema;
mod users;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

/// The endpoints.
pub fn router() -> Router {
    let user = get(users::get_user).patch(users::update_user).delete(users::delete_user);
    Router::new()
        .route("/api/auth/login", post(session::login))
        .route("/api/auth/me", get(session::get_me))
        .route("/api/auth/logout", post(session::logout))
        .route("/api/auth/password", post(session::change_password))
        .route("/api/users", get(users::list_users).post(users::create_user))
        .route("/api/users/{userId}", user)
}

/// What the router above answers, for the API's description.
#[derive(OpenApi)]
#[openapi(paths(
    session::login,
    session::get_me,
    session::logout,
    session::change_password,
    users::list_users,
    users::create_user,
    users::get_user,
    users::update_user,
    users::delete_user,
))]
pub struct Doc;
