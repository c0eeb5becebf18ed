//! The API's description. The page that shows it, `/docs`, is a static asset beside the Worker.

use axum::Router;
use axum::routing::get;

use super::respond::JsonText;

/// Generated from the code, committed, and checked to be current: the Worker carries the text, not
/// the code that makes it.
const OPENAPI: &str = include_str!("../../schema/openapi.json");

/// The endpoint.
pub fn router() -> Router {
    Router::new().route("/openapi.json", get(get_openapi))
}

async fn get_openapi() -> JsonText {
    JsonText::new(OPENAPI)
}
