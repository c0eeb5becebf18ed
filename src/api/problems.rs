//! What can be wrong, as it is described: where users may call, and errors are plain.

use utoipa::IntoResponses;

use crate::api::events::problems::PlainProblem;

/// 400
#[derive(IntoResponses)]
#[response(status = 400, description = "Every field that can't be taken, and why")]
pub struct BadRequest(#[to_schema] pub PlainProblem);

/// 401
#[derive(IntoResponses)]
#[response(
    status = 401,
    description = "No API key and no user's token, or one that is wrong, past its time or ended",
    example = json!({ "error": "Invalid or missing authentication token" })
)]
pub struct Refused(#[to_schema] pub PlainProblem);

/// 401
#[derive(IntoResponses)]
#[response(
    status = 401,
    description = "No active user has this e-mail and this password; not said is which it is",
    example = json!({ "error": "Invalid email or password" })
)]
pub struct WrongPassword(#[to_schema] pub PlainProblem);

/// 403
#[derive(IntoResponses)]
#[response(
    status = 403,
    description = "The user's role is not enough",
    example = json!({ "error": "This needs the role admin" })
)]
pub struct Forbidden(#[to_schema] pub PlainProblem);

/// 403
#[derive(IntoResponses)]
#[response(
    status = 403,
    description = "The API key is no user's",
    example = json!({ "error": "This needs a user's token" })
)]
pub struct UsersOnly(#[to_schema] pub PlainProblem);

/// 404
#[derive(IntoResponses)]
#[response(status = 404, description = "There is none with this id")]
pub struct NotFound(#[to_schema] pub PlainProblem);

/// 409
#[derive(IntoResponses)]
#[response(status = 409, description = "There are as many users as there can be")]
pub struct TooMany(#[to_schema] pub PlainProblem);

/// 409
#[derive(IntoResponses)]
#[response(
    status = 409,
    description = "Nobody would be left who is active and an admin",
    example = json!({ "error": "This is the only active admin: make another one first" })
)]
pub struct LastAdmin(#[to_schema] pub PlainProblem);

/// 429
#[derive(IntoResponses)]
#[response(
    status = 429,
    description = "The e-mail is locked for 15 minutes after five failures, for the right password too",
    example = json!({ "error": "Too many failed sign-ins: try again later" }),
    headers(("Retry-After" = i64, description = "Seconds"))
)]
pub struct Locked(#[to_schema] pub PlainProblem);

/// 503
#[derive(IntoResponses)]
#[response(
    status = 503,
    description = "Nobody can sign in, for the operator has set no `JWT_SECRET`",
    example = json!({ "error": "Not configured: the setting JWT_SECRET is missing" })
)]
pub struct NotConfigured(#[to_schema] pub PlainProblem);
