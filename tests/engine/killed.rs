//! Killed anywhere: whichever round trip is a run's last, what comes of its work in the end is the same.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use edgehire::tasks;
use serde_json::{Value, json};

use super::{SECOND, task, url, write};
use crate::api::events::{HOOK, OTHER};
use crate::support::outside::Sent;
use crate::support::{Reply, TestApp};

/// Longer than every lease, and than the waits for another try.
const LATER: Duration = Duration::from_secs(61);

/// What came of it all: how deliveries and endpoints and tasks stand, and what was sent, whatever the
/// number of tries.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    deliveries: Vec<String>,
    endpoints: Vec<String>,
    tasks: BTreeSet<String>,
    events: Vec<String>,
    /// What arrived where, whatever the number of times.
    sent: BTreeSet<String>,
}

/// What was sent: of an event its place in the log, else its id.
fn name(sent: &Sent) -> String {
    let body: Value = serde_json::from_slice(&sent.body).unwrap_or_default();
    let what =
        if body["sequence"].is_null() { json!(sent.headers["webhook-id"]) } else { body["sequence"].clone() };
    format!("{} {} {what}", sent.url, body["type"])
}

impl Outcome {
    fn of(app: &TestApp) -> Self {
        let (mut sent, mut ids) = (BTreeSet::new(), HashMap::new());
        for request in app.http.sent() {
            let name = name(&request);
            let repeated = (request.headers["webhook-id"].clone(), request.body);
            let first = ids.entry(name.clone()).or_insert_with(|| repeated.clone());
            assert_eq!(*first, repeated, "a repeat under another id or in other bytes");
            sent.insert(name);
        }
        Self {
            deliveries: app.db.texts(
                "SELECT json_array(endpoint_id, event_type, status, reason) FROM deliveries \
                 ORDER BY endpoint_id, event_seq, id",
            ),
            endpoints: app.db.texts(
                "SELECT json_array(enabled, disabled_reason, failing_since_ms IS NULL, relayed_seq, version) \
                 FROM endpoints ORDER BY id",
            ),
            tasks: app.db.texts("SELECT kind || ' ' || status FROM tasks").into_iter().collect(),
            events: app.event_kinds(),
            sent,
        }
    }
}

/// Plays a scene undisturbed, then with the database dying at each of its round trips, with the batch it
/// dies in lost or committed, and expects the same outcome. Gives how many round trips it died in.
async fn survives_death_anywhere(scene: impl AsyncFn() -> TestApp) -> usize {
    let undisturbed = scene().await;
    undisturbed.run_due_tasks().await;
    undisturbed.run_tasks_after(LATER).await;
    let expected = Outcome::of(&undisturbed);
    assert!(!expected.sent.is_empty());
    let mut deaths = 0;
    for commits in [false, true] {
        for trips in 0.. {
            let app = scene().await;
            app.db.die_after(trips, commits);
            app.run_until_dead().await;
            let died = app.db.revive();
            app.run_tasks_after(LATER).await;
            app.run_tasks_after(LATER).await;
            assert_eq!(Outcome::of(&app), expected, "killed after {trips} trips, committed: {commits}");
            if !died {
                break;
            }
            deaths += 1;
        }
    }
    deaths
}

/// Two endpoints, one of which fails at first, and events.
async fn delivering() -> TestApp {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.enter_endpoint(OTHER, json!(["candidate.deleted"])).await;
    app.http.reply(HOOK, [Reply::Status(500), Reply::Timeout]);
    app.write_events(1, 18, "candidate.updated");
    app.write_events(19, 20, "candidate.deleted");
    app
}

#[tokio::test]
async fn deliveries_arrive_wherever_their_run_is_killed() {
    assert!(survives_death_anywhere(delivering).await >= 16);
}

#[tokio::test]
async fn an_endpoint_that_is_gone_is_disabled_and_told_of_once_wherever_the_run_is_killed() {
    let deaths = survives_death_anywhere(async || {
        let app = TestApp::new();
        app.enter_hook(HOOK).await;
        app.enter_hook(OTHER).await;
        app.http.always(HOOK, Reply::Status(410));
        app.write_events(1, 1, "candidate.updated");
        app
    });
    assert!(deaths.await >= 16);
}

/// An endpoint that missed more events than a step of a recovery looks at.
async fn recovering() -> TestApp {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, json!(["candidate.deleted"])).await;
    let path = crate::api::events::path_of(&made);
    app.patch(&path, json!({"enabled": false})).await.expect(200);
    app.write_events(1, 1100, "candidate.updated");
    app.db.execute("UPDATE events SET type = 'candidate.deleted' WHERE seq IN (2, 500, 501, 1000, 1100)");
    app.patch(&path, json!({"enabled": true})).await.expect(200);
    app.pass(SECOND).await;
    app.post(&format!("{path}/recover"), json!({"since": "2024-01-20T11:00:00Z"})).await.expect(202);
    app
}

#[tokio::test]
async fn a_recovery_misses_nothing_wherever_its_run_is_killed() {
    assert!(survives_death_anywhere(recovering).await >= 20);
}

/// Callbacks: one that is taken, one that is taken later, one that is not wanted, one in a file.
async fn calling_back() -> TestApp {
    let app = TestApp::new();
    for name in ["a", "b", "c"] {
        write(&app, &task(&app, name)).await;
    }
    let mut long = task(&app, "long");
    long.payload = long.payload.replace("\"{}\"", &json!("x".repeat(70_000)).to_string());
    write(&app, &long).await;
    app.http.reply(&url("b"), [Reply::Status(503)]);
    app.http.always(&url("c"), Reply::Status(410));
    app
}

#[tokio::test]
async fn callbacks_arrive_wherever_their_run_is_killed() {
    assert!(survives_death_anywhere(calling_back).await >= 16);
}

/// SQL that forgets that the tasks of a kind have ended.
fn forget(kind: &str) -> String {
    format!(
        "UPDATE tasks SET status = 'running', attempts = 1, leased_until_ms = 0, finished_at = NULL, result = NULL \
         WHERE kind = '{kind}'"
    )
}

/// Plays a scene, then undoes by this SQL that its tasks have ended, so that they run again.
async fn survives_running_twice(scene: impl AsyncFn() -> TestApp, undo: &str) -> (TestApp, usize) {
    let app = scene().await;
    app.run_due_tasks().await;
    app.run_tasks_after(LATER).await;
    let (expected, sent) = (Outcome::of(&app), app.http.sent().len());
    app.db.execute(undo);
    assert!(app.run_due_tasks().await > 0);
    assert_eq!(Outcome::of(&app), expected);
    let again = app.http.sent().len() - sent;
    (app, again)
}

#[tokio::test]
async fn a_delivery_that_was_recorded_is_not_sent_again_when_its_task_is() {
    // Done, it has left no row.
    let again = "INSERT INTO tasks (kind, payload, status, priority, max_attempts, lease_ms, due_ms, signal_ms, created_at) \
        SELECT 'deliver', json_object('endpoint_id', id), 'pending', 5, 9, 40000, 0, 0, '' FROM endpoints";
    assert_eq!(survives_running_twice(delivering, again).await.1, 0);
}

#[tokio::test]
async fn a_recovery_run_twice_sends_nothing_twice() {
    assert_eq!(survives_running_twice(recovering, &forget("recover_endpoint")).await.1, 0);
}

#[tokio::test]
async fn a_callback_run_twice_is_sent_twice_under_one_id() {
    let (app, again) = survives_running_twice(calling_back, &forget("send_callback")).await;
    assert_eq!(again, 4);
    let results = app.db.texts("SELECT result FROM tasks WHERE status = 'completed'");
    assert!(results.iter().all(|result| serde_json::from_str::<Value>(result).unwrap()["status"] == 200));
}

#[tokio::test]
async fn a_delivery_that_was_sent_and_not_recorded_is_sent_again_under_the_same_id() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.write_events(1, 1, "candidate.updated");
    tasks::sweep(&app.app).await.unwrap();
    // The claim and the reading of what is due go well; the record of the try does not.
    app.db.die_after(2, false);
    assert!(tasks::work(&app.app).await.is_err());
    assert!(app.log().pop().unwrap()["error"].as_str().unwrap().contains("its end was not recorded"));
    app.db.revive();
    app.run_tasks_after(LATER).await;
    let ids = app.ids_sent(HOOK);
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
    assert_eq!(app.told(), ["candidate.updated delivered"]);
}
