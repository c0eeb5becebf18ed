//! The engine: what goes first, how often it is tried, who may end it, what signals are sent for it.

mod fencing;
mod killed;
mod signals;
mod waits;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use edgehire::domain::callback::Callback;
use edgehire::domain::task::{NewTask, Priority, WhenRunning};
use edgehire::ports::Level;
use edgehire::store::tasks as store;
use edgehire::tasks;
use serde_json::{Value, json};

use crate::api::events::HOOK;
use crate::api::recruitos::candidate;
use crate::support::{Reply, TestApp};

const SECOND: Duration = Duration::from_secs(1);

/// A task that sends an unsigned callback to a URL of this name, now.
fn task(app: &TestApp, name: &str) -> NewTask {
    let callback = Callback {
        id: name.to_owned(),
        url: url(name),
        body: "{}".to_owned(),
        headers: Vec::new(),
        signing: Vec::new(),
    };
    NewTask::new(&callback, app.app.clock.unix_ms()).unwrap()
}

fn url(name: &str) -> String {
    format!("https://hooks.example.com/{name}")
}

/// Writes a task, and gives its number.
async fn write(app: &TestApp, task: &NewTask) -> i64 {
    let (uuid, now) = (app.app.new_uuid(), app.app.clock.now());
    let stmt = store::enqueue(&*app.app.files, task, uuid, now).await.unwrap();
    store::write(&*app.app.db, stmt).await.unwrap()
}

/// The names that were called, in order.
fn called(app: &TestApp) -> Vec<String> {
    app.http.sent().iter().map(|sent| sent.url.rsplit('/').next().unwrap().to_owned()).collect()
}

/// One column of the tasks, by number.
fn column(app: &TestApp, column: &str) -> Vec<String> {
    app.db.texts(&format!("SELECT CAST({column} AS TEXT) FROM tasks ORDER BY id"))
}

/// Seconds from now until the only task is due, and how often the present step was tried.
fn due(app: &TestApp) -> (i64, String) {
    let due_ms: i64 = column(app, "due_ms")[0].parse().unwrap();
    ((due_ms - app.app.clock.unix_ms()) / 1000, column(app, "attempts")[0].clone())
}

#[tokio::test]
async fn the_higher_priority_goes_first_then_what_has_been_due_longest_then_what_was_written_first() {
    let app = TestApp::new();
    let at = |name, priority, due_s: i64| {
        let task = task(&app, name).priority(priority);
        NewTask { due_ms: task.due_ms + due_s * 1000, ..task }
    };
    for task in [
        at("scheduled", Priority::Scheduled, -100),
        at("usual-new", Priority::Usual, -10),
        at("usual-old", Priority::Usual, -20),
        at("usual-new-too", Priority::Usual, -10),
        at("manual", Priority::Manual, 0),
        at("later", Priority::Manual, 1),
    ] {
        write(&app, &task).await;
    }
    app.run_due_tasks().await;
    assert_eq!(called(&app), ["manual", "usual-old", "usual-new", "usual-new-too", "scheduled"]);
    app.run_tasks_after(SECOND).await;
    assert_eq!(called(&app).last().unwrap(), "later");
}

#[tokio::test]
async fn two_that_come_at_once_run_a_task_once() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    let (first, second) = tokio::join!(tasks::work(&app.app), tasks::work(&app.app));
    assert_eq!([first.unwrap(), second.unwrap()].iter().flatten().count(), 1);
    write(&app, &task(&app, "b")).await;
    write(&app, &task(&app, "c")).await;
    let ran = tokio::join!(tasks::work(&app.app), tasks::work(&app.app), tasks::work(&app.app));
    assert_eq!([ran.0.unwrap(), ran.1.unwrap(), ran.2.unwrap()].iter().flatten().count(), 2);
    assert_eq!(called(&app), ["a", "b", "c"]);
}

#[tokio::test]
async fn waits_double_from_30_seconds_and_after_the_last_try_a_task_is_dead_with_its_error() {
    // Callbacks have waits of their own, but not where their secret is missing.
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    app.db.execute(
        r#"UPDATE tasks SET max_attempts = 4, payload = json_set(payload, '$.signing',
           json('[{"as":"standard_webhooks","secret":"WEBHOOK_SECRET_TOKEN"}]'))"#,
    );
    for (tries, wait) in [(1, 30), (2, 60), (3, 120)] {
        app.run_due_tasks().await;
        assert_eq!(due(&app), (wait, tries.to_string()));
        assert_eq!(app.run_tasks_after(Duration::from_millis(wait.unsigned_abs() * 1000 - 1)).await, 0);
        app.pass(SECOND / 1000).await;
    }
    app.run_due_tasks().await;
    assert_eq!(column(&app, "status"), ["dead"]);
    assert_eq!(column(&app, "last_error"), ["the setting WEBHOOK_SECRET_TOKEN is missing"]);
    assert_eq!(column(&app, "finished_at"), ["2024-01-20T11:03:30Z"]);
    let line = app.log().pop().unwrap();
    assert_eq!(json!([line["status"], line["attempts"], line["run"]]), json!(["dead", 4, 4]));
    assert_eq!(app.log_levels().pop(), Some(Level::Error));
    assert_eq!(app.run_tasks_after(100_000 * SECOND).await, 0);
}

#[tokio::test]
async fn each_run_is_a_line_in_the_log_that_tells_what_it_cost() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    app.run_due_tasks().await;
    let expected = json!({
        "task": 1, "kind": "send_callback", "status": "completed", "run": 1, "attempts": 1, "ms": 0,
        "d1_trips": 2, "d1_rows_read": 2, "d1_rows_written": 0, "d1_ms": 0
    });
    let mut line = app.log().pop().unwrap();
    // How many rows a statement reads, only D1 tells.
    line["d1_rows_read"] = json!(2);
    assert_eq!(line, expected);
}

#[tokio::test]
async fn what_no_code_can_read_fails_at_once_and_says_why() {
    let app = TestApp::new();
    for payload in ["{}", "[]", "nonsense", r#"{"id":7}"#] {
        let id = write(&app, &NewTask { payload: payload.to_owned(), ..task(&app, "a") }).await;
        app.run_due_tasks().await;
        let row = format!("SELECT status || ' ' || attempts || ' ' || last_error FROM tasks WHERE id = {id}");
        let row = &app.db.texts(&row)[0];
        assert!(row.starts_with("failed 1 the payload can't be read: "), "{payload}: {row}");
    }
    assert_eq!(app.http.sent().len(), 0);
}

#[tokio::test]
async fn a_payload_whose_file_is_lost_is_dead_in_the_end_and_holds_nothing_up() {
    let app = TestApp::new();
    write(&app, &NewTask { payload: "x".repeat(70_000), ..task(&app, "a") }).await;
    edgehire::ports::Files::delete(&*app.files, &app.files.names()).await.unwrap();
    app.db.execute("UPDATE tasks SET max_attempts = 2, payload = NULL");
    write(&app, &task(&app, "b")).await;
    for _ in 0..3 {
        let _ = tasks::sweep(&app.app).await.unwrap();
        while !matches!(tasks::work(&app.app).await, Ok(None)) {}
        app.pass(60 * SECOND).await;
    }
    assert_eq!(column(&app, "status"), ["dead", "completed"]);
    app.run_due_tasks().await;
}

/// The same task, once, `seconds` from now.
fn once(app: &TestApp, when_running: WhenRunning, seconds: i64) -> NewTask {
    let task = task(app, "a").once("key".to_owned(), when_running);
    NewTask { due_ms: task.due_ms + seconds * 1000, ..task }
}

#[tokio::test]
async fn a_task_that_waits_is_joined_and_the_earlier_time_counts() {
    let app = TestApp::new();
    let id = write(&app, &once(&app, WhenRunning::RunAgain, 60)).await;
    for (asked, due_in) in [(90, 60), (20, 20), (40, 20)] {
        for when_running in [WhenRunning::Join, WhenRunning::RunAgain] {
            assert_eq!(write(&app, &once(&app, when_running, asked)).await, id);
            assert_eq!(due(&app), (due_in, "0".to_owned()));
        }
    }
    app.run_tasks_after(100 * SECOND).await;
    assert_eq!((called(&app), column(&app, "status")), (vec!["a".to_owned()], vec!["completed".to_owned()]));
    // One that ended is no longer the same.
    assert_ne!(write(&app, &once(&app, WhenRunning::Join, 0)).await, id);
    app.run_due_tasks().await;
}

#[tokio::test]
async fn a_task_without_a_key_is_its_own_however_many_there_are() {
    let app = TestApp::new();
    for _ in 0..3 {
        write(&app, &task(&app, "a")).await;
    }
    assert_eq!(app.run_due_tasks().await, 3);
}

/// Claims the only task, asks for it while it runs, ends it, and drains.
async fn ask_while_it_runs(app: &TestApp, when_running: WhenRunning, ending: store::Ending) {
    write(app, &once(app, when_running, 0)).await;
    let (now, now_ms) = (app.app.clock.now(), app.app.clock.unix_ms());
    let claimed = store::claim(&*app.app.db, now, now_ms).await.unwrap().unwrap();
    write(app, &once(app, when_running, 0)).await;
    fencing::end(app, &claimed, &ending).await;
}

#[tokio::test]
async fn asked_for_while_it_runs_a_task_runs_again_or_not_as_it_was_asked() {
    let completed = || store::Ending::Completed { result: None };
    let failed = || store::Ending::Failed { error: "e".to_owned() };
    let dead = || store::Ending::Dead { error: "e".to_owned() };
    let sleep = |app: &TestApp| store::Ending::Sleep { until_ms: app.app.clock.unix_ms() + 60_000 };
    for (when_running, ending, runs, status) in [
        (WhenRunning::Join, completed(), 0, "completed"),
        (WhenRunning::Join, failed(), 0, "failed"),
        (WhenRunning::Join, sleep(&TestApp::new()), 0, "pending"),
        (WhenRunning::RunAgain, completed(), 1, "completed"),
        (WhenRunning::RunAgain, failed(), 1, "completed"),
        (WhenRunning::RunAgain, dead(), 1, "completed"),
        (WhenRunning::RunAgain, sleep(&TestApp::new()), 1, "completed"),
    ] {
        let app = TestApp::new();
        ask_while_it_runs(&app, when_running, ending.clone()).await;
        assert_eq!(app.run_due_tasks().await, runs, "{when_running:?} {ending:?}");
        assert_eq!(column(&app, "status"), [status], "{when_running:?} {ending:?}");
        assert_eq!(column(&app, "rerun_ms"), ["NULL"], "{when_running:?} {ending:?}");
    }
}

#[tokio::test]
async fn asked_for_while_it_runs_and_killed_on_its_last_try_a_task_runs_again() {
    let app = TestApp::new();
    write(&app, &once(&app, WhenRunning::RunAgain, 0)).await;
    app.db.execute("UPDATE tasks SET max_attempts = 1");
    let (now, now_ms) = (app.app.clock.now(), app.app.clock.unix_ms());
    store::claim(&*app.app.db, now, now_ms).await.unwrap().unwrap();
    write(&app, &once(&app, WhenRunning::RunAgain, 0)).await;
    app.run_tasks_after(60 * SECOND).await;
    assert_eq!((called(&app).len(), column(&app, "status")), (1, vec!["completed".to_owned()]));
}

#[tokio::test]
async fn a_test_that_leaves_work_undone_fails() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    let undone = catch_unwind(AssertUnwindSafe(|| drop(app))).unwrap_err();
    assert!(undone.downcast_ref::<String>().unwrap().contains("send_callback pending"));
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    let undone = catch_unwind(AssertUnwindSafe(|| drop(app))).unwrap_err();
    assert!(undone.downcast_ref::<String>().unwrap().contains("events for https://hooks"));
    let app = TestApp::new();
    write(&app, &NewTask { due_ms: app.app.clock.unix_ms() + 1, ..task(&app, "a") }).await;
    assert!(catch_unwind(AssertUnwindSafe(|| drop(app))).is_ok(), "what is due later may wait");
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_next_try_the_same_place() {
    let app = TestApp::new();
    app.http.reply(&url("a"), [Reply::Status(500)]);
    write(&app, &task(&app, "a")).await;
    app.db.execute("UPDATE tasks SET cursor = 'here'");
    app.run_due_tasks().await;
    assert_eq!(
        (column(&app, "cursor"), column(&app, "status")),
        (vec!["here".to_owned()], vec!["pending".to_owned()])
    );
    app.run_tasks_after(6 * SECOND).await;
    let result: Value = serde_json::from_str(&column(&app, "result")[0]).unwrap();
    assert_eq!((&result["status"], column(&app, "cursor")), (&json!(200), vec!["NULL".to_owned()]));
}
