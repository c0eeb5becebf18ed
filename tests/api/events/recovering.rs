//! Recovering: an endpoint is sent what it missed since an instant, and nothing that it took.

use std::time::Duration;

use edgehire::tasks;
use serde_json::json;

use super::{HOOK, each, event_id};
use crate::support::{Reply, TestApp};

const SECOND: Duration = Duration::from_secs(1);

/// Asks for all since an instant, a second from now, and runs what comes of it.
async fn recover(app: &TestApp, path: &str, since: &str) {
    app.pass(SECOND).await;
    let answer = app.post(&format!("{path}/recover"), json!({"since": since})).await.expect(202);
    assert!(answer["task_id"].as_i64().unwrap() > 0);
    app.run_due_tasks().await;
}

#[tokio::test]
async fn what_happened_while_an_endpoint_was_disabled_is_sent_in_steps() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.patch(&path, json!({"enabled": false})).await.expect(200);
    app.write_events(1, 1203, "candidate.updated");
    app.patch(&path, json!({"enabled": true})).await.expect(200);
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 0);
    recover(&app, &path, "2024-01-20T11:00:00Z").await;
    let mut sent = app.ids_sent(HOOK);
    sent.sort();
    assert_eq!(sent, (1..=1203).map(event_id).collect::<Vec<_>>());
    let steps = app.log().iter().filter(|line| line["kind"] == "recover_endpoint").count();
    assert_eq!(steps, 3);
    // Asked again, there is nothing more to send.
    recover(&app, &path, "2024-01-20T11:00:00Z").await;
    assert_eq!(app.http.sent().len(), 1203);
}

#[tokio::test]
async fn steps_end_well_when_they_end_with_the_log() {
    for count in [0, 1, 499, 500, 501, 1000] {
        let app = TestApp::new();
        let path = app.enter_hook(HOOK).await;
        app.patch(&path, json!({"enabled": false})).await.expect(200);
        if count > 0 {
            app.write_events(1, count, "candidate.updated");
        }
        app.patch(&path, json!({"enabled": true})).await.expect(200);
        recover(&app, &path, "2024-01-20T11:00:00Z").await;
        assert_eq!(i64::try_from(app.http.sent().len()), Ok(count));
        assert_eq!(app.db.texts("SELECT DISTINCT status FROM tasks"), ["completed"], "{count}");
    }
}

#[tokio::test]
async fn what_failed_is_sent_and_what_was_taken_is_not() {
    let app = TestApp::with(&[("WEBHOOK_SCHEDULE", "0")]);
    let path = app.enter_hook(HOOK).await;
    app.http.reply(HOOK, [Reply::Status(200), Reply::Status(500), Reply::Timeout, Reply::Status(200)]);
    app.write_events(1, 4, "candidate.updated");
    app.run_due_tasks().await;
    assert_eq!(app.told().iter().filter(|told| told.ends_with("exhausted")).count(), 2);
    let failed = app.db.texts("SELECT event_id FROM deliveries WHERE status = 'failed' ORDER BY event_id");
    recover(&app, &path, "2024-01-20T11:00:00Z").await;
    let mut again = app.ids_sent(HOOK).split_off(4);
    again.sort();
    assert_eq!(again, failed);
    assert!(app.told().iter().all(|told| told == "candidate.updated delivered"));
}

#[tokio::test]
async fn only_events_of_the_instant_and_later_are_sent() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.patch(&path, json!({"enabled": false})).await.expect(200);
    for (number, at) in
        ["2024-01-20T11:00:00Z", "2024-01-20T12:00:00Z", "2024-01-20T13:00:00Z"].iter().enumerate()
    {
        app.clock.set(at);
        app.enter_candidate(crate::api::recruitos::candidate(&format!("{number}@b.co"))).await;
    }
    app.patch(&path, json!({"enabled": true})).await.expect(200);
    let ids = app.db.texts("SELECT id FROM events ORDER BY seq");
    recover(&app, &path, "2024-01-20T12:00:01Z").await;
    assert_eq!(app.ids_sent(HOOK), ids[2..]);
    recover(&app, &path, "2024-01-20T15:00:00+03:00").await;
    assert_eq!(app.ids_sent(HOOK)[1..], ids[1..2]);
    recover(&app, &path, "1970-01-01T00:00:00Z").await;
    assert_eq!(app.ids_sent(HOOK)[2..], ids[..1]);
}

#[tokio::test]
async fn only_the_endpoints_types_are_sent() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, json!(["candidate.deleted"])).await;
    let path = super::path_of(&made);
    app.patch(&path, json!({"enabled": false})).await.expect(200);
    app.write_events(1, 600, "candidate.updated");
    app.write_events(601, 601, "candidate.deleted");
    app.patch(&path, json!({"enabled": true})).await.expect(200);
    recover(&app, &path, "2024-01-20T11:00:00Z").await;
    assert_eq!(app.ids_sent(HOOK), [event_id(601)]);
}

#[tokio::test]
async fn what_is_relayed_and_recovered_at_once_is_sent_once() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.write_events(1, 5, "candidate.updated");
    recover(&app, &path, "2024-01-20T11:00:00Z").await;
    let mut sent = app.ids_sent(HOOK);
    sent.sort();
    assert_eq!(sent, (1..=5).map(event_id).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_recovered_before_it_is_relayed_is_sent_once() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.write_events(1, 5, "candidate.updated");
    app.pass(SECOND).await;
    app.post(&format!("{path}/recover"), json!({"since": "2024-01-20T11:00:00Z"})).await.expect(202);
    while tasks::work(&app.app).await.unwrap().is_some() {}
    assert_eq!(app.http.sent().len(), 5);
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 5);
}

#[tokio::test]
async fn an_endpoint_disabled_or_deleted_meanwhile_is_sent_nothing() {
    for disable in [true, false] {
        let app = TestApp::new();
        let path = app.enter_hook(HOOK).await;
        app.patch(&path, json!({"enabled": false})).await.expect(200);
        app.write_events(1, 1, "candidate.updated");
        app.patch(&path, json!({"enabled": true})).await.expect(200);
        app.pass(SECOND).await;
        app.post(&format!("{path}/recover"), json!({"since": "2024-01-20T11:00:00Z"})).await.expect(202);
        if disable {
            app.patch(&path, json!({"enabled": false})).await.expect(200);
        } else {
            app.delete(&path).await.expect(204);
        }
        app.run_due_tasks().await;
        assert_eq!((app.told().len(), app.http.sent().len()), (0, 0));
        assert_eq!(app.db.texts("SELECT status FROM tasks"), ["completed"]);
    }
}

#[tokio::test]
async fn a_recovery_that_fails_is_tried_again_and_loses_nothing() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.patch(&path, json!({"enabled": false})).await.expect(200);
    app.write_events(1, 700, "candidate.updated");
    app.patch(&path, json!({"enabled": true})).await.expect(200);
    app.pass(SECOND).await;
    app.post(&format!("{path}/recover"), json!({"since": "2024-01-20T11:00:00Z"})).await.expect(202);
    app.db.execute("ALTER TABLE deliveries RENAME TO away");
    tasks::work(&app.app).await.unwrap();
    let recovery = "SELECT status || ': ' || last_error FROM tasks WHERE kind = 'recover_endpoint'";
    assert!(app.db.texts(recovery)[0].starts_with("pending: database error: no such table"));
    app.db.execute("ALTER TABLE away RENAME TO deliveries");
    app.run_tasks_after(61 * SECOND).await;
    assert_eq!(app.http.sent().len(), 700);
}

#[tokio::test]
async fn since_is_an_instant_with_its_zone() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    for bad in [json!({}), json!({"since": null}), json!({"since": "yesterday"}), json!({"since": 5})] {
        let refused = app.post(&format!("{path}/recover"), bad).await.expect(400);
        assert_eq!(each(&refused["errors"], "field"), ["since"]);
    }
    assert_eq!(app.db.texts("SELECT kind FROM tasks"), [""; 0]);
}
