//! Leases: a run that took too long is given to another, and can no longer end the task.

use edgehire::domain::task::WhenRunning;
use edgehire::ports::{Batch, DbError, Level};
use edgehire::store::tasks::{self as store, Claimed, Ending};
use edgehire::tasks;
use serde_json::json;

use super::{SECOND, called, column, once, task, write};
use crate::support::TestApp;

/// Claims the most urgent task.
async fn claim(app: &TestApp) -> Claimed {
    let (now, now_ms) = (app.app.clock.now(), app.app.clock.unix_ms());
    store::claim(&*app.app.db, now, now_ms).await.unwrap().unwrap()
}

/// Ends a run; whether it was the task's present one.
pub async fn end(app: &TestApp, claimed: &Claimed, ending: &Ending) -> bool {
    let now = app.app.clock.now();
    let mut stmts = vec![store::hold(claimed)];
    stmts.extend(store::end(&*app.app.files, claimed, ending, now).await.unwrap());
    match app.app.db.batch(&Batch::idempotent(stmts)).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error, DbError::Overtaken);
            false
        }
    }
}

/// Every way in which a run may end.
fn endings() -> [Ending; 6] {
    let error = || "stale".to_owned();
    [
        Ending::Completed { result: Some("\"stale\"".to_owned()) },
        Ending::NextStep { cursor: error(), at_ms: 0 },
        Ending::Sleep { until_ms: 0 },
        Ending::Retry { error: error(), at_ms: 0 },
        Ending::Failed { error: error() },
        Ending::Dead { error: error() },
    ]
}

/// All columns of the tasks.
fn rows(app: &TestApp) -> Vec<String> {
    app.db.texts(
        "SELECT json_array(status, attempts, run, leased_until_ms, due_ms, signal_ms, rerun_ms, cursor, \
            last_error, result, finished_at) FROM tasks",
    )
}

#[tokio::test]
async fn a_run_that_lost_its_lease_can_not_end_the_task() {
    for ending in endings() {
        let app = TestApp::new();
        write(&app, &task(&app, "a")).await;
        let first = claim(&app).await;
        app.pass(41 * SECOND).await;
        tasks::sweep(&app.app).await.unwrap();
        // While it waits for another, while another runs, and after that one ended.
        let before = rows(&app);
        assert!(!end(&app, &first, &ending).await, "{ending:?}");
        let second = claim(&app).await;
        assert_eq!((first.run, second.run, second.attempts), (1, 2, 2));
        assert_ne!(rows(&app), before);
        let before = rows(&app);
        assert!(!end(&app, &first, &ending).await, "{ending:?}");
        assert_eq!(rows(&app), before);
        assert!(end(&app, &second, &Ending::Completed { result: Some("1".to_owned()) }).await);
        let before = rows(&app);
        assert!(!end(&app, &first, &ending).await && !end(&app, &second, &ending).await, "{ending:?}");
        assert_eq!(rows(&app), before);
        assert_eq!(column(&app, "result"), ["1"]);
    }
}

#[tokio::test]
async fn a_run_ends_once() {
    for ending in endings() {
        let app = TestApp::new();
        app.leave_undrained();
        write(&app, &task(&app, "a")).await;
        let claimed = claim(&app).await;
        assert!(end(&app, &claimed, &ending).await, "{ending:?}");
        let before = rows(&app);
        assert!(!end(&app, &claimed, &ending).await, "{ending:?}");
        assert_eq!(rows(&app), before);
    }
}

#[tokio::test]
async fn a_run_keeps_its_task_as_long_as_its_lease() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    claim(&app).await;
    assert_eq!(app.run_tasks_after(40 * SECOND).await, 0);
    assert_eq!(column(&app, "status"), ["running"]);
    app.pass(SECOND / 1000).await;
    tasks::sweep(&app.app).await.unwrap();
    assert_eq!(
        (column(&app, "status"), column(&app, "leased_until_ms")),
        (["pending".to_owned()].into(), ["NULL".to_owned()].into())
    );
    let line = app.log().pop().unwrap();
    let expected = json!({
        "task": 1, "kind": "send_callback", "status": "pending", "error": "the run did not end in time"
    });
    assert_eq!((line, app.log_levels().pop()), (expected, Some(Level::Error)));
    app.run_due_tasks().await;
    assert_eq!((called(&app).len(), column(&app, "attempts")), (1, vec!["2".to_owned()]));
}

#[tokio::test]
async fn a_run_that_did_not_end_on_its_last_try_leaves_the_task_dead() {
    let app = TestApp::new();
    write(&app, &once(&app, WhenRunning::RunAgain, 0)).await;
    app.db.execute("UPDATE tasks SET max_attempts = 2");
    for status in ["pending", "dead"] {
        claim(&app).await;
        app.pass(41 * SECOND).await;
        tasks::sweep(&app.app).await.unwrap();
        assert_eq!(column(&app, "status"), [status]);
    }
    assert_eq!(column(&app, "last_error"), ["the run did not end in time"]);
    assert_eq!(column(&app, "finished_at"), ["2024-01-20T11:01:22Z"]);
    assert_eq!(app.log().pop().unwrap()["status"], "dead");
    // Its key is free again.
    assert_eq!(write(&app, &once(&app, WhenRunning::RunAgain, 0)).await, 2);
    app.run_due_tasks().await;
}

#[tokio::test]
async fn a_step_that_went_well_gives_the_next_one_all_its_tries() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    let first = claim(&app).await;
    let at_ms = app.app.clock.unix_ms();
    assert!(end(&app, &first, &Ending::Retry { error: "e".to_owned(), at_ms }).await);
    let again = claim(&app).await;
    assert_eq!((again.attempts, &again.cursor), (2, &None));
    assert!(
        end(&app, &again, &Ending::NextStep { cursor: "two".to_owned(), at_ms: app.app.clock.unix_ms() })
            .await
    );
    let next = claim(&app).await;
    assert_eq!((next.attempts, next.run, next.cursor.as_deref()), (1, 3, Some("two")));
    assert!(end(&app, &next, &Ending::Completed { result: None }).await);
}

#[tokio::test]
async fn a_result_too_long_for_a_row_is_a_file() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    let result = format!("\"{}\"", "x".repeat(70_000));
    assert!(end(&app, &claim(&app).await, &Ending::Completed { result: Some(result) }).await);
    assert_eq!(column(&app, "result"), ["NULL"]);
    assert_eq!(column(&app, "result_key"), app.files.names());
    app.clock.set("2024-06-01T00:00:00Z");
    app.prune().await;
    assert_eq!(app.files.names(), [""; 0]);
}

#[tokio::test]
async fn what_keeps_no_record_is_gone_when_it_is_done_but_not_when_it_was_asked_for_again() {
    let app = TestApp::new();
    app.enter_hook("https://hooks.example.com/a").await;
    let done = Ending::Completed { result: None };
    app.write_events(1, 1, "candidate.updated");
    tasks::sweep(&app.app).await.unwrap();
    let first = claim(&app).await;
    app.write_events(2, 2, "candidate.updated");
    tasks::sweep(&app.app).await.unwrap();
    assert!(end(&app, &first, &done).await);
    assert_eq!(app.db.texts("SELECT status FROM tasks"), ["pending"]);
    assert!(!end(&app, &first, &done).await, "it is another run's now");
    let second = claim(&app).await;
    assert!(end(&app, &second, &done).await);
    assert_eq!(app.db.texts("SELECT status FROM tasks"), [""; 0]);
    assert!(!end(&app, &second, &done).await, "it has ended");
}
