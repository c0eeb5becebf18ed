//! What handlers take from a request: the app, an id in the path, a query, a body.

use std::convert::Infallible;
use std::str::FromStr;

use axum::body::{HttpBody as _, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use deserr::Deserr;
use http::request::Parts;

use serde_json::{Map, Value};
use uuid::Uuid;

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
        let id = path_parameter::<Exact, S>(parts, state, "must be an integer").await?;
        Ok(Self(id.0))
    }
}

/// A number that the database keeps exactly.
struct Exact(i64);

impl FromStr for Exact {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = text.parse().ok().filter(|id| (-MAX_INTEGER..=MAX_INTEGER).contains(id));
        number.map(Self).ok_or(())
    }
}

/// The only UUID in the path. Of the wrong shape it is a 400 on the parameter's name.
pub struct PathUuid(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for PathUuid {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        path_parameter(parts, state, "must be a UUID").await.map(Self)
    }
}

/// The only parameter in the path.
async fn path_parameter<T: FromStr, S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    shape: &'static str,
) -> Result<T, ApiError> {
    let params = RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|rejection| ApiError::field("path", rejection.body_text()))?;
    let (name, text) = params.iter().next().unwrap_or(("id", ""));
    text.parse().map_err(|_| ApiError::field(name, shape))
}

/// The host by which we were called, if it is known.
pub struct Host(pub Option<String>);

impl<S: Sync> FromRequestParts<S> for Host {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.uri.host().map(str::to_owned)))
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

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let JsonObject(body) = JsonObject::from_request(request, state).await?;
        read(body).map(Self)
    }
}

/// A JSON body that may be left out: then it is as `{}`.
pub struct InputOrNone<T>(pub T);

impl<T: Deserr<FieldErrors>, S: Sync> FromRequest<S> for InputOrNone<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let is_none = request.body().is_end_stream() && request.extensions().get::<BodyTooLarge>().is_none();
        if is_none {
            return read(Value::Object(Map::new())).map(Self);
        }
        Input::from_request(request, state).await.map(|Input(input)| Self(input))
    }
}

/// A body that is a JSON object, as it is.
pub struct JsonObject(pub Value);

impl<S: Sync> FromRequest<S> for JsonObject {
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
        Ok(Self(value))
    }
}

/// Reads a request's members.
///
/// # Errors
/// 400 with every bad field.
pub fn read<T: Deserr<FieldErrors>>(value: Value) -> Result<T, ApiError> {
    deserr::deserialize(value).map_err(|errors: FieldErrors| ApiError::validation(errors.0))
}
