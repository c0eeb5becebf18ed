//! The fake as it is changed from outside.

use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::fake::ask;
use crate::fakes::recruiterflow::{Fake, KEY, seed};

async fn control(fake: &Fake, method: &str, path: &str, body: Value) -> (u16, Value) {
    let request = Request::builder().method(method).uri(format!("/__control/{path}"));
    let request = request
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    let answer: axum::response::Response = fake.router().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn jobs_are_added_changed_closed_and_deleted() {
    let fake = Fake::new("2024-01-20T11:00:00Z");
    let (_, added) =
        control(&fake, "POST", "jobs", json!({"name": "Cook", "company": {"id": 1, "name": "Inn"}})).await;
    let id = added["id"].as_u64().unwrap();
    let path = |rest: &str| format!("jobs/{id}{rest}");
    control(&fake, "PATCH", &path(""), json!({"name": "Chef"})).await;
    assert_eq!(fake.member_of_job(id, "name"), "Chef");
    control(&fake, "POST", &path("/close"), json!({})).await;
    assert_eq!(control(&fake, "GET", "state", Value::Null).await.1["open"], 0);
    control(&fake, "POST", &path("/reopen"), json!({"at": "2024-02-01T00:00:00Z"})).await;
    assert_eq!(fake.member_of_job(id, "last_opened"), "2024-01-31T18:00:00+0000");
    control(&fake, "POST", &path("/leave_out"), json!(["company"])).await;
    assert_eq!(fake.member_of_job(id, "company"), Value::Null);
    control(&fake, "POST", &path("/vanish"), json!({})).await;
    assert_eq!(ask(&fake, &format!("job?job_id={id}"), Some(KEY)).await.0, 404);
    control(&fake, "POST", &path("/appear"), json!({})).await;
    assert_eq!(ask(&fake, &format!("job?job_id={id}"), Some(KEY)).await.0, 200);
    assert_eq!(control(&fake, "GET", "jobs?only_open=1", Value::Null).await.1, json!({"ids": [id]}));
    assert_eq!(control(&fake, "DELETE", &path(""), Value::Null).await.0, 200);
    assert_eq!(control(&fake, "DELETE", &path(""), Value::Null).await.0, 404);
    assert_eq!(control(&fake, "POST", &path("/dance"), json!({})).await.0, 404);
}

#[tokio::test]
async fn candidates_are_added_and_moved_and_told_of() {
    let fake = Fake::new("2024-01-20T11:00:00Z");
    seed::small(&fake);
    let (_, added) = control(&fake, "POST", "jobs/105/candidates", json!({})).await;
    let step = json!({"candidate_id": added["id"], "to": "Offer", "at": "2024-01-21T00:00:00Z"});
    assert_eq!(control(&fake, "POST", "jobs/105/moves", step).await.0, 200);
    let nowhere = json!({"candidate_id": added["id"], "to": "The moon"});
    assert_eq!(control(&fake, "POST", "jobs/105/moves", nowhere).await.0, 400);
    let told = json!({"job_id": 105, "candidate_id": added["id"], "headers": {"rf-event-type": "Updated"}});
    let (_, hook) = control(&fake, "POST", "hooks", told).await;
    let body: Value = serde_json::from_str(hook["body"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["to_stage"], &body["event_time"]),
        (&json!("Offer"), &json!("2024-01-21T00:00:00+0000"))
    );
    assert_eq!(hook["headers"][1], json!(["rf-event-type", "Updated"]));
    let named = json!({"job_id": 105, "event": "job.updated"});
    assert_eq!(control(&fake, "POST", "hooks", named).await.0, 200);
    let unknown = json!({"job_id": 105, "event": "job.danced"});
    assert_eq!(control(&fake, "POST", "hooks", unknown).await.0, 400);
}

#[tokio::test]
async fn faults_are_planned_and_calls_are_told() {
    let fake = Fake::new("2024-01-20T11:00:00Z");
    let plan = json!({"path": "job/list", "fault": {"kind": "status", "status": 503}, "times": 1});
    assert_eq!(control(&fake, "POST", "faults", plan).await.0, 200);
    assert_eq!(ask(&fake, "job/list?current_page=1", Some(KEY)).await.0, 503);
    assert_eq!(ask(&fake, "job/list", Some(KEY)).await.0, 200);
    control(
        &fake,
        "POST",
        "faults",
        json!({"path": "*", "fault": {"kind": "retry_after", "status": 429, "after": "3"}}),
    )
    .await;
    assert_eq!(ask(&fake, "job/list", Some(KEY)).await.0, 429);
    assert_eq!(ask(&fake, "job", Some(KEY)).await.0, 429);
    control(&fake, "DELETE", "faults", Value::Null).await;
    assert_eq!(ask(&fake, "job/list", Some(KEY)).await.0, 200);
    let (_, calls) = control(&fake, "GET", "calls", Value::Null).await;
    assert_eq!((&calls["counts"]["job/list"], &calls["most_at_once"]), (&json!(4), &json!(1)));
    assert_eq!(
        calls["calls"][0],
        json!({"method": "GET", "path": "job/list", "query": {"current_page": "1"}, "body": null})
    );
    control(&fake, "DELETE", "calls", Value::Null).await;
    assert!(fake.calls().is_empty());
    control(&fake, "PUT", "account", json!({"replaces_custom_fields": true})).await;
    assert!(fake.account().replaces_custom_fields);
}
