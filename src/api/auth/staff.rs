//! Programs and users, by what they may do. A program, with its API key, may do all that an
//! administrator may.
//!
//! A token is looked up in the database, by one round trip more than the request's own: so that a user
//! who was deactivated, signed out, or given another role or password is that at once.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::{Credential, credential};
use crate::api::error::ApiError;
use crate::app::App;
use crate::domain::user::User;
use crate::store::users;

/// Whoever may look: a program, or any active user.
#[derive(Debug)]
pub enum Staff {
    /// A program.
    Key,
    /// Somebody who signed in.
    User(User),
}

impl Staff {
    /// The user, if it is one.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::Key => None,
            Self::User(user) => Some(user),
        }
    }
}

/// The caller: a program, which is nobody, or a user, and the generation of the token they came with.
async fn caller(parts: &mut Parts) -> Result<Option<(User, i64)>, ApiError> {
    let app = App::from_request_parts(parts, &()).await?;
    match credential(&parts.headers, &app) {
        None => Err(ApiError::unauthorized()),
        Some(Credential::Key(_)) => Ok(None),
        Some(Credential::Token(claims)) => {
            let user = users::holder(&*app.db, &claims.sub, claims.generation).await?;
            user.map(|user| Some((user, claims.generation))).ok_or_else(ApiError::unauthorized)
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(caller(parts).await?.map_or(Self::Key, |(user, _)| Self::User(user)))
    }
}

/// Whoever may change things: a program, an administrator or a recruiter.
#[derive(Debug)]
pub struct Writer(pub Staff);

impl<S: Sync> FromRequestParts<S> for Writer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let staff = Staff::from_request_parts(parts, state).await?;
        let may = staff.user().is_none_or(|user| user.role.may_write());
        if may { Ok(Self(staff)) } else { Err(ApiError::forbidden("This needs the role admin or recruiter")) }
    }
}

/// Whoever may do everything: a program or an administrator.
#[derive(Debug)]
pub struct Admin(pub Staff);

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let staff = Staff::from_request_parts(parts, state).await?;
        let may = staff.user().is_none_or(|user| user.role.is_admin());
        if may { Ok(Self(staff)) } else { Err(ApiError::forbidden("This needs the role admin")) }
    }
}

/// A user, for what concerns themselves: programs have no account.
#[derive(Debug)]
pub struct SignedIn {
    pub user: User,
    /// Of the token they came with.
    pub generation: i64,
}

impl<S: Sync> FromRequestParts<S> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let (user, generation) =
            caller(parts).await?.ok_or_else(|| ApiError::forbidden("This needs a user's token"))?;
        Ok(Self { user, generation })
    }
}
