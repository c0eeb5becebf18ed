//! Jobs and scoring: what there is to work on, what people think of it, and how it ranks.

mod cache;
mod dashboard;
mod job_query;
mod job_schema;
mod jobs;
mod paging;
pub mod problems;
mod score_input;
mod score_schema;
mod scores;
mod submit;
mod weights;

use axum::Router;
use axum::routing::{delete, get, post};
use utoipa::OpenApi;

/// The endpoints.
pub fn router() -> Router {
    Router::new()
        .route("/api/cache", delete(cache::clear_cache))
        .route("/api/dashboard", get(dashboard::get_dashboard))
        .route("/api/jobs", get(jobs::list_jobs))
        .route("/api/jobs/{jobId}", get(jobs::get_job))
        .route("/api/jobs/{jobId}/scores", get(scores::list_scores))
        .route("/api/jobs/{jobId}/score", post(scores::score_job))
        .route("/api/scores", post(scores::create_score))
        .route("/api/scoring/pending", get(jobs::list_pending_jobs))
        .route("/api/scoring/my-scores", get(scores::list_my_scores))
        .route("/api/scoring/weights", get(weights::get_weights).put(weights::update_weights))
}

/// What the router above answers, for the API's description.
#[derive(OpenApi)]
#[openapi(paths(
    cache::clear_cache,
    dashboard::get_dashboard,
    jobs::list_jobs,
    jobs::get_job,
    jobs::list_pending_jobs,
    scores::list_scores,
    scores::score_job,
    scores::create_score,
    scores::list_my_scores,
    weights::get_weights,
    weights::update_weights,
))]
pub struct Doc;
