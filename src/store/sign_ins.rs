//! Signing in: what a password is compared with, what failed, and what a good sign-in leaves.
//!
//! Invariant: whether a sign-in counts is decided by the statement that writes what became of it, so that
//! of any number at once no more than `MOST_FAILURES` learn whether their password was right.

use serde::Deserialize;

use crate::domain::event::NewEvent;
use crate::domain::password::PasswordHash;
use crate::domain::time::Timestamp;
use crate::domain::user::{LOCK_MS, MOST_FAILURES, User, UserId};
use crate::ports::{Answering, Batch, Db, DbError, Rows, Stmt, Value};

use super::sql::Params;
use super::users::{self, USER, UserRow};
use super::{View, events};

/// How an e-mail stands before a sign-in.
#[derive(Debug)]
pub struct Standing {
    /// It is locked until then, in milliseconds since 1970.
    pub locked_until_ms: Option<i64>,
    /// Who has it.
    pub user: Option<Credentials>,
}

/// What a password is compared with.
#[derive(Debug)]
pub struct Credentials {
    pub id: UserId,
    pub uuid: String,
    pub is_active: bool,
    pub password_hash: PasswordHash,
}

#[derive(Deserialize)]
struct StandingRow {
    locked_until_ms: Option<i64>,
    id: Option<i64>,
    uuid: Option<String>,
    is_active: Option<i64>,
    password_hash: Option<String>,
}

/// How an e-mail, as `users::email_key` writes it, stands. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &dyn Db, email_key: &str, now_ms: i64) -> Result<Standing, DbError> {
    let stmt = Stmt::new(
        "SELECT sign_ins.locked_until_ms, users.id, users.uuid, users.is_active, users.password_hash \
         FROM (SELECT ?1 AS email_key) AS given \
         LEFT JOIN users ON users.email_key = given.email_key \
         LEFT JOIN sign_ins ON sign_ins.email_key = given.email_key AND sign_ins.locked_until_ms > ?2",
    );
    let row = db.read(&stmt.bind(email_key).bind(now_ms)).await?.first::<StandingRow>()?;
    let row = row.ok_or_else(|| DbError::Row("no standing".to_owned()))?;
    let user = match row {
        StandingRow { id: Some(id), uuid: Some(uuid), password_hash: Some(hash), is_active, .. } => {
            let is_active = is_active == Some(1);
            Some(Credentials { id: UserId(id), uuid, is_active, password_hash: PasswordHash::kept(hash) })
        }
        _ => None,
    };
    Ok(Standing { locked_until_ms: row.locked_until_ms, user })
}

#[derive(Deserialize)]
struct LockRow {
    locked_until_ms: Option<i64>,
}

/// The statement that tells until when an e-mail is locked, if it has failures.
fn look(email_key: &str) -> Stmt {
    Stmt::new("SELECT locked_until_ms FROM sign_ins WHERE email_key = ?1").bind(email_key)
}

fn lock_of(rows: Option<&Rows>) -> Result<Option<i64>, DbError> {
    Ok(Rows::first_of::<LockRow>(rows)?.and_then(|row| row.locked_until_ms))
}

/// Counts a failure. Until when the e-mail is locked, when others had locked it before this one, which
/// then does not count. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn fail(db: &dyn Db, email_key: &str, now_ms: i64) -> Result<Option<i64>, DbError> {
    // What was locked, or begun too long ago, is over: then it is counted anew.
    let is_over = format!("(locked_until_ms IS NOT NULL OR first_failed_ms <= ?2 - {LOCK_MS})");
    let count = Stmt::new(format!(
        "INSERT INTO sign_ins (email_key, failures, first_failed_ms) VALUES (?1, 1, ?2) \
         ON CONFLICT (email_key) DO UPDATE SET \
            failures = iif({is_over}, 1, failures + 1), \
            first_failed_ms = iif({is_over}, ?2, first_failed_ms), \
            locked_until_ms = iif({is_over} OR failures + 1 < {MOST_FAILURES}, NULL, ?2 + {LOCK_MS}) \
         WHERE locked_until_ms IS NULL OR locked_until_ms <= ?2 \
         RETURNING failures"
    ));
    let count = count.bind(email_key).bind(now_ms);
    let results = db.batch(&Batch::once(vec![count, look(email_key)])).await?;
    match results.first() {
        Some(counted) if counted.is_empty() => lock_of(results.get(1)),
        _ => Ok(None),
    }
}

/// What became of a sign-in with the right password.
#[derive(Debug)]
pub enum Outcome {
    Good(Box<SignedIn>),
    /// Others had locked the e-mail before, until then, in milliseconds since 1970.
    Locked(i64),
    /// The user was deactivated, or given another password, in between.
    Gone,
}

/// A good sign-in.
#[derive(Debug)]
pub struct SignedIn {
    pub user: User,
    /// What a token of now names.
    pub generation: i64,
    /// The user as the view shows them.
    pub json: String,
}

#[derive(Deserialize)]
struct SignedInRow {
    #[serde(flatten)]
    user: UserRow,
    token_generation: i64,
    json: String,
}

/// SQL of whether the e-mail `?1` is locked now, `?2`.
const IS_LOCKED: &str = "EXISTS (SELECT 1 FROM sign_ins WHERE email_key = ?1 AND locked_until_ms > ?2)";

/// The statement that forgets the failures of an e-mail, unless they have locked it.
fn forget(email_key: &str, now_ms: i64) -> Stmt {
    let stmt = Stmt::new("DELETE FROM sign_ins WHERE email_key = ?1 AND ifnull(locked_until_ms, 0) <= ?2");
    stmt.bind(email_key).bind(now_ms)
}

/// Notes a good sign-in and forgets the failures before it. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn succeed(
    db: &dyn Db,
    email_key: &str,
    user: &Credentials,
    (now, now_ms): (Timestamp, i64),
    view: View,
) -> Result<Outcome, DbError> {
    let note = Stmt::new(format!(
        "UPDATE users SET last_login_at = ?3, version = version + (last_login_at IS NOT ?3) \
         WHERE id = ?4 AND is_active = 1 AND password_hash = ?5 AND NOT {IS_LOCKED} \
         RETURNING {USER}, token_generation, {} AS json",
        users::json(view)
    ));
    let note = note.bind(email_key).bind(now_ms).bind(now).bind(user.id).bind(&user.password_hash);
    let batch = Batch::idempotent(vec![note, forget(email_key, now_ms), look(email_key)]);
    let results = db.batch(&batch).await?;
    match Rows::first_of::<SignedInRow>(results.first())? {
        Some(row) => Ok(Outcome::Good(Box::new(SignedIn {
            user: row.user.try_into()?,
            generation: row.token_generation,
            json: row.json,
        }))),
        None => Ok(lock_of(results.get(2))?.map_or(Outcome::Gone, Outcome::Locked)),
    }
}

/// Another password for a user who gave the right one.
pub struct NewPassword<'a> {
    pub email_key: &'a str,
    pub user: &'a Credentials,
    pub hash: &'a PasswordHash,
    /// Of the token that the user came with.
    pub generation: i64,
    pub updated: NewEvent,
    /// What the request is answered.
    pub answer: Value,
}

/// Sets it, which ends all tokens but those of the next generation, and tells of it; whether it was set,
/// for the user may have been changed in between or the e-mail be locked. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn set_password(db: &dyn Db, new: NewPassword<'_>, now_ms: i64) -> Result<bool, DbError> {
    let is_same = |params: &mut Params| {
        // In this order: `IS_LOCKED` names them.
        let (_, _) = (params.bind(new.email_key), params.bind(now_ms));
        let [id, hash, generation] =
            [params.bind(new.user.id), params.bind(&new.user.password_hash), params.bind(new.generation)];
        format!(
            "id = {id} AND is_active = 1 AND password_hash = {hash} AND token_generation = {generation} \
             AND NOT {IS_LOCKED}"
        )
    };
    let mut params = Params::default();
    let from = format!("users WHERE {}", is_same(&mut params));
    let updated_at = params.bind(new.updated.at);
    let after = |column: &str| match column {
        "updated_at" => updated_at.clone(),
        other => other.to_owned(),
    };
    let selection = events::select(new.updated, &mut params, &from, &users::data(&after));
    let tell = events::insert(params, &[selection]);
    let mut params = Params::default();
    let condition = is_same(&mut params);
    let sql = format!(
        "UPDATE users SET password_hash = {}, token_generation = token_generation + 1, \
            version = version + 1, updated_at = {} \
         WHERE {condition} RETURNING id",
        params.bind(new.hash),
        params.bind(new.updated.at),
    );
    let write = params.into_stmt(sql);
    let answer = Stmt::new("SELECT ?1 AS body, NULL AS etag FROM users WHERE id = ?2 AND password_hash = ?3");
    let answer = answer.bind(new.answer.clone()).bind(new.user.id).bind(new.hash);
    let batch = Batch::once(vec![tell, write, forget(new.email_key, now_ms)]);
    let results = db.batch(&batch.answering(Answering { status: 200, answer })).await?;
    Ok(results.get(1).is_some_and(|rows| !rows.is_empty()))
}

/// Removes up to `limit` of the e-mails whose failures count no more; gives how many were removed. One
/// round trip.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &dyn Db, now_ms: i64, limit: i64) -> Result<i64, DbError> {
    // The last failure may be as much later than the first one as the lock is long.
    let stmt = Stmt::new(
        "DELETE FROM sign_ins WHERE email_key IN ( \
            SELECT email_key FROM sign_ins WHERE first_failed_ms <= ?1 ORDER BY first_failed_ms LIMIT ?2) \
         RETURNING failures",
    );
    let stmt = stmt.bind(now_ms - 2 * LOCK_MS).bind(limit);
    let results = db.batch(&Batch::idempotent(vec![stmt])).await?;
    results.first().map_or(Ok(0), Rows::count)
}
