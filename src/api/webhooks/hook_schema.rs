//! Webhooks as they are answered, shown and asked for.

use std::str::FromStr;

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::cursor;
use crate::api::input::{FieldErrors, Limit, Raw, USUAL_LIMIT, nullable, required};
use crate::domain::Invalid;
use crate::domain::time::Timestamp;
use crate::store::inbound_hooks::{self, Place};

/// A webhook that was stored.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceivedWebhook {
    /// `received` (it will be processed), `duplicate` (it repeats another) or `ignored` (it names neither a job
    /// nor a candidate).
    #[schema(example = "received")]
    pub status: String,
    /// A UUID.
    #[schema(example = "018d2680-1b40-7000-8000-000000000000")]
    pub id: String,
}

/// A webhook that could not be processed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailedWebhook {
    /// A UUID.
    #[schema(example = "018d2680-1b40-7000-8000-000000000000")]
    pub id: String,
    /// What happened; `null` when it does not say.
    #[schema(required, example = "candidate.stage_changed")]
    pub kind: Option<String>,
    /// Recruiterflow's id of the job; `null` when it names none.
    #[schema(required, example = "7")]
    pub job_id: Option<String>,
    /// Recruiterflow's id of the candidate; `null` when it names none.
    #[schema(required, example = "24")]
    pub candidate_id: Option<String>,
    /// Why what it is about could not be read.
    #[schema(example = "Recruiterflow is unavailable: job: 503")]
    pub error: String,
    /// How often it was replayed.
    #[schema(example = 0)]
    pub replays: i64,
    #[schema(format = DateTime)]
    pub received_at: String,
    #[schema(format = DateTime)]
    pub failed_at: String,
    /// The body, as it came.
    #[schema(example = r#"{"event":"job.updated","data":{"job":{"id":7}}}"#)]
    pub body: String,
}

impl From<inbound_hooks::FailedHook> for FailedWebhook {
    fn from(hook: inbound_hooks::FailedHook) -> Self {
        Self {
            id: hook.uuid,
            kind: hook.kind,
            job_id: hook.job_ref,
            candidate_id: hook.candidate_ref,
            error: hook.error.unwrap_or_default(),
            replays: hook.replays,
            received_at: hook.received_at,
            failed_at: Timestamp::from_unix_ms(hook.place.failed_ms).to_string(),
            body: hook.body,
        }
    }
}

/// A part of the webhooks that could not be processed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailedWebhookList {
    /// The last to fail first. May be fewer than `limit` although there is more: `next` says so.
    pub failed: Vec<FailedWebhook>,
    /// Where to read on: give it as `after`. `null` at the end.
    #[schema(required)]
    pub next: Option<String>,
}

/// Which page to read.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query)]
#[deserr(error = FieldErrors)]
pub struct FailedWebhookQuery {
    /// `next` of the page before.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    after: Option<After>,
    /// Most webhooks of the page.
    #[deserr(default = USUAL_LIMIT, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
}

impl FailedWebhookQuery {
    /// The place after which the page begins, and its length.
    pub fn into_parts(self) -> (Option<Place>, i64) {
        (self.after.map(|After(place)| place), self.limit.number())
    }
}

/// Where to read on.
struct After(Place);

impl FromStr for After {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        // Both numbers must be such as the database may have given.
        let place = cursor::read(raw, |place: &Place| place.id)?;
        cursor::read(raw, |place: &Place| place.failed_ms).map(|_| Self(place))
    }
}

/// A webhook that is sent through again.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayedWebhook {
    /// `received`.
    #[schema(example = "received")]
    pub status: String,
}

/// Webhooks that are sent through again.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayedWebhooks {
    /// How many.
    #[schema(example = 3)]
    pub replayed: i64,
}
