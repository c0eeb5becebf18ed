//! Deliveries: what an endpoint is told, until it has taken it.
//!
//! Invariant: an event is one delivery an endpoint, under the event's id, however often it is sent.

mod due;
mod list;
mod requests;

pub use due::{Due, DueDelivery, Receiver, Recorded, Tried, due, record};
pub use list::{DeliveryFilter, DeliveryPage, Place, list};
pub use requests::{Message, RecoveryStep, exists, insert, prune, recovery_step, redeliver};

/// SQL of a delivery as the API shows it.
const JSON: &str = "json_object('id', deliveries.id, \
     'endpoint_id', (SELECT uuid FROM endpoints WHERE endpoints.id = endpoint_id), \
     'event_id', event_id, 'event_type', event_type, 'status', deliveries.status, 'reason', reason, \
     'next_attempt_at', iif(deliveries.status = 'pending', strftime('%FT%TZ', due_ms / 1000, 'unixepoch'), NULL), \
     'attempts', json(attempts), 'created_at', deliveries.created_at)";
