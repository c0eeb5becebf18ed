//! Sending: what is due to an endpoint, and what became of each try.

use serde::{Deserialize, Serialize};

use crate::domain::endpoint::{DeliveryStatus, DisabledReason, EndpointId, FailureReason, Health};
use crate::domain::event::NewEvent;
use crate::domain::webhook::Attempt;
use crate::ports::{Batch, Db, DbError, Rows, Stmt};
use crate::store::{endpoints, events};

/// Tries kept of a delivery, of all its rounds.
const KEPT_TRIES: i64 = 30;

/// SQL of when the next delivery to the endpoint `?1` may be tried.
const NEXT: &str = "(SELECT max(coalesce(wait_until_ms, 0), \
        (SELECT min(due_ms) FROM deliveries WHERE endpoint_id = ?1 AND status = 'pending')) \
     FROM endpoints WHERE id = ?1)";

/// Most bytes of events that are sent from one reading; a single event may have more. Several runs may
/// share an isolate's memory.
const MOST_BYTES: i64 = 1_000_000;

/// What is to be sent to an endpoint now.
#[derive(Debug, Clone)]
pub struct Due {
    pub endpoint: Receiver,
    pub deliveries: Vec<DueDelivery>,
    /// When the next delivery after these is due, in milliseconds since 1970.
    pub next_ms: Option<i64>,
}

/// An endpoint, as far as sending goes.
#[derive(Debug, Clone, Deserialize)]
pub struct Receiver {
    pub uuid: String,
    pub url: String,
    pub enabled: i64,
    /// Encrypted.
    pub secret: String,
    pub previous_secret: Option<String>,
    pub previous_secret_until_ms: Option<i64>,
    pub failing_since_ms: Option<i64>,
    pub last_failed_ms: Option<i64>,
    generation: i64,
    next_ms: Option<i64>,
}

/// A delivery whose time has come.
#[derive(Debug, Clone, Deserialize)]
pub struct DueDelivery {
    pub id: i64,
    pub event_id: String,
    /// Tries made in this round.
    pub tries: u32,
    /// Nothing when the event has been removed from the log.
    pub body: Option<String>,
}

/// What is due to an endpoint, the longest due first; nothing when there is no such endpoint. One
/// round trip.
///
/// # Errors
/// When the database fails.
pub async fn due(db: &dyn Db, id: EndpointId, now_ms: i64, limit: i64) -> Result<Option<Due>, DbError> {
    let receiver = Stmt::new(format!(
        "SELECT uuid, url, enabled, secret, previous_secret, previous_secret_until_ms, failing_since_ms, \
            last_failed_ms, generation, {NEXT} AS next_ms \
         FROM endpoints WHERE id = ?1",
    ));
    let deliveries = Stmt::new(format!(
        "SELECT id, event_id, tries, body FROM ( \
            SELECT due.id, due.event_id, tries, due_ms, \
                coalesce(body, iif(events.seq IS NULL, NULL, {})) AS body, \
                sum(coalesce({bytes}, 0)) OVER (ORDER BY due_ms, due.id) - coalesce({bytes}, 0) AS before \
            FROM (SELECT * FROM deliveries \
                WHERE endpoint_id = ?1 AND status = 'pending' AND due_ms <= ?2 \
                    AND (SELECT coalesce(wait_until_ms, 0) FROM endpoints WHERE id = ?1) <= ?2 \
                ORDER BY due_ms, id LIMIT ?3) AS due \
                LEFT JOIN events ON events.seq = event_seq) \
         WHERE before <= {MOST_BYTES} ORDER BY due_ms, id",
        events::JSON,
        bytes = events::BYTES,
    ));
    let stmts = vec![receiver.bind(id.0), deliveries.bind(id.0).bind(now_ms).bind(limit)];
    let results = db.batch(&Batch::idempotent(stmts)).await?;
    let [receiver, deliveries] = results.as_slice() else {
        return Err(DbError::Row("not two results".to_owned()));
    };
    let Some(endpoint) = receiver.first::<Receiver>()? else { return Ok(None) };
    let next_ms = endpoint.next_ms;
    Ok(Some(Due { endpoint, deliveries: deliveries.parse()?, next_ms }))
}

/// A delivery after a try.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    pub id: i64,
    /// Tries of this round before it.
    pub tries: u32,
    pub status: DeliveryStatus,
    pub reason: Option<FailureReason>,
    /// When the next try is due; of one that is not pending, whenever.
    pub due_ms: i64,
    /// The try; nothing when none could be made.
    pub attempt: Option<Attempt>,
}

/// What tries leave.
#[derive(Debug)]
pub struct Recorded {
    /// Fails the record when the run that made the tries is no longer the task's.
    pub hold: Stmt,
    pub tried: Vec<Tried>,
    pub health: Health,
    /// The endpoint asked to be left alone until then, in milliseconds since 1970.
    pub wait_until_ms: Option<i64>,
    /// The endpoint is to be disabled, for this reason, with this event.
    pub disable: Option<(DisabledReason, NewEvent)>,
}

/// Records tries; gives when the next delivery is due. One round trip, which may be made twice.
///
/// # Errors
/// When the database fails.
pub async fn record(
    db: &dyn Db,
    id: EndpointId,
    receiver: &Receiver,
    recorded: &Recorded,
) -> Result<Option<i64>, DbError> {
    let tried = serde_json::to_string(&recorded.tried).map_err(|error| DbError::Other(error.to_string()))?;
    let update = Stmt::new(format!(
        "UPDATE deliveries SET status = tried.status, reason = tried.reason, due_ms = tried.due_ms, \
            tries = deliveries.tries + (tried.attempt IS NOT NULL), attempts = {} \
         FROM (SELECT value ->> 'id' AS id, value ->> 'tries' AS tries, value ->> 'status' AS status, \
                value ->> 'reason' AS reason, value ->> 'due_ms' AS due_ms, \
                nullif(value -> 'attempt', 'null') AS attempt \
            FROM json_each(?1)) AS tried \
         WHERE deliveries.id = tried.id AND deliveries.tries = tried.tries AND deliveries.status = 'pending'",
        with_try("tried.attempt"),
    ));
    // Since when it fails is shown, so it is another version then.
    let health = Stmt::new(
        "UPDATE endpoints SET version = version + (failing_since_ms IS NOT ?3), failing_since_ms = ?3, \
            last_failed_ms = ?4, wait_until_ms = coalesce(?5, wait_until_ms) \
         WHERE id = ?1 AND generation = ?2 \
            AND (failing_since_ms IS NOT ?3 OR last_failed_ms IS NOT ?4 OR ?5 IS NOT NULL)",
    );
    let Health { failing_since_ms, last_failed_ms } = recorded.health;
    let health = health.bind(id.0).bind(receiver.generation).bind(failing_since_ms).bind(last_failed_ms);
    let mut stmts = vec![recorded.hold.clone(), update.bind(tried), health.bind(recorded.wait_until_ms)];
    if let Some((reason, event)) = recorded.disable {
        stmts.extend(endpoints::disable(id, receiver.generation, reason, event));
    }
    stmts.push(Stmt::new(format!("SELECT {NEXT} AS next_ms")).bind(id.0));
    let results = db.batch(&Batch::idempotent(stmts)).await?;
    Ok(Rows::first_of::<NextRow>(results.last())?.and_then(|row| row.next_ms))
}

#[derive(Deserialize)]
struct NextRow {
    next_ms: Option<i64>,
}

/// SQL of a delivery's tries with another one, of which the last are kept.
fn with_try(attempt: &str) -> String {
    format!(
        "iif({attempt} IS NULL, attempts, json_insert( \
            iif(json_array_length(attempts) >= {KEPT_TRIES}, json_remove(attempts, '$[0]'), attempts), \
            '$[#]', json({attempt})))"
    )
}
