//! A call from its beginning to its end: counted, refused without the key, answered or made to fail.

use std::collections::BTreeMap;
use std::io;

use axum::body::{Body, Bytes};
use axum::extract::State as Of;
use axum::response::Response;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, Method, Uri};
use serde_json::{Value, json};

use super::{Call, Fake, Fault, KEY, jobs};
use crate::fakes::Wire;

const SITE: &str = "<!DOCTYPE html>\n<html><head><title>Recruiting software</title></head><body>\
    <h1>The all-in-one ATS and CRM</h1></body></html>";

const EDGE: &str = "<html><head><title>502 Bad Gateway</title></head><body><center>cloudflare</center>\
    </body></html>";

/// The parameters of a call.
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A whole number, or the usual one; `None` when it is none.
    pub(super) fn number(&self, name: &str, usual: usize) -> Option<usize> {
        self.get(name).map_or(Some(usual), |text| text.parse().ok())
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        matches!(self.get(name), Some("1" | "true" | "True"))
    }
}

/// What is answered.
pub(super) struct Answer {
    status: u16,
    content_type: &'static str,
    body: String,
}

impl Answer {
    pub(super) fn json(status: u16, body: String) -> Self {
        Self { status, content_type: "application/json", body }
    }

    pub(super) fn failure(status: u16, message: &str) -> Self {
        Self::json(status, json!({"RESULT": "FAILURE", "message": message}).to_string())
    }

    fn html(status: u16, body: &str) -> Self {
        Self { status, content_type: "text/html; charset=utf-8", body: body.to_owned() }
    }

    fn message(status: u16, message: &str) -> Self {
        Self::json(status, json!({"message": message}).to_string())
    }
}

pub(super) async fn answer(
    Of(fake): Of<Fake>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(path) = uri.path().strip_prefix("/api/external/") else {
        return respond(Answer::html(200, SITE), None);
    };
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let body = serde_json::from_slice::<Value>(&body).ok();
    let fault = {
        let mut state = fake.state();
        let (method, path) = (method.to_string(), path.to_owned());
        let fault = state.faults.take(&path);
        let query: &BTreeMap<_, _> = &query;
        state.calls.push(Call { method, path, query: query.clone(), body: body.clone() });
        fault
    };
    let under_way = UnderWay::begin(&fake);
    // Others may come meanwhile.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    let key = headers.get("rf-api-key").map(http::HeaderValue::as_bytes);
    let is_empty = matches!(fault, Some(Fault::EmptyList | Fault::EmptySummary));
    let answer = fake.find(&method, path, &Query(query), key, body.as_ref(), is_empty);
    drop(under_way);
    respond(answer, fault)
}

/// A call that is under way, until this is dropped.
struct UnderWay<'f>(&'f Fake);

impl<'f> UnderWay<'f> {
    fn begin(fake: &'f Fake) -> Self {
        let mut state = fake.state();
        state.under_way += 1;
        state.most_at_once = state.most_at_once.max(state.under_way);
        Self(fake)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.state().under_way -= 1;
    }
}

impl Fake {
    fn find(
        &self,
        method: &Method,
        path: &str,
        query: &Query,
        key: Option<&[u8]>,
        body: Option<&Value>,
        is_empty: bool,
    ) -> Answer {
        let is_get = method == Method::GET;
        let is_known = match path {
            "job/list"
            | "job"
            | "job/pipeline"
            | "candidate/get"
            | "candidate/activities/stage-movement/list"
            | "job/custom-field/list" => is_get,
            "job/update" => method == Method::POST,
            _ => false,
        };
        if !is_known {
            return Answer::html(200, SITE);
        }
        match key {
            None | Some([]) => return Answer::message(400, "Please supply an API key"),
            Some(key) if key != KEY.as_bytes() => return Answer::message(401, "Invalid API key"),
            Some(_) => {}
        }
        let mut state = self.state();
        match path {
            "job/list" => state.list_jobs(query, is_empty),
            "job" => state.show_job(query),
            "job/pipeline" => state.show_pipeline(query, is_empty),
            "candidate/get" => state.show_candidate(query),
            "job/custom-field/list" => jobs::custom_fields(query),
            "job/update" => state.update_job(body),
            _ => state.list_movements(query),
        }
    }
}

/// The answer, or what a fault makes of it.
fn respond(answer: Answer, fault: Option<Fault>) -> Response {
    let mut wire = None;
    let mut retry_after = None;
    let mut is_cut = false;
    let mut answer = answer;
    match fault {
        None | Some(Fault::EmptyList | Fault::EmptySummary) => {}
        Some(Fault::Status { status: status @ 500.. }) => answer = Answer::html(status, EDGE),
        Some(Fault::Status { status }) => answer = Answer::message(status, "Something went wrong"),
        Some(Fault::RetryAfter { status, after }) => {
            answer = Answer::message(status, "Too many requests");
            retry_after = Some(after);
        }
        Some(Fault::Body { status, body }) => answer = Answer::json(status, body),
        Some(Fault::Html) => answer = Answer::html(200, SITE),
        Some(Fault::Cut) => is_cut = true,
        Some(Fault::Truncated) => answer.body.truncate(answer.body.len() / 2),
        Some(Fault::Slow { ms }) => wire = Some(Wire::Slow(ms)),
        Some(Fault::Timeout) => wire = Some(Wire::Timeout),
        Some(Fault::Refused) => wire = Some(Wire::Refused),
    }
    let body = if is_cut {
        let half = answer.body.as_bytes()[..answer.body.len() / 2].to_vec();
        let broken = stream::once(async {
            // The first half is on its way before the connection breaks off.
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            Err(io::Error::other("the connection broke off"))
        });
        Body::from_stream(stream::iter([Ok(half)]).chain(broken))
    } else {
        Body::from(answer.body)
    };
    let response = Response::builder().status(answer.status).header("content-type", answer.content_type);
    let response = retry_after.into_iter().fold(response, |r, after| r.header("retry-after", after));
    let mut response = response.body(body).unwrap();
    if let Some(wire) = wire {
        response.extensions_mut().insert(wire);
    }
    response
}
