//! Sweeps: signals for what is due or soon will be, once, and again after they were lost.

use std::time::Duration;

use edgehire::domain::task::{NewTask, WhenRunning};
use edgehire::ports::{Level, Signal};
use edgehire::tasks;
use serde_json::json;

use super::{SECOND, once, task, write};
use crate::api::events::HOOK;
use crate::api::recruitos::candidate;
use crate::support::TestApp;

/// Sweeps, and gives the signals that were sent.
async fn sweep(app: &TestApp) -> Vec<Signal> {
    let sent = tasks::sweep(&app.app).await.unwrap();
    let signals = app.queue.take();
    assert_eq!(usize::try_from(sent), Ok(signals.len()));
    signals
}

fn signal(task_id: i64, delay_s: u32) -> Signal {
    Signal { task_id, delay_s }
}

#[tokio::test]
async fn a_task_that_is_due_is_signalled_once_and_again_when_nothing_came_of_it() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    assert_eq!(sweep(&app).await, [signal(1, 0)]);
    assert_eq!(sweep(&app).await, []);
    app.pass(Duration::from_millis(29_999)).await;
    assert_eq!(sweep(&app).await, []);
    app.pass(SECOND / 1000).await;
    assert_eq!(sweep(&app).await, [signal(1, 0)]);
    assert_eq!(sweep(&app).await, []);
    app.run_due_tasks().await;
    app.pass(3600 * SECOND).await;
    assert_eq!(sweep(&app).await, []);
}

#[tokio::test]
async fn a_signal_for_the_next_ninety_seconds_is_held_back_until_the_task_is_due() {
    let app = TestApp::new();
    for due_ms in [0, 1, 1000, 1001, 59_500, 90_000, 90_001] {
        let task = task(&app, "a");
        write(&app, &NewTask { due_ms: task.due_ms + due_ms, ..task }).await;
    }
    let delays: Vec<_> = sweep(&app).await.iter().map(|signal| signal.delay_s).collect();
    assert_eq!(delays, [0, 1, 1, 2, 60, 90]);
    app.pass(SECOND / 1000).await;
    assert_eq!(sweep(&app).await, [signal(7, 90)]);
    // What was held back is lost only when its time and more has passed.
    app.pass(89 * SECOND).await;
    let again: Vec<_> = sweep(&app).await.iter().map(|signal| signal.task_id).collect();
    assert_eq!(again, [1, 2, 3, 4]);
    app.run_tasks_after(60 * SECOND).await;
    assert_eq!(app.http.sent().len(), 7);
}

#[tokio::test]
async fn a_task_asked_for_earlier_is_signalled_for_the_earlier_time() {
    let app = TestApp::new();
    write(&app, &once(&app, WhenRunning::Join, 80)).await;
    assert_eq!(sweep(&app).await, [signal(1, 80)]);
    write(&app, &once(&app, WhenRunning::Join, 85)).await;
    assert_eq!(sweep(&app).await, []);
    write(&app, &once(&app, WhenRunning::Join, 10)).await;
    assert_eq!(sweep(&app).await, [signal(1, 10)]);
    app.run_tasks_after(10 * SECOND).await;
}

#[tokio::test]
async fn a_queue_that_is_down_is_logged_and_a_later_sweep_sends_the_signals() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    app.queue.fail(true);
    assert_eq!(tasks::sweep(&app.app).await.unwrap(), 1);
    let line = app.log().pop().unwrap();
    assert_eq!(line, json!({"sweep": "signals were not sent", "error": "queue: the queue is down"}));
    assert_eq!(app.log_levels().pop(), Some(Level::Error));
    app.queue.fail(false);
    app.pass(30 * SECOND).await;
    assert_eq!(sweep(&app).await, [signal(1, 0)]);
    app.run_due_tasks().await;
}

#[tokio::test]
async fn more_than_a_hundred_signals_take_several_sweeps() {
    let app = TestApp::new();
    for _ in 0..150 {
        write(&app, &task(&app, "a")).await;
    }
    let (first, second) = (sweep(&app).await, sweep(&app).await);
    let mut ids: Vec<_> = first.iter().chain(&second).map(|signal| signal.task_id).collect();
    ids.sort_unstable();
    assert_eq!((first.len(), ids), (100, (1..=150).collect()));
    app.run_due_tasks().await;
}

#[tokio::test]
async fn events_are_relayed_and_signalled_in_the_same_sweep_one_task_an_endpoint() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.enter_hook("https://hooks.example.com/b").await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.put("/api/candidates/1", json!({"phase": 2})).await.expect(200);
    let mut signals = sweep(&app).await;
    signals.sort_by_key(|signal| signal.task_id);
    assert_eq!(signals, [signal(1, 0), signal(2, 0)]);
    assert_eq!(app.db.texts("SELECT dedupe_key FROM tasks ORDER BY id"), ["deliver:1", "deliver:2"]);
    app.put("/api/candidates/1", json!({"phase": 1})).await.expect(200);
    assert_eq!(sweep(&app).await, []);
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 6);
}

#[tokio::test]
async fn a_sweep_without_work_is_one_round_trip_and_sends_nothing() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    tasks::run_cron(&app.app, "* * * * *").await;
    let line = app.log().pop().unwrap();
    assert_eq!(json!([line["cron"], line["done"], line["d1_trips"]]), json!(["sweep", 0, 1]));
    assert_eq!(app.queue.take(), []);
}

#[tokio::test]
async fn a_sweep_relays_all_of_a_long_log() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.write_events(1, 1700, "candidate.updated");
    tasks::run_cron(&app.app, "* * * * *").await;
    // A look whether there is anything to do, and four sweeps of 500.
    assert_eq!(app.log().pop().unwrap()["d1_trips"], 5);
    assert_eq!(app.told().len(), 1700);
    app.run_tasks_after(Duration::from_secs(1)).await;
    assert_eq!(app.http.sent().len(), 1700);
}

#[tokio::test]
async fn a_sweep_that_fails_is_logged_and_the_next_one_does_its_work() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    app.db.fail_next([edgehire::ports::DbError::Other("gone".to_owned())]);
    tasks::run_cron(&app.app, "* * * * *").await;
    assert!(app.log().pop().unwrap()["error"].as_str().unwrap().contains("gone"));
    assert_eq!(sweep(&app).await, [signal(1, 0)]);
    app.run_due_tasks().await;
}

#[tokio::test]
async fn a_task_that_runs_on_the_signal_of_another_passes_it_on() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.post(&format!("{path}/test"), json!({})).await.expect(202);
    assert_eq!(sweep(&app).await.len(), 1, "a signal for what delivers the test");
    // Asked for by a person, it goes first, and no sweep has seen it.
    app.post(&format!("{path}/recover"), json!({"since": "2024-01-01"})).await.expect(202);
    tasks::work(&app.app).await.unwrap();
    assert_eq!(app.log().pop().unwrap()["kind"], "recover_endpoint");
    assert_eq!(app.queue.take().len(), 1, "the signal is still there for the other");
    tasks::work(&app.app).await.unwrap();
    assert_eq!(app.log().pop().unwrap()["kind"], "deliver");
    assert_eq!(app.queue.take(), [], "it ran on its own signal");
}
