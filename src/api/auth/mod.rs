//! Who may call. A handler says so in its signature, by the extractors of this folder.
//!
//! Two kinds of callers: programs, which have an API key, and users, who have a token from
//! `POST /api/auth/login`. `ApiKey` lets in the former; `staff` has what lets in both.

mod staff;

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use sha2::{Digest, Sha256};

pub use staff::{Admin, SignedIn, Staff, Writer};

use super::contract::Contract;
use super::error::ApiError;
use crate::app::App;
use crate::domain::hex::hex;
use crate::domain::token::Claims;

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

/// What a caller shows of themselves.
enum Credential<'a> {
    /// One of the API keys.
    Key(&'a str),
    /// A token that we signed and that is still good. Whether its user is, the database knows.
    Token(Claims),
}

/// The credential of a request, if there is a good one.
fn credential<'a>(headers: &'a HeaderMap, app: &App) -> Option<Credential<'a>> {
    if let Some(key) = key(headers).filter(|key| app.config.api_keys.accept(key)) {
        return Some(Credential::Key(key));
    }
    let token_key = app.config.token_key.as_ref()?;
    token_key.read(bearer(headers)?, app.clock.unix_ms()).map(Credential::Token)
}

/// The key a request carries.
fn key(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| text(headers, "x-api-key").map(str::trim))
}

/// What stands after `Bearer`. The scheme's name is read in any case, as RFC 9110 has it.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    text(headers, header::AUTHORIZATION.as_str())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, key)| key.trim())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// A name for the caller with these headers, for what is remembered of their requests: a hash, which
/// tells nothing of the credential, and for a user is the same with every token. Who would not be let in
/// has none; whether a token's user still is a user is not asked here.
pub fn caller_id(headers: &HeaderMap, app: &App) -> Option<String> {
    Some(match credential(headers, app)? {
        Credential::Key(key) => digest(&[b"edgehire caller by API key\n", key.as_bytes()]),
        Credential::Token(claims) => digest(&[b"edgehire caller by user\n", claims.sub.as_bytes()]),
    })
}

/// SHA-256 of the parts one after the other, in hexadecimal digits.
pub fn digest(parts: &[&[u8]]) -> String {
    hex(&parts.iter().fold(Sha256::new(), Sha256::chain_update).finalize())
}

/// Anybody, except where the path's contract asks everybody for credentials: for answers about paths and
/// methods that are not there.
pub struct Caller;

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match parts.extensions.get::<Contract>() {
            Some(contract) if contract.takes_users() => {
                Staff::from_request_parts(parts, state).await?;
            }
            Some(contract) if contract.needs_api_key() => {
                ApiKey::from_request_parts(parts, state).await?;
            }
            _ => {}
        }
        Ok(Self)
    }
}
