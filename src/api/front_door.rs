//! The front door: every request comes in here, is told to its contract by the path, and
//! leaves with its request id, in its contract's error style, measured and logged.
//!
//! Invariant: an answer never shows the cause of an internal error; the log does, once.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, header};
use http_body_util::BodyExt;
use serde::Serialize;
use tower::ServiceExt;
use tower_http::cors::CorsLayer;

use super::cached::X_CACHE;
use super::contract::Contract;
use super::error::{self, ApiError};
use super::idempotency::{self, Aside};
use super::{accounts, airecruiter, events, recruitos, root, scoring, sync, webhooks};
use crate::app::{App, Meter};
use crate::config::Config;
use crate::ports::Level;

/// Largest body taken, in bytes.
pub const MAX_BODY: usize = 1024 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's body, as far as it was read.
pub enum Payload {
    /// All of it.
    Whole(Bytes),
    /// It is over `MAX_BODY`; the rest was left.
    TooLarge,
}

/// Marks a request whose body was left unread.
#[derive(Clone, Copy)]
pub(super) struct BodyTooLarge;

/// Marks an answer before which something was written: there may be events to relay and tasks to run.
#[derive(Clone, Copy)]
pub struct Wrote;

/// The HTTP side of Edgehire. Made once per isolate.
pub struct FrontDoor {
    app: App,
    router: Router,
}

impl FrontDoor {
    /// Builds the router.
    #[must_use]
    pub fn new(app: App) -> Self {
        let mut router = Router::new()
            .merge(root::router())
            .merge(airecruiter::router())
            .merge(recruitos::router())
            .merge(accounts::router())
            .merge(events::router())
            .merge(webhooks::router())
            .merge(scoring::router())
            .merge(sync::router())
            .fallback(error::not_found)
            .method_not_allowed_fallback(error::method_not_allowed)
            .layer(middleware::from_fn(idempotency::once));
        if !app.config.cors_origins.is_empty() {
            router = router.layer(cors(&app.config));
        }
        Self { app, router }
    }

    /// Answers one request.
    pub async fn handle(&self, request: http::Request<Payload>) -> Response<Bytes> {
        let started_ms = self.app.clock.unix_ms();
        let (app, meter) = self.app.metered();
        let call = Call {
            request_id: request_id(&request, &app),
            contract: Contract::of(request.uri().path()),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            started_ms,
            meter,
            app,
        };
        let response = call.answer(&self.router, request).await;
        call.finish(response).await
    }

    /// The answer to a request that broke the Worker down, under the caller's id for it when that is
    /// fit, else under the new one.
    #[must_use]
    pub fn broken_down(path: &str, given_id: Option<&str>, new_id: String) -> Response<Bytes> {
        let error = ApiError::internal("the Worker broke down");
        let request_id = fit_id(given_id).unwrap_or(new_id);
        let mut response = Contract::of(path).render(&error, &request_id);
        security_headers(&mut response);
        insert(&mut response, REQUEST_ID, &request_id);
        response
    }
}

fn cors(config: &Config) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(config.cors_origins.clone())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::CACHE_CONTROL,
            HeaderName::from_static("x-api-key"),
            idempotency::IDEMPOTENCY_KEY,
            REQUEST_ID,
        ])
        .expose_headers([
            REQUEST_ID,
            header::ETAG,
            header::RETRY_AFTER,
            header::LINK,
            X_CACHE,
            idempotency::REPLAYED,
        ])
        .max_age(std::time::Duration::from_hours(1))
}

/// The caller's id for the request when it is fit for a log, else a new one.
fn request_id<B>(request: &http::Request<B>, app: &App) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    fit_id(given).unwrap_or_else(|| app.new_uuid().to_string())
}

/// A caller's id, if it is fit for a log.
fn fit_id(given: Option<&str>) -> Option<String> {
    let fit = |id: &&str| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
    };
    given.filter(fit).map(str::to_owned)
}

/// One request on its way through the front door.
struct Call {
    app: App,
    contract: Contract,
    request_id: String,
    method: Method,
    path: String,
    started_ms: i64,
    meter: Arc<Meter>,
}

impl Call {
    async fn answer(&self, router: &Router, request: http::Request<Payload>) -> Response<Body> {
        let (mut parts, payload) = request.into_parts();
        let body = match payload {
            Payload::Whole(bytes) if bytes.len() <= MAX_BODY => Body::from(bytes),
            Payload::Whole(_) | Payload::TooLarge => {
                parts.extensions.insert(BodyTooLarge);
                Body::empty()
            }
        };
        let mut request = Request::from_parts(parts, body);
        request.extensions_mut().insert(self.app.clone());
        request.extensions_mut().insert(self.contract);
        // A router never fails: its error type has no values.
        router.clone().oneshot(request).await.unwrap_or_else(|never| match never {})
    }

    /// Whole body, error style, headers, access log.
    async fn finish(&self, response: Response<Body>) -> Response<Bytes> {
        let (mut parts, body) = response.into_parts();
        // The router counts the empty body of an error not yet written; the platform counts what is sent.
        parts.headers.remove(header::CONTENT_LENGTH);
        let error = parts.extensions.get::<ApiError>().cloned();
        let aside = parts.extensions.get::<Aside>().map(|aside| aside.0.clone());
        let (mut response, cause) = match (error, body.collect().await) {
            (Some(error), _) => {
                let mut rendered = self.contract.render(&error, &self.request_id);
                // What the router added on the way out: Allow, CORS.
                rendered.headers_mut().extend(parts.headers);
                if self.method == Method::HEAD {
                    *rendered.body_mut() = Bytes::new();
                }
                (rendered, error.cause)
            }
            (None, Ok(body)) => (Response::from_parts(parts, body.to_bytes()), None),
            (None, Err(cause)) => {
                let error = ApiError::internal(&cause);
                (self.contract.render(&error, &self.request_id), error.cause)
            }
        };
        security_headers(&mut response);
        insert(&mut response, REQUEST_ID, &self.request_id);
        self.log(&mut response, cause.or(aside));
        if self.meter.usage().rows_written > 0 {
            response.extensions_mut().insert(Wrote);
        }
        response
    }

    /// One access-log line; with `DEBUG_TIMING` the same figures as a header.
    fn log(&self, response: &mut Response<Bytes>, cause: Option<String>) {
        let usage = self.meter.usage();
        let ms = self.app.clock.unix_ms() - self.started_ms;
        if self.app.config.debug_timing {
            let figures = format!(
                "d1_trips;desc=\"{}\", d1_rows_read;desc=\"{}\", total;dur={ms}",
                usage.trips, usage.rows_read
            );
            insert(response, HeaderName::from_static("server-timing"), &figures);
        }
        let status = response.status();
        let line = AccessLine {
            request_id: &self.request_id,
            method: self.method.as_str(),
            path: &self.path,
            status: status.as_u16(),
            ms,
            d1_trips: usage.trips,
            d1_rows_read: usage.rows_read,
            d1_rows_written: usage.rows_written,
            error: cause,
        };
        let is_ours = status.is_server_error() || line.error.is_some();
        self.app.log(if is_ours { Level::Error } else { Level::Info }, &line);
    }
}

/// A line of the access log. Query strings are left out: they hold people's names.
#[derive(Serialize)]
struct AccessLine<'a> {
    request_id: &'a str,
    method: &'a str,
    path: &'a str,
    status: u16,
    ms: i64,
    d1_trips: u64,
    d1_rows_read: u64,
    d1_rows_written: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Headers that keep a browser from doing with an answer what it should not.
fn security_headers(response: &mut Response<Bytes>) {
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Sets a header to a text that is known to fit one.
fn insert(response: &mut Response<Bytes>, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
