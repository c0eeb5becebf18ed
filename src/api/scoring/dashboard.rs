//! The dashboard of those who score.

use std::collections::BTreeMap;

use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::Refused;
use crate::api::auth::Staff;
use crate::api::cached::{Cached, NoCache};
use crate::api::error::ApiError;
use crate::app::App;
use crate::store::jobs;

/// For how many seconds the figures are kept, while they are so.
const KEPT_FOR_S: u64 = 300;

/// Figures of the active jobs.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dashboard {
    #[schema(example = 24)]
    pub total_active_jobs: i64,
    pub jobs_by_rank: JobsByRank,
    /// Active jobs that nobody has scored: in no rank.
    #[schema(example = 5)]
    pub unscored: i64,
    /// By the label of the system they come from; those without one are `Unknown`.
    #[schema(example = json!({"Open": 20, "Unknown": 4}))]
    pub jobs_by_status: BTreeMap<String, i64>,
    /// The newest scores of active jobs, at most ten.
    pub recent_activity: Vec<RecentScore>,
}

/// How many jobs have which rank.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(non_snake_case, reason = "the letters of the ranks")]
pub struct JobsByRank {
    #[schema(example = 8)]
    pub A: i64,
    #[schema(example = 7)]
    pub B: i64,
    #[schema(example = 4)]
    pub C: i64,
}

/// Somebody scored a job.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecentScore {
    /// A UUID.
    pub job_id: String,
    #[schema(example = "Backend Developer")]
    pub job_title: String,
    #[schema(required, example = "Acme")]
    pub client_name: Option<String>,
    #[schema(example = "Anna Petrova")]
    pub scorer_name: String,
    /// `scored`.
    #[schema(example = "scored")]
    pub action: String,
    #[schema(format = DateTime)]
    pub timestamp: String,
}

/// Shows the figures of the active jobs
///
/// The bearer may be a user's token, of any role. Kept for five minutes, while nothing changes.
#[utoipa::path(
    get, path = "/api/dashboard", tag = "Jobs",
    responses(
        (status = 200, body = Dashboard, description = "The figures",
            headers(("X-Cache" = String, description = "`hit` or `miss`"))),
        Refused,
    )
)]
pub async fn get_dashboard(app: App, _: Staff, no_cache: NoCache) -> Result<Response, ApiError> {
    let cached = Cached::look(&app, &no_cache, "dashboard".to_owned(), KEPT_FOR_S).await;
    let fresh = jobs::dashboard(&*app.db, cached.stamp()).await?;
    Ok(cached.answer(&app, fresh))
}
