//! Who may call. A handler says so in its signature, by the extractors of this file.

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};

use super::contract::Contract;
use super::error::ApiError;
use crate::app::App;

/// A caller with one of the API keys, as `Authorization: Bearer KEY` or `X-API-Key: KEY`.
pub struct ApiKey;

impl<S: Sync> FromRequestParts<S> for ApiKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let app = App::from_request_parts(parts, state).await?;
        let accepted = key(&parts.headers).is_some_and(|key| app.config.api_keys.accept(key));
        if accepted { Ok(Self) } else { Err(ApiError::unauthorized()) }
    }
}

/// The key a request carries. The scheme's name is read in any case, as RFC 9110 has it.
fn key(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = text(header::AUTHORIZATION.as_str())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key.trim());
    bearer.or_else(|| text("x-api-key").map(str::trim))
}

/// Anybody, except where the path's contract asks everybody for a key: for answers about paths and
/// methods that are not there.
pub struct Caller;

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        if parts.extensions.get().is_some_and(|contract: &Contract| contract.needs_api_key()) {
            ApiKey::from_request_parts(parts, state).await?;
        }
        Ok(Self)
    }
}
