//! Asking for deliveries: of a message, once more, of all that was missed; and removing old ones.

use serde::Deserialize;
use uuid::Uuid;

use super::JSON;
use crate::domain::endpoint::RecoverEndpoint;
use crate::domain::time::Timestamp;
use crate::ports::{Answering, Batch, Db, DbError, Rows, Stmt, Value};
use crate::store::pruning::{self, Pruned};
use crate::store::sql::Params;
use crate::store::{relay, tasks};

/// Events that one step of a recovery looks at.
const RECOVERY_STEP: i64 = 500;

#[derive(Deserialize)]
struct JsonRow {
    json: String,
}

fn json(rows: Option<&Rows>) -> Result<Option<String>, DbError> {
    Ok(Rows::first_of::<JsonRow>(rows)?.map(|row| row.json))
}

/// Sends an endpoint something that is not in the log; gives the delivery, or nothing when there is no
/// such endpoint, enabled. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    db: &dyn Db,
    endpoint: Uuid,
    message: &Message<'_>,
    now: Timestamp,
    now_ms: i64,
) -> Result<Option<String>, DbError> {
    let insert = Stmt::new(format!(
        "INSERT INTO deliveries (endpoint_id, event_id, event_type, body, status, due_ms, created_at) \
         SELECT id, ?2, ?3, ?4, 'pending', ?5, ?6 FROM endpoints WHERE uuid = ?1 AND enabled = 1 \
         RETURNING {JSON} AS json"
    ));
    let insert = insert
        .bind(endpoint.to_string())
        .bind(message.id.to_string())
        .bind(message.kind)
        .bind(message.body)
        .bind(now_ms)
        .bind(now);
    let sender = wake("uuid", endpoint.to_string(), now, now_ms);
    let answer =
        Stmt::new(format!("SELECT {JSON} AS body, NULL AS etag FROM deliveries WHERE event_id = ?1"));
    let answering = Answering { status: 202, answer: answer.bind(message.id.to_string()) };
    json(db.batch(&Batch::once(vec![insert, sender]).answering(answering)).await?.first())
}

/// A message that is not in the log.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    pub id: Uuid,
    pub kind: &'static str,
    /// JSON.
    pub body: &'a str,
}

/// The statement that asks for what is due to the endpoints whose column has this value.
fn wake(column: &str, value: impl Into<Value>, now: Timestamp, now_ms: i64) -> Stmt {
    let mut params = Params::default();
    let condition = format!("{column} = {}", params.bind(value));
    tasks::enqueue_senders(params, &condition, now, now_ms)
}

/// Sends a delivery again, in a new round of tries; gives it, or nothing when there is none of this
/// number whose endpoint is enabled. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn redeliver(db: &dyn Db, id: i64, now: Timestamp, now_ms: i64) -> Result<Option<String>, DbError> {
    let again = Stmt::new(format!(
        "UPDATE deliveries SET status = 'pending', reason = NULL, tries = 0, due_ms = ?2 \
         WHERE id = ?1 AND (SELECT enabled FROM endpoints WHERE endpoints.id = endpoint_id) = 1 \
         RETURNING {JSON} AS json"
    ));
    let mut params = Params::default();
    let condition = format!("id = (SELECT endpoint_id FROM deliveries WHERE id = {})", params.bind(id));
    let sender = tasks::enqueue_senders(params, &condition, now, now_ms);
    let answer = Stmt::new(format!(
        "SELECT {JSON} AS body, NULL AS etag FROM deliveries \
         WHERE id = ?1 AND status = 'pending' AND tries = 0 AND due_ms = ?2"
    ));
    let answering = Answering { status: 202, answer: answer.bind(id).bind(now_ms) };
    json(
        db.batch(&Batch::once(vec![again.bind(id).bind(now_ms), sender]).answering(answering)).await?.first(),
    )
}

/// Whether there is a delivery of this number. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn exists(db: &dyn Db, id: i64) -> Result<bool, DbError> {
    let stmt = Stmt::new("SELECT id FROM deliveries WHERE id = ?1").bind(id);
    Ok(!db.read(&stmt).await?.is_empty())
}

/// One step of a recovery: the statements for the batch that ends it, and where the next step begins.
#[derive(Debug)]
pub struct RecoveryStep {
    pub stmts: Vec<Stmt>,
    /// Nothing when this is the last.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct EventIdRow {
    id: String,
}

/// Makes the events of the next step due to an endpoint: those that failed, and those that it was not
/// told of. One round trip; the statements make another.
///
/// # Errors
/// When the database fails.
pub async fn recovery_step(
    db: &dyn Db,
    task: &RecoverEndpoint,
    after: &str,
    now: Timestamp,
    now_ms: i64,
) -> Result<RecoveryStep, DbError> {
    let end = Stmt::new("SELECT id FROM events WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT 1 OFFSET ?3");
    let end = db.read(&end.bind(after).bind(task.until.as_str()).bind(RECOVERY_STEP - 1)).await?;
    let next = end.first::<EventIdRow>()?.map(|row| row.id);
    let due = Stmt::new(format!(
        "INSERT INTO deliveries (endpoint_id, event_id, event_seq, event_type, status, due_ms, created_at) \
         SELECT endpoints.id, events.id, events.seq, events.type, 'pending', ?4, ?5 \
         FROM endpoints CROSS JOIN events \
         WHERE endpoints.id = ?1 AND enabled = 1 AND events.id > ?2 AND events.id <= ?3 AND {} \
         ON CONFLICT (endpoint_id, event_id) DO UPDATE SET status = 'pending', reason = NULL, tries = 0, \
            due_ms = excluded.due_ms WHERE deliveries.status = 'failed'",
        relay::is_wanted("events.type"),
    ));
    let due = due
        .bind(task.endpoint_id)
        .bind(after)
        .bind(next.as_deref().unwrap_or(&task.until))
        .bind(now_ms)
        .bind(now);
    Ok(RecoveryStep { stmts: vec![due, wake("id", task.endpoint_id, now, now_ms)], next })
}

/// Removes, of the `limit` deliveries that come after a number, those that were made before an instant
/// and are over. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &dyn Db, before: Timestamp, after: i64, limit: i64) -> Result<Pruned, DbError> {
    let condition = "created_at < ?1 AND status <> 'pending'";
    let (rows, next) = pruning::prune(db, "deliveries", condition, "id", (after, limit), before).await?;
    Ok(Pruned { removed: rows.count()?, next })
}
