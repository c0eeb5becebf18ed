//! The event log and its webhooks: ours, outside every contract.

mod deliveries;
mod delivery_schema;
mod endpoint_schema;
mod endpoints;
mod log;
pub mod problems;

use axum::Router;
use axum::routing::{get, post};
use utoipa::OpenApi;

/// The endpoints.
pub fn router() -> Router {
    let endpoint =
        get(endpoints::get_endpoint).patch(endpoints::update_endpoint).delete(endpoints::delete_endpoint);
    Router::new()
        .route("/api/events", get(log::list_events))
        .route("/api/events/endpoints", get(endpoints::list_endpoints).post(endpoints::create_endpoint))
        .route("/api/events/endpoints/{endpointId}", endpoint)
        .route("/api/events/endpoints/{endpointId}/rotate-secret", post(endpoints::rotate_secret))
        .route("/api/events/endpoints/{endpointId}/test", post(endpoints::test_endpoint))
        .route("/api/events/endpoints/{endpointId}/recover", post(endpoints::recover_endpoint))
        .route("/api/events/deliveries", get(deliveries::list_deliveries))
        .route("/api/events/deliveries/{deliveryId}/redeliver", post(deliveries::redeliver))
}

/// What the router above answers, for the API's description.
#[derive(OpenApi)]
#[openapi(paths(
    log::list_events,
    endpoints::list_endpoints,
    endpoints::create_endpoint,
    endpoints::get_endpoint,
    endpoints::update_endpoint,
    endpoints::delete_endpoint,
    endpoints::rotate_secret,
    endpoints::test_endpoint,
    endpoints::recover_endpoint,
    deliveries::list_deliveries,
    deliveries::redeliver,
))]
pub struct Doc;
