//! Sweeps: begun, counted and ended.

use serde::Deserialize;
use uuid::Uuid;

use super::log::SHOWN;
use crate::domain::event::EventType;
use crate::domain::sync::{Progress, SyncKind};
use crate::domain::time::Timestamp;
use crate::ports::{Answering, Batch, Db, DbError, Rows, Stmt};
use crate::store::alerts::Condition;
use crate::store::row_json;
use crate::store::sql::Params;

/// A sweep that runs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Running {
    pub id: i64,
    /// Whatever it would deactivate, it may.
    pub is_forced: u8,
}

/// Writes that a sweep is wanted, with the task that makes it; gives the answer `{"sync_id":N}`, of the one
/// that runs already if one does. Asked for with force, that one is forced too. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn start(
    db: &dyn Db,
    system: &str,
    kind: SyncKind,
    is_forced: bool,
    now: Timestamp,
    enqueue: Stmt,
) -> Result<String, DbError> {
    let row = Stmt::new(
        "INSERT INTO sync_log (system, kind, status, started_at, phase, is_forced) \
         VALUES (?1, ?2, 'running', ?3, 'jobs', ?4) \
         ON CONFLICT (system) WHERE status = 'running' AND kind <> 'webhook' \
            DO UPDATE SET is_forced = 1 WHERE is_forced < excluded.is_forced",
    );
    let row = row.bind(system).bind(kind.as_str()).bind(now).bind(i64::from(is_forced));
    let body = "SELECT json_object('sync_id', id, 'status', 'syncing') AS body, NULL AS etag FROM sync_log \
         WHERE system = ?1 AND status = 'running' AND kind <> 'webhook'";
    let answer = Stmt::new(body).bind(system);
    let batch = Batch::once(vec![row, enqueue, answer.clone()]).answering(Answering { status: 202, answer });
    let results = db.batch(&batch).await?;
    let row = Rows::first_of::<BodyRow>(results.get(2))?;
    row.map(|row| row.body).ok_or_else(|| DbError::Row("the sync was not returned".to_owned()))
}

#[derive(Deserialize)]
struct BodyRow {
    body: String,
}

/// The sweep of a system that runs. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn running(db: &dyn Db, system: &str) -> Result<Option<Running>, DbError> {
    let stmt = Stmt::new(
        "SELECT id, is_forced FROM sync_log WHERE system = ?1 AND status = 'running' AND kind <> 'webhook'",
    );
    db.read(&stmt.bind(system)).await?.first()
}

/// The statement that counts what was done since the last one.
#[must_use]
pub fn count(id: i64, progress: &Progress) -> Stmt {
    let mut params = Params::default();
    let sets = sets(&mut params, progress);
    let sql = match sets.as_slice() {
        [] => "SELECT 1 WHERE false".to_owned(),
        sets => format!("UPDATE sync_log SET {} WHERE id = {}", sets.join(", "), params.bind(id)),
    };
    params.into_stmt(sql)
}

/// SQL of what is counted: `column = value` of each.
fn sets(params: &mut Params, progress: &Progress) -> Vec<String> {
    let counts: Vec<_> = progress
        .counts()
        .into_iter()
        .filter(|(_, number)| *number != 0)
        .map(|(column, number)| format!("{column} = {column} + {}", params.bind(number)))
        .collect();
    let given = [("total", progress.total), ("pipelines_total", progress.pipelines_total)];
    let given = given.into_iter().filter_map(|(column, number)| Some((column, number?)));
    let given: Vec<_> = given.map(|(column, number)| format!("{column} = {}", params.bind(number))).collect();
    let phase = progress.phase.map(|phase| format!("phase = {}", params.bind(phase.as_str())));
    [counts, given, phase.into_iter().collect()].concat()
}

/// What events tell of a sync.
fn members() -> Vec<row_json::Member> {
    let count = ("count", "created + changed + deactivated".to_owned());
    SHOWN.into_iter().map(|column| (column, column.to_owned())).chain([count]).collect()
}

fn tell(id: i64, kind: EventType, uuid: Uuid, now: Timestamp) -> Stmt {
    let sql = format!(
        "INSERT INTO events (id, type, at, subject_type, subject_id, data) \
         SELECT ?1, ?2, ?3, 'sync', id, {} FROM sync_log WHERE id = ?4",
        row_json::object(&members())
    );
    Stmt::new(sql).bind(uuid.to_string()).bind(kind.as_str()).bind(now).bind(id)
}

/// Statements that end a sweep well, with what was done since it was last counted, and tell of it.
#[must_use]
pub fn succeed(id: i64, progress: &Progress, uuid: Uuid, now: Timestamp) -> Vec<Stmt> {
    let mut params = Params::default();
    let at = params.bind(now);
    let ended = vec![format!("status = 'succeeded', finished_at = {at}, phase = NULL")];
    let sets = [ended, sets(&mut params, &Progress { phase: None, ..*progress })].concat();
    let end = format!("UPDATE sync_log SET {} WHERE id = {}", sets.join(", "), params.bind(id));
    vec![params.into_stmt(end), tell(id, EventType::SyncCompleted, uuid, now)]
}

/// Statements that end a sweep badly for this reason, and tell of it.
#[must_use]
pub fn fail(id: i64, error: &str, uuid: Uuid, now: Timestamp) -> Vec<Stmt> {
    let end = "UPDATE sync_log SET status = 'failed', finished_at = ?2, error = ?3 WHERE id = ?1";
    vec![Stmt::new(end).bind(id).bind(now).bind(error), tell(id, EventType::SyncFailed, uuid, now)]
}

/// That the sweep before this one ended badly, too.
#[must_use]
pub fn failed_before(system: &str, id: i64) -> Condition {
    let sql = "EXISTS (SELECT 1 FROM ( \
            SELECT status FROM sync_log INDEXED BY sync_log_sweeps \
            WHERE kind <> 'webhook' AND system = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1) \
        WHERE status = 'failed')";
    Condition { sql: sql.to_owned(), params: vec![system.into(), id.into()] }
}
