//! Endpoints that ask to be left alone for a while.

use std::time::Duration;

use serde_json::json;

use super::HOOK;
use crate::api::recruitos::candidate;
use crate::support::{Reply, TestApp};

/// With an endpoint that answered the first of these events so, and then takes everything.
async fn scene(reply: Reply, events: i64) -> (TestApp, String) {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.http.reply(HOOK, [reply]);
    app.write_events(1, events, "candidate.updated");
    app.run_due_tasks().await;
    (app, path)
}

#[tokio::test]
async fn until_then_it_is_sent_nothing_else_whatever_happens() {
    for status in [429, 503] {
        let (app, path) = scene(Reply::RetryAfter(status, "8"), 1).await;
        app.enter_candidate(candidate("a@b.co")).await;
        app.post(&format!("{path}/test"), json!({})).await.expect(202);
        app.post("/api/events/deliveries/1/redeliver", json!({})).await.expect(202);
        app.run_due_tasks().await;
        app.run_tasks_after(Duration::from_millis(7_999)).await;
        assert_eq!(app.http.sent().len(), 1);
        app.run_tasks_after(Duration::from_millis(1)).await;
        assert_eq!(app.http.sent().len(), 4);
    }
}

#[tokio::test]
async fn without_a_time_it_is_a_failure_like_any_other() {
    let (app, _) = scene(Reply::Status(429), 1).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 2);
}

#[tokio::test]
async fn what_was_not_begun_uses_up_no_try() {
    let (app, _) = scene(Reply::RetryAfter(429, "9"), 30).await;
    assert!(app.http.sent().len() <= 4);
    app.run_tasks_after(Duration::from_secs(9)).await;
    assert_eq!(app.told(), vec!["candidate.updated delivered"; 30]);
    let tries = "SELECT CAST(sum(json_array_length(attempts)) AS TEXT) FROM deliveries";
    assert_eq!(app.db.texts(tries), ["31"]);
}

#[tokio::test]
async fn a_throttled_last_try_leaves_nobody_asleep_for_good() {
    let app = TestApp::with(&[("WEBHOOK_SCHEDULE", "0,9")]);
    app.enter_hook(HOOK).await;
    app.http.reply(HOOK, [Reply::RetryAfter(429, "9"), Reply::Status(500)]);
    app.write_events(1, 1, "candidate.updated");
    app.run_due_tasks().await;
    app.run_tasks_after(Duration::from_secs(9)).await;
    assert_eq!(app.told(), ["candidate.updated failed exhausted"]);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 3);
}

#[tokio::test]
async fn another_url_has_asked_for_nothing() {
    let (app, path) = scene(Reply::RetryAfter(429, "9"), 2).await;
    app.patch(&path, json!({"url": "https://other.example.com/"})).await.expect(200);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    let sent = app.http.sent();
    assert!(sent.iter().any(|sent| sent.url == "https://other.example.com/"), "{sent:?}");
    app.run_tasks_after(Duration::from_secs(10)).await;
}
