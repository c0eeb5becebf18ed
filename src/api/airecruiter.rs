//! AIRecruiter v2, as far as it is spoken: health.

use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::app::App;
use crate::ports::Level;
use crate::store::health;

/// The endpoints.
pub fn router() -> Router {
    Router::new().route("/api/v1/health", get(get_health))
}

/// What the router above answers, for the API's description.
#[derive(OpenApi)]
#[openapi(paths(get_health))]
pub struct Doc;

/// How the service is.
#[derive(Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// `healthy` if and only if the database answers, else `unhealthy`.
    #[schema(example = "healthy")]
    pub status: String,
    #[schema(example = "0.1.0")]
    pub version: String,
    /// `connected` or `disconnected`.
    #[schema(example = "connected")]
    pub database: String,
    /// `not_configured`: there is no connection to Workday yet.
    #[schema(example = "not_configured")]
    pub workday: String,
    /// `not_configured`: there is no background processor yet.
    #[schema(example = "not_configured")]
    pub processor: String,
}

/// The log line of a failed check.
#[derive(Serialize)]
struct HealthLine {
    health: &'static str,
    error: String,
}

/// Tells whether the service is healthy
///
/// Asks the database. Open to everybody.
#[utoipa::path(
    get, path = "/api/v1/health", tag = "Service", security(()),
    responses(
        (status = 200, body = Health, description = "The database answers"),
        (status = 503, body = Health, description = "The database does not answer"),
    )
)]
pub async fn get_health(app: App) -> (StatusCode, Json<Health>) {
    let checked = health::check(&*app.db).await;
    if let Err(error) = &checked {
        app.log(Level::Error, &HealthLine { health: "unhealthy", error: error.to_string() });
    }
    let (code, status, database) = match checked {
        Ok(()) => (StatusCode::OK, "healthy", "connected"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "unhealthy", "disconnected"),
    };
    let health = Health {
        status: status.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database: database.to_owned(),
        workday: "not_configured".to_owned(),
        processor: "not_configured".to_owned(),
    };
    (code, Json(health))
}
