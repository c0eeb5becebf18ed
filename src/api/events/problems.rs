//! What can be wrong, as it is described: errors outside every contract.

use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use crate::api::openapi::FieldProblem;

/// Why a request was not done.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlainProblem {
    #[schema(example = "Endpoint not found")]
    pub error: String,
    /// Every field that can't be taken, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// 400
#[derive(IntoResponses)]
#[response(status = 400, description = "Every field that can't be taken, and why")]
pub struct BadRequest(#[to_schema] pub PlainProblem);

/// 401
#[derive(IntoResponses)]
#[response(status = 401, description = "No API key, or a wrong one")]
pub struct Refused(#[to_schema] pub PlainProblem);

/// 404
#[derive(IntoResponses)]
#[response(status = 404, description = "There is none with this id")]
pub struct NotFound(#[to_schema] pub PlainProblem);

/// 409
#[derive(IntoResponses)]
#[response(status = 409, description = "The endpoint is disabled")]
pub struct Disabled(#[to_schema] pub PlainProblem);

/// 410
#[derive(IntoResponses)]
#[response(
    status = 410,
    description = "Events after the cursor have been removed, for they are past their retention"
)]
pub struct Gone(#[to_schema] pub PlainProblem);
