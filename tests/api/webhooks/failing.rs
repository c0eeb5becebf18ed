//! What becomes of webhooks when what they are about can't be read.

use std::time::Duration;

use edgehire::ports::Level;
use edgehire::tasks;
use serde_json::json;

use super::{HOUR, SECOND, about_job, app, job_url, reply};
use crate::support::{Reply, TestApp};

/// The errors of webhooks that failed.
fn errors(app: &TestApp) -> Vec<String> {
    app.db.texts("SELECT error FROM inbound_hooks WHERE status = 'failed' ORDER BY id")
}

#[tokio::test]
async fn what_fails_for_a_while_is_tried_six_times_in_a_quarter_of_an_hour() {
    let app = app();
    app.rf_answers(7, 503);
    app.hook(&about_job("job.updated", 7)).await;
    app.run_tasks_after(SECOND).await;
    let mut waits = Vec::new();
    while app.open_hooks() == ["received"] {
        let due_ms: i64 = app.db.texts("SELECT CAST(due_ms AS TEXT) FROM tasks")[0].parse().unwrap();
        let wait_ms = due_ms - app.app.clock.unix_ms();
        waits.push(wait_ms / 1000);
        assert_eq!(app.run_tasks_after(Duration::from_millis(wait_ms.unsigned_abs() - 1)).await, 0);
        assert_eq!(app.run_tasks_after(SECOND / 1000).await, 1);
    }
    assert_eq!(waits, [30, 60, 120, 240, 480]);
    assert_eq!(app.open_hooks(), ["failed"]);
    assert_eq!(errors(&app), ["Recruiterflow is unavailable: job: 503 no"]);
    assert_eq!(app.tasks_left(), ["process_hooks dead"]);
    assert_eq!(
        app.synced(),
        [json!(["failed", 0, 0, 0, 0, 0, 0, 0, 0, "Recruiterflow is unavailable: job: 503 no"])]
    );
    assert_eq!(app.asked().len(), 18, "three requests a try");
}

#[tokio::test]
async fn what_goes_well_at_a_later_try_has_not_failed() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.http.reply(&job_url(7), vec![Reply::Status(503); 3]);
    app.hook(&about_job("job.updated", 7)).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.open_hooks(), ["received"]);
    app.run_tasks_after(30 * SECOND).await;
    assert!(app.open_hooks().is_empty());
    assert_eq!(app.synced(), [json!(["succeeded", 1, 1, 0, 0, 1, 1, 2, 0, null])]);
}

#[tokio::test]
async fn recruiterflow_is_left_alone_for_as_long_as_it_asks() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.http.reply(&job_url(7), [Reply::RetryAfter(429, "300")]);
    app.hook(&about_job("job.updated", 7)).await;
    app.run_tasks_after(SECOND).await;
    // A webhook that comes meanwhile does not hurry it.
    app.pass(60 * SECOND).await;
    app.hook(&about_job("job.archived", 7)).await;
    assert_eq!(app.run_tasks_after(239 * SECOND).await, 0);
    assert_eq!(app.asked(), ["job 7"]);
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked(), ["job 7", "job 7", "job/pipeline 7"]);
    assert!(app.open_hooks().is_empty());
    // Somebody was reckoned with, so nobody needs to look.
    let levels = app.log_levels();
    assert!(!levels.contains(&Level::Error), "{:?}", app.log());
}

#[tokio::test]
async fn what_would_not_go_better_later_fails_at_once() {
    for (status, error) in
        [(401, "Recruiterflow refuses the API key: no"), (403, "Recruiterflow refused with 403: no")]
    {
        let app = app();
        app.rf_answers(7, status);
        app.hook(&about_job("job.updated", 7)).await;
        app.hook(&about_job("candidate.stage_changed", 7)).await;
        app.run_tasks_after(SECOND).await;
        assert_eq!(errors(&app), [error, error]);
        assert_eq!(app.asked().len(), 1);
        assert_eq!(app.tasks_left(), ["process_hooks failed"]);
    }
}

#[tokio::test]
async fn without_an_api_key_webhooks_are_kept_and_fail_with_that_reason() {
    let app = TestApp::new();
    assert_eq!(app.hook(&about_job("job.updated", 7)).await, "received");
    app.run_tasks_after(SECOND).await;
    assert_eq!(errors(&app), ["the setting RECRUITERFLOW_API_KEY is missing"]);
    assert_eq!(app.synced()[0][9], "the setting RECRUITERFLOW_API_KEY is missing");
    assert!(app.http.sent().is_empty());
    assert_eq!(app.log_levels().last(), Some(&Level::Error));
}

#[tokio::test]
async fn a_web_page_in_place_of_the_api_fails_visibly() {
    let app = app();
    app.http.always(&job_url(7), Reply::Body(200, b"<html>Welcome</html>".to_vec()));
    app.hook(&about_job("job.updated", 7)).await;
    app.run_tasks_after(SECOND).await;
    app.run_all_tries().await;
    let error = errors(&app).remove(0);
    assert!(error.contains("a web page, not the API"), "{error}");
}

#[tokio::test]
async fn a_later_success_about_the_job_is_the_end_of_those_that_failed() {
    let app = app();
    app.rf_has(7, "Engineer", true, 2);
    app.hook(&about_job("job.created", 7)).await;
    app.run_tasks_after(SECOND).await;
    app.rf_answers(7, 400);
    app.rf_answers(8, 400);
    app.hook(&about_job("candidate.added_to_job", 7)).await;
    app.hook(&about_job("job.updated", 8)).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.open_hooks(), ["failed", "failed"]);
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.updated", 7)).await;
    let before = app.asked().len();
    app.run_tasks_after(SECOND).await;
    // What the failed one was about is read, too.
    assert_eq!(app.asked()[before..], ["job 7", "job/pipeline 7"]);
    assert_eq!(
        app.hooks(),
        [
            "job.created processed",
            "candidate.added_to_job processed",
            "job.updated failed",
            "job.updated processed"
        ]
    );
    assert_eq!(app.jobs(), ["7 Engineer open 3"]);
    let error = errors(&app).remove(0);
    assert_eq!(app.db.texts("SELECT error FROM inbound_hooks"), ["NULL", "NULL", error.as_str(), "NULL"]);
}

#[tokio::test]
async fn webhooks_whose_runs_are_all_cut_off_fail_and_say_so() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.updated", 7)).await;
    app.pass(SECOND).await;
    for run in 1..=6 {
        tasks::sweep(&app.app).await.unwrap();
        // It claims the task, and that is the last that is heard of it.
        app.db.die_after(1, false);
        assert!(tasks::work(&app.app).await.is_err(), "run {run}");
        app.db.revive();
        app.pass(61 * SECOND).await;
    }
    app.run_due_tasks().await;
    assert_eq!(errors(&app), ["the run did not end in time"]);
    assert_eq!(app.tasks_left(), ["process_hooks dead"]);
    assert_eq!(app.synced()[0][9], "the run did not end in time");
    assert!(app.asked().is_empty());
    assert_eq!(app.run_tasks_after(HOUR).await, 0);
}

#[tokio::test]
async fn a_payload_that_can_not_be_read_ends_the_task_and_no_other() {
    let app = app();
    app.hook(&about_job("job.updated", 7)).await;
    app.db.execute(r#"UPDATE tasks SET payload = '{"x":1}'"#);
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.tasks_left(), ["process_hooks failed"]);
    assert!(app.db.texts("SELECT last_error FROM tasks")[0].contains("the payload can't be read"));
    // The next webhook takes the first one with it.
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.archived", 7)).await;
    app.run_tasks_after(SECOND).await;
    assert!(app.open_hooks().is_empty());
}

#[tokio::test]
async fn an_error_holds_neither_the_key_nor_a_person() {
    let app = app();
    app.http.always(&job_url(7), reply(403, &json!({"message": "the key rf-key may not"})));
    let mut body = about_job("job.updated", 7);
    body["candidate"] = json!({"id": 24, "name": "Anna Petrova", "email": "anna@example.com"});
    app.hook(&body).await;
    app.run_tasks_after(SECOND).await;
    let told = format!("{:?} {:?} {:?}", errors(&app), app.synced(), app.log());
    assert!(!told.contains("rf-key") && !told.contains("Anna") && !told.contains("anna@"), "{told}");
}
