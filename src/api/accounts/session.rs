//! Signing in and out.

use super::sign_in::{self, Issued};
use super::user_schema::{PasswordChange, Renewed, Session, SignIn, USER, User};
use super::users::hash;
use crate::api::auth::SignedIn;
use crate::api::error::ApiError;
use crate::api::extract::Input;
use crate::api::idempotency::{NotKept, Sealing};
use crate::api::problems::{BadRequest, Locked, NotConfigured, Refused, UsersOnly, WrongPassword};
use crate::api::respond::{JsonText, NoContent};
use crate::app::App;
use crate::domain::event::EventType;
use crate::store::sign_ins::{self, NewPassword};
use crate::store::users;

/// Signs in
///
/// The token is good for 12 hours, or until the user signs out, is deactivated or gets another password.
/// Five failures lock the e-mail for 15 minutes, whether anybody has it or not.
#[utoipa::path(
    post, path = "/api/auth/login", tag = "Sign-in", request_body = SignIn, security(()),
    responses(
        (status = 200, body = Session, description = "The token, and whose it is"),
        BadRequest, WrongPassword, Locked, NotConfigured,
    )
)]
pub async fn login(app: App, Input(given): Input<SignIn>) -> Result<NotKept<JsonText>, ApiError> {
    let signed_in = sign_in::sign_in(&app, &given.email, given.password.as_str(), USER).await?;
    let Issued { token, expires_at } = sign_in::issue(&app, &signed_in.user, signed_in.generation)?;
    let user = signed_in.json;
    let answer = format!(r#"{{"token":"{token}","expires_at":"{expires_at}","user":{user}}}"#);
    Ok(NotKept(JsonText::new(answer)))
}

/// Shows who is signed in
///
/// The bearer is a user's token, of any role.
#[utoipa::path(
    get, path = "/api/auth/me", tag = "Sign-in",
    responses((status = 200, body = User, description = "The user of the token"), Refused, UsersOnly)
)]
pub async fn get_me(app: App, SignedIn { user, .. }: SignedIn) -> Result<JsonText, ApiError> {
    let found = users::find(&*app.db, user.uuid, USER).await?;
    found.map(|shown| JsonText::new(shown.json)).ok_or_else(ApiError::unauthorized)
}

/// Signs out
///
/// Ends all tokens of the user, wherever they are in use. The bearer is a user's token, of any role.
#[utoipa::path(
    post, path = "/api/auth/logout", tag = "Sign-in",
    responses((status = 204, description = "Signed out everywhere"), Refused, UsersOnly)
)]
pub async fn logout(app: App, SignedIn { user, .. }: SignedIn) -> Result<NoContent, ApiError> {
    users::end_tokens(&*app.db, user.id).await?;
    Ok(NoContent)
}

/// Changes one's own password
///
/// Ends all tokens of the user; the answer holds a new one. A wrong `current_password` is a failed
/// sign-in. The bearer is a user's token, of any role.
#[utoipa::path(
    post, path = "/api/auth/password", tag = "Sign-in", request_body = PasswordChange,
    responses(
        (status = 200, body = Renewed, description = "A token in place of those that have ended"),
        BadRequest, Refused, UsersOnly, Locked,
    )
)]
pub async fn change_password(
    app: App,
    SignedIn { user, generation }: SignedIn,
    sealing: Sealing,
    Input(change): Input<PasswordChange>,
) -> Result<JsonText, ApiError> {
    let email_key = users::email_key(&user.email);
    let compared = sign_in::compare(&app, &email_key, change.current_password.as_str()).await;
    let credentials = compared.map_err(|error| match error.code {
        // 401 would say that the token is wrong.
        "UNAUTHORIZED" => ApiError::field("current_password", "is wrong"),
        _ => error,
    })?;
    let Issued { token, expires_at } = sign_in::issue(&app, &user, generation + 1)?;
    let answer = format!(r#"{{"token":"{token}","expires_at":"{expires_at}"}}"#);
    let new = NewPassword {
        email_key: &email_key,
        user: &credentials,
        hash: &hash(&app, &change.new_password)?,
        generation,
        updated: app.new_event(EventType::UserUpdated),
        answer: sealing.seal(&app, &answer)?.into(),
    };
    let is_set = sign_ins::set_password(&*app.db, new, app.clock.unix_ms()).await?;
    if is_set { Ok(JsonText::new(answer)) } else { Err(ApiError::unauthorized()) }
}
