//! Webhooks that failed: looking at them, and sending them through again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{SYSTEM, enqueue};
use crate::domain::time::Timestamp;
use crate::ports::{Answering, Batch, Db, DbError, Rows, Stmt};
use crate::store::sql::Params;

/// A webhook that failed. Its body is not made JSON by the database, which would not take one that is as
/// long as it may be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FailedHook {
    #[serde(flatten)]
    pub place: Place,
    pub uuid: String,
    pub kind: Option<String>,
    pub job_ref: Option<String>,
    pub candidate_ref: Option<String>,
    pub error: Option<String>,
    pub replays: i64,
    pub received_at: String,
    pub body: String,
}

/// A webhook's place in the list of those that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Milliseconds since 1970.
    pub failed_ms: i64,
    pub id: i64,
}

const COLUMNS: &str = "id, failed_ms, uuid, kind, job_ref, candidate_ref, error, replays, received_at, body";

/// Bytes of bodies that a page holds, together; a single one may have more.
const MOST_BYTES: i64 = 4_000_000;

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookPage {
    pub hooks: Vec<FailedHook>,
    /// Where to read on; nothing at the end.
    pub next: Option<Place>,
}

#[derive(Deserialize)]
struct PageRow {
    #[serde(flatten)]
    hook: FailedHook,
    /// Rows there are before the page is cut.
    found: i64,
}

/// Lists the webhooks that failed, the last first. A page may be shorter than asked for although there is
/// more, for bodies are long. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn list_failed(db: &dyn Db, after: Option<Place>, limit: i64) -> Result<HookPage, DbError> {
    let mut params = Params::default();
    let is_after = after.map(|place| {
        let (ms, id) = (params.bind(place.failed_ms), params.bind(place.id));
        format!("AND (failed_ms, id) < ({ms}, {id})")
    });
    let limit = params.bind(limit);
    // One more than is shown tells whether there are more.
    let sql = format!(
        "SELECT {COLUMNS}, found FROM ( \
            SELECT id AS found_id, count(*) OVER () AS found, row_number() OVER in_order AS place, \
                sum(bytes) OVER in_order - bytes AS before \
            FROM (SELECT id, failed_ms, octet_length(body) AS bytes FROM inbound_hooks \
                WHERE system = '{SYSTEM}' AND status = 'failed' {} \
                ORDER BY failed_ms DESC, id DESC LIMIT {limit} + 1) \
            WINDOW in_order AS (ORDER BY failed_ms DESC, id DESC)) \
         CROSS JOIN inbound_hooks ON inbound_hooks.id = found_id \
         WHERE before <= {MOST_BYTES} AND place <= {limit} ORDER BY place",
        is_after.unwrap_or_default(),
    );
    let rows = db.read(&params.into_stmt(sql)).await?.parse::<PageRow>()?;
    let shown = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let next = rows.last().filter(|row| row.found > shown).map(|row| row.hook.place);
    Ok(HookPage { hooks: rows.into_iter().map(|row| row.hook).collect(), next })
}

/// One that failed; nothing when there is none with this id. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn find_failed(db: &dyn Db, uuid: Uuid) -> Result<Option<FailedHook>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM inbound_hooks WHERE uuid = ?1 AND system = '{SYSTEM}' AND status = 'failed'"
    );
    db.read(&Stmt::new(sql).bind(uuid.to_string())).await?.first()
}

/// Whether there is a webhook with this id, however it stands. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn is_known(db: &dyn Db, uuid: Uuid) -> Result<bool, DbError> {
    let stmt = Stmt::new("SELECT id FROM inbound_hooks WHERE uuid = ?1").bind(uuid.to_string());
    Ok(!db.read(&stmt).await?.is_empty())
}

/// SQL that sends hooks through again.
const AGAIN: &str =
    "UPDATE inbound_hooks SET status = 'received', error = NULL, failed_ms = NULL, replays = replays + 1";

/// SQL of what failed, by its index.
const FAILED: &str = "system = 'recruiterflow' AND status = 'failed'";

#[derive(Deserialize)]
struct CountRow {
    replayed: i64,
}

/// Sends a webhook that failed through again; whether it had failed. One round trip. `answer` is what the
/// request is answered, JSON.
///
/// # Errors
/// When the database fails.
pub async fn replay(db: &dyn Db, uuid: Uuid, answer: &str, now: Timestamp) -> Result<bool, DbError> {
    let mut params = Params::default();
    let failed = format!("uuid = {} AND {FAILED}", params.bind(uuid.to_string()));
    let ask = enqueue(params, &failed, now, now.unix_ms());
    let again = Stmt::new(format!("{AGAIN} WHERE uuid = ?1 AND {FAILED}")).bind(uuid.to_string());
    let count = Stmt::new("SELECT changes() AS replayed");
    let answer = Stmt::new("SELECT ?1 AS body, NULL AS etag WHERE changes() > 0").bind(answer);
    let batch = Batch::once(vec![ask, again, count]).answering(Answering { status: 202, answer });
    Ok(replayed(&db.batch(&batch).await?)? > 0)
}

/// Sends all that failed through again; gives how many. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn replay_all(db: &dyn Db, now: Timestamp) -> Result<i64, DbError> {
    let ask = enqueue(Params::default(), FAILED, now, now.unix_ms());
    let again = Stmt::new(format!("{AGAIN} WHERE {FAILED}"));
    let count = Stmt::new("SELECT changes() AS replayed");
    let answer = Stmt::new("SELECT json_object('replayed', changes()) AS body, NULL AS etag");
    let batch = Batch::once(vec![ask, again, count]).answering(Answering { status: 202, answer });
    replayed(&db.batch(&batch).await?)
}

fn replayed(results: &[Rows]) -> Result<i64, DbError> {
    Ok(Rows::first_of::<CountRow>(results.get(2))?.map_or(0, |row| row.replayed))
}
