//! `GET /`: what answers here.

use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::app::App;

/// The endpoint.
pub fn router() -> Router {
    Router::new().route("/", get(get_service))
}

/// What the router above answers, for the API's description.
#[derive(OpenApi)]
#[openapi(paths(get_service))]
pub struct Doc;

/// What answers here.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Service {
    #[schema(example = "Edgehire API")]
    pub message: String,
    #[schema(example = "0.1.0")]
    pub version: String,
    /// The setting `ENVIRONMENT`.
    #[schema(example = "production")]
    pub environment: String,
}

/// Tells what answers here
///
/// Open to everybody.
#[utoipa::path(
    get, path = "/", tag = "Service", security(()),
    responses((status = 200, body = Service, description = "Name, version and environment"))
)]
pub async fn get_service(app: App) -> Json<Service> {
    Json(Service {
        message: "Edgehire API".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        environment: app.config.environment.clone(),
    })
}
