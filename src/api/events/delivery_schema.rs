//! Deliveries as they are shown and asked for.

use std::str::FromStr;

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::cursor;
use crate::api::input::{FieldErrors, Id, Limit, Raw, USUAL_LIMIT, nullable, required};
use crate::domain::Invalid;
use crate::domain::endpoint::DeliveryStatus;
use crate::store::deliveries::{DeliveryFilter, Place};

/// One event to one endpoint, until the endpoint has taken it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    #[schema(example = 7)]
    pub id: i64,
    #[schema(example = "018d2680-1b40-7000-8000-000000000000")]
    pub endpoint_id: String,
    /// The event's id, also the `webhook-id` of every try.
    #[schema(example = "018d2680-1b40-7000-8000-000000000001")]
    pub event_id: String,
    #[schema(example = "candidate.created")]
    pub event_type: String,
    /// `pending` (it will be tried), `delivered` (a try was answered with 2xx) or `failed`.
    #[schema(example = "pending")]
    pub status: String,
    /// Why it failed: `exhausted` (its tries are used up), `disabled` (the endpoint was disabled), `gone`
    /// (the endpoint answered 410) or `expired` (the event was removed before it could be sent); else
    /// `null`.
    #[schema(required)]
    pub reason: Option<String>,
    /// When it is tried next, at the earliest; `null` unless it is pending.
    #[schema(required, format = DateTime)]
    pub next_attempt_at: Option<String>,
    /// The last 30 tries, the oldest first, those before it was sent again included.
    pub attempts: Vec<Attempt>,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// One try to deliver.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    #[schema(format = DateTime)]
    pub at: String,
    /// The HTTP status of the answer; `null` when there was no answer.
    #[schema(required, example = 500)]
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    #[schema(example = 120)]
    pub ms: i64,
    /// The first 500 characters of the answer's body; `null` when there was no answer.
    #[schema(required, example = "Internal Server Error")]
    pub answer: Option<String>,
    /// Why there was no answer, or not all of it.
    #[schema(required, example = "no answer in time")]
    pub error: Option<String>,
}

/// A part of the deliveries.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryList {
    /// The newest first. May be fewer than `limit`, or none, although there is more: `next` says so.
    pub deliveries: Vec<Delivery>,
    /// Where to read on: give it as `after`. `null` at the end.
    #[schema(required)]
    pub next: Option<String>,
}

/// Which deliveries to list; all conditions must hold.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query)]
#[deserr(error = FieldErrors)]
pub struct DeliveryQuery {
    /// Only deliveries to this endpoint: its id.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, format = Uuid)]
    endpoint: Option<Id>,
    /// Only deliveries that stand so: `pending`, `delivered` or `failed`.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    status: Option<DeliveryStatus>,
    /// Only deliveries of this event: its id.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, format = Uuid)]
    event: Option<Id>,
    /// `next` of the page before.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    after: Option<After>,
    /// Most deliveries of the page.
    #[deserr(default = USUAL_LIMIT, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
}

/// Where to read on.
struct After(Place);

impl FromStr for After {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        cursor::read(raw, |place: &Place| place.id).map(Self)
    }
}

impl DeliveryQuery {
    /// The filter and the length of the page it asks for.
    pub fn into_parts(self) -> (DeliveryFilter, i64) {
        let filter = DeliveryFilter {
            endpoint: self.endpoint.map(|id| id.0),
            status: self.status,
            event: self.event.map(|id| id.0),
            after: self.after.map(|After(place)| place),
        };
        (filter, self.limit.number())
    }
}
