//! What is known of pipelines.

use axum::response::Response;
use uuid::Uuid;

use super::pipeline_schema::{MoveQuery, MoveView, PipelineView};
use super::problems::{BadGateway, NotTheirs, Unavailable};
use super::refresh::WITHIN_MS;
use crate::api::auth::Staff;
use crate::api::cached::{Cached, NoCache};
use crate::api::error::ApiError;
use crate::api::extract::{PathUuid, Query};
use crate::api::problems::{BadRequest, Forbidden, NotFound, Refused};
use crate::api::respond::JsonText;
use crate::app::App;
use crate::clients::recruiterflow::Recruiterflow;
use crate::domain::job::JobSource;
use crate::store::caching::Fresh;
use crate::store::jobs::owners;
use crate::store::jobs::pipeline_view::{self, PipelineRead};

/// How long a pipeline is kept, in seconds.
const KEPT_S: u64 = 15 * 60;

/// Shows a job's pipeline
///
/// Candidates at each stage, how long they stay there, and where the job stands still. Kept for 15 minutes,
/// unless anything of the job changes; `X-Cache` tells whether it was.
#[utoipa::path(
    get, path = "/api/jobs/{jobId}/pipeline", tag = "Sync",
    params(("jobId" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = PipelineView, description = "The pipeline",
            headers(("X-Cache" = String, description = "`hit` or `miss`"))),
        BadRequest, Refused, NotFound,
    )
)]
pub async fn get_pipeline(
    app: App,
    _: Staff,
    PathUuid(id): PathUuid,
    no_cache: NoCache,
) -> Result<Response, ApiError> {
    let cached = Cached::look(&app, &no_cache, format!("pipeline/{id}"), KEPT_S).await;
    let fresh = match pipeline_view::read(&*app.db, id, cached.stamp()).await? {
        PipelineRead::Missing => return Err(ApiError::not_found("Job")),
        PipelineRead::Same => Fresh::Same,
        PipelineRead::New { stamp, pipeline, updated_at, snapshots } => {
            let now_ms = app.clock.unix_ms();
            let pipeline = pipeline.unwrap_or_default();
            let view = PipelineView::of(id.to_string(), &pipeline, updated_at, snapshots, now_ms);
            Fresh::New {
                stamp,
                json: serde_json::to_vec(&view).map_err(ApiError::internal)?,
                has_more: false,
            }
        }
    };
    Ok(cached.answer(&app, fresh))
}

/// Lists the moves of candidates through a job's stages
///
/// The newest first. Recruiterflow tells who moved a candidate only by itself: `movers=true` asks for it, which
/// needs the role admin or recruiter.
#[utoipa::path(
    get, path = "/api/jobs/{jobId}/moves", tag = "Sync",
    params(("jobId" = String, Path, format = Uuid), MoveQuery),
    responses(
        (status = 200, body = Vec<MoveView>, description = "The moves of the page"),
        BadRequest, Refused, Forbidden, NotFound, NotTheirs, BadGateway, Unavailable,
    )
)]
pub async fn list_moves(
    app: App,
    staff: Staff,
    PathUuid(id): PathUuid,
    Query(query): Query<MoveQuery>,
) -> Result<JsonText, ApiError> {
    let filter = query.filter();
    if query.movers.is_some_and(|movers| movers.0) {
        let candidate = filter.candidate.as_deref();
        let candidate =
            candidate.ok_or_else(|| ApiError::field("candidate_id", "is required with movers=true"))?;
        if staff.user().is_some_and(|user| !user.role.may_write()) {
            return Err(ApiError::forbidden("This needs the role admin or recruiter"));
        }
        learn_movers(&app, id, candidate).await?;
    }
    let moves = pipeline_view::moves(&*app.db, id, &filter).await?;
    moves.map(JsonText::new).ok_or_else(|| ApiError::not_found("Job"))
}

/// Asks who moved a candidate of a job, and keeps it.
async fn learn_movers(app: &App, job: Uuid, candidate: &str) -> Result<(), ApiError> {
    let owner = owners::find(&*app.db, job).await?.ok_or_else(|| ApiError::not_found("Job"))?;
    let external_id = owner.in_system(JobSource::Recruiterflow).ok_or_else(ApiError::not_theirs)?;
    let system = Recruiterflow::open(app, app.clock.unix_ms() + WITHIN_MS)
        .ok_or_else(|| ApiError::not_configured("RECRUITERFLOW_API_KEY"))?;
    let movements = system.stage_movements(candidate).await?.unwrap_or_default();
    let here = movements.into_iter().filter(|movements| movements.job_id == external_id);
    let named = here.flat_map(|movements| movements.transitions).filter_map(|step| {
        let by = step.moved_by.and_then(|person| person.name.or(person.email))?;
        Some((step.entered.to_string(), step.to, by))
    });
    let named: Vec<_> = named.collect();
    Ok(pipeline_view::keep_movers(&*app.db, owner.id, candidate, &named).await?)
}
