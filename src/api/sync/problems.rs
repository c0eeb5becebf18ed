//! What can be wrong, as it is described: where Recruiterflow is asked.

use utoipa::IntoResponses;

use crate::api::error::ApiError;
use crate::api::events::problems::PlainProblem;
use crate::clients::recruiterflow::Error;
use crate::ports::DbError;
use crate::sync::SyncError;

/// 409
#[derive(IntoResponses)]
#[response(
    status = 409,
    description = "The job is not one of Recruiterflow",
    example = json!({ "error": "The job is not one of Recruiterflow" })
)]
pub struct NotTheirs(#[to_schema] pub PlainProblem);

/// 502
#[derive(IntoResponses)]
#[response(
    status = 502,
    description = "Recruiterflow refused, or gave an answer that can't be read; nothing was changed",
    example = json!({ "error": "Recruiterflow refuses the API key: Invalid API key" })
)]
pub struct BadGateway(#[to_schema] pub PlainProblem);

/// 503
#[derive(IntoResponses)]
#[response(
    status = 503,
    description = "Recruiterflow did not answer, three times or in time, and nothing was changed; or the operator \
        has set no `RECRUITERFLOW_API_KEY`",
    example = json!({ "error": "Recruiterflow is unavailable: 502" })
)]
pub struct Unavailable(#[to_schema] pub PlainProblem);

impl From<SyncError> for ApiError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Db(DbError::Overtaken) => Self::vendor_unavailable(
                "The job is being written by others, try again".to_owned(),
                Some(1_000),
            ),
            SyncError::Db(error) => error.into(),
            SyncError::Vendor(error) => error.into(),
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::Unauthorized(_) | Error::Refused { .. } | Error::Unexpected(_) => Self::bad_gateway(text),
            Error::Later { after_ms, .. } => Self::vendor_unavailable(text, Some(after_ms)),
            Error::Unavailable(_) => Self::vendor_unavailable(text, None),
        }
    }
}
