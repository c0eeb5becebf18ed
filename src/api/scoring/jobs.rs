//! What there is to work on.

use axum::response::Response;
use http::Uri;

use super::job_query::{JobQuery, PendingQuery};
use super::job_schema::{JOB, JOB_LINE, JobDetail, JobLine, PENDING_JOB, PendingJob, SuggestedScores};
use super::paging::{linked, listed, page};
use super::problems::{BadRequest, NoJob, NotYours, Refused};
use super::score_schema::{JOB_SCORE, RANKING, Ranking, RankingLine};
use super::submit::{named_scorer, unknown_scorer};
use crate::api::auth::{Staff, digest};
use crate::api::cached::{Cached, HasMore, NoCache};
use crate::api::error::ApiError;
use crate::api::extract::{PathUuid, Query};
use crate::app::App;
use crate::domain::number::Bounded;
use crate::domain::scoring::Suggested;
use crate::domain::time::Timestamp;
use crate::store::caching::Fresh;
use crate::store::jobs::{self, Detail, JobViews};

/// For how many seconds a list and a job are kept, while they are so.
const KEPT_FOR_S: u64 = 300;

/// Lists jobs
///
/// Active ones, the best first and unscored ones last, then those that have been open longest. All filters
/// combine with AND. The bearer may be a user's token, of any role. Kept for five minutes, while nothing
/// changes; the days of `staleness_days` are as old as what is kept.
#[utoipa::path(
    get, path = "/api/jobs", tag = "Jobs", params(JobQuery),
    responses(
        (status = 200, body = Vec<JobLine>, description = "The jobs of the page; with more, a `Link` to the next",
            headers(("X-Cache" = String, description = "`hit` or `miss`"))),
        BadRequest, Refused,
    )
)]
pub async fn list_jobs(
    app: App,
    _: Staff,
    uri: Uri,
    no_cache: NoCache,
    Query(query): Query<JobQuery>,
) -> Result<Response, ApiError> {
    let (filter, order, page) = query.into_parts();
    let asked = format!("{filter:?} {order:?} {page:?}");
    let name = format!("jobs:{}", digest(&[asked.as_bytes()]));
    let cached = Cached::look(&app, &no_cache, name, KEPT_FOR_S).await;
    let now = app.clock.now();
    let fresh = jobs::list(&*app.db, &filter, order, page, cached.stamp(), now, JOB_LINE).await?;
    let response = cached.answer(&app, fresh);
    let has_more = response.extensions().get::<HasMore>().is_some();
    Ok(if has_more { linked(response, &uri, page) } else { response })
}

/// Shows a job
///
/// With its scores, its rankings and its pipeline. The bearer may be a user's token, of any role. Kept for
/// five minutes, while nothing changes.
#[utoipa::path(
    get, path = "/api/jobs/{jobId}", tag = "Jobs", params(("jobId" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = JobDetail, description = "The job",
            headers(("X-Cache" = String, description = "`hit` or `miss`"))),
        BadRequest, Refused, NoJob,
    )
)]
pub async fn get_job(
    app: App,
    _: Staff,
    PathUuid(id): PathUuid,
    no_cache: NoCache,
) -> Result<Response, ApiError> {
    let views = JobViews { job: JOB, ranking: RANKING, score: JOB_SCORE };
    let cached = Cached::look(&app, &no_cache, format!("job:{id}"), KEPT_FOR_S).await;
    let found = jobs::find(&*app.db, id, cached.stamp(), &views).await?;
    let fresh = match found.ok_or_else(|| ApiError::not_found("Job"))? {
        Detail::Same => Fresh::Same,
        Detail::New(job) => shown(*job, app.clock.now())?,
    };
    Ok(cached.answer(&app, fresh))
}

/// The whole answer.
fn shown(found: jobs::JobDetail, now: Timestamp) -> Result<Fresh, ApiError> {
    let jobs::JobDetail { stamp, job, rankings, scores, snapshots, opened_at, fee } = found;
    let rankings: Vec<RankingLine> = serde_json::from_str(&rankings).map_err(ApiError::internal)?;
    let current = rankings.first().map(Ranking::from);
    let opened = opened_at.map(|at| at.parse()).transpose();
    let opened = opened.map_err(|_| ApiError::internal("a job was opened at no time"))?;
    let suggested = SuggestedScores::from(Suggested::of(opened, fee, now.day()));
    let json = |value: Result<String, serde_json::Error>| value.map_err(ApiError::internal);
    let json = format!(
        r#"{{"job":{job},"current_ranking":{},"ranking_history":{},"score_history":{scores},"pipeline_snapshots":{},"suggested_scores":{}}}"#,
        json(serde_json::to_string(&current))?,
        json(serde_json::to_string(&rankings))?,
        json(serde_json::to_string(&snapshots))?,
        json(serde_json::to_string(&suggested))?,
    );
    Ok(Fresh::New { stamp, json: json.into_bytes(), has_more: false })
}

impl From<Suggested> for SuggestedScores {
    fn from(suggested: Suggested) -> Self {
        Self {
            time_open_score: suggested.time_open.map(Bounded::number),
            fee_size_score: suggested.fee_size.map(Bounded::number),
        }
    }
}

/// Lists the jobs that wait for somebody's score
///
/// Active jobs that they never scored, or not for more than seven days; those that have been open longest
/// come first. The bearer may be a user's token, of any role: then it is about oneself, unless an admin
/// names somebody.
#[utoipa::path(
    get, path = "/api/scoring/pending", tag = "Scoring", params(PendingQuery),
    responses(
        (status = 200, body = Vec<PendingJob>, description = "The jobs of the page; with more, a `Link` to the next"),
        BadRequest, Refused, NotYours,
    )
)]
pub async fn list_pending_jobs(
    app: App,
    staff: Staff,
    uri: Uri,
    Query(query): Query<PendingQuery>,
) -> Result<Response, ApiError> {
    let page = page(query.limit, query.offset);
    let scorer = named_scorer(&staff, query.scorer_id.map(|id| id.0))?;
    let scorer = scorer.ok_or_else(|| ApiError::field("scorer_id", "is required with the API key"))?;
    let found = jobs::pending(&*app.db, &scorer.to_string(), page, app.clock.now(), PENDING_JOB).await?;
    found.map(|found| listed(found, &uri, page)).ok_or_else(unknown_scorer)
}
