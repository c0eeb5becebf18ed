//! What can be wrong, as it is described: with jobs and their scores.

use utoipa::IntoResponses;

use crate::api::events::problems::PlainProblem;
pub use crate::api::problems::{BadRequest, Forbidden, Refused, UsersOnly};

/// 400
#[derive(IntoResponses)]
#[response(
    status = 400,
    description = "Something is missing, no factor, or no scorer: `errors` names every field",
    example = json!({
        "error": "Invalid factor scores: all scores must be integers between 1-5",
        "errors": [{"field": "fee_size_score", "message": "must be an integer from 1 to 5"}]
    })
)]
pub struct BadScore(#[to_schema] pub PlainProblem);

/// 403
#[derive(IntoResponses)]
#[response(
    status = 403,
    description = "The user may only look, or may score as themselves only",
    example = json!({ "error": "Users score as themselves: only an admin may score for others" })
)]
pub struct NotYours(#[to_schema] pub PlainProblem);

/// 404
#[derive(IntoResponses)]
#[response(
    status = 404,
    description = "There is no such job",
    example = json!({ "error": "Job not found" })
)]
pub struct NoJob(#[to_schema] pub PlainProblem);

/// 409
#[derive(IntoResponses)]
#[response(
    status = 409,
    description = "The user has scored the job on that day",
    example = json!({ "error": "Duplicate score: this user has already scored this job on this date" })
)]
pub struct Duplicate(#[to_schema] pub PlainProblem);
