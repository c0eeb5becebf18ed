//! Endpoints that are given up: those that are gone at once, those that fail after days.

use std::time::Duration;

use serde_json::{Value, json};

use super::{HOOK, OTHER};
use crate::api::recruitos::candidate;
use crate::support::{Reply, TestApp};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// With an endpoint that answers this always; gives its path too.
async fn scene(reply: Reply) -> (TestApp, String) {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.http.always(HOOK, reply);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    (app, path)
}

/// Something happens, and is told; the phase is another one each time.
async fn happen(app: &TestApp, phase: i64) {
    app.put("/api/candidates/1", json!({"phase": phase})).await.expect(200);
    app.run_due_tasks().await;
}

/// So many days pass in which something happens at least once a day.
async fn days(app: &TestApp, count: u32) {
    for _ in 0..2 * count {
        app.pass(12 * HOUR).await;
        let phase = 1 + app.app.clock.unix_ms() / (12 * 3_600_000) % 2;
        happen(app, phase).await;
    }
}

/// Enabled, and why not.
async fn standing(app: &TestApp, path: &str) -> Value {
    let shown = app.get(path).await.expect(200);
    json!([shown["enabled"], shown["disabled_reason"], shown["failing_since"]])
}

#[tokio::test]
async fn an_endpoint_that_answers_410_is_disabled_at_once_and_told_nothing_more() {
    let (app, path) = scene(Reply::Status(200)).await;
    app.http.reply(HOOK, [Reply::Status(500)]);
    happen(&app, 2).await;
    app.http.always(HOOK, Reply::Status(410));
    happen(&app, 1).await;
    assert_eq!(
        app.told(),
        ["candidate.created delivered", "candidate.updated failed disabled", "candidate.updated failed gone"]
    );
    let since = "2024-01-20T11:00:00Z";
    assert_eq!(standing(&app, &path).await, json!([false, "gone", since]));
    let sent = app.http.sent().len();
    happen(&app, 2).await;
    app.run_tasks_after(DAY).await;
    assert_eq!(app.http.sent().len(), sent);
}

#[tokio::test]
async fn a_disabled_endpoint_is_an_event_that_others_are_told_of_once() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.patch(&path, json!({"description": "d"})).await.expect(200);
    app.enter_hook(OTHER).await;
    app.http.always(HOOK, Reply::Status(410));
    app.write_events(1, 20, "candidate.updated");
    app.run_due_tasks().await;
    let (kind, subject, data) = app.events().pop().unwrap();
    assert_eq!((kind.as_str(), subject), ("endpoint.disabled", 1));
    let id = path.rsplit('/').next().unwrap();
    let expected = json!({
        "id": id, "description": "d", "reason": "gone", "failing_since": "2024-01-20T11:00:00Z"
    });
    assert_eq!(data, expected);
    let told: Vec<_> = app.http.sent().into_iter().filter(|sent| sent.url == OTHER).collect();
    let last: Value = serde_json::from_slice(&told.last().unwrap().body).unwrap();
    assert_eq!((&last["type"], &last["data"]), (&json!("endpoint.disabled"), &expected));
    assert_eq!(last["subject"], json!({"type": "endpoint", "id": 1}));
    assert_eq!(app.event_kinds().iter().filter(|kind| *kind == "endpoint.disabled").count(), 1);
    assert_eq!(app.told()[..20].iter().filter(|told| told.ends_with("gone")).count(), 1);
    assert_eq!(app.told()[..20].iter().filter(|told| told.ends_with("disabled")).count(), 19);
}

#[tokio::test]
async fn five_days_of_failing_disable_an_endpoint() {
    let (app, path) = scene(Reply::Status(500)).await;
    days(&app, 4).await;
    app.run_tasks_after(23 * HOUR).await;
    assert_eq!(standing(&app, &path).await, json!([true, null, "2024-01-20T11:00:00Z"]));
    assert!(!app.event_kinds().contains(&"endpoint.disabled".to_owned()));
    app.run_tasks_after(HOUR).await;
    happen(&app, 2).await;
    happen(&app, 1).await;
    assert_eq!(standing(&app, &path).await, json!([false, "failing", "2024-01-20T11:00:00Z"]));
    assert!(app.told().iter().any(|told| told.ends_with("failed disabled")));
    assert!(!app.told().iter().any(|told| told.ends_with("pending")));
    let disabled = app.events().into_iter().find(|(kind, ..)| kind == "endpoint.disabled");
    let (_, _, data) = disabled.unwrap();
    assert_eq!(data["reason"], "failing");
    assert_eq!(data["failing_since"], "2024-01-20T11:00:00Z");
}

#[tokio::test]
async fn the_operator_may_set_after_how_many_days() {
    let app = TestApp::with(&[("WEBHOOK_DISABLE_AFTER_DAYS", "1")]);
    let path = app.enter_hook(HOOK).await;
    app.http.always(HOOK, Reply::Timeout);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.run_tasks_after(DAY).await;
    assert_eq!(standing(&app, &path).await[1], "failing");
}

#[tokio::test]
async fn a_success_in_between_begins_the_days_anew() {
    let (app, path) = scene(Reply::Status(500)).await;
    days(&app, 4).await;
    app.http.always(HOOK, Reply::Status(200));
    days(&app, 1).await;
    assert!(standing(&app, &path).await[2].is_null());
    app.http.always(HOOK, Reply::Status(500));
    days(&app, 2).await;
    assert_eq!(standing(&app, &path).await[0], true);
    let since = standing(&app, &path).await[2].as_str().unwrap().to_owned();
    assert!(*since > *"2024-01-25", "{since}");
    days(&app, 5).await;
    assert_eq!(standing(&app, &path).await[1], "failing");
}

#[tokio::test]
async fn a_day_without_a_failed_try_begins_the_days_anew() {
    let (app, path) = scene(Reply::Status(500)).await;
    days(&app, 1).await;
    // The tries are used up, and for days nothing happens: nobody knows how the endpoint did.
    app.http.always(HOOK, Reply::Status(200));
    app.run_tasks_after(DAY).await;
    app.db.execute("UPDATE endpoints SET failing_since_ms = 1705748400000, last_failed_ms = 1705834800000");
    app.http.always(HOOK, Reply::Status(500));
    app.pass(5 * DAY).await;
    happen(&app, 2).await;
    happen(&app, 1).await;
    assert_eq!(standing(&app, &path).await[0], true);
    assert!(*standing(&app, &path).await[2].as_str().unwrap() > *"2024-01-26");
}

#[tokio::test]
async fn enabled_again_the_days_begin_anew() {
    let (app, path) = scene(Reply::Status(500)).await;
    days(&app, 5).await;
    happen(&app, 2).await;
    happen(&app, 1).await;
    assert_eq!(standing(&app, &path).await[1], "failing");
    let enabled = app.patch(&path, json!({"enabled": true})).await.expect(200);
    assert_eq!(json!([enabled["failing_since"], enabled["disabled_reason"]]), json!([null, null]));
    happen(&app, 2).await;
    assert_eq!(standing(&app, &path).await[0], true);
}

#[tokio::test]
async fn a_reason_is_not_overwritten_by_another() {
    let (app, path) = scene(Reply::Status(410)).await;
    let shown = app.patch(&path, json!({"enabled": false})).await.expect(200);
    assert_eq!(shown["disabled_reason"], "gone");
}

#[tokio::test]
async fn what_could_not_be_sent_is_no_failure_of_the_endpoint() {
    let app = TestApp::with(&[("EVENT_RETENTION_DAYS", "1")]);
    let path = app.enter_hook(HOOK).await;
    app.http.always(HOOK, Reply::Status(500));
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.clock.set("2024-01-27T11:00:00Z");
    app.prune().await;
    app.run_due_tasks().await;
    assert_eq!(app.told(), ["candidate.created failed expired"]);
    assert_eq!(standing(&app, &path).await[0], true);
}
