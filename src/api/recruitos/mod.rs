//! RecruitOS: candidates, interviews and the dashboard of the recruiters' web app.

mod candidate_schema;
mod candidates;
mod dashboard;
mod interview_schema;
mod interviews;

use axum::Router;
use axum::routing::get;
use utoipa::OpenApi;

/// The twelve endpoints.
pub fn router() -> Router {
    let candidates = get(candidates::list_candidates).post(candidates::create_candidate);
    let candidate =
        get(candidates::get_candidate).put(candidates::update_candidate).delete(candidates::delete_candidate);
    let interviews = get(interviews::list_interviews).post(interviews::create_interview);
    let interview =
        get(interviews::get_interview).put(interviews::update_interview).delete(interviews::delete_interview);
    Router::new()
        .route("/api/dashboard/stats", get(dashboard::get_stats))
        .route("/api/activity", get(dashboard::get_activity))
        .route("/api/candidates", candidates)
        .route("/api/candidates/{candidateId}", candidate)
        .route("/api/interviews", interviews)
        .route("/api/interviews/{interviewId}", interview)
}

/// What the router above answers, for the API's description.
#[derive(OpenApi)]
#[openapi(paths(
    dashboard::get_stats,
    dashboard::get_activity,
    candidates::list_candidates,
    candidates::create_candidate,
    candidates::get_candidate,
    candidates::update_candidate,
    candidates::delete_candidate,
    interviews::list_interviews,
    interviews::create_interview,
    interviews::get_interview,
    interviews::update_interview,
    interviews::delete_interview,
))]
pub struct Doc;
