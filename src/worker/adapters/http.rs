//! Requests to the outside, by the platform's `fetch`: `glue.js` sends one and reads the answer up to a
//! limit of bytes and time.

use async_trait::async_trait;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use worker::send::SendFuture;

use crate::ports::{Http, HttpError, OutAnswer, OutRequest};

#[wasm_bindgen(module = "/src/worker/glue.js")]
extern "C" {
    /// Sends a request; headers are lines of names and values in turn. Gives `{ status, retryAfter, body,
    /// brokeOff }`, or throws a text, or nothing when there was no answer in time.
    #[wasm_bindgen(catch)]
    async fn send(
        method: &str,
        url: &str,
        headers: &str,
        body: Uint8Array,
        timeout_ms: u32,
        max_answer: u32,
    ) -> Result<JsValue, JsValue>;
}

/// The platform's way to the outside.
pub struct Fetch;

#[async_trait]
impl Http for Fetch {
    async fn send(&self, request: &OutRequest<'_>) -> Result<OutAnswer, HttpError> {
        let headers: Vec<_> =
            request.headers.iter().map(|(name, value)| format!("{name}\n{value}")).collect();
        let timeout_ms = u32::try_from(request.timeout.as_millis()).unwrap_or(u32::MAX);
        let max_answer = u32::try_from(request.max_answer).unwrap_or(u32::MAX);
        let headers = headers.join("\n");
        SendFuture::new(async move {
            let body = Uint8Array::from(request.body);
            let sent = send(request.method, request.url, &headers, body, timeout_ms, max_answer);
            match sent.await {
                Ok(answer) => Ok(to_answer(&answer)),
                Err(error) => Err(error.as_string().map_or(HttpError::Timeout, HttpError::Network)),
            }
        })
        .await
    }
}

fn to_answer(answer: &JsValue) -> OutAnswer {
    let member = |name: &str| Reflect::get(answer, &name.into()).unwrap_or(JsValue::UNDEFINED);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status of HTTP")]
    let status = member("status").as_f64().unwrap_or_default() as u16;
    OutAnswer {
        status,
        retry_after: member("retryAfter").as_string(),
        body: Uint8Array::new(&member("body")).to_vec(),
        broke_off: member("brokeOff").as_string(),
    }
}
