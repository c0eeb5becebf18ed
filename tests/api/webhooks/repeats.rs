//! Webhooks that come more than once, or late.

use std::time::Duration;

use serde_json::json;

use super::{SECOND, about_job, app, stage_move};

const TIME: &str = "2024-01-20T10:59:00+0000";

#[tokio::test]
async fn a_repeat_of_one_event_is_recorded_and_nothing_is_done_about_it() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    let body = stage_move(7, 24, TIME);
    assert_eq!(app.hook(&body).await, "received");
    // While the first one waits, and when it is done with; also when other members differ.
    assert_eq!(app.hook(&body).await, "duplicate");
    app.run_tasks_after(SECOND).await;
    let asked = app.asked();
    let mut later = body.clone();
    later["candidate"]["tags"] = json!("hot");
    assert_eq!(app.hook(&later).await, "duplicate");
    assert!(app.tasks_left().is_empty() && app.open_hooks().is_empty());
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked(), asked);
    let moved = "candidate.stage_changed";
    let expected = ["processed", "duplicate", "duplicate"].map(|status| format!("{moved} {status}"));
    assert_eq!(app.hooks(), expected);
}

#[tokio::test]
async fn another_event_is_no_repeat() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    let body = stage_move(7, 24, TIME);
    assert_eq!(app.hook(&body).await, "received");
    for (member, value) in [
        ("event_time", json!("2024-01-20T10:59:01+0000")),
        ("to_stage", json!("Offer")),
        ("from_stage", json!("Offer")),
        ("candidate", json!({"id": 25})),
    ] {
        let mut other = body.clone();
        other[member] = value;
        assert_eq!(app.hook(&other).await, "received", "{member}");
    }
    app.run_tasks_after(SECOND).await;
    assert!(app.open_hooks().is_empty());
}

#[tokio::test]
async fn a_repeat_without_a_time_is_a_duplicate_and_the_job_is_read_all_the_same() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    let body = about_job("job.updated", 7);
    assert_eq!(app.hook(&body).await, "received");
    // With the one that waits it makes one reading.
    assert_eq!(app.hook(&body).await, "duplicate");
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked(), ["job 7", "job/pipeline 7"]);
    // A month later the same body tells of another change.
    app.pass(Duration::from_hours(720)).await;
    app.rf_has(7, "Senior Engineer", true, 3);
    assert_eq!(app.hook(&body).await, "duplicate");
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked(), ["job 7", "job/pipeline 7", "job 7"]);
    assert_eq!(app.jobs(), ["7 Senior Engineer open 3"]);
    assert_eq!(app.hooks(), ["job.updated processed", "job.updated duplicate", "job.updated duplicate"]);
    assert!(app.open_hooks().is_empty());
}

#[tokio::test]
async fn a_repeat_of_one_that_failed_is_another_chance() {
    let app = app();
    app.rf_answers(7, 400);
    let body = stage_move(7, 24, TIME);
    assert_eq!(app.hook(&body).await, "received");
    assert_eq!(app.hook(&body).await, "duplicate");
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.open_hooks(), ["failed"]);
    app.rf_has(7, "Engineer", true, 3);
    assert_eq!(app.hook(&body).await, "received");
    app.run_tasks_after(SECOND).await;
    assert!(app.open_hooks().is_empty());
    assert_eq!(app.jobs(), ["7 Engineer open 3"]);
}

#[tokio::test]
async fn a_late_webhook_brings_the_present_state_not_its_own() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.updated", 7)).await;
    app.run_tasks_after(SECOND).await;
    // Hours late, out of order, and saying what is no longer so.
    for (hours, body) in [(7, about_job("job.archived", 7)), (6, about_job("job.created", 7))] {
        let mut body = body;
        body["event_time"] = json!(format!("2024-01-20T0{hours}:00:00+0000"));
        body["data"]["job"]["is_open"] = json!(false);
        body["data"]["job"]["name"] = json!("Assistant");
        assert_eq!(app.hook(&body).await, "received");
    }
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.jobs(), ["7 Engineer open 3"]);
    assert!(app.open_hooks().is_empty());
}
