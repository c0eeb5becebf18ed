//! Jobs as a sync writes them: many at a time, each set in one batch.
//!
//! Invariant: what is written was worked out from what is there; where it is not there any more, the whole
//! batch fails with `DbError::Overtaken` and writes nothing.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::event_data;
use super::parts::parts;
use crate::domain::job::{Change, JobSource, KnownJob, Reading};
use crate::domain::time::Timestamp;
use crate::ports::{Db, DbError, Rows, Stmt};
use crate::store::row_json::{self, Member};

/// Columns of a job that are its members as they stand.
const PLAIN: &[&str] = &[
    "uuid",
    "external_id",
    "title",
    "client_name",
    "location",
    "status",
    "is_active",
    "opened_at",
    "fee",
    "fee_currency",
    "description",
    "list_hash",
    "read_ms",
    "is_announced",
    "version",
];

#[derive(Deserialize)]
struct JsonRow {
    json: String,
}

fn parse<T: serde::de::DeserializeOwned>(rows: &Rows) -> Result<Vec<T>, DbError> {
    let read =
        |row: JsonRow| serde_json::from_str(&row.json).map_err(|error| DbError::Row(error.to_string()));
    rows.parse::<JsonRow>()?.into_iter().map(read).collect()
}

fn text(value: &(impl Serialize + ?Sized)) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::Other(error.to_string()))
}

/// What is known of the jobs that a system has under these ids. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn known(db: &dyn Db, source: JobSource, ids: &[&str]) -> Result<Vec<KnownJob>, DbError> {
    let plain = PLAIN.iter().map(|column| (*column, format!("jobs.{column}")));
    let members: Vec<Member> = plain.chain([("details", "json(jobs.details)".to_owned())]).collect();
    let sql = format!(
        "SELECT {} AS json FROM json_each(?2) AS asked \
         CROSS JOIN jobs ON jobs.source = ?1 AND jobs.external_id = asked.value",
        row_json::object(&members)
    );
    parse(&db.read(&Stmt::new(sql).bind(source.as_str()).bind(text(ids)?)).await?)
}

/// The ids of the jobs of a system that are worked on. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn open_ids(db: &dyn Db, source: JobSource) -> Result<Vec<String>, DbError> {
    #[derive(Deserialize)]
    struct IdRow {
        external_id: String,
    }
    let stmt = Stmt::new("SELECT external_id FROM jobs WHERE source = ?1 AND is_active = 1");
    let rows = db.read(&stmt.bind(source.as_str())).await?.parse::<IdRow>()?;
    Ok(rows.into_iter().map(|row| row.external_id).collect())
}

/// Which of the jobs that a list told, each with its hash, are not here as they were told. One round trip,
/// which reads a row a job.
///
/// # Errors
/// When the database fails.
pub async fn differing(
    db: &dyn Db,
    source: JobSource,
    told: &[(&str, &str)],
) -> Result<Vec<String>, DbError> {
    #[derive(Deserialize)]
    struct IdRow {
        external_id: String,
    }
    let stmt = Stmt::new(
        "SELECT told.value ->> 0 AS external_id FROM json_each(?2) AS told \
         LEFT JOIN jobs ON jobs.source = ?1 AND jobs.external_id = told.value ->> 0 \
         WHERE jobs.list_hash IS NOT told.value ->> 1",
    );
    let rows = db.read(&stmt.bind(source.as_str()).bind(text(told)?)).await?.parse::<IdRow>()?;
    Ok(rows.into_iter().map(|row| row.external_id).collect())
}

/// The statements that keep what was read, to be applied when all has been read.
///
/// # Errors
/// When it can't be written as JSON.
pub fn stage(read: &[Reading]) -> Result<Vec<Stmt>, DbError> {
    let sql = "INSERT INTO staged_jobs (external_id, job) \
         SELECT value ->> '$.job.external_id', value FROM json_each(?1) WHERE true \
         ON CONFLICT (external_id) DO UPDATE SET job = excluded.job";
    let rows = read.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    Ok(parts(rows).into_iter().map(|part| Stmt::new(sql).bind(part)).collect())
}

/// The statement that forgets what was kept.
#[must_use]
pub fn unstage_all() -> Stmt {
    Stmt::new("DELETE FROM staged_jobs")
}

/// The statement that forgets these.
///
/// # Errors
/// When they can't be written as JSON.
pub fn unstage(ids: &[&str]) -> Result<Stmt, DbError> {
    let sql = "DELETE FROM staged_jobs WHERE external_id IN (SELECT value FROM json_each(?1))";
    Ok(Stmt::new(sql).bind(text(ids)?))
}

/// Some of what was kept. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn staged(db: &dyn Db, limit: i64) -> Result<Vec<Reading>, DbError> {
    let stmt = Stmt::new("SELECT job AS json FROM staged_jobs ORDER BY external_id LIMIT ?1");
    parse(&db.read(&stmt.bind(limit)).await?)
}

/// What applying all that was kept would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Outlook {
    /// Jobs that are worked on now.
    pub active: u64,
    /// Of them, those that would be closed.
    pub closing: u64,
}

/// What applying all that was kept would do. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn outlook(db: &dyn Db, source: JobSource) -> Result<Outlook, DbError> {
    let stmt = Stmt::new(
        "SELECT (SELECT count(*) FROM jobs WHERE source = ?1 AND is_active = 1) AS active, \
            (SELECT count(*) FROM staged_jobs \
             CROSS JOIN jobs ON jobs.source = ?1 AND jobs.external_id = staged_jobs.external_id \
             WHERE jobs.is_active = 1 AND staged_jobs.job ->> '$.job.is_open' = 0) AS closing",
    );
    let row = db.read(&stmt.bind(source.as_str())).await?.first()?;
    row.ok_or_else(|| DbError::Row("no outlook".to_owned()))
}

/// Statements that write changes and the events that tell of them; `new_uuid` names the events. They fail
/// where a job is not of the version that its change was worked out from.
///
/// # Errors
/// When a change can't be written as JSON.
pub fn apply(
    source: JobSource,
    changes: &[Change],
    now: Timestamp,
    mut new_uuid: impl FnMut() -> Uuid,
) -> Result<Vec<Stmt>, DbError> {
    let bases: Vec<_> = changes.iter().map(|change| (&change.job.external_id, change.base_version)).collect();
    // Not UPDATE ... FROM: that would go through all jobs for each.
    let guard = "UPDATE jobs SET version = -1 WHERE id IN ( \
            SELECT known.id FROM json_each(?2) AS change \
            CROSS JOIN jobs AS known ON known.source = ?1 AND known.external_id = change.value ->> 0 \
            WHERE known.version IS NOT change.value ->> 1)";
    let mut stmts = vec![Stmt::new(guard).bind(source.as_str()).bind(text(&bases)?)];
    let rows = changes.iter().map(|change| text(&row(change)?)).collect::<Result<Vec<_>, _>>()?;
    stmts.extend(parts(rows).into_iter().map(|part| upsert().bind(source.as_str()).bind(part).bind(now)));
    let mut events = Vec::new();
    for change in changes {
        for kind in &change.events {
            let more =
                if kind.as_str() == "job.updated" { json!({ "changed": change.changed }) } else { json!({}) };
            events.push(json!([new_uuid().to_string(), kind.as_str(), change.job.external_id, more]));
        }
    }
    if !events.is_empty() {
        stmts.push(tell(source, &events, now)?);
    }
    if changes.iter().any(Change::is_visible) {
        stmts.push(crate::store::caching::jobs_changed());
    }
    Ok(stmts)
}

fn row(change: &Change) -> Result<Value, DbError> {
    let mut row = serde_json::to_value(&change.job).map_err(|error| DbError::Other(error.to_string()))?;
    row["search_text"] = json!(change.job.fields.search_text());
    Ok(row)
}

/// `?1` is the system, `?2` the rows, `?3` now.
fn upsert() -> Stmt {
    let columns = PLAIN.iter().chain(&["search_text"]);
    let columns: Vec<_> = columns.copied().collect();
    let values: Vec<_> = columns.iter().map(|column| format!("value ->> '$.{column}'")).collect();
    let kept = ["uuid", "external_id"];
    let sets: Vec<_> = columns
        .iter()
        .filter(|column| !kept.contains(column))
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    Stmt::new(format!(
        "INSERT INTO jobs (source, details, created_at, updated_at, synced_at, {}) \
         SELECT ?1, value -> '$.details', ?3, ?3, ?3, {} FROM json_each(?2) WHERE true \
         ON CONFLICT (source, external_id) DO UPDATE SET details = excluded.details, \
            synced_at = excluded.synced_at, \
            updated_at = iif(excluded.version > jobs.version, excluded.updated_at, jobs.updated_at), {}",
        columns.join(", "),
        values.join(", "),
        sets.join(", "),
    ))
}

/// Tells of jobs as they stand. An event is `[uuid, type, external id, further members]`.
fn tell(source: JobSource, events: &[Value], now: Timestamp) -> Result<Stmt, DbError> {
    let sql = format!(
        "INSERT INTO events (id, type, at, subject_type, subject_id, data) \
         SELECT event.value ->> 0, event.value ->> 1, ?3, 'job', jobs.id, \
            json_patch({}, event.value -> 3) \
         FROM json_each(?2) AS event \
         CROSS JOIN jobs ON jobs.source = ?1 AND jobs.external_id = event.value ->> 2 \
         ORDER BY event.key",
        row_json::object(&event_data::members()),
    );
    Ok(Stmt::new(sql).bind(source.as_str()).bind(text(events)?).bind(now))
}
