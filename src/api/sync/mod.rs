//! Keeping jobs and pipelines as Recruiterflow has them: sweeps, one job, and what is known of pipelines.

mod log_schema;
mod pipeline_schema;
mod pipelines;
pub mod problems;
mod refresh;
mod syncs;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

/// The endpoints.
pub fn router() -> Router {
    Router::new()
        .route("/api/sync/recruiterflow", post(syncs::start_sync))
        .route("/api/sync/status", get(syncs::get_status))
        .route("/api/sync/log", get(syncs::list_syncs))
        .route("/api/jobs/{jobId}/refresh", post(refresh::refresh_job))
        .route("/api/jobs/{jobId}/pipeline", get(pipelines::get_pipeline))
        .route("/api/jobs/{jobId}/moves", get(pipelines::list_moves))
}

/// What the router above answers, for the API's description.
#[derive(OpenApi)]
#[openapi(paths(
    syncs::start_sync,
    syncs::get_status,
    syncs::list_syncs,
    refresh::refresh_job,
    pipelines::get_pipeline,
    pipelines::list_moves,
))]
pub struct Doc;
