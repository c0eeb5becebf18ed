//! RecruitOS, "Dashboard".

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::auth::ApiKey;
use crate::api::error::ApiError;
use crate::api::openapi::Refused;
use crate::app::App;
use crate::domain::event::Subject;
use crate::domain::sync::SyncOutcome;
use crate::store::events::{self, FeedItem};
use crate::store::stats::{self, Stats};

/// How many lines the activity feed shows.
const FEED_LENGTH: i64 = 10;

/// Figures of the dashboard.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DashboardStats {
    #[schema(example = 55)]
    pub total_candidates: i64,
    #[schema(example = 32)]
    pub phase1_count: i64,
    /// Hired ones included.
    #[schema(example = 23)]
    pub phase2_count: i64,
    #[schema(example = 12)]
    pub hired_count: i64,
    /// Of the UTC day, whatever their status.
    #[schema(example = 3)]
    pub interviews_today: i64,
    /// `synced`, `syncing` or `error`. Without a system to sync with, all is in sync.
    #[schema(example = "synced")]
    pub sync_status: String,
    /// `null` before the first sync.
    #[schema(required, format = DateTime, example = "2024-01-20T10:30:00Z")]
    pub last_sync: Option<String>,
}

impl From<Stats> for DashboardStats {
    fn from(stats: Stats) -> Self {
        let sync_status = match stats.last_sync {
            Some(SyncOutcome::Running) => "syncing",
            Some(SyncOutcome::Failed) => "error",
            Some(SyncOutcome::Succeeded) | None => "synced",
        };
        Self {
            total_candidates: stats.people,
            phase1_count: stats.in_phase_1,
            phase2_count: stats.in_phase_2,
            hired_count: stats.hired,
            interviews_today: stats.interviews_that_day,
            sync_status: sync_status.to_owned(),
            last_sync: stats.last_synced_at,
        }
    }
}

/// Shows the dashboard's figures
#[utoipa::path(
    get, path = "/api/dashboard/stats", tag = "RecruitOS: dashboard",
    responses((status = 200, body = DashboardStats, description = "The figures"), Refused)
)]
pub async fn get_stats(app: App, _: ApiKey) -> Result<Json<DashboardStats>, ApiError> {
    let stats = stats::read(&*app.db, app.clock.now().day()).await?;
    Ok(Json(stats.into()))
}

/// A line of the activity feed.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ActivityItem {
    #[schema(example = "candidate-1")]
    pub id: String,
    /// `candidate`, `interview` or `sync`.
    #[schema(example = "candidate")]
    pub r#type: String,
    /// On lines about a candidate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Sarah Johnson")]
    pub candidate_name: Option<String>,
    #[schema(example = "moved to Phone Interview")]
    pub action: String,
    #[schema(format = DateTime, example = "2024-01-20T10:30:00Z")]
    pub timestamp: String,
    /// On lines about an interview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interviewer: Option<String>,
    /// On lines about a sync: what it brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

impl From<FeedItem> for ActivityItem {
    fn from(item: FeedItem) -> Self {
        let subject = item.kind.subject();
        let name = item.candidate_name.unwrap_or_default();
        let status = item.status.unwrap_or_default();
        let action = match subject {
            Subject::Candidate => format!("moved to {status}"),
            Subject::Interview => format!("Interview {} with {name}", status.to_lowercase()),
            Subject::Sync => "Sync completed".to_owned(),
            Subject::Job => "Job changed".to_owned(),
            Subject::Endpoint => "Webhook endpoint disabled".to_owned(),
            Subject::User => "User changed".to_owned(),
        };
        Self {
            id: format!("{}-{}", subject.as_str(), item.seq),
            r#type: subject.as_str().to_owned(),
            candidate_name: (subject == Subject::Candidate).then_some(name),
            action,
            timestamp: item.at,
            interviewer: item.interviewer,
            count: item.count,
        }
    }
}

/// Shows what happened last
///
/// The newest ten lines, newest first.
#[utoipa::path(
    get, path = "/api/activity", tag = "RecruitOS: dashboard",
    responses((status = 200, body = Vec<ActivityItem>, description = "The newest lines"), Refused)
)]
pub async fn get_activity(app: App, _: ApiKey) -> Result<Json<Vec<ActivityItem>>, ApiError> {
    let feed = events::feed(&*app.db, FEED_LENGTH).await?;
    Ok(Json(feed.into_iter().map(ActivityItem::from).collect()))
}
