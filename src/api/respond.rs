//! Answers that are not errors.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{StatusCode, header};

/// JSON that is already written.
pub struct JsonText(pub Bytes);

impl JsonText {
    /// Takes text or bytes.
    pub fn new(json: impl Into<Bytes>) -> Self {
        Self(json.into())
    }
}

impl IntoResponse for JsonText {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

/// 201 with the new thing.
pub struct Created<T>(pub T);

impl<T: IntoResponse> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, self.0).into_response()
    }
}

/// 202: it will be done.
pub struct Accepted(pub JsonText);

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, self.0).into_response()
    }
}

/// 204.
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}
