//! Claiming a task, and ending its run.

use serde::Deserialize;

use super::keep;
use crate::domain::task::{Kind, Priority, TaskStatus};
use crate::domain::time::Timestamp;
use crate::ports::{Batch, Db, DbError, FileError, Files, Rows, Stmt};
use crate::store::sql::Params;

/// A task that has been claimed.
#[derive(Debug, Clone, Deserialize)]
pub struct Claimed {
    pub id: i64,
    /// Which run of the task this is.
    pub run: i64,
    /// The word for the kind.
    pub kind: String,
    payload: Option<String>,
    payload_key: Option<String>,
    /// Tries of this step, this one included.
    pub attempts: i64,
    pub max_attempts: i64,
    /// Why the last try did not go well.
    pub last_error: Option<String>,
    /// Where the steps have come to; nothing at the first.
    pub cursor: Option<String>,
    /// 1 when a signal was sent for it. If not, it was claimed on a signal that was sent for another task,
    /// which then still needs one.
    pub was_signalled: i64,
}

impl Claimed {
    /// What the task is told, as JSON: from the row, or from its file.
    ///
    /// # Errors
    /// When the file store fails or the file is not there.
    pub async fn payload(&self, files: &dyn Files) -> Result<String, FileError> {
        let Some(name) = &self.payload_key else {
            return Ok(self.payload.clone().unwrap_or_default());
        };
        let bytes = files.get(name).await?.ok_or_else(|| FileError(format!("{name} is not there")))?;
        String::from_utf8(bytes).map_err(|error| FileError(format!("{name}: {error}")))
    }
}

/// Claims the most urgent of the tasks that are due: highest priority, then longest due. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &dyn Db, now: Timestamp, now_ms: i64) -> Result<Option<Claimed>, DbError> {
    // While two releases run side by side, one may not know a kind of the other's.
    let kinds: Vec<_> = Kind::ALL.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
    let kinds = kinds.join(", ");
    let of_priority = |priority: Priority| {
        format!(
            "(SELECT id FROM tasks WHERE status = 'pending' AND priority = {} AND due_ms <= ?1 \
                AND kind IN ({kinds}) ORDER BY due_ms, id LIMIT 1)",
            priority as i64
        )
    };
    let most_urgent = Priority::ALL.map(of_priority).join(", ");
    let sql = format!(
        "UPDATE tasks SET status = 'running', attempts = attempts + 1, run = run + 1, \
            leased_until_ms = ?1 + lease_ms, started_at = ?2 \
         WHERE id = coalesce({most_urgent}) AND status = 'pending' \
         RETURNING id, run, kind, payload, payload_key, attempts, max_attempts, last_error, cursor, \
            signal_ms > ?1 AS was_signalled"
    );
    let results = db.batch(&Batch::once(vec![Stmt::new(sql).bind(now_ms).bind(now)])).await?;
    Rows::first_of(results.first())
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The task is done; the result is JSON.
    Completed { result: Option<String> },
    /// This step is done; the next one begins here, at this time.
    NextStep { cursor: String, at_ms: i64 },
    /// There is nothing to do before this time.
    Sleep { until_ms: i64 },
    /// To be tried again at this time.
    Retry { error: String, at_ms: i64 },
    /// Trying again would not help.
    Failed { error: String },
    /// The tries are used up.
    Dead { error: String },
}

/// The statement that fails the batch it stands in, with `DbError::Overtaken`, when the run is no longer
/// the task's: it lost its lease, and another run does the work or has done it.
#[must_use]
pub fn hold(claimed: &Claimed) -> Stmt {
    let lost = "INSERT INTO tasks \
            (kind, status, priority, max_attempts, lease_ms, due_ms, signal_ms, created_at) \
         SELECT '', 'lost', 0, 0, 0, 0, 0, '' \
         WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE id = ?1 AND run = ?2 AND status = 'running')";
    Stmt::new(lost).bind(claimed.id).bind(claimed.run)
}

/// The statements that end a run, for a batch that begins with `hold`. A task that was asked for again
/// while it ran does not end but runs once more; one whose kind keeps no record is gone when it is done.
///
/// # Errors
/// When a result too long for a row can't be written to a file.
pub async fn end(
    files: &dyn Files,
    claimed: &Claimed,
    ending: &Ending,
    now: Timestamp,
) -> Result<Vec<Stmt>, FileError> {
    let mut params = Params::default();
    let assignments = match ending {
        Ending::NextStep { cursor, at_ms } => {
            let (cursor, at) = (params.bind(cursor.as_str()), params.bind(*at_ms));
            format!("status = 'pending', attempts = 0, cursor = {cursor}, due_ms = {at}, signal_ms = {at}")
        }
        Ending::Sleep { until_ms } => {
            let until = params.bind(*until_ms);
            let until = format!("min({until}, coalesce(rerun_ms, {until}))");
            format!(
                "status = 'pending', attempts = 0, cursor = NULL, rerun_ms = NULL, due_ms = {until}, \
                 signal_ms = {until}"
            )
        }
        Ending::Retry { error, at_ms } => {
            let (error, at) = (params.bind(error.as_str()), params.bind(*at_ms));
            format!("status = 'pending', last_error = {error}, due_ms = {at}, signal_ms = {at}")
        }
        Ending::Completed { result } => {
            let name = format!("tasks/{}-{}/result.json", claimed.id, claimed.run);
            let (text, key) = keep(files, result.as_deref(), &name).await?;
            let (text, key) = (params.bind(text), params.bind(key));
            let ended = ended(&mut params, TaskStatus::Completed, now);
            format!("{ended}, last_error = NULL, result = {text}, result_key = {key}")
        }
        Ending::Failed { error } => ended_badly(&mut params, TaskStatus::Failed, error, now),
        Ending::Dead { error } => ended_badly(&mut params, TaskStatus::Dead, error, now),
    };
    let sql = format!(
        "UPDATE tasks SET {assignments}, leased_until_ms = NULL WHERE id = {}",
        params.bind(claimed.id),
    );
    let end = params.into_stmt(sql);
    let is_kept = claimed.kind.parse::<Kind>().map_or(true, |kind| kind.rules().keeps_record);
    if is_kept || !matches!(ending, Ending::Completed { .. }) {
        return Ok(vec![end]);
    }
    let forget = Stmt::new("DELETE FROM tasks WHERE id = ?1 AND rerun_ms IS NULL").bind(claimed.id);
    Ok(vec![forget, end])
}

fn ended_badly(params: &mut Params, status: TaskStatus, error: &str, now: Timestamp) -> String {
    format!("{}, last_error = {}", ended(params, status, now), params.bind(error))
}

/// SQL of a task's end, unless it was asked for again.
fn ended(params: &mut Params, status: TaskStatus, now: Timestamp) -> String {
    format!(
        "status = iif(rerun_ms IS NULL, '{}', 'pending'), attempts = iif(rerun_ms IS NULL, attempts, 0), \
         cursor = NULL, due_ms = coalesce(rerun_ms, due_ms), signal_ms = coalesce(rerun_ms, signal_ms), \
         rerun_ms = NULL, finished_at = iif(rerun_ms IS NULL, {}, NULL)",
        status.as_str(),
        params.bind(now),
    )
}
