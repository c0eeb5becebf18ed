//! From the event log to deliveries: what each endpoint has not yet been told becomes due to it.
//!
//! Invariant: an endpoint's deliveries, its task and its place in the log move in one transaction, so
//! an event is relayed once however often this runs. The log is the outbox: writing an event costs
//! the same whoever listens.

use serde::Deserialize;

use crate::domain::time::Timestamp;
use crate::ports::{DbError, Rows, Stmt};

use super::sql::Params;
use super::tasks;

/// Events looked at for an endpoint at a time.
const STEP: i64 = 500;

/// SQL that is true for an endpoint with events before it.
pub(super) const IS_BEHIND: &str = "relayed_seq < (SELECT max(seq) FROM events)";

/// The statements of a step: new deliveries, due at an instant (milliseconds since 1970), the tasks that
/// will send them, the new place in the log.
pub(super) fn stmts(now: Timestamp, due_ms: i64) -> [Stmt; 3] {
    let deliveries = Stmt::new(format!(
        "INSERT INTO deliveries (endpoint_id, event_id, event_seq, event_type, status, due_ms, created_at) \
         SELECT endpoints.id, events.id, events.seq, events.type, 'pending', ?1, ?2 \
         FROM endpoints CROSS JOIN events \
         WHERE enabled = 1 AND {IS_BEHIND} AND seq > relayed_seq AND seq <= relayed_seq + ?3 AND {} \
         ON CONFLICT DO NOTHING",
        is_wanted("events.type"),
    ));
    // One that only waits for a later try is left asleep.
    let mut params = Params::default();
    let has_due = format!(
        "EXISTS (SELECT 1 FROM deliveries \
            WHERE endpoint_id = endpoints.id AND status = 'pending' AND due_ms <= {})",
        params.bind(due_ms)
    );
    let senders = tasks::enqueue_senders(params, &format!("{IS_BEHIND} AND {has_due}"), now, due_ms);
    let cursor = Stmt::new(format!(
        "UPDATE endpoints SET relayed_seq = min(relayed_seq + ?1, (SELECT max(seq) FROM events)) \
         WHERE enabled = 1 AND {IS_BEHIND} RETURNING {IS_BEHIND} AS is_behind"
    ));
    [deliveries.bind(due_ms).bind(now).bind(STEP), senders, cursor.bind(STEP)]
}

/// SQL that is true when an endpoint wants events of a type.
pub(super) fn is_wanted(event_type: &str) -> String {
    format!("(types IS NULL OR EXISTS (SELECT 1 FROM json_each(types) WHERE value = {event_type}))")
}

#[derive(Deserialize)]
struct CursorRow {
    is_behind: i64,
}

/// Whether the last of the statements left endpoints behind.
pub(super) fn is_behind(cursor: &Rows) -> Result<bool, DbError> {
    Ok(cursor.parse::<CursorRow>()?.iter().any(|row| row.is_behind != 0))
}
