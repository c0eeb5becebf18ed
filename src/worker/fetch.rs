//! The fetch event: the platform's request in, the front door's answer out, with whole bodies.

use bytes::Bytes;
use futures_util::StreamExt;
use http::{Request, Response};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::worker_sys::web_sys;
use worker::{Context, Env, console_error, event};

use super::adapters::clock::PlatformClock;
use super::adapters::random::PlatformRandom;
use super::{env, sweeper};
use crate::api::{self, FrontDoor, MAX_BODY, Payload, ToKeep, Wrote};
use crate::ports::new_uuid;

#[wasm_bindgen(module = "/src/worker/glue.js")]
extern "C" {
    /// Method, URL and the headers that Edgehire looks at (`name:value`), a line each.
    fn head(request: &web_sys::Request) -> String;

    /// A response; the headers are lines of names and values in turn.
    fn respond(status: u16, headers: &str, body: Option<Uint8Array>) -> web_sys::Response;
}

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> worker::Result<web_sys::Response> {
    Ok(answer(&request, &env, &context).await.unwrap_or_else(|error| unanswered(&request, &error)))
}

async fn answer(
    request: &web_sys::Request,
    env: &Env,
    context: &Context,
) -> worker::Result<web_sys::Response> {
    let isolate = env::isolate(env)?;
    #[cfg(feature = "db-suite")]
    if let Some(answer) = super::db_suite::answer(&path(&request.url()), &isolate.app).await {
        return Ok(to_js(&answer));
    }
    let request = from_js(request).await?;
    let response = isolate.front_door.handle(request).await;
    if response.extensions().get::<Wrote>().is_some() {
        context.wait_until(sweeper::sweep_soon(isolate.app.clone()));
    }
    if let Some(to_keep) = response.extensions().get::<ToKeep>().cloned() {
        context.wait_until(async move { api::keep(&isolate.app, &to_keep).await });
    }
    Ok(to_js(&response))
}

/// The answer to a request that never came to the front door: a setting can't be used, or the request
/// broke off.
fn unanswered(request: &web_sys::Request, error: &worker::Error) -> web_sys::Response {
    let response = broken_down(request);
    let id = response.headers().get("x-request-id").ok().flatten();
    console_error!("{}", serde_json::json!({ "request_id": id, "status": 500, "error": error.to_string() }));
    response
}

/// The answer to a request during which the Worker broke down, for the entry module to give.
#[wasm_bindgen]
pub fn broken_down(request: &web_sys::Request) -> web_sys::Response {
    let given_id = request.headers().get("x-request-id").ok().flatten();
    let new_id = new_uuid(&PlatformClock, &PlatformRandom).to_string();
    to_js(&FrontDoor::broken_down(&path(&request.url()), given_id.as_deref(), new_id))
}

fn path(url: &str) -> String {
    url.parse::<http::Uri>().map(|uri| uri.path().to_owned()).unwrap_or_default()
}

async fn from_js(request: &web_sys::Request) -> worker::Result<Request<Payload>> {
    let head = head(request);
    let mut lines = head.lines();
    let (method, url) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let mut builder = Request::builder().method(method).uri(url);
    let mut declared = None;
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        if name == "content-length" {
            declared = value.parse().ok();
        }
        builder = builder.header(name, value);
    }
    let payload = match method {
        "GET" | "HEAD" => Payload::Whole(Bytes::new()),
        _ => payload(request, declared).await?,
    };
    builder.body(payload).map_err(|error| error.to_string().into())
}

/// The body: at once when its length is declared, else piece by piece up to the limit.
async fn payload(request: &web_sys::Request, declared: Option<usize>) -> worker::Result<Payload> {
    match declared {
        Some(0) => Ok(Payload::Whole(Bytes::new())),
        Some(length) if length > MAX_BODY => Ok(Payload::TooLarge),
        Some(_) => {
            let buffer = JsFuture::from(request.array_buffer()?).await?;
            Ok(Payload::Whole(Uint8Array::new(&buffer).to_vec().into()))
        }
        None if request.body().is_none() => Ok(Payload::Whole(Bytes::new())),
        None => {
            let mut bytes = Vec::new();
            let mut pieces = worker::Request::from(request.clone()?).stream()?;
            while let Some(piece) = pieces.next().await {
                bytes.extend_from_slice(&piece?);
                if bytes.len() > MAX_BODY {
                    return Ok(Payload::TooLarge);
                }
            }
            Ok(Payload::Whole(bytes.into()))
        }
    }
}

fn to_js(response: &Response<Bytes>) -> web_sys::Response {
    let mut headers = String::with_capacity(512);
    for (name, value) in response.headers() {
        headers.push_str(name.as_str());
        headers.push('\n');
        headers.push_str(&String::from_utf8_lossy(value.as_bytes()));
        headers.push('\n');
    }
    let body = response.body();
    let body = (!body.is_empty()).then(|| Uint8Array::from(&body[..]));
    respond(response.status().as_u16(), &headers, body)
}
