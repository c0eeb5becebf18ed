//! What handlers take from a request: the app, an id in the path, a query, a body.

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use deserr::Deserr;
use http::request::Parts;
use serde_json::{Map, Value};

use super::error::ApiError;
use super::front_door::{BodyTooLarge, MAX_BODY};
use super::input::FieldErrors;
use crate::app::App;
use crate::domain::number::MAX_INTEGER;

impl<S: Sync> FromRequestParts<S> for App {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let app = parts.extensions.get::<Self>().cloned();
        app.ok_or_else(|| ApiError::internal("the request did not come through the front door"))
    }
}

/// The only number in the path. Of the wrong shape it is a 400 on the parameter's name.
pub struct PathId(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|rejection| ApiError::field("path", rejection.body_text()))?;
        let (name, text) = params.iter().next().unwrap_or(("id", ""));
        let id = text.parse().ok().filter(|id| (-MAX_INTEGER..=MAX_INTEGER).contains(id));
        id.map(Self).ok_or_else(|| ApiError::field(name, "must be an integer"))
    }
}

/// The query string. Parameters without a value count as absent; unknown ones are ignored.
pub struct Query<T>(pub T);

impl<T: Deserr<FieldErrors>, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let given = form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.trim().is_empty());
        let members: Map<_, _> =
            given.map(|(name, value)| (name.into_owned(), Value::from(value.into_owned()))).collect();
        read(Value::Object(members)).map(Self)
    }
}

/// A JSON body. Whatever the content type says: a client that forgets it is still understood.
pub struct Input<T>(pub T);

impl<T: Deserr<FieldErrors>, S: Sync> FromRequest<S> for Input<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        if request.extensions().get::<BodyTooLarge>().is_some() {
            return Err(ApiError::too_large(MAX_BODY));
        }
        let bytes = to_bytes(request.into_body(), MAX_BODY).await.map_err(ApiError::internal)?;
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|cause| ApiError::field("body", format!("Invalid JSON: {cause}")))?;
        if !value.is_object() {
            return Err(ApiError::field("body", "must be a JSON object"));
        }
        read(value).map(Self)
    }
}

fn read<T: Deserr<FieldErrors>>(value: Value) -> Result<T, ApiError> {
    deserr::deserialize(value).map_err(|errors: FieldErrors| ApiError::validation(errors.0))
}
