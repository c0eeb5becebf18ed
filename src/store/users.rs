//! The people who sign in: `users`. Signing in itself is in `sign_ins`.
//!
//! Invariant: once there is an active administrator, there always is one. What is told of a user never
//! holds the password's hash.

use serde::Deserialize;
use uuid::Uuid;

use crate::domain::event::NewEvent;
use crate::domain::text::{Email, fold};
use crate::domain::user::{MOST_USERS, NewUser, Role, ScoringRole, User, UserId, UserPatch};
use crate::ports::{Answering, Batch, Db, DbError, Rows, Stmt};

use super::row_json::{self, Member};
use super::sql::{Changes, Conditions, Params};
use super::{OnlyIf, Outcome, Shown, View, caching, events, word};

/// SQL of a user's tag.
const TAG: &str = "'u' || uuid || '-' || version";

/// SQL of whether a user may sign in, as JSON has it: for views.
pub const IS_ACTIVE: &str = "json(iif(is_active, 'true', 'false'))";

/// SQL that is true for the only active administrator.
const IS_LAST_ADMIN: &str = "role = 'admin' AND is_active = 1 AND NOT EXISTS ( \
     SELECT 1 FROM users AS other \
     WHERE other.role = 'admin' AND other.is_active = 1 AND other.id <> users.id)";

/// SQL of the columns that make a `User`.
pub(super) const USER: &str = "id, uuid, email, name, role, scoring_role";

#[derive(Deserialize)]
pub(super) struct UserRow {
    id: i64,
    uuid: String,
    email: String,
    name: String,
    role: String,
    scoring_role: String,
}

impl TryFrom<UserRow> for User {
    type Error = DbError;

    fn try_from(row: UserRow) -> Result<Self, DbError> {
        Ok(Self {
            id: UserId(row.id),
            uuid: row.uuid.parse().map_err(|error| DbError::Row(format!("{}: {error}", row.uuid)))?,
            email: row.email,
            name: row.name,
            role: word(&row.role)?,
            scoring_role: word(&row.scoring_role)?,
        })
    }
}

/// What an e-mail is unique by.
#[must_use]
pub fn email_key(email: &str) -> String {
    fold(email)
}

/// SQL of a user as a view shows them.
pub(super) fn json(view: View) -> String {
    let members: Vec<Member> = view.iter().map(|(key, column)| (*key, (*column).to_owned())).collect();
    row_json::object(&members)
}

/// Which users to list; all conditions must hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct UserFilter {
    pub role: Option<Role>,
    pub scoring_role: Option<ScoringRole>,
    pub is_active: Option<bool>,
}

/// Lists users, the oldest first: a JSON array of the view. There are at most `MOST_USERS`. One round
/// trip.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &dyn Db, filter: UserFilter, view: View) -> Result<Vec<u8>, DbError> {
    let mut params = Params::default();
    let mut conditions = Conditions::default();
    conditions.equal(&mut params, "role", filter.role);
    conditions.equal(&mut params, "scoring_role", filter.scoring_role);
    conditions.equal(&mut params, "is_active", filter.is_active.map(i64::from));
    let sql = format!("SELECT {} FROM users {} ORDER BY id", super::hex_values(view), conditions.to_sql());
    super::json_array(db, &params.into_stmt(sql), view).await
}

/// One user, as the view shows them. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &dyn Db, uuid: Uuid, view: View) -> Result<Option<Shown>, DbError> {
    let stmt = Stmt::new(format!("SELECT {} AS json, {TAG} AS tag FROM users WHERE uuid = ?1", json(view)));
    db.read(&stmt.bind(uuid.to_string())).await?.first()
}

/// The user of a token, by UUID and generation, if they may sign in and the token was not ended. One
/// round trip.
///
/// # Errors
/// When the database fails.
pub async fn holder(db: &dyn Db, uuid: &str, generation: i64) -> Result<Option<User>, DbError> {
    let stmt = Stmt::new(format!(
        "SELECT {USER} FROM users WHERE uuid = ?1 AND is_active = 1 AND token_generation = ?2"
    ));
    let row = db.read(&stmt.bind(uuid).bind(generation)).await?.first::<UserRow>()?;
    row.map(User::try_from).transpose()
}

/// Why a user could not be written.
#[derive(Debug)]
pub enum WriteError {
    /// Another user has this e-mail.
    EmailTaken,
    /// There are `MOST_USERS`.
    TooMany,
    /// Without them there would be no active administrator.
    LastAdmin,
    /// The database failed.
    Db(DbError),
}

impl From<DbError> for WriteError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unique(columns) if columns.iter().any(|c| c == "users.email_key") => Self::EmailTaken,
            other => Self::Db(other),
        }
    }
}

/// Enters a user and `user.created`; gives them as the view shows them, which is also what the request
/// will be answered. One round trip.
///
/// # Errors
/// When the e-mail is taken, there is no room, or the database fails.
pub async fn insert(db: &dyn Db, new: &NewUser, event: NewEvent, view: View) -> Result<Shown, WriteError> {
    let json = json(view);
    let insert = Stmt::new(format!(
        "INSERT INTO users (uuid, email, email_key, name, role, scoring_role, password_hash, is_active, \
            created_at, updated_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9 WHERE (SELECT count(*) FROM users) < {MOST_USERS} \
         RETURNING {json} AS json, {TAG} AS tag"
    ));
    let insert = insert
        .bind(new.uuid.to_string())
        .bind(&new.email)
        .bind(email_key(new.email.as_str()))
        .bind(&new.name)
        .bind(new.role)
        .bind(new.scoring_role)
        .bind(&new.password_hash)
        .bind(i64::from(new.is_active))
        .bind(event.at);
    let mut params = Params::default();
    let from = format!("users WHERE uuid = {}", params.bind(new.uuid.to_string()));
    let selection = events::select(event, &mut params, &from, &data(&str::to_owned));
    let tell = events::insert(params, &[selection]);
    let answer = Stmt::new(format!("SELECT {json} AS body, {TAG} AS etag FROM users WHERE uuid = ?1"));
    let answering = Answering { status: 201, answer: answer.bind(new.uuid.to_string()) };
    let results = db.batch(&Batch::once(vec![insert, tell]).answering(answering)).await?;
    Rows::first_of(results.first())?.ok_or(WriteError::TooMany)
}

/// A user as events tell of them, given SQL of what each column holds.
pub(super) fn data(after: &dyn Fn(&str) -> String) -> Vec<Member> {
    let columns = ["id", "uuid", "email", "name", "role", "scoring_role"];
    let times = ["created_at", "updated_at", "last_login_at"];
    let mut data: Vec<Member> = columns.iter().map(|column| (*column, after(column))).collect();
    data.push(("is_active", format!("json(iif({}, 'true', 'false'))", after("is_active"))));
    data.extend(times.iter().map(|column| (*column, after(column))));
    data
}

/// A change to one user.
pub struct Update<'a> {
    pub uuid: Uuid,
    pub only_if: &'a OnlyIf,
    pub patch: &'a UserPatch,
    /// Who is inactive already counts as not there.
    pub of_active: bool,
    /// Anything differs.
    pub updated: NewEvent,
    /// They may sign in no longer.
    pub deactivated: NewEvent,
}

impl Update<'_> {
    fn changes(&self) -> Changes {
        let patch = self.patch;
        let mut changes = Changes::default();
        changes.set("email", patch.email.as_ref());
        changes.set("email_key", patch.email.as_ref().map(|email: &Email| email_key(email.as_str())));
        changes.set("name", patch.name.as_ref());
        changes.set("role", patch.role);
        changes.set("scoring_role", patch.scoring_role);
        changes.set("is_active", patch.is_active.map(i64::from));
        changes.set("password_hash", patch.password_hash.as_ref());
        if changes.is_empty() {
            // A change of nothing, which is still meant for a version.
            changes.set("uuid", Some(self.uuid.to_string()));
        }
        changes
    }

    /// SQL that is true for the row, if it may be changed so.
    fn condition(&self, params: &mut Params) -> String {
        let is_it = format!("uuid = {}", params.bind(self.uuid.to_string()));
        let is_meant = self.only_if.holds(params, TAG);
        let mut conditions = vec![is_it.as_str(), &is_meant];
        if self.of_active {
            conditions.push("is_active = 1");
        }
        let others_stay = format!("NOT ({IS_LAST_ADMIN})");
        let takes_power = self.patch.role.is_some_and(|role| !role.is_admin());
        if takes_power || self.patch.is_active == Some(false) {
            conditions.push(&others_stay);
        }
        conditions.join(" AND ")
    }

    /// Tells of it before it is made, when the row still shows whether it makes a difference.
    fn tell(&self, changes: &Changes) -> Stmt {
        let mut params = Params::default();
        let bound = changes.bind(&mut params);
        let updated_at = params.bind(self.updated.at);
        let after = |column: &str| match column {
            "updated_at" => updated_at.clone(),
            other => bound.after(other),
        };
        let data = data(&after);
        let row = format!("users WHERE {}", self.condition(&mut params));
        let differs = format!("{row} AND {}", bound.differ());
        let mut selections = vec![events::select(self.updated, &mut params, &differs, &data)];
        if self.patch.is_active == Some(false) {
            let ends = format!("{row} AND is_active = 1");
            selections.push(events::select(self.deactivated, &mut params, &ends, &data));
        }
        events::insert(params, &selections)
    }

    fn write(&self, changes: &Changes, view: View) -> Stmt {
        let mut params = Params::default();
        let bound = changes.bind(&mut params);
        let differs = bound.differ();
        // Tokens end with the password that they were given for, and never come back.
        let ends = if self.patch.is_active == Some(false) { "is_active = 1" } else { "false" };
        let sql = format!(
            "UPDATE users SET {}, version = version + {differs}, \
                token_generation = token_generation + ({} OR {ends}), \
                updated_at = iif({differs}, {}, updated_at) \
             WHERE {} RETURNING {} AS json, {TAG} AS tag",
            bound.assignments().join(", "),
            bound.differ_in(&["password_hash"]),
            params.bind(self.updated.at),
            self.condition(&mut params),
            json(view),
        );
        params.into_stmt(sql)
    }
}

#[derive(Deserialize)]
struct LookRow {
    is_meant: i64,
    is_active: i64,
}

/// Changes a user, and tells of it if anything differs; gives them as the view shows them. Another
/// password, and being deactivated, end the user's tokens. One round trip.
///
/// # Errors
/// When the e-mail is taken, no administrator would be left, or the database fails.
pub async fn update(db: &dyn Db, update: &Update<'_>, view: View) -> Result<Outcome<Shown>, WriteError> {
    let changes = update.changes();
    let mut params = Params::default();
    let is_meant = update.only_if.holds(&mut params, TAG);
    let uuid = params.bind(update.uuid.to_string());
    let look = format!("SELECT {is_meant} AS is_meant, is_active FROM users WHERE uuid = {uuid}");
    let mut stmts = vec![update.tell(&changes), update.write(&changes, view), params.into_stmt(look)];
    if update.patch.name.is_some() {
        // Jobs are cached with the names of those who scored them.
        stmts.push(caching::clear_stmt());
    }
    let batch = match update.only_if {
        OnlyIf::Any if !update.of_active => Batch::idempotent(stmts),
        // The second time it would find what the first one made.
        _ => Batch::once(stmts),
    };
    let results = db.batch(&batch).await?;
    if let Some(shown) = Rows::first_of(results.get(1))? {
        return Ok(Outcome::Done(shown));
    }
    match Rows::first_of::<LookRow>(results.get(2))? {
        None => Ok(Outcome::Missing),
        Some(row) if update.of_active && row.is_active == 0 => Ok(Outcome::Missing),
        Some(row) if row.is_meant == 0 => Ok(Outcome::Stale),
        Some(_) => Err(WriteError::LastAdmin),
    }
}

/// Ends all tokens of a user; the request will be answered with 204. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn end_tokens(db: &dyn Db, id: UserId) -> Result<(), DbError> {
    let stmt = Stmt::new("UPDATE users SET token_generation = token_generation + 1 WHERE id = ?1").bind(id);
    db.batch(&Batch::once(vec![stmt]).answering(Answering::text(204, "", None))).await.map(|_| ())
}
