//! Webhooks in: what Recruiterflow tells us, and what could not be done about it.

mod failed;
mod hook_schema;
pub mod problems;
mod receive;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

/// The endpoints.
pub fn router() -> Router {
    Router::new()
        .route("/api/webhooks/recruiterflow", post(receive::receive_webhook))
        .route("/api/webhooks/recruiterflow/failed", get(failed::list_failed_webhooks))
        .route("/api/webhooks/recruiterflow/failed/replay", post(failed::replay_all_webhooks))
        .route("/api/webhooks/recruiterflow/failed/{webhookId}", get(failed::get_failed_webhook))
        .route("/api/webhooks/recruiterflow/failed/{webhookId}/replay", post(failed::replay_webhook))
}

/// What the router above answers, for the API's description.
#[derive(OpenApi)]
#[openapi(paths(
    receive::receive_webhook,
    failed::list_failed_webhooks,
    failed::replay_all_webhooks,
    failed::get_failed_webhook,
    failed::replay_webhook,
))]
pub struct Doc;
