//! `Idempotency-Key`: a POST that carries one is done once. Whoever sends the same again with the same
//! key is given the first answer.
//!
//! Invariant: only answers of 2xx are remembered, so what was refused can be tried again; and no secret is
//! remembered in the clear.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};

use super::auth;
use super::error::ApiError;
use super::front_door::{BodyTooLarge, MAX_BODY};
use super::respond::JsonText;
use super::versions::ETag;
use crate::app::App;
use crate::ports::{Answering, DbError};
use crate::store::idempotency::{self, Claim, Kept, Reservation};

/// The header that asks for it.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Says that an answer was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Most characters of a key.
const LONGEST_KEY: usize = 255;

/// On an answer: what went wrong beside it, for the log.
#[derive(Clone)]
pub(super) struct Aside(pub String);

/// An answer that is never remembered: asked for again, it is worked out again. It holds a secret, and to
/// do twice what gives it does no harm.
pub struct NotKept<T>(pub T);

/// Marks such an answer.
#[derive(Clone, Copy)]
struct Unkept;

impl<T: IntoResponse> IntoResponse for NotKept<T> {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        response.extensions_mut().insert(Unkept);
        response
    }
}

/// Stands before every handler. Only a POST with the header, of a caller who is let in, is treated in
/// any way: everybody else gets what the path has for them.
pub async fn once(request: Request, next: Next) -> Response {
    let asked = request.method() == Method::POST && request.headers().contains_key(IDEMPOTENCY_KEY);
    if asked {
        guard(request, next).await.unwrap_or_else(ApiError::into_response)
    } else {
        next.run(request).await
    }
}

async fn guard(request: Request, next: Next) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let app = App::from_request_parts(&mut parts, &()).await?;
    let Some(caller) = auth::caller_id(&parts.headers, &app) else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let key = key(&parts)?;
    let body = to_bytes(body, MAX_BODY).await.map_err(ApiError::internal)?;
    let claim = Claim {
        caller,
        key,
        fingerprint: fingerprint(&app, &parts, &body),
        token: app.new_uuid().to_string(),
        at_ms: app.clock.unix_ms(),
    };
    match idempotency::reserve(&*app.db, &claim).await? {
        Reservation::Held => {}
        Reservation::Answered(kept) => return replay(&app, &claim, kept),
        Reservation::Running => return Err(ApiError::still_running()),
        Reservation::OtherRequest => return Err(ApiError::key_reused()),
    }
    let claim = Arc::new(claim);
    let keep = {
        let claim = claim.clone();
        move |answering: &Answering| idempotency::keep(&claim, answering)
    };
    let (keeping, is_kept) = app.keeping_answer(Box::new(keep));
    parts.extensions.insert(keeping);
    parts.extensions.insert(Sealing(Some(Sealing::purpose(&claim))));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    Ok(settle(&app, &claim, &is_kept, response).await)
}

/// The key, if it is one.
fn key(parts: &Parts) -> Result<String, ApiError> {
    let mut given = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
    let only = given.next().filter(|_| given.next().is_none());
    let fit = |key: &&str| {
        (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| (b' '..=b'~').contains(&b))
    };
    let key = only.and_then(|value| value.to_str().ok()).filter(fit);
    key.map(str::to_owned).ok_or_else(|| {
        let reason = format!("must be 1 to {LONGEST_KEY} printable ASCII characters");
        ApiError::field("Idempotency-Key", reason)
    })
}

/// What is asked, in short. Neither a method nor a path has line breaks. A body may hold a password, which
/// nobody who reads the database should be able to guess by it; without `JWT_SECRET` no password is of use.
fn fingerprint(app: &App, parts: &Parts, body: &[u8]) -> String {
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let unread: &[u8] = if parts.extensions.get::<BodyTooLarge>().is_some() { b"\nunread" } else { b"" };
    let digest =
        auth::digest(&[parts.method.as_str().as_bytes(), b" ", path.as_bytes(), b"\n", body, unread]);
    app.config.token_key.as_ref().map_or_else(|| digest.clone(), |key| key.name_of(&digest))
}

/// Begins an answer that was kept sealed; JSON never does.
const SEALED: &str = "sealed:";

/// How an answer that holds a secret is kept: sealed for the key it is kept under, and for no other. It is
/// nothing for a request without a key, whose answer is not kept.
#[derive(Clone)]
pub struct Sealing(Option<String>);

impl Sealing {
    /// What an answer under this key is sealed for.
    fn purpose(claim: &Claim) -> String {
        format!("answer to {} under {}", claim.caller, claim.key)
    }

    /// The answer as it may be kept.
    pub fn seal(&self, app: &App, json: &str) -> Result<String, ApiError> {
        let Some(purpose) = &self.0 else { return Ok(String::new()) };
        let sealed = app.seal(purpose, json).ok_or_else(|| ApiError::not_configured("ENCRYPTION_KEY"))?;
        Ok(format!("{SEALED}{sealed}"))
    }
}

impl<S: Sync> FromRequestParts<S> for Sealing {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or(Self(None)))
    }
}

/// A remembered answer, given again.
fn replay(app: &App, claim: &Claim, kept: Kept) -> Result<Response, ApiError> {
    let body = match kept.body.strip_prefix(SEALED) {
        None => kept.body,
        Some(sealed) => app.open(&Sealing::purpose(claim), sealed).ok_or_else(|| {
            ApiError::internal("the remembered answer was sealed with another ENCRYPTION_KEY")
        })?,
    };
    let mut response =
        if body.is_empty() { Response::default() } else { JsonText::new(body).into_response() };
    *response.status_mut() = StatusCode::from_u16(kept.http_status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    if let Some(etag) = kept.tag.and_then(|tag| ETag(tag).to_header()) {
        headers.insert(header::ETAG, etag);
    }
    Ok(response)
}

/// Sees to the reservation once the work is done: a good answer is kept, if the work did not keep it
/// itself and it may be kept; after any other the key is free again. What was done stays done if this fails.
async fn settle(app: &App, claim: &Claim, is_kept: &AtomicBool, response: Response) -> Response {
    if is_kept.load(Ordering::Relaxed) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let mut response;
    let is_to_keep = parts.status.is_success() && parts.extensions.get::<Unkept>().is_none();
    let settled = if is_to_keep {
        let body = match to_bytes(body, usize::MAX).await {
            Ok(body) => body,
            Err(error) => return ApiError::internal(error).into_response(),
        };
        let tag = parts.headers.get(header::ETAG).and_then(ETag::from_header);
        let json = String::from_utf8_lossy(&body).into_owned();
        let answering = Answering::text(parts.status.as_u16(), json, tag.map(|tag| tag.0));
        response = Response::from_parts(parts, Body::from(body));
        idempotency::keep_late(&*app.db, claim, &answering).await
    } else {
        response = Response::from_parts(parts, body);
        idempotency::release(&*app.db, claim).await
    };
    if let Err(error) = settled {
        response.extensions_mut().insert(aside(&error));
    }
    response
}

fn aside(error: &DbError) -> Aside {
    Aside(format!("the answer under an idempotency key was not settled: {error}"))
}
