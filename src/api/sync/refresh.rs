//! One job, read from Recruiterflow while the caller waits.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::{BadGateway, NotTheirs, Unavailable};
use crate::api::auth::Writer;
use crate::api::error::ApiError;
use crate::api::extract::PathUuid;
use crate::api::problems::{BadRequest, Forbidden, NotFound, Refused};
use crate::app::App;
use crate::clients::recruiterflow::Recruiterflow;
use crate::domain::job::JobSource;
use crate::store::caching;
use crate::store::jobs::owners;
use crate::sync::refresh::{self, JobOutcome, PipelineOutcome};

/// How long a caller waits for Recruiterflow at most, in milliseconds.
pub(super) const WITHIN_MS: i64 = 25_000;

/// What reading a job anew came to.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refreshed {
    /// `changed`, `same`, or `closed` when it is not worked on any more.
    #[schema(example = "changed")]
    pub job: String,
    /// `changed`, `same`, or `gone` when Recruiterflow does not have the job any more.
    #[schema(example = "same")]
    pub pipeline: String,
}

/// Refreshes a job
///
/// Reads the job and its pipeline from Recruiterflow, now, and clears all caches.
#[utoipa::path(
    post, path = "/api/jobs/{jobId}/refresh", tag = "Sync",
    params(("jobId" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = Refreshed, description = "What differed"),
        BadRequest, Refused, Forbidden, NotFound, NotTheirs, BadGateway, Unavailable,
    )
)]
pub async fn refresh_job(app: App, _: Writer, PathUuid(id): PathUuid) -> Result<Json<Refreshed>, ApiError> {
    let owner = owners::find(&*app.db, id).await?.ok_or_else(|| ApiError::not_found("Job"))?;
    let external_id = owner.in_system(JobSource::Recruiterflow).ok_or_else(ApiError::not_theirs)?;
    let system = Recruiterflow::open(&app, app.clock.unix_ms() + WITHIN_MS)
        .ok_or_else(|| ApiError::not_configured("RECRUITERFLOW_API_KEY"))?;
    let job = refresh::job(&app, &system, external_id, None).await?;
    let pipeline = match job {
        // It is known here, so there it is gone.
        JobOutcome::Unknown => PipelineOutcome::Gone,
        JobOutcome::Created | JobOutcome::Changed | JobOutcome::Closed | JobOutcome::Same => {
            refresh::pipeline(&app, &system, external_id, None).await?
        }
    };
    caching::clear(&*app.db).await?;
    let job = match job {
        JobOutcome::Created | JobOutcome::Changed => "changed",
        JobOutcome::Closed => "closed",
        JobOutcome::Same | JobOutcome::Unknown => "same",
    };
    let pipeline = match pipeline {
        PipelineOutcome::Changed => "changed",
        PipelineOutcome::Same => "same",
        PipelineOutcome::Unknown | PipelineOutcome::Gone => "gone",
    };
    Ok(Json(Refreshed { job: job.to_owned(), pipeline: pipeline.to_owned() }))
}
