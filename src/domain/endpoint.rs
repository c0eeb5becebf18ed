//! Webhook endpoints: who is told of events, and when that is given up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::EventType;
use super::outbound_url::OutboundUrl;
use super::task::{Kind, Payload};
use super::text::Text;
use super::words::words;

/// Most endpoints there can be.
pub const MOST_ENDPOINTS: i64 = 50;

/// How long after a rotation the previous secret still signs, in milliseconds.
pub const ROTATION_OVERLAP_MS: i64 = 24 * 60 * 60 * 1000;

/// The type of what a test sends; it is not in the log, and nobody subscribes to it.
pub const TEST_EVENT: &str = "endpoint.test";

/// What people call an endpoint.
pub type Description = Text<200>;

/// The number by which the store knows an endpoint; outside it is known by its UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointId(pub i64);

words! {
    /// Why an endpoint is told nothing.
    DisabledReason {
        /// Somebody said so.
        Manual = "manual",
        /// It answered 410.
        Gone = "gone",
        /// It failed for days.
        Failing = "failing",
    }
}

words! {
    /// How a delivery stands.
    DeliveryStatus {
        /// Waits for its next try.
        Pending = "pending",
        /// The endpoint took it.
        Delivered = "delivered",
        /// Given up, for now.
        Failed = "failed",
    }
}

words! {
    /// Why a delivery was given up.
    FailureReason {
        /// Its tries are used up.
        Exhausted = "exhausted",
        /// The endpoint was disabled.
        Disabled = "disabled",
        /// The endpoint answered 410.
        Gone = "gone",
        /// The event is past its retention.
        Expired = "expired",
    }
}

/// A new endpoint.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// Version 7, made by the caller.
    pub uuid: Uuid,
    pub url: OutboundUrl,
    pub description: Option<Description>,
    /// `None`: all.
    pub types: Option<Vec<EventType>>,
    pub enabled: bool,
    /// Encrypted.
    pub sealed_secret: String,
}

/// A change to an endpoint; what is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct EndpointPatch {
    pub url: Option<OutboundUrl>,
    pub description: Option<Option<Description>>,
    pub types: Option<Option<Vec<EventType>>>,
    pub enabled: Option<bool>,
}

/// Sends what is due to an endpoint.
#[derive(Debug, Serialize, Deserialize)]
pub struct Deliver {
    pub endpoint_id: i64,
}

impl Payload for Deliver {
    const KIND: Kind = Kind::Deliver;
}

/// Makes the events of a span due again to an endpoint, as far as it has not taken them.
#[derive(Debug, Serialize, Deserialize)]
pub struct RecoverEndpoint {
    pub endpoint_id: i64,
    /// Ids of events, which are in the order of time: after this one, and up to that one.
    pub after: String,
    pub until: String,
}

impl Payload for RecoverEndpoint {
    const KIND: Kind = Kind::RecoverEndpoint;
}

/// The lowest id that an event of this millisecond or later can have.
#[must_use]
pub fn lowest_event_id(unix_ms: i64) -> Uuid {
    event_id(unix_ms, 0)
}

/// The highest id that an event of this millisecond or earlier can have.
#[must_use]
pub fn highest_event_id(unix_ms: i64) -> Uuid {
    event_id(unix_ms, u8::MAX)
}

fn event_id(unix_ms: i64, rest: u8) -> Uuid {
    let ms = u64::try_from(unix_ms).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &[rest; 10]).into_uuid()
}

/// How an endpoint has been doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Health {
    /// The first failed try since one went well, or since none failed for a day. In milliseconds since
    /// 1970, as the next.
    pub failing_since_ms: Option<i64>,
    /// The last failed try, if none went well after it.
    pub last_failed_ms: Option<i64>,
}

/// After so long without a failed try, in milliseconds, failing is counted anew: nobody knows how the
/// endpoint did in between.
const UNKNOWN_AFTER_MS: i64 = 24 * 60 * 60 * 1000;

impl Health {
    /// After another try.
    #[must_use]
    pub fn after(self, went_well: bool, at_ms: i64) -> Self {
        if went_well {
            return Self::default();
        }
        let is_known = self.last_failed_ms.is_some_and(|last| at_ms - last <= UNKNOWN_AFTER_MS);
        let since = self.failing_since_ms.filter(|_| is_known).unwrap_or(at_ms);
        Self { failing_since_ms: Some(since), last_failed_ms: Some(at_ms) }
    }

    /// Whether it has failed for so long that it is given up.
    #[must_use]
    pub fn is_hopeless(self, now_ms: i64, disable_after_ms: i64) -> bool {
        self.failing_since_ms.is_some_and(|since| now_ms - since >= disable_after_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failing_is_counted_from_the_first_failure_after_a_success() {
        let fresh = Health::default();
        let failing = fresh.after(false, 10).after(false, 20);
        assert_eq!(failing.failing_since_ms, Some(10));
        assert_eq!(failing.after(true, 30), fresh);
        let much_later = 20 + UNKNOWN_AFTER_MS;
        assert_eq!(failing.after(false, much_later).failing_since_ms, Some(10));
        assert_eq!(failing.after(false, much_later + 1).failing_since_ms, Some(much_later + 1));
        assert!(failing.is_hopeless(15, 5) && !failing.is_hopeless(14, 5) && !fresh.is_hopeless(99, 0));
    }

    #[test]
    fn ids_of_a_millisecond_stand_between_its_lowest_and_its_highest() {
        let ms = 1_705_748_400_000;
        let (lowest, highest) = (lowest_event_id(ms).to_string(), highest_event_id(ms).to_string());
        let event = |ms| event_id(ms, 7).to_string();
        assert!(event(ms - 1) < lowest && lowest < event(ms));
        assert!(event(ms) < highest && highest < event(ms + 1));
    }
}
