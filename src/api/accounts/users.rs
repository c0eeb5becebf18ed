//! Who may sign in.

use super::user_schema::{USER, User, UserCreate, UserQuery, UserUpdate};
use crate::api::auth::{Admin, Staff};
use crate::api::error::ApiError;
use crate::api::extract::{Input, PathUuid, Query};
use crate::api::openapi::NotModified;
use crate::api::problems::{BadRequest, Forbidden, LastAdmin, NotFound, Refused, TooMany};
use crate::api::respond::{Created, JsonText, NoContent};
use crate::api::versions::{self, IfMatch, IfNoneMatch, Versioned};
use crate::app::App;
use crate::domain::event::EventType;
use crate::domain::password::{HashError, Password, PasswordHash, SALT};
use crate::domain::user::{MOST_USERS, NewUser, UserPatch};
use crate::store::users::{self, Update, WriteError};

/// Lists users
///
/// All of them, the oldest first; of at most 1,000. The bearer may be a user's token, of any role.
#[utoipa::path(
    get, path = "/api/users", tag = "Users", params(UserQuery),
    responses((status = 200, body = Vec<User>, description = "The users"), BadRequest, Refused)
)]
pub async fn list_users(app: App, _: Staff, Query(query): Query<UserQuery>) -> Result<JsonText, ApiError> {
    Ok(JsonText::new(users::list(&*app.db, query.into(), USER).await?))
}

/// Shows a user
///
/// The bearer may be a user's token, of any role.
#[utoipa::path(
    get, path = "/api/users/{userId}", tag = "Users", params(("userId" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = User, description = "The user"),
        NotModified, BadRequest, Refused, NotFound,
    )
)]
pub async fn get_user(
    app: App,
    _: Staff,
    PathUuid(id): PathUuid,
    known: IfNoneMatch,
) -> Result<Versioned, ApiError> {
    let found = users::find(&*app.db, id, USER).await?;
    found.map(|shown| known.answer(shown)).ok_or_else(|| ApiError::not_found("User"))
}

/// Creates a user
///
/// The bearer may be a user's token, of the role `admin`.
#[utoipa::path(
    post, path = "/api/users", tag = "Users", request_body = UserCreate,
    responses(
        (status = 201, body = User, description = "The new user"),
        BadRequest, Refused, Forbidden, TooMany,
    )
)]
pub async fn create_user(
    app: App,
    _: Admin,
    Input(create): Input<UserCreate>,
) -> Result<Created<Versioned>, ApiError> {
    let new = NewUser {
        uuid: app.new_uuid(),
        email: create.email,
        name: create.full_name,
        role: create.role,
        scoring_role: create.scoring_role,
        is_active: create.is_active.0,
        password_hash: hash(&app, &create.password)?,
    };
    let created = app.new_event(EventType::UserCreated);
    Ok(Created(Versioned::new(users::insert(&*app.db, &new, created, USER).await?)))
}

/// Updates a user
///
/// A partial update: fields left out stay as they are. The bearer may be a user's token, of the role
/// `admin`; users change their own password by `POST /api/auth/password`.
#[utoipa::path(
    patch, path = "/api/users/{userId}", tag = "Users", params(("userId" = String, Path, format = Uuid)),
    request_body = UserUpdate,
    responses(
        (status = 200, body = User, description = "The user after the change"),
        BadRequest, Refused, Forbidden, NotFound, LastAdmin,
    )
)]
pub async fn update_user(
    app: App,
    _: Admin,
    PathUuid(uuid): PathUuid,
    IfMatch(only_if): IfMatch,
    Input(update): Input<UserUpdate>,
) -> Result<Versioned, ApiError> {
    let patch = UserPatch {
        email: update.email,
        name: update.full_name,
        role: update.role,
        scoring_role: update.scoring_role,
        is_active: update.is_active.map(|flag| flag.0),
        password_hash: update.password.map(|password| hash(&app, &password)).transpose()?,
    };
    let update = Update {
        uuid,
        only_if: &only_if,
        patch: &patch,
        of_active: false,
        updated: app.new_event(EventType::UserUpdated),
        deactivated: app.new_event(EventType::UserDeactivated),
    };
    Versioned::written(users::update(&*app.db, &update, USER).await?, "User")
}

/// Deactivates a user
///
/// Their tokens end at once and nobody can sign in as them. What they did stays, and so does the user,
/// as inactive: `PATCH` with `is_active` lets them in again. The bearer may be a user's token, of the role
/// `admin`.
#[utoipa::path(
    delete, path = "/api/users/{userId}", tag = "Users", params(("userId" = String, Path, format = Uuid)),
    responses(
        (status = 204, description = "Deactivated"),
        BadRequest, Refused, Forbidden, NotFound, LastAdmin,
    )
)]
pub async fn delete_user(
    app: App,
    _: Admin,
    PathUuid(uuid): PathUuid,
    IfMatch(only_if): IfMatch,
) -> Result<NoContent, ApiError> {
    let patch = UserPatch { is_active: Some(false), ..UserPatch::default() };
    let update = Update {
        uuid,
        only_if: &only_if,
        patch: &patch,
        of_active: true,
        updated: app.new_event(EventType::UserUpdated),
        deactivated: app.new_event(EventType::UserDeactivated),
    };
    versions::done(users::update(&*app.db, &update, USER).await?, "User").map(|_| NoContent)
}

/// The hash of a new password, under fresh salt.
pub(super) fn hash(app: &App, password: &Password) -> Result<PasswordHash, HashError> {
    let mut salt = [0; SALT];
    app.random.fill(&mut salt);
    password.hash(salt)
}

impl From<HashError> for ApiError {
    fn from(error: HashError) -> Self {
        Self::internal(error)
    }
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::EmailTaken => Self::field("email", "A user with this email already exists"),
            WriteError::TooMany => Self::too_many_users(MOST_USERS),
            WriteError::LastAdmin => Self::last_admin(),
            WriteError::Db(error) => error.into(),
        }
    }
}
