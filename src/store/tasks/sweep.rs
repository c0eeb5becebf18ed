//! The sweep: what was lost is found, what is due is signalled.

use serde::Deserialize;

use crate::domain::task::Kind;
use crate::domain::time::Timestamp;
use crate::ports::{Batch, Db, DbError, Signal, Stmt};
use crate::store::relay;

/// Tasks one sweep sends signals for.
const SIGNALS: i64 = 100;

/// How far ahead, in milliseconds, a sweep sends signals, held back until their time.
const LOOK_AHEAD_MS: i64 = 90_000;

/// How long, in milliseconds, a signal is given before it counts as lost.
const SIGNAL_LOST_MS: i64 = 30_000;

/// What a sweep found.
#[derive(Debug, Default)]
pub struct Swept {
    /// Runs that did not end in time; those on their last try are dead now.
    pub overdue: Vec<Overdue>,
    /// Tasks to send signals for.
    pub signals: Vec<Signal>,
    /// Endpoints still have events before them.
    pub is_behind: bool,
}

/// A run that did not end in time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Overdue {
    pub id: i64,
    pub kind: String,
    pub status: String,
    pub last_error: String,
}

#[derive(Deserialize)]
struct DueRow {
    id: i64,
    due_ms: i64,
}

/// Whether a sweep would find anything to do. One round trip, which reads the beginnings of three
/// indexes and the end of the log: an idle sweep itself reads several times that, for what its inserts
/// look up before they insert nothing.
///
/// # Errors
/// When the database fails.
pub async fn is_any_due(db: &dyn Db, now_ms: i64) -> Result<bool, DbError> {
    let stmt = Stmt::new(format!(
        "SELECT 1 AS found WHERE \
            EXISTS (SELECT 1 FROM tasks WHERE status = 'running' AND leased_until_ms < ?1) \
            OR EXISTS (SELECT 1 FROM tasks WHERE status = 'pending' AND signal_ms <= ?1 + ?2) \
            OR EXISTS (SELECT 1 FROM endpoints WHERE enabled = 1 AND {})",
        relay::IS_BEHIND,
    ));
    Ok(!db.read(&stmt.bind(now_ms).bind(LOOK_AHEAD_MS)).await?.is_empty())
}

/// SQL of the kinds that have something to write when a task ends badly: they get one run more, which
/// does only that.
fn with_last_words() -> String {
    let kinds = Kind::ALL.iter().filter(|kind| kind.rules().has_last_words);
    kinds.map(|kind| format!("'{}'", kind.as_str())).collect::<Vec<_>>().join(", ")
}

/// Frees what has run too long, relays events to endpoints, and marks what is due, or soon will be, as
/// signalled. New deliveries are tried at `first_try_ms` (milliseconds since 1970). One round trip, which
/// reads next to nothing when there is nothing to do.
///
/// # Errors
/// When the database fails.
pub async fn sweep(db: &dyn Db, now: Timestamp, now_ms: i64, first_try_ms: i64) -> Result<Swept, DbError> {
    let free = Stmt::new(format!(
        "UPDATE tasks SET status = iif(again, 'pending', 'dead'), finished_at = iif(again, NULL, ?2), \
            attempts = iif(has_run OR NOT again, attempts, 0), \
            rerun_ms = iif(has_run, rerun_ms, NULL), \
            cursor = iif(has_run, cursor, NULL), \
            leased_until_ms = NULL, due_ms = ?1, signal_ms = ?1, last_error = 'the run did not end in time' \
         FROM (SELECT overdue, has_run, has_run OR rerun_ms IS NOT NULL AS again FROM ( \
            SELECT id AS overdue, rerun_ms, attempts < max_attempts OR kind IN ({}) AS has_run \
            FROM tasks WHERE status = 'running' AND leased_until_ms < ?1)) \
         WHERE id = overdue RETURNING id, kind, status, last_error",
        with_last_words(),
    ));
    let signal = Stmt::new(
        "UPDATE tasks SET signal_ms = max(due_ms, ?1) + ?2 WHERE id IN ( \
            SELECT id FROM tasks WHERE status = 'pending' AND signal_ms <= ?1 + ?3 \
            ORDER BY signal_ms LIMIT ?4) \
         RETURNING id, due_ms",
    );
    let [deliveries, senders, cursor] = relay::stmts(now, first_try_ms);
    let signal = signal.bind(now_ms).bind(LOOK_AHEAD_MS + SIGNAL_LOST_MS).bind(LOOK_AHEAD_MS).bind(SIGNALS);
    let batch = Batch::idempotent(vec![free.bind(now_ms).bind(now), deliveries, senders, cursor, signal]);
    let results = db.batch(&batch).await?;
    let [overdue, _, _, cursor, due] = results.as_slice() else {
        return Err(DbError::Row("not five results".to_owned()));
    };
    let signal = |row: DueRow| Signal {
        task_id: row.id,
        delay_s: u32::try_from((row.due_ms - now_ms).max(0).unsigned_abs().div_ceil(1000)).unwrap_or(0),
    };
    Ok(Swept {
        overdue: overdue.parse()?,
        signals: due.parse()?.into_iter().map(signal).collect(),
        is_behind: relay::is_behind(cursor)?,
    })
}
