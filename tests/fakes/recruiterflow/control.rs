//! The state of the fake, changed from outside. JSON in, JSON out; 404 for what is not there.
//!
//! | request | body | does |
//! |---|---|---|
//! | `GET /__control/state` | | `{jobs, open, key, account}` |
//! | `PUT /__control/account` | `{locations_are_texts?, replaces_custom_fields?, offset_s?}` | makes it another account |
//! | `POST /__control/jobs` | members of a job | adds it; `{id}` |
//! | `GET /__control/jobs` | `?only_open=1` | `{ids}` |
//! | `PATCH /__control/jobs/{id}` | members | changes them |
//! | `DELETE /__control/jobs/{id}` | | deletes it |
//! | `POST /__control/jobs/{id}/leave_out` | `["company"]` | takes members away |
//! | `POST /__control/jobs/{id}/{close,vanish,appear}` | | |
//! | `POST /__control/jobs/{id}/reopen` | `{at?}` | |
//! | `POST /__control/jobs/{id}/candidates` | `{candidate_id?, at?}` | adds one; `{id}` |
//! | `POST /__control/jobs/{id}/moves` | `{candidate_id, to, reason?, at?}` | moves one |
//! | `POST /__control/faults` | `{path, fault: {kind, ...}, times?}` | see `Fault`; without `times` always; `path` may be `*` |
//! | `DELETE /__control/faults` | | nothing goes wrong any more |
//! | `GET /__control/calls` | | `{calls: [{method, path, query, body}], counts: {path: n}, most_at_once}` |
//! | `DELETE /__control/calls` | | forgets them |
//! | `POST /__control/hooks` | `{job_id, candidate_id?, event?, headers?: {name: value}, send_to?, times?}` | a webhook, of a stage move without `event`; `{headers, body, statuses}`; sent where `send_to` says |

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, patch, post, put};
use http::{StatusCode, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Account, EVENTS, Fake, Fault, Hook, KEY};

pub(super) fn routes() -> Router<Fake> {
    Router::new()
        .route("/__control/state", get(state))
        .route("/__control/account", put(set_account))
        .route("/__control/jobs", post(add_job).get(job_ids))
        .route("/__control/jobs/{id}", patch(change_job).delete(delete_job))
        .route("/__control/jobs/{id}/leave_out", post(leave_out))
        .route("/__control/jobs/{id}/candidates", post(add_candidate))
        .route("/__control/jobs/{id}/moves", post(move_candidate))
        .route("/__control/jobs/{id}/{deed}", post(change_state))
        .route("/__control/faults", post(plan_fault).delete(heal))
        .route("/__control/calls", get(calls).delete(forget_calls))
        .route("/__control/hooks", post(hook))
}

async fn state(State(fake): State<Fake>) -> Json<Value> {
    let (jobs, open) = (fake.job_ids(false).len(), fake.job_ids(true).len());
    Json(json!({"jobs": jobs, "open": open, "key": KEY, "account": fake.account()}))
}

async fn set_account(State(fake): State<Fake>, Json(account): Json<Account>) {
    fake.set_account(account);
}

async fn add_job(State(fake): State<Fake>, Json(members): Json<Value>) -> Json<Value> {
    Json(json!({"id": fake.add_job(members)}))
}

async fn job_ids(State(fake): State<Fake>, uri: Uri) -> Json<Value> {
    Json(json!({"ids": fake.job_ids(uri.query() == Some("only_open=1"))}))
}

/// Does it to a job that is there.
fn to_job(fake: &Fake, id: u64, deed: impl FnOnce() -> Value) -> Response {
    if fake.job_ids(false).contains(&id) {
        return Json(deed()).into_response();
    }
    (StatusCode::NOT_FOUND, Json(json!({"error": "there is no such job"}))).into_response()
}

async fn change_job(State(fake): State<Fake>, Path(id): Path<u64>, Json(members): Json<Value>) -> Response {
    to_job(&fake, id, || {
        fake.change_job(id, members);
        json!({})
    })
}

async fn delete_job(State(fake): State<Fake>, Path(id): Path<u64>) -> Response {
    to_job(&fake, id, || {
        fake.delete_job(id);
        json!({})
    })
}

async fn leave_out(
    State(fake): State<Fake>,
    Path(id): Path<u64>,
    Json(members): Json<Vec<String>>,
) -> Response {
    to_job(&fake, id, || {
        fake.leave_out(id, &members.iter().map(String::as_str).collect::<Vec<_>>());
        json!({})
    })
}

/// What a body may name.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Deed {
    at: Option<String>,
    candidate_id: Option<u64>,
    to: String,
    reason: Option<String>,
}

async fn change_state(
    State(fake): State<Fake>,
    Path((id, deed)): Path<(u64, String)>,
    body: Option<Json<Deed>>,
) -> Response {
    let at = body.and_then(|Json(body)| body.at);
    let change: Box<dyn FnOnce()> = match &*deed {
        "close" => Box::new(|| fake.close_job(id)),
        "reopen" => Box::new(|| fake.reopen_job(id, at.as_deref())),
        "vanish" => Box::new(|| fake.vanish_job(id, true)),
        "appear" => Box::new(|| fake.vanish_job(id, false)),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    to_job(&fake, id, || {
        change();
        json!({})
    })
}

async fn add_candidate(State(fake): State<Fake>, Path(id): Path<u64>, Json(deed): Json<Deed>) -> Response {
    to_job(&fake, id, || json!({"id": fake.add_to_job(id, deed.candidate_id, deed.at.as_deref())}))
}

async fn move_candidate(State(fake): State<Fake>, Path(id): Path<u64>, Json(deed): Json<Deed>) -> Response {
    let candidate = deed.candidate_id.unwrap_or_default();
    if fake.job_ids(false).contains(&id) && !fake.can_move(id, candidate, &deed.to) {
        return (StatusCode::BAD_REQUEST, "no such candidate or stage in this job").into_response();
    }
    to_job(&fake, id, || {
        fake.move_candidate(id, candidate, &deed.to, deed.reason.as_deref(), deed.at.as_deref());
        json!({})
    })
}

#[derive(Deserialize)]
struct Plan {
    path: String,
    fault: Fault,
    times: Option<usize>,
}

async fn plan_fault(State(fake): State<Fake>, Json(plan): Json<Plan>) {
    fake.fail(&plan.path, plan.fault, plan.times);
}

async fn heal(State(fake): State<Fake>) {
    fake.heal();
}

async fn calls(State(fake): State<Fake>) -> Json<Value> {
    let (calls, counts) = (fake.calls(), fake.counts());
    Json(json!({"calls": calls, "counts": counts, "most_at_once": fake.most_at_once()}))
}

async fn forget_calls(State(fake): State<Fake>) {
    fake.forget_calls();
}

#[derive(Deserialize)]
struct HookPlan {
    job_id: u64,
    candidate_id: Option<u64>,
    event: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    send_to: Option<String>,
    times: Option<usize>,
}

async fn hook(State(fake): State<Fake>, Json(plan): Json<HookPlan>) -> Response {
    let headers: Vec<_> = plan.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    let hook = match (&plan.event, plan.candidate_id) {
        (Some(event), candidate) if EVENTS.contains(&&**event) => {
            fake.event_hook(event, plan.job_id, candidate, &headers)
        }
        (None, Some(candidate)) => fake.stage_move_hook(plan.job_id, candidate, &headers),
        _ => return (StatusCode::BAD_REQUEST, format!("events: {EVENTS:?}")).into_response(),
    };
    let mut statuses = Vec::new();
    for _ in plan.send_to.iter().flat_map(|_| 0..plan.times.unwrap_or(1)) {
        let (url, hook) = (plan.send_to.clone().unwrap_or_default(), hook.clone());
        let sent = tokio::task::spawn_blocking(move || send(&url, &hook)).await;
        statuses.push(sent.unwrap_or_else(|error| error.to_string()));
    }
    let body = String::from_utf8_lossy(&hook.body);
    Json(json!({"headers": hook.headers, "body": body, "statuses": statuses})).into_response()
}

/// The status of the answer, or why there was none.
fn send(url: &str, hook: &Hook) -> String {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let agent = config.timeout_global(Some(Duration::from_secs(10))).build().new_agent();
    let request = hook.headers.iter().fold(agent.post(url), |r, (name, value)| r.header(name, value));
    match request.send(&hook.body[..]) {
        Ok(answer) => answer.status().as_u16().to_string(),
        Err(error) => error.to_string(),
    }
}
