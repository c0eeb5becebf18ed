//! Users as they are shown, made and changed.

use std::str::FromStr;

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::input::{FieldErrors, Flag, Raw, given, nullable, required};
use crate::domain::Invalid;
use crate::domain::password::Password;
use crate::domain::text::{Email, Prose};
use crate::domain::user::{Role, ScoringRole, UserName};
use crate::store::View;
use crate::store::users::{IS_ACTIVE, UserFilter};

/// How a user's row is shown.
pub const USER: View = &[
    ("id", "uuid"),
    ("email", "email"),
    ("full_name", "name"),
    ("role", "role"),
    ("scoring_role", "scoring_role"),
    ("is_active", IS_ACTIVE),
    ("created_at", "created_at"),
    ("updated_at", "updated_at"),
    ("last_login_at", "last_login_at"),
];

/// Somebody who may sign in, or might.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// A UUID.
    #[schema(example = "018d2680-1b40-7000-8000-000000000000")]
    pub id: String,
    #[schema(example = "anna@example.com")]
    pub email: String,
    #[schema(example = "Anna Petrova")]
    pub full_name: String,
    /// What they may do: `admin` (everything), `recruiter` (everything but users and settings) or
    /// `readonly` (look).
    #[schema(example = "recruiter")]
    pub role: String,
    /// As whom they score jobs: `account_manager`, `sales_person`, `ceo` or `other`.
    #[schema(example = "account_manager")]
    pub scoring_role: String,
    /// Whether they may sign in.
    pub is_active: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// `null` before the first time.
    #[schema(required, format = DateTime)]
    pub last_login_at: Option<String>,
}

/// A new user.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct UserCreate {
    /// Nobody else's, in upper or lower case.
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, max_length = 255, example = "anna@example.com")]
    pub email: Email,
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Anna Petrova")]
    pub full_name: UserName,
    /// `admin`, `recruiter` or `readonly`.
    #[deserr(default = Role::Recruiter, try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, required = false, default = "recruiter")]
    pub role: Role,
    /// `account_manager`, `sales_person`, `ceo` or `other`.
    #[deserr(default = ScoringRole::Other, try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, required = false, default = "other")]
    pub scoring_role: ScoringRole,
    #[deserr(default = Flag(true), try_from(Raw) = required -> Invalid)]
    #[schema(value_type = bool, required = false, default = true)]
    pub is_active: Flag,
    /// Kept to the letter.
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 128)]
    pub password: Password,
}

/// A change to a user: fields left out stay as they are.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct UserUpdate {
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, max_length = 255)]
    pub email: Option<Email>,
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub full_name: Option<UserName>,
    /// Counts at once.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false)]
    pub role: Option<Role>,
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false)]
    pub scoring_role: Option<ScoringRole>,
    /// `false` ends the user's tokens at once, and lets nobody sign in as them.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = bool, required = false)]
    pub is_active: Option<Flag>,
    /// Another one ends the user's tokens at once.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, format = Password, min_length = 12, max_length = 128)]
    pub password: Option<Password>,
}

/// Which users to list; all conditions must hold.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query)]
#[deserr(error = FieldErrors)]
pub struct UserQuery {
    /// `admin`, `recruiter` or `readonly`.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    role: Option<Role>,
    /// `account_manager`, `sales_person`, `ceo` or `other`.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    scoring_role: Option<ScoringRole>,
    /// Only those who may sign in, or only those who may not.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<bool>)]
    is_active: Option<Active>,
}

/// A flag in a query.
struct Active(bool);

impl FromStr for Active {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        match raw.trim() {
            "true" | "1" => Ok(Self(true)),
            "false" | "0" => Ok(Self(false)),
            _ => Err(Invalid::because("must be true or false")),
        }
    }
}

impl From<UserQuery> for UserFilter {
    fn from(query: UserQuery) -> Self {
        Self {
            role: query.role,
            scoring_role: query.scoring_role,
            is_active: query.is_active.map(|active| active.0),
        }
    }
}

/// A password as somebody claims it to be: of any length, compared with a hash and never kept.
pub type Claimed = Prose<1024>;

/// Who signs in.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct SignIn {
    /// In upper or lower case.
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, max_length = 255, example = "anna@example.com")]
    pub email: Email,
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, format = Password, max_length = 1024)]
    pub password: Claimed,
}

/// A user who has signed in.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// For `Authorization: Bearer`. A JSON Web Token.
    pub token: String,
    /// From then on it is not good any more.
    #[schema(format = DateTime)]
    pub expires_at: String,
    pub user: User,
}

/// Another password.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct PasswordChange {
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, format = Password, max_length = 1024)]
    pub current_password: Claimed,
    /// Kept to the letter.
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, format = Password, min_length = 12, max_length = 128)]
    pub new_password: Password,
}

/// A token in place of those that have ended.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Renewed {
    /// For `Authorization: Bearer`. A JSON Web Token.
    pub token: String,
    /// From then on it is not good any more.
    #[schema(format = DateTime)]
    pub expires_at: String,
}
