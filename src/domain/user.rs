//! The people who sign in: who they are, what they may do, and when an e-mail is locked. One table of
//! them serves all contracts.

use uuid::Uuid;

use super::password::PasswordHash;
use super::text::{Email, Text};
use super::words::words;

/// The number by which the store knows a user; outside they are known by their UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserId(pub i64);

/// First and last name together.
pub type UserName = Text<200>;

words! {
    /// What a user may do (contract: AIRecruiter, "Roles").
    Role {
        /// Everything.
        Admin = "admin",
        /// Everything but users and settings.
        Recruiter = "recruiter",
        /// Looks, and changes nothing.
        Readonly = "readonly",
    }
}

words! {
    /// As whom a user scores jobs (contract: job scoring).
    ScoringRole {
        /// Looks after the client.
        AccountManager = "account_manager",
        /// Won the client.
        SalesPerson = "sales_person",
        /// Heads the company.
        Ceo = "ceo",
        /// Anybody else.
        Other = "other",
    }
}

impl Role {
    /// Whether they may change things.
    #[must_use]
    pub const fn may_write(self) -> bool {
        matches!(self, Self::Admin | Self::Recruiter)
    }

    /// Whether they may do everything.
    #[must_use]
    pub const fn is_admin(self) -> bool {
        matches!(self, Self::Admin)
    }
}

/// Somebody who has signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub uuid: Uuid,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub scoring_role: ScoringRole,
}

/// A user to be entered, before the store gives a number.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Version 7, made by the caller.
    pub uuid: Uuid,
    pub email: Email,
    pub name: UserName,
    pub role: Role,
    pub scoring_role: ScoringRole,
    pub is_active: bool,
    pub password_hash: PasswordHash,
}

/// A change to a user; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct UserPatch {
    pub email: Option<Email>,
    pub name: Option<UserName>,
    pub role: Option<Role>,
    pub scoring_role: Option<ScoringRole>,
    pub is_active: Option<bool>,
    pub password_hash: Option<PasswordHash>,
}

/// Most users there can be, the inactive ones included.
pub const MOST_USERS: i64 = 1000;

/// So many failed sign-ins lock an e-mail.
pub const MOST_FAILURES: i64 = 5;

/// How long an e-mail is locked, in milliseconds. Failures are counted together when they are no
/// further apart than this from the first one.
pub const LOCK_MS: i64 = 15 * 60 * 1000;
