//! What was answered under an `Idempotency-Key`. A request first reserves its key; its answer is then
//! kept in the batch that does the work.
//!
//! Invariant: a batch that is to keep its answer is committed only while the reservation is held, so
//! two requests with one key never do both.

use serde::Deserialize;

use crate::ports::{Answering, Batch, Db, DbError, Rows, Stmt};

/// How long an answer is remembered.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// How long a request may run before it counts as crashed.
const LEASE_MS: i64 = 60 * 1000;

/// A request that wants to be done once.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Who asks.
    pub caller: String,
    pub key: String,
    /// What is asked.
    pub fingerprint: String,
    /// This one attempt, unlike any other.
    pub token: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

/// What a reservation came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Reservation {
    /// The key is ours: do the work.
    Held,
    /// The same was asked before, and answered so.
    Answered(Kept),
    /// The same was asked before, and is being done.
    Running,
    /// The key stands for another request.
    OtherRequest,
}

/// A remembered answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub http_status: u16,
    /// JSON, or nothing.
    pub body: String,
    pub tag: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    is_ours: u8,
    is_same: u8,
    status: String,
    http_status: Option<u16>,
    etag: Option<String>,
    body: Option<String>,
}

/// Reserves the key, if nobody did, or the one who did is past the time. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn reserve(db: &dyn Db, claim: &Claim) -> Result<Reservation, DbError> {
    // By its token a claim knows itself again, so this may run twice.
    let reserve = Stmt::new(
        "INSERT INTO idempotency_keys \
            (caller, key, fingerprint, status, token, lease_until_ms, created_ms) \
         VALUES (?1, ?2, ?3, 'running', ?4, ?5 + ?6, ?5) \
         ON CONFLICT (caller, key) DO UPDATE SET \
            seq = (SELECT max(seq) + 1 FROM idempotency_keys), \
            fingerprint = excluded.fingerprint, status = 'running', token = excluded.token, \
            lease_until_ms = excluded.lease_until_ms, created_ms = excluded.created_ms, \
            http_status = NULL, etag = NULL, body = NULL \
         WHERE created_ms <= ?5 - ?7 OR (status = 'running' AND lease_until_ms <= ?5)",
    );
    let look = Stmt::new(
        "SELECT token = ?3 AS is_ours, fingerprint = ?4 AS is_same, status, http_status, etag, \
            iif(fingerprint = ?4, body, NULL) AS body \
         FROM idempotency_keys WHERE caller = ?1 AND key = ?2",
    );
    let (caller, key) = (claim.caller.as_str(), claim.key.as_str());
    let (token, fingerprint) = (claim.token.as_str(), claim.fingerprint.as_str());
    let reserve = reserve.bind(caller).bind(key).bind(fingerprint).bind(token);
    let reserve = reserve.bind(claim.at_ms).bind(LEASE_MS).bind(KEPT_MS);
    let look = look.bind(caller).bind(key).bind(token).bind(fingerprint);
    let results = db.batch(&Batch::idempotent(vec![reserve, look])).await?;
    let row = Rows::first_of::<Row>(results.last())?;
    let row = row.ok_or_else(|| DbError::Row("the key was not there after reserving it".to_owned()))?;
    Ok(match row {
        Row { is_ours: 1, .. } => Reservation::Held,
        Row { is_same: 0, .. } => Reservation::OtherRequest,
        Row { http_status: Some(http_status), body: Some(body), etag, status, .. } if status == "done" => {
            Reservation::Answered(Kept { http_status, body, tag: etag })
        }
        _ => Reservation::Running,
    })
}

/// The statement that keeps the answer, for the batch that does the work. It returns a row when there
/// was an answer to keep. Without the reservation it fails, and the batch with it.
#[must_use]
pub fn keep(claim: &Claim, answering: &Answering) -> Stmt {
    let Answering { status, answer } = answering;
    // The answer's own parameters come first.
    let at = answer.params.len();
    let [caller, key, fingerprint, token, created, http_status] = [1, 2, 3, 4, 5, 6].map(|n| at + n);
    let sql = format!(
        "INSERT INTO idempotency_keys \
            (caller, key, fingerprint, status, token, lease_until_ms, created_ms, http_status, etag, body) \
         SELECT ?{caller}, ?{key}, ?{fingerprint}, \
            iif(EXISTS (SELECT 1 FROM idempotency_keys \
                        WHERE caller = ?{caller} AND key = ?{key} AND token = ?{token}), 'done', 'lost'), \
            ?{token}, ?{created}, ?{created}, ?{http_status}, answer.etag, answer.body \
         FROM ({}) AS answer WHERE true \
         ON CONFLICT (caller, key) DO UPDATE SET \
            status = excluded.status, http_status = excluded.http_status, etag = excluded.etag, \
            body = excluded.body \
         RETURNING seq",
        answer.sql,
    );
    let stmt = Stmt { sql: sql.into(), params: answer.params.clone() };
    let stmt = stmt.bind(claim.caller.as_str()).bind(claim.key.as_str()).bind(claim.fingerprint.as_str());
    stmt.bind(claim.token.as_str()).bind(claim.at_ms).bind(i64::from(*status))
}

/// Keeps an answer after the work. One round trip.
///
/// # Errors
/// `DbError::Overtaken` when the reservation is held no longer; when the database fails.
pub async fn keep_late(db: &dyn Db, claim: &Claim, answering: &Answering) -> Result<(), DbError> {
    db.batch(&Batch::idempotent(vec![keep(claim, answering)])).await.map(|_| ())
}

/// Gives the key back, unless an answer is kept under it. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn release(db: &dyn Db, claim: &Claim) -> Result<(), DbError> {
    let stmt = Stmt::new(
        "DELETE FROM idempotency_keys WHERE caller = ?1 AND key = ?2 AND token = ?3 AND status = 'running'",
    );
    let stmt = stmt.bind(claim.caller.as_str()).bind(claim.key.as_str()).bind(claim.token.as_str());
    db.batch(&Batch::idempotent(vec![stmt])).await.map(|_| ())
}

/// Removes, of the `limit` keys entered first, those of before an instant (milliseconds since 1970);
/// gives how many were removed. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &dyn Db, before_ms: i64, limit: i64) -> Result<i64, DbError> {
    // Nothing is scanned: a key that is used again takes a new place.
    let stmt = Stmt::new(
        "DELETE FROM idempotency_keys WHERE seq IN ( \
            SELECT seq FROM (SELECT seq, created_ms FROM idempotency_keys ORDER BY seq LIMIT ?2) \
            WHERE created_ms < ?1) \
         RETURNING seq",
    );
    let results = db.batch(&Batch::idempotent(vec![stmt.bind(before_ms).bind(limit)])).await?;
    results.first().map_or(Ok(0), Rows::count)
}
