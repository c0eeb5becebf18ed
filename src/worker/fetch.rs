//! The fetch event: the platform's request in, the front door's answer out.
//!
//! Whole bodies, and all headers as one text: each crossing between JavaScript and wasm costs.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::StreamExt;
use http::{HeaderValue, Request, Response};
use js_sys::{JSON, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::JsFuture;
use worker::worker_sys::web_sys;
use worker::{Context, Env, console_error, event};

use super::env;
use crate::api::{FrontDoor, MAX_BODY, Payload};

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, _: Context) -> worker::Result<web_sys::Response> {
    let isolate = match env::isolate(&env) {
        Ok(isolate) => isolate,
        Err(error) => {
            console_error!("{error}");
            return to_js(FrontDoor::broken_down(&path(&request.url()), "unavailable"));
        }
    };
    #[cfg(feature = "db-suite")]
    if let Some(answer) = super::db_suite::answer(&path(&request.url()), &isolate.app).await {
        return to_js(answer);
    }
    let request = from_js(&request).await?;
    to_js(isolate.front_door.handle(request).await)
}

/// The answer to a request during which the Worker broke down, for the entry module to give.
#[wasm_bindgen]
pub fn broken_down(url: &str, request_id: &str) -> Result<web_sys::Response, JsValue> {
    to_js(FrontDoor::broken_down(&path(url), request_id))
        .map_err(|error| JsError::new(&error.to_string()).into())
}

fn path(url: &str) -> String {
    url.parse::<http::Uri>().map(|uri| uri.path().to_owned()).unwrap_or_default()
}

async fn from_js(request: &web_sys::Request) -> worker::Result<Request<Payload>> {
    let headers = Object::from_entries(&request.headers())?;
    let headers = String::from(JSON::stringify(&headers)?);
    let headers: BTreeMap<String, String> = serde_json::from_str(&headers)?;
    let declared = headers.get("content-length").and_then(|length| length.parse().ok());
    let mut builder = Request::builder().method(request.method().as_str()).uri(request.url());
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            builder = builder.header(name, value);
        }
    }
    builder.body(payload(request, declared).await?).map_err(|error| error.to_string().into())
}

/// The body: at once when its length is declared, else piece by piece up to the limit.
async fn payload(request: &web_sys::Request, declared: Option<usize>) -> worker::Result<Payload> {
    if request.body().is_none() {
        return Ok(Payload::Whole(Bytes::new()));
    }
    match declared {
        Some(length) if length > MAX_BODY => Ok(Payload::TooLarge),
        Some(_) => {
            let buffer = JsFuture::from(request.array_buffer()?).await?;
            Ok(Payload::Whole(Uint8Array::new(&buffer).to_vec().into()))
        }
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

fn to_js(response: Response<Bytes>) -> worker::Result<web_sys::Response> {
    let (parts, body) = response.into_parts();
    let mut headers: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in &parts.headers {
        let joined = headers.entry(name.as_str()).or_default();
        if !joined.is_empty() {
            joined.push_str(", ");
        }
        joined.push_str(&String::from_utf8_lossy(value.as_bytes()));
    }
    let init = web_sys::ResponseInit::new();
    init.set_status(parts.status.as_u16());
    init.set_headers(&JSON::parse(&serde_json::to_string(&headers)?)?);
    let body = (!body.is_empty()).then(|| Object::from(Uint8Array::from(&body[..])));
    Ok(web_sys::Response::new_with_opt_buffer_source_and_init(body.as_ref(), &init)?)
}
