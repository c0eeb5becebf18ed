//! Signing in, whichever contract asks for it: e-mail and password become a user and a token.
//!
//! Invariant: unknown, wrong and inactive can't be told apart, neither by the answer nor by how long it
//! takes, nor by when the e-mail is locked. Two round trips; four when the first administrator is made.

use serde::Serialize;

use super::user_schema::USER;
use super::users::hash;
use crate::api::error::ApiError;
use crate::app::App;
use crate::domain::event::EventType;
use crate::domain::password;
use crate::domain::text::Email;
use crate::domain::time::Timestamp;
use crate::domain::token::{Claims, TokenKey};
use crate::domain::user::{NewUser, Role, ScoringRole, User};
use crate::ports::Level;
use crate::store::View;
use crate::store::sign_ins::{self, Credentials, Outcome, SignedIn};
use crate::store::users::{self, WriteError};

/// What tokens are signed with.
///
/// # Errors
/// 503 without the setting.
pub fn token_key(app: &App) -> Result<&TokenKey, ApiError> {
    app.config.token_key.as_ref().ok_or_else(|| ApiError::not_configured("JWT_SECRET"))
}

/// A token, and its end.
pub struct Issued {
    pub token: String,
    pub expires_at: Timestamp,
}

/// A token for a user.
///
/// # Errors
/// 503 without the setting.
pub fn issue(app: &App, user: &User, generation: i64) -> Result<Issued, ApiError> {
    let claims = Claims::new(user, generation, app.clock.unix_ms());
    let token = token_key(app)?.sign(&claims).map_err(ApiError::internal)?;
    Ok(Issued { token, expires_at: Timestamp::from_unix_ms(claims.exp * 1000) })
}

/// A line of the log. Neither e-mail nor password is in it.
#[derive(Serialize)]
struct SignInLine<'a> {
    sign_in: &'static str,
    /// Whose e-mail it was, if anybody's.
    user: Option<&'a str>,
}

fn log(app: &App, sign_in: &'static str, user: Option<&Credentials>) {
    app.log(Level::Info, &SignInLine { sign_in, user: user.map(|user| user.uuid.as_str()) });
}

/// Signs somebody in; gives them as the view shows them.
///
/// # Errors
/// 401 for whatever does not fit, 429 while the e-mail is locked, 503 without `JWT_SECRET`.
pub async fn sign_in(app: &App, email: &Email, given: &str, view: View) -> Result<SignedIn, ApiError> {
    token_key(app)?;
    let email_key = users::email_key(email.as_str());
    let user = compare(app, &email_key, given).await?;
    let (now, now_ms) = (app.clock.now(), app.clock.unix_ms());
    match sign_ins::succeed(&*app.db, &email_key, &user, (now, now_ms), view).await? {
        Outcome::Good(signed_in) => {
            log(app, "good", Some(&user));
            Ok(*signed_in)
        }
        Outcome::Locked(until_ms) => {
            log(app, "locked", Some(&user));
            Err(ApiError::locked(until_ms - now_ms))
        }
        Outcome::Gone => Err(ApiError::wrong_password()),
    }
}

/// The user whose e-mail and password these are. A failure is counted.
///
/// # Errors
/// 401 for whatever does not fit, 429 while the e-mail is locked.
pub async fn compare(app: &App, email_key: &str, given: &str) -> Result<Credentials, ApiError> {
    let standing = sign_ins::standing(&*app.db, email_key, app.clock.unix_ms()).await?;
    if let Some(until_ms) = standing.locked_until_ms {
        log(app, "locked", standing.user.as_ref());
        return Err(ApiError::locked(until_ms - app.clock.unix_ms()));
    }
    let user = match standing.user {
        // The work comes first, for the inactive too.
        Some(user) if user.password_hash.opens(given)? && user.is_active => Ok(user),
        Some(user) => Err(Some(user)),
        None => first_admin(app, email_key, given).await?.ok_or(None),
    };
    let somebody = match user {
        Ok(user) => return Ok(user),
        Err(somebody) => somebody,
    };
    let now_ms = app.clock.unix_ms();
    let locked_until_ms = sign_ins::fail(&*app.db, email_key, now_ms).await?;
    log(app, if locked_until_ms.is_some() { "locked" } else { "failed" }, somebody.as_ref());
    Err(locked_until_ms.map_or_else(ApiError::wrong_password, |until_ms| ApiError::locked(until_ms - now_ms)))
}

/// The administrator whom the settings name, made now, if these are theirs. Takes as long if not.
async fn first_admin(app: &App, email_key: &str, given: &str) -> Result<Option<Credentials>, ApiError> {
    let named = app.config.first_admin.as_ref();
    let named = named.filter(|admin| users::email_key(admin.email.as_str()) == email_key);
    let Some(admin) = named.filter(|admin| admin.password.is(given)) else {
        password::work_for_nothing(given)?;
        return Ok(None);
    };
    let new = NewUser {
        uuid: app.new_uuid(),
        email: admin.email.clone(),
        name: "Administrator".parse().map_err(ApiError::internal)?,
        role: Role::Admin,
        scoring_role: ScoringRole::Other,
        is_active: true,
        password_hash: hash(app, &admin.password)?,
    };
    let created = app.new_event(EventType::UserCreated);
    match users::insert(&*app.db, &new, created, USER).await {
        // Or somebody was faster: then what that one made counts.
        Ok(_) | Err(WriteError::EmailTaken) => {}
        Err(error) => return Err(error.into()),
    }
    let standing = sign_ins::standing(&*app.db, email_key, app.clock.unix_ms()).await?;
    match standing.user {
        Some(user) if user.password_hash.opens(given)? && user.is_active => Ok(Some(user)),
        _ => Ok(None),
    }
}
