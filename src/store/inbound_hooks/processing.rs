//! What a task that processes webhooks reads and writes.

use serde::{Deserialize, Serialize};

use super::{SYSTEM, open, task_key};
use crate::domain::inbound_hook::{HookKind, ProcessHooks};
use crate::domain::time::Timestamp;
use crate::ports::{Batch, Db, DbError, Rows, Stmt};
use crate::store::alerts::Condition;
use crate::store::sql::Params;

/// More than so many failures in a window are worth an alert.
const TOLERATED: i64 = 5;

/// The webhooks about a subject that are to be processed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Waiting {
    /// The number of the last of them.
    pub up_to: i64,
    /// How many wait; those that failed before, and are processed with them, don't count.
    pub hooks: i64,
    /// Whether the job itself is to be read.
    #[serde(deserialize_with = "is_one")]
    pub of_job: bool,
    /// Whether its pipeline is.
    #[serde(deserialize_with = "is_one")]
    pub of_pipeline: bool,
}

fn is_one<'de, D: serde::Deserializer<'de>>(number: D) -> Result<bool, D::Error> {
    Ok(i64::deserialize(number)? == 1)
}

/// SQL of the kinds of a side, in quotes.
fn kinds(of_job: bool) -> String {
    let kinds = HookKind::ALL.iter().filter(|kind| kind.is_of_job() == of_job);
    kinds.map(|kind| format!("'{}'", kind.as_str())).collect::<Vec<_>>().join(", ")
}

/// What waits about a subject; nothing when nothing does. What failed earlier is asked for too: it was a hint
/// at the same, and is done with when this goes well. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &dyn Db, subject: &ProcessHooks) -> Result<Option<Waiting>, DbError> {
    let mut params = Params::default();
    // An unknown kind may be about anything.
    let sql = format!(
        "SELECT max(id) AS up_to, count(*) FILTER (WHERE status <> 'failed') AS hooks, \
            max(coalesce(kind, '') NOT IN ({})) AS of_job, \
            max(coalesce(kind, '') NOT IN ({})) AS of_pipeline \
         FROM inbound_hooks WHERE {} HAVING hooks > 0",
        kinds(false),
        kinds(true),
        open(&mut params, subject),
    );
    db.read(&params.into_stmt(sql)).await?.first()
}

/// What processing came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// Jobs that were read, and what that brought.
    pub seen: i64,
    pub created: i64,
    pub changed: i64,
    pub deactivated: i64,
    /// Pipelines that were read.
    pub pipelines: i64,
    pub pipelines_changed: i64,
    /// Requests to the system.
    pub calls: i64,
    pub retries: i64,
    /// How long it took, in milliseconds, and how long of that the system did.
    pub ms: i64,
    pub vendor_ms: i64,
}

/// The statements for the end of a task that went well: what waited, up to this number, is processed, and
/// so is what failed before; and a line in the log of syncs.
#[must_use]
pub fn processed(
    subject: &ProcessHooks,
    up_to: i64,
    done: &Done,
    started: Timestamp,
    now: Timestamp,
) -> [Stmt; 2] {
    let mut params = Params::default();
    let mark = format!(
        "UPDATE inbound_hooks SET status = iif(status = 'duplicate', status, 'processed'), error = NULL, \
            failed_ms = NULL, processed_at = {} WHERE {} AND id <= {}",
        params.bind(now),
        open(&mut params, subject),
        params.bind(up_to),
    );
    let log = Stmt::new(
        "INSERT INTO sync_log (system, kind, status, started_at, finished_at, seen, created, changed, \
            deactivated, pipelines, pipelines_changed, calls, retries, ms, vendor_ms) \
         VALUES (?1, 'webhook', 'succeeded', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    );
    let numbers = [
        done.seen,
        done.created,
        done.changed,
        done.deactivated,
        done.pipelines,
        done.pipelines_changed,
        done.calls,
        done.retries,
        done.ms,
        done.vendor_ms,
    ];
    let log = log.bind(SYSTEM).bind(started).bind(now);
    [params.into_stmt(mark), numbers.into_iter().fold(log, Stmt::bind)]
}

/// The statements for the end of a task that failed for good: what waits has failed, and a line in the log
/// of syncs. A task that was asked for again meanwhile runs once more, for all that waits: then nothing has
/// failed yet.
#[must_use]
pub fn failed(subject: &ProcessHooks, error: &str, now: Timestamp, now_ms: i64) -> [Stmt; 2] {
    let mut params = Params::default();
    let mark = format!(
        "UPDATE inbound_hooks SET status = 'failed', error = {}, failed_ms = {} \
         WHERE {} AND status <> 'failed' AND NOT EXISTS (SELECT 1 FROM tasks \
            WHERE dedupe_key = {} AND status = 'running' AND rerun_ms IS NOT NULL)",
        params.bind(error),
        params.bind(now_ms),
        open(&mut params, subject),
        params.bind(task_key(subject)),
    );
    let log = Stmt::new(
        "INSERT INTO sync_log (system, kind, status, started_at, finished_at, error) \
         VALUES (?1, 'webhook', 'failed', ?2, ?2, ?3)",
    );
    [params.into_stmt(mark), log.bind(SYSTEM).bind(now).bind(error)]
}

/// Holds when more webhooks failed since then, in milliseconds since 1970, than can be put up with.
#[must_use]
pub fn many_failed_since(since_ms: i64) -> Condition {
    let mut params = Params::default();
    let since = params.bind(since_ms);
    let most = params.bind(TOLERATED);
    let sql = format!(
        "(SELECT count(*) FROM (SELECT 1 FROM inbound_hooks WHERE system = '{SYSTEM}' \
            AND status = 'failed' AND failed_ms > {since} LIMIT {most} + 1)) > {most}"
    );
    let stmt = params.into_stmt(sql);
    Condition { sql: stmt.sql.into_owned(), params: stmt.params }
}

/// Removes up to `limit` of the oldest webhooks from before an instant; gives how many were removed. One
/// round trip.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &dyn Db, before: Timestamp, limit: i64) -> Result<i64, DbError> {
    // They stand in the order in which they came: nothing is scanned.
    let stmt = Stmt::new(
        "DELETE FROM inbound_hooks WHERE id IN ( \
            SELECT id FROM (SELECT id, received_at FROM inbound_hooks ORDER BY id LIMIT ?2) \
            WHERE received_at < ?1) \
         RETURNING id",
    );
    let results = db.batch(&Batch::idempotent(vec![stmt.bind(before).bind(limit)])).await?;
    results.first().map_or(Ok(0), Rows::count)
}
