//! Who may call. A handler says so in its signature, by the extractors of this file.

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use sha2::{Digest, Sha256};

use super::contract::Contract;
use super::error::ApiError;
use crate::app::App;
use crate::domain::hex::hex;

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

/// A name for the caller with these headers, for what is remembered of their requests: a hash, which
/// tells nothing of the credential. Who would not be let in has none.
pub fn caller_id(headers: &HeaderMap, app: &App) -> Option<String> {
    let key = key(headers).filter(|key| app.config.api_keys.accept(key))?;
    Some(digest(&[b"edgehire caller by API key\n", key.as_bytes()]))
}

/// SHA-256 of the parts one after the other, in hexadecimal digits.
pub fn digest(parts: &[&[u8]]) -> String {
    hex(&parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize())
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
