//! The fake itself: what other tests lean on.

use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::beside_an_empty_fake;
use crate::fakes::recruiterflow::{EVENTS, Fake, KEY, seed};

/// What the fake answers: status, content type, body.
pub(super) async fn ask(fake: &Fake, path: &str, key: Option<&str>) -> (u16, String, Vec<u8>) {
    let request = Request::get(format!("/api/external/{path}"));
    let request = key.into_iter().fold(request, |request, key| request.header("RF-Api-Key", key));
    let answer = fake.router().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    let status = answer.status().as_u16();
    (status, kind, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
}

async fn json_of(fake: &Fake, path: &str) -> Value {
    serde_json::from_slice(&ask(fake, path, Some(KEY)).await.2).unwrap()
}

fn small() -> Fake {
    let fake = Fake::new("2024-01-20T11:00:00Z");
    seed::small(&fake);
    fake
}

#[tokio::test]
async fn keys_and_unknown_paths_are_refused_as_the_vendor_does() {
    let fake = small();
    let (status, _, body) = ask(&fake, "job/list", None).await;
    assert_eq!((status, &*body), (400, br#"{"message":"Please supply an API key"}"#.as_slice()));
    let (status, _, body) = ask(&fake, "job/list", Some("wrong")).await;
    assert_eq!((status, &*body), (401, br#"{"message":"Invalid API key"}"#.as_slice()));
    for path in ["job/get?id=101", "job/101", "job/update"] {
        let (status, kind, _) = ask(&fake, path, Some(KEY)).await;
        assert_eq!((status, &*kind), (200, "text/html; charset=utf-8"), "{path}");
    }
}

#[tokio::test]
async fn a_list_is_bare_unless_a_count_is_asked_for() {
    let fake = small();
    let bare = json_of(&fake, "job/list").await;
    let counted = json_of(&fake, "job/list?include_count=true&only_open=1").await;
    assert_eq!((bare.as_array().unwrap().len(), counted["data"].as_array().unwrap().len()), (12, 8));
    assert_eq!((&counted["total_items"], &counted["total_current_openings"]), (&json!(8), &json!(8)));
    let opened: Vec<_> =
        bare.as_array().unwrap().iter().map(|job| job["last_opened"].as_str().unwrap()).collect();
    assert!(opened.is_sorted_by(|a, b| a >= b), "{opened:?}");
    let described = json_of(&fake, "job/list?include_description=1").await;
    let about =
        |jobs: &Value| jobs.as_array().unwrap().iter().filter(|j| j.get("about_position").is_some()).count();
    assert_eq!((about(&bare), about(&described)), (0, 1));
}

#[tokio::test]
async fn a_page_has_a_hundred_entries_whatever_is_asked() {
    let (_app, fake) = beside_an_empty_fake();
    seed::agency(&fake, 120, 12, 1);
    let rows = |value: Value| value.as_array().unwrap().len();
    assert_eq!(rows(json_of(&fake, "job/list?items_per_page=5000").await), 100);
    assert_eq!(rows(json_of(&fake, "job/list?current_page=2&items_per_page=100").await), 20);
    assert_eq!(rows(json_of(&fake, "job/list?items_per_page=7").await), 7);
    assert_eq!(ask(&fake, "job/list?current_page=0", Some(KEY)).await.0, 400);
}

#[tokio::test]
async fn last_opened_is_local_time_that_pretends_to_be_utc() {
    let jobs = json_of(&small(), "job/list").await;
    let rust = jobs.as_array().unwrap().iter().find(|job| job["id"] == 101).unwrap();
    assert_eq!(rust["created_at"], "2023-12-31T11:00:00+0000");
    assert_eq!(rust["last_opened"], "2023-12-31T05:00:00+0000");
    assert!(jobs.as_array().unwrap().iter().any(|job| job.get("company").is_none()));
}

#[tokio::test]
async fn movements_are_paged_counted_and_particular_about_times() {
    let fake = small();
    let path = "candidate/activities/stage-movement/list?id=5001";
    let all = json_of(&fake, &format!("{path}&include_count=true")).await;
    assert_eq!((&all["total_items"], all["data"]["jobs"].as_array().unwrap().len()), (&json!(5), 2));
    let page = json_of(&fake, &format!("{path}&items_per_page=2&current_page=3")).await;
    assert_eq!(page["data"]["jobs"][0]["id"], 108);
    assert!(page.get("total_items").is_none());
    let after = json_of(&fake, &format!("{path}&after=2024-01-10T00:00:00Z")).await;
    assert_eq!(after["data"]["jobs"][0]["transitions"].as_array().unwrap().len(), 1);
    assert_eq!(ask(&fake, &format!("{path}&after=2024-01-10T00:00:00.5Z"), Some(KEY)).await.0, 400);
}

#[tokio::test]
async fn an_agency_is_the_same_for_the_same_number() {
    let make = |seed_number| {
        let fake = Fake::new("2024-01-20T11:00:00Z");
        seed::agency(&fake, 200, 20, seed_number);
        fake
    };
    let (one, again, other) = (make(7), make(7), make(8));
    assert_eq!((one.job_ids(false).len(), one.job_ids(true).len()), (200, 20));
    let list = |fake: Fake| async move { ask(&fake, "job/list", Some(KEY)).await.2 };
    let id = one.job_ids(true)[3];
    let pipeline = json_of(&one, &format!("job/pipeline?job_id={id}")).await;
    assert_eq!(pipeline, json_of(&again, &format!("job/pipeline?job_id={id}")).await);
    let candidates = pipeline["detail"].as_array().unwrap().len();
    let counted: u64 =
        pipeline["summary"].as_array().unwrap().iter().map(|s| s["count"].as_u64().unwrap()).sum();
    assert!((5..=40).contains(&candidates) && counted == candidates as u64, "{candidates}, {counted}");
    let (one, again, other) = (list(one).await, list(again).await, list(other).await);
    assert!(one == again && one != other);
}

#[tokio::test]
async fn webhooks_have_the_body_that_the_vendor_sends() {
    let fake = small();
    let hook = fake.stage_move_hook(101, 5002, &[("x-rf-webhook-token", "s3cret")]);
    let body: Value = serde_json::from_slice(&hook.body).unwrap();
    let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["candidate", "event_time", "from_stage", "job", "to_stage"]);
    assert_eq!(
        (&body["from_stage"], &body["to_stage"]),
        (&json!("Recruiter Screen"), &json!("Disqualified"))
    );
    assert_eq!((&body["candidate"]["id"], &body["job"]["id"]), (&json!(5002), &json!(101)));
    assert_eq!(hook.headers[1], ("x-rf-webhook-token".to_owned(), "s3cret".to_owned()));
    assert_eq!(hook, fake.stage_move_hook(101, 5002, &[("x-rf-webhook-token", "s3cret")]));
    let created: Value = serde_json::from_slice(&fake.stage_move_hook(101, 5004, &[]).body).unwrap();
    assert_eq!((&created["from_stage"], &created["to_stage"]), (&json!("Sourced"), &json!("Sourced")));
    for event in EVENTS {
        let body: Value = serde_json::from_slice(&fake.event_hook(event, 101, Some(5001), &[]).body).unwrap();
        assert_eq!((&body["event"], &body["data"]["job"]["id"]), (&json!(event), &json!(101)));
    }
}
