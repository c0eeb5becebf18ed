//! `ApiError`: the one error of the API. It leaves a handler as a mark on an empty answer; the front
//! door writes it in the style of the contract.

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::auth::Caller;
use crate::ports::DbError;
use crate::store::tasks::TaskError;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// Why a request was not done.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub status: StatusCode,
    /// Stable, for programs.
    pub code: &'static str,
    /// For people.
    pub message: String,
    /// Every bad field, where fields are the matter.
    pub fields: Vec<FieldError>,
    /// For the log only.
    pub cause: Option<String>,
    /// After so many seconds it may be tried again.
    pub retry_after_s: Option<i64>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: Vec::new(), cause: None, retry_after_s: None }
    }

    /// 400: these fields can't be taken.
    pub fn validation(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", "Validation error") }
    }

    /// 400: this field can't be taken.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::validation(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// 401.
    pub fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "Invalid or missing authentication token")
    }

    /// 401: not said is whether there is such a user.
    pub fn wrong_password() -> Self {
        Self { message: "Invalid email or password".to_owned(), ..Self::unauthorized() }
    }

    /// 403: `message` says what it needs.
    pub fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)
    }

    /// 429: the e-mail is locked for so many milliseconds.
    pub fn locked(for_ms: i64) -> Self {
        let message = "Too many failed sign-ins: try again later";
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_FAILURES", message);
        Self { retry_after_s: Some((for_ms.max(0) + 999) / 1000), ..error }
    }

    /// 404: `what` is a noun, capitalised: "Candidate".
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("{what} not found"))
    }

    /// 403: a webhook that does not prove itself.
    pub fn invalid_signature() -> Self {
        Self::new(StatusCode::FORBIDDEN, "INVALID_SIGNATURE", "Invalid signature")
    }

    /// 400: a webhook's body is no JSON object.
    pub fn invalid_json(cause: impl fmt::Display) -> Self {
        Self { message: "Invalid JSON".to_owned(), ..Self::field("body", cause.to_string()) }
    }

    /// 409: only a webhook that failed can be sent through again.
    pub fn webhook_not_failed() -> Self {
        Self::new(StatusCode::CONFLICT, "WEBHOOK_NOT_FAILED", "The webhook has not failed")
    }

    /// 409: a disabled endpoint is sent nothing.
    pub fn endpoint_disabled() -> Self {
        let message = "The endpoint is disabled: enable it first";
        Self::new(StatusCode::CONFLICT, "ENDPOINT_DISABLED", message)
    }

    /// 409: there is no room for another endpoint.
    pub fn too_many_endpoints(most: i64) -> Self {
        let message = format!("There are {most} endpoints, the most there can be");
        Self::new(StatusCode::CONFLICT, "TOO_MANY_ENDPOINTS", message)
    }

    /// 409: somebody must be able to let others in.
    pub fn last_admin() -> Self {
        let message = "This is the only active admin: make another one first";
        Self::new(StatusCode::CONFLICT, "LAST_ADMIN", message)
    }

    /// 409: there is no room for another user.
    pub fn too_many_users(most: i64) -> Self {
        let message = format!("There are {most} users, the most there can be");
        Self::new(StatusCode::CONFLICT, "TOO_MANY_USERS", message)
    }

    /// 409: one score a user, job and day.
    pub fn duplicate_score() -> Self {
        let message = "Duplicate score: this user has already scored this job on this date";
        Self::new(StatusCode::CONFLICT, "DUPLICATE_SCORE", message)
    }

    /// 503: it may go well at once; the cause goes to the log.
    pub fn busy(cause: &str) -> Self {
        Self::from(DbError::Transient(cause.to_owned()))
    }

    /// 410.
    pub fn gone(message: &str) -> Self {
        Self::new(StatusCode::GONE, "GONE", message)
    }

    /// 409: the job is not one of the system that would be asked.
    pub fn not_theirs() -> Self {
        Self::new(StatusCode::CONFLICT, "NOT_THEIRS", "The job is not one of Recruiterflow")
    }

    /// 502: an outside system refused, or gave an answer that can't be read.
    pub fn bad_gateway(message: String) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "BAD_GATEWAY", message)
    }

    /// 503: an outside system did not answer; it is to be asked again after so many milliseconds, where it
    /// said so.
    pub fn vendor_unavailable(message: String, after_ms: Option<i64>) -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "VENDOR_UNAVAILABLE", message);
        Self { retry_after_s: after_ms.map(|ms| (ms.max(0) + 999) / 1_000), ..error }
    }

    /// 503: a setting that this needs is not there.
    pub fn not_configured(setting: &str) -> Self {
        let message = format!("Not configured: the setting {setting} is missing");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "NOT_CONFIGURED", message)
    }

    /// 409: the same request is being done at this moment.
    pub fn still_running() -> Self {
        let message = "A request with this Idempotency-Key is still running";
        Self { retry_after_s: Some(1), ..Self::new(StatusCode::CONFLICT, "REQUEST_STILL_RUNNING", message) }
    }

    /// 409: the key stands for something else.
    pub fn key_reused() -> Self {
        let message = "This Idempotency-Key was used with another request";
        Self::new(StatusCode::CONFLICT, "IDEMPOTENCY_KEY_REUSED", message)
    }

    /// 412: `what` is a noun, capitalised: "Candidate".
    pub fn stale(what: &str) -> Self {
        let message = format!("The {} has changed since: read it again", what.to_lowercase());
        Self::new(StatusCode::PRECONDITION_FAILED, "PRECONDITION_FAILED", message)
    }

    /// 413.
    pub fn too_large(max: usize) -> Self {
        let message = format!("Request body must be at most {max} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
    }

    /// 500: the cause goes to the log, never to the caller.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Internal server error");
        Self { cause: Some(cause.to_string()), ..error }
    }
}

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::TooBig => Self {
                message: "The texts together are too long to be stored".to_owned(),
                ..Self::too_large(super::front_door::MAX_BODY)
            },
            DbError::Overtaken => Self::still_running(),
            DbError::Transient(_) => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                code: "UNAVAILABLE",
                message: "Temporarily unavailable, try again".to_owned(),
                ..Self::internal(error)
            },
            other => Self::internal(other),
        }
    }
}

impl From<TaskError> for ApiError {
    fn from(error: TaskError) -> Self {
        match error {
            TaskError::Db(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Any path nothing is routed to. Where a contract asks for a key, it asks first.
pub async fn not_found(_caller: Caller) -> ApiError {
    ApiError { message: "Not found".to_owned(), ..ApiError::not_found("") }
}

/// A path that is there, asked with a method that is not.
pub async fn method_not_allowed(_caller: Caller) -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Method not allowed")
}
