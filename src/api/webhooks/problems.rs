//! What can be wrong with webhooks that come, beside what can be wrong everywhere.

use utoipa::IntoResponses;

use crate::api::events::problems::PlainProblem;

/// 400
#[derive(IntoResponses)]
#[response(status = 400, description = "The body is no JSON object. Nothing was stored")]
pub struct InvalidJson(#[to_schema] pub PlainProblem);

/// 403
#[derive(IntoResponses)]
#[response(
    status = 403,
    description = "It proves itself by nothing, or `RECRUITERFLOW_WEBHOOK_SECRET` is not set",
    example = json!({ "error": "Invalid signature" })
)]
pub struct Unproven(#[to_schema] pub PlainProblem);

/// 409
#[derive(IntoResponses)]
#[response(status = 409, description = "The webhook has not failed, or was replayed already")]
pub struct NotFailed(#[to_schema] pub PlainProblem);
