//! Writing tasks.

use serde::Deserialize;
use uuid::Uuid;

use super::keep;
use crate::domain::task::{Kind, NewTask, Priority, WhenRunning};
use crate::domain::time::Timestamp;
use crate::ports::{Answering, Batch, Db, DbError, FileError, Files, Rows, Stmt};
use crate::store::sql::Params;

/// The columns a new task gives values.
const COLUMNS: &str = "kind, payload, payload_key, status, priority, max_attempts, lease_ms, due_ms, \
     signal_ms, dedupe_key, created_at";

/// The statement that writes a task, for the caller's batch; it returns the task's `id`. A payload too
/// long for a row is put into a file first, under the given UUID.
///
/// # Errors
/// When the file can't be written.
pub async fn enqueue(
    files: &dyn Files,
    new: &NewTask,
    uuid: Uuid,
    now: Timestamp,
) -> Result<Stmt, FileError> {
    let file_name = format!("tasks/{uuid}/payload.json");
    let (payload, key) = keep(files, Some(&new.payload), &file_name).await?;
    let mut params = Params::default();
    let values = [
        params.bind(new.kind.as_str()),
        params.bind(payload),
        params.bind(key),
        "'pending'".to_owned(),
        params.bind(new.priority as i64),
        params.bind(new.kind.rules().attempts),
        params.bind(new.kind.rules().lease_ms),
        params.bind(new.due_ms),
        params.bind(new.due_ms),
        params.bind(new.dedupe.as_ref().map(|dedupe| dedupe.key.as_str())),
        params.bind(now),
    ];
    let when_running = new.dedupe.as_ref().map_or(WhenRunning::Join, |dedupe| dedupe.when_running);
    let sql = format!(
        "INSERT INTO tasks ({COLUMNS}) VALUES ({}) {} RETURNING id",
        values.join(", "),
        on_conflict(when_running)
    );
    Ok(params.into_stmt(sql))
}

/// Writes a task by itself, for a request that is answered 202 with `{"task_id":N}`; gives its number.
/// One round trip.
///
/// # Errors
/// When the database fails.
pub async fn write(db: &dyn Db, enqueue: Stmt) -> Result<i64, DbError> {
    // In the transaction, the highest number is the one just given.
    let answer = Stmt::new("SELECT json_object('task_id', max(id)) AS body, NULL AS etag FROM tasks");
    let batch = Batch::once(vec![enqueue]).answering(Answering { status: 202, answer });
    let results = db.batch(&batch).await?;
    let row = Rows::first_of::<IdRow>(results.first())?;
    row.map(|row| row.id).ok_or_else(|| DbError::Row("the new task was not returned".to_owned()))
}

#[derive(Deserialize)]
struct IdRow {
    id: i64,
}

/// The statement that asks for what sends to endpoints: one task each, for those where the
/// condition (on `endpoints`) holds; `due_ms` in milliseconds since 1970.
pub(in crate::store) fn enqueue_senders(
    mut params: Params,
    condition: &str,
    now: Timestamp,
    due_ms: i64,
) -> Stmt {
    let rules = Kind::Deliver.rules();
    let due_ms = params.bind(due_ms);
    let sql = format!(
        "INSERT INTO tasks ({COLUMNS}) \
         SELECT '{}', json_object('endpoint_id', id), NULL, 'pending', {}, {}, {}, max({due_ms}, coalesce(wait_until_ms, 0)), \
            max({due_ms}, coalesce(wait_until_ms, 0)), \
            'deliver:' || id, {} \
         FROM endpoints WHERE enabled = 1 AND {condition} \
         {}",
        Kind::Deliver.as_str(),
        Priority::Usual as i64,
        rules.attempts,
        rules.lease_ms,
        params.bind(now),
        on_conflict(WhenRunning::RunAgain),
    );
    params.into_stmt(sql)
}

/// A task for each row of a selection: what is told stands in SQL, of its columns.
pub(in crate::store) struct EachTask<'a> {
    pub kind: Kind,
    /// SQL of JSON, short enough for a row.
    pub payload: &'a str,
    /// SQL of a text, or NULL.
    pub dedupe_key: &'a str,
    /// What stands after `FROM`, with a `WHERE`.
    pub rows: &'a str,
    /// In milliseconds since 1970.
    pub due_ms: i64,
}

/// The statement that asks for these tasks. Of one that runs already, once more; one that waits to be tried
/// again is not hurried.
pub(in crate::store) fn enqueue_each(mut params: Params, each: &EachTask<'_>, now: Timestamp) -> Stmt {
    let rules = each.kind.rules();
    let due_ms = params.bind(each.due_ms);
    let sql = format!(
        "INSERT INTO tasks ({COLUMNS}) \
         SELECT '{}', {}, NULL, 'pending', {}, {}, {}, {due_ms}, {due_ms}, {}, {} FROM {} \
         ON CONFLICT (dedupe_key) WHERE status IN ('pending', 'running') DO UPDATE SET \
            due_ms = iif(status = 'pending' AND attempts = 0, min(due_ms, excluded.due_ms), due_ms), \
            signal_ms = iif(status = 'pending' AND attempts = 0 AND excluded.due_ms < due_ms, \
                excluded.due_ms, signal_ms), \
            rerun_ms = {RERUN}",
        each.kind.as_str(),
        each.payload,
        Priority::Usual as i64,
        rules.attempts,
        rules.lease_ms,
        each.dedupe_key,
        params.bind(now),
        each.rows,
    );
    params.into_stmt(sql)
}

/// SQL of when a task that is asked for again is to run once more: only when it runs.
const RERUN: &str =
    "iif(status = 'running', min(coalesce(rerun_ms, excluded.due_ms), excluded.due_ms), rerun_ms)";

/// What happens to a task that meets one with its key: the earlier time counts, and one that runs may
/// be asked to run again.
fn on_conflict(when_running: WhenRunning) -> String {
    let rerun = match when_running {
        WhenRunning::Join => "rerun_ms",
        WhenRunning::RunAgain => RERUN,
    };
    format!(
        "ON CONFLICT (dedupe_key) WHERE status IN ('pending', 'running') DO UPDATE SET \
            due_ms = iif(status = 'pending', min(due_ms, excluded.due_ms), due_ms), \
            signal_ms = iif(status = 'pending' AND excluded.due_ms < due_ms, excluded.due_ms, signal_ms), \
            rerun_ms = {rerun}"
    )
}
