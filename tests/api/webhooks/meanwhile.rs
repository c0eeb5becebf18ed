//! Webhooks that come while an earlier one about the same is being processed.

use edgehire::tasks;
use serde_json::json;

use super::{HOUR, SECOND, about_job, app, job_url};
use crate::support::{Reply, TestApp};

/// Runs what is due, and lets a webhook come after so many turns of that; `change` comes just before it.
async fn run_and_hook_after(app: &TestApp, turns: usize, change: impl Fn()) {
    let hook = async {
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        change();
        assert_ne!(app.hook(&about_job("job.updated", 7)).await, "ignored");
    };
    let (ran, ()) = tokio::join!(biased; tasks::work(&app.app), hook);
    assert!(ran.unwrap().is_some());
}

#[tokio::test]
async fn a_change_that_is_told_of_during_the_run_is_read_whenever_it_came() {
    let mut run_again = 0;
    for turns in 0..45 {
        let app = app();
        app.rf_has(7, "Engineer", true, 3);
        app.hook(&about_job("job.created", 7)).await;
        app.pass(SECOND).await;
        run_and_hook_after(&app, turns, || app.rf_has(7, "Senior Engineer", true, 4)).await;
        let runs = app.run_tasks_after(2 * SECOND).await;
        assert!(runs <= 1, "{runs}");
        run_again += runs;
        assert!(app.open_hooks().is_empty() && app.tasks_left().is_empty(), "{turns}");
        assert!(app.jobs()[0].starts_with("7 Senior Engineer open"), "{turns}: {:?}", app.jobs());
    }
    assert!(run_again >= 20, "{run_again}");
}

#[tokio::test]
async fn a_run_that_finds_nothing_left_asks_nobody() {
    let mut between = 0;
    for turns in 0..10 {
        let app = app();
        app.rf_has(7, "Engineer", true, 3);
        app.hook(&about_job("job.created", 7)).await;
        app.pass(SECOND).await;
        run_and_hook_after(&app, turns, || ()).await;
        // It came after the claim, before the run looked at what waits.
        if app.open_hooks().is_empty() && !app.tasks_left().is_empty() {
            between += 1;
            let asked = app.asked();
            assert_eq!(app.run_tasks_after(2 * SECOND).await, 1);
            assert_eq!(app.asked(), asked);
            assert_eq!(app.synced().len(), 1);
        }
        app.run_tasks_after(2 * SECOND).await;
    }
    assert!(between > 0);
}

#[tokio::test]
async fn a_run_that_fails_for_good_fails_nothing_that_waits_for_the_next_run() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.http.reply(&job_url(7), [Reply::Status(400)]);
    app.hook(&about_job("job.created", 7)).await;
    app.pass(SECOND).await;
    run_and_hook_after(&app, 6, || ()).await;
    assert_eq!(app.open_hooks(), ["received", "received"]);
    assert_eq!(app.synced(), [json!(["failed", 0, 0, 0, 0, 0, 0, 0, 0, "Recruiterflow refused with 400: "])]);
    app.run_tasks_after(HOUR).await;
    assert!(app.open_hooks().is_empty());
    assert_eq!(app.jobs(), ["7 Engineer open 3"]);
}
