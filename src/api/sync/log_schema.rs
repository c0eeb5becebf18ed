//! Syncs as they are asked for and shown.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::cursor;
use crate::api::input::{FieldErrors, Flag, Limit, USUAL_LIMIT, given, nullable, required};
use crate::domain::Invalid;
use crate::domain::sync::{SyncKind, SyncOutcome};
use crate::domain::time::Timestamp;
use crate::store::syncs::{Standing, SyncFilter};

/// When jobs have not been synced for so long, in seconds, something is wrong: two sweeps did not go well.
const STALE_AFTER_S: i64 = 65 * 60;

/// What a sync is asked to do.
#[derive(Debug, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct StartSync {
    /// `false`: stop, as a sync by the clock does, when more jobs than is likely would be deactivated.
    #[deserr(default, try_from(crate::api::input::Raw) = given -> Invalid)]
    #[schema(value_type = Option<bool>, default = true)]
    pub force: Option<Flag>,
}

/// A sync that runs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncStarted {
    #[schema(example = 7)]
    pub sync_id: i64,
    #[schema(example = "syncing")]
    pub status: String,
}

/// How the sync stands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncStatus {
    #[schema(example = "recruiterflow")]
    pub system: String,
    /// `synced`, `syncing`, `error` when the last one ended badly, `not_configured` without an API key.
    #[schema(example = "synced")]
    pub status: String,
    /// `null` before the first.
    #[schema(required, format = DateTime, example = "2026-01-20T10:30:00Z")]
    pub last_success_at: Option<String>,
    /// Of the last sweep that ended badly.
    #[schema(required, example = "Recruiterflow refuses the API key: Invalid API key")]
    pub last_error: Option<String>,
    #[schema(required, format = DateTime, example = "2026-01-19T10:30:00Z")]
    pub last_error_at: Option<String>,
    /// While one runs.
    #[schema(required)]
    pub progress: Option<SyncProgress>,
    pub staleness: Staleness,
    /// Webhooks of Recruiterflow that could not be processed.
    #[schema(example = 0)]
    pub failed_webhooks: i64,
}

/// How far a sweep has come.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncProgress {
    #[schema(example = 7)]
    pub sync_id: i64,
    #[schema(example = "full")]
    pub kind: String,
    /// `jobs`, `missing`, `apply`, then `pipelines`.
    #[schema(example = "pipelines")]
    pub phase: String,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(example = 392)]
    pub jobs_seen: i64,
    /// As Recruiterflow says; `null` until it has.
    #[schema(required, example = 392)]
    pub jobs_total: Option<i64>,
    #[schema(example = 8)]
    pub pipelines_read: i64,
    #[schema(required, example = 12)]
    pub pipelines_total: Option<i64>,
}

/// How old what is here may be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Staleness {
    /// Since the last sweep that ended well; `null` before the first.
    #[schema(required, example = 840)]
    pub seconds: Option<i64>,
    /// No sweep has gone well for over an hour.
    #[schema(example = false)]
    pub is_stale: bool,
}

impl SyncStatus {
    /// How it stands at this moment, in milliseconds since 1970.
    pub fn of(standing: Standing, is_configured: bool, now_ms: i64) -> Self {
        let status = match standing.last_status {
            _ if !is_configured => "not_configured",
            Some(SyncOutcome::Running) => "syncing",
            Some(SyncOutcome::Failed) => "error",
            Some(SyncOutcome::Succeeded) | None => "synced",
        };
        let since = |at: &String| at.parse::<Timestamp>().map(|at| (now_ms - at.unix_ms()) / 1_000).ok();
        let seconds = standing.last_success_at.as_ref().and_then(since);
        let is_stale = is_configured && seconds.is_none_or(|seconds| seconds > STALE_AFTER_S);
        let progress = standing.running.map(|running| SyncProgress {
            sync_id: running.id,
            kind: running.kind,
            phase: running.phase,
            started_at: running.started_at,
            jobs_seen: running.seen,
            jobs_total: running.total,
            pipelines_read: running.pipelines,
            pipelines_total: running.pipelines_total,
        });
        Self {
            system: "recruiterflow".to_owned(),
            status: status.to_owned(),
            last_success_at: standing.last_success_at,
            last_error: standing.last_error,
            last_error_at: standing.last_error_at,
            progress,
            staleness: Staleness { seconds, is_stale },
            failed_webhooks: standing.failed_hooks,
        }
    }
}

/// Which syncs to list.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors)]
#[into_params(parameter_in = Query)]
pub struct SyncLogQuery {
    #[deserr(default, try_from(crate::api::input::Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, example = "full")]
    kind: Option<SyncKind>,
    #[deserr(default, try_from(crate::api::input::Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, example = "failed")]
    status: Option<SyncOutcome>,
    /// The `next` of the page before.
    #[deserr(default, try_from(crate::api::input::Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    after: Option<After>,
    #[deserr(default = USUAL_LIMIT, try_from(crate::api::input::Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
}

impl SyncLogQuery {
    /// What to list, and how many.
    pub fn into_parts(self) -> (SyncFilter, i64) {
        let after = self.after.map(|After(id)| id);
        (SyncFilter { kind: self.kind, status: self.status, after }, self.limit.number())
    }
}

/// A place in the list.
#[derive(Debug)]
struct After(i64);

impl std::str::FromStr for After {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        cursor::read(text, |id: &i64| *id).map(Self)
    }
}

/// A page of syncs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncList {
    pub syncs: Vec<SyncItem>,
    /// For the next page; `null` at the end.
    #[schema(required)]
    pub next: Option<String>,
}

/// A sync, and what it came to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncItem {
    #[schema(example = 7)]
    pub id: i64,
    #[schema(example = "recruiterflow")]
    pub system: String,
    /// `full` by the clock, `manual` when a person asked, `webhook` for what a webhook brought.
    #[schema(example = "full")]
    pub kind: String,
    /// `running`, `succeeded` or `failed`.
    #[schema(example = "succeeded")]
    pub status: String,
    #[schema(format = DateTime)]
    pub started_at: String,
    #[schema(required, format = DateTime)]
    pub finished_at: Option<String>,
    #[schema(required)]
    pub error: Option<String>,
    /// Jobs read, and of them those that were new, changed, or are not worked on any more.
    #[schema(example = 392)]
    pub seen: i64,
    #[schema(example = 1)]
    pub created: i64,
    #[schema(example = 3)]
    pub changed: i64,
    #[schema(example = 0)]
    pub deactivated: i64,
    /// Pipelines read, and of them those that changed.
    #[schema(example = 12)]
    pub pipelines: i64,
    #[schema(example = 4)]
    pub pipelines_changed: i64,
    /// What could not be read and was left as it was; the log says why.
    #[schema(example = 0)]
    pub unreadable: i64,
    /// Requests to Recruiterflow, and of them those that had to be repeated.
    #[schema(example = 16)]
    pub calls: i64,
    #[schema(example = 0)]
    pub retries: i64,
    /// Milliseconds at work, and of them waiting for Recruiterflow.
    #[schema(example = 2140)]
    pub ms: i64,
    #[schema(example = 1830)]
    pub vendor_ms: i64,
}
