//! Alerts: when webhooks fail too often, somebody is told, once.

use std::time::Duration;

use edgehire::ports::Level;
use serde_json::{Value, json};

use super::{SECOND, about_job, app, app_with};
use crate::support::{Reply, TestApp};

/// Whoever knows this URL may write there.
const CHAT: &str = "https://chat.example.com/services/T000/B000/XXXX";

fn with_chat() -> TestApp {
    app_with(&[("ALERT_WEBHOOK_URL", CHAT)])
}

/// Lets webhooks about so many jobs, from this one on, fail at the same moment.
async fn fail(app: &TestApp, first: u64, count: u64) {
    for job in first..first + count {
        app.rf_answers(job, 403);
        app.hook(&about_job("job.updated", job)).await;
    }
    app.run_tasks_after(SECOND).await;
}

/// The alerts that were sent.
fn alerts(app: &TestApp) -> Vec<Value> {
    let sent = app.http.sent().into_iter().filter(|sent| sent.url == CHAT);
    sent.map(|sent| serde_json::from_slice(&sent.body).unwrap()).collect()
}

#[tokio::test]
async fn five_failures_in_a_quarter_of_an_hour_are_put_up_with_and_six_are_not() {
    let app = with_chat();
    fail(&app, 1, 5).await;
    assert!(alerts(&app).is_empty());
    fail(&app, 6, 1).await;
    let text = "Edgehire: several webhooks of Recruiterflow could not be processed within 15 minutes. The last \
        error: Recruiterflow refused with 403: no. They are kept: see GET \
        /api/webhooks/recruiterflow/failed, and replay them when this is mended.";
    let details = json!({"system": "recruiterflow", "error": "Recruiterflow refused with 403: no"});
    let expected = json!({
        "text": text, "content": text, "alert": "webhooks_failing", "at": "2024-01-20T11:00:02Z",
        "details": details
    });
    assert_eq!(alerts(&app), [expected]);
}

#[tokio::test]
async fn one_job_with_many_webhooks_counts_each() {
    let app = with_chat();
    app.rf_answers(7, 403);
    for number in 0..6 {
        let mut body = about_job("job.updated", 7);
        body["number"] = json!(number);
        app.hook(&body).await;
    }
    app.run_tasks_after(SECOND).await;
    assert_eq!(alerts(&app).len(), 1);
}

#[tokio::test]
async fn one_alert_a_window_is_sent_however_many_fail() {
    let app = with_chat();
    fail(&app, 1, 20).await;
    fail(&app, 21, 20).await;
    app.pass(Duration::from_mins(14)).await;
    fail(&app, 41, 20).await;
    assert_eq!(alerts(&app).len(), 1);
    // A quarter of an hour after the alert, those that failed since are enough for another.
    app.pass(Duration::from_mins(1)).await;
    fail(&app, 61, 1).await;
    assert_eq!(alerts(&app).len(), 2);
}

#[tokio::test]
async fn failures_far_apart_are_not_counted_together() {
    let app = with_chat();
    for job in 0..12 {
        fail(&app, job + 1, 1).await;
        app.pass(Duration::from_mins(3)).await;
    }
    assert!(alerts(&app).is_empty());
}

#[tokio::test]
async fn an_alert_is_sent_again_until_it_is_taken_in_the_same_bytes() {
    let app = with_chat();
    app.http.reply(CHAT, [Reply::Status(500), Reply::Timeout]);
    fail(&app, 1, 6).await;
    app.run_all_tries().await;
    let sent: Vec<_> = app.http.sent().into_iter().filter(|sent| sent.url == CHAT).collect();
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|one| one.body == sent[0].body));
    assert!(sent.iter().all(|one| one.headers["webhook-id"] == sent[0].headers["webhook-id"]));
    assert!(!sent[0].headers.contains_key("webhook-signature"));
    assert_eq!(app.db.texts("SELECT status FROM tasks WHERE kind = 'send_alert'"), ["completed"]);
}

/// Log lines that are alerts.
fn logged(app: &TestApp) -> Vec<(Level, Value)> {
    let lines = app.log_levels().into_iter().zip(app.log());
    lines.filter(|(_, line)| line.get("alert").is_some()).collect()
}

#[tokio::test]
async fn without_a_url_an_alert_is_an_error_in_the_log_once_a_window() {
    let app = app();
    fail(&app, 1, 8).await;
    fail(&app, 9, 8).await;
    let lines = logged(&app);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, Level::Error);
    assert_eq!(lines[0].1["alert"], "webhooks_failing");
    assert!(lines[0].1["text"].as_str().unwrap().contains("could not be processed"));
}

#[tokio::test]
async fn an_alert_that_nobody_takes_is_an_error_in_the_log() {
    let app = with_chat();
    app.http.always(CHAT, Reply::Status(410));
    fail(&app, 1, 6).await;
    assert_eq!(logged(&app).len(), 1);
    let app = with_chat();
    app.http.always(CHAT, Reply::Status(404));
    fail(&app, 1, 6).await;
    for _ in 0..20 {
        app.run_tasks_after(Duration::from_hours(12)).await;
    }
    assert_eq!(app.db.texts("SELECT status FROM tasks WHERE kind = 'send_alert'"), ["dead"]);
    assert_eq!(logged(&app).len(), 1);
}

#[tokio::test]
async fn the_url_stands_in_no_log_line_and_no_row() {
    let app = with_chat();
    app.http.reply(CHAT, [Reply::Network("no route to https://chat.example.com/services/T000/B000/XXXX")]);
    app.http.always(CHAT, Reply::Body(400, CHAT.as_bytes().to_vec()));
    fail(&app, 1, 6).await;
    app.run_tasks_after(Duration::from_mins(1)).await;
    let tasks = app.db.texts("SELECT json_array(payload, last_error, result) FROM tasks");
    let told = format!("{tasks:?} {:?} {:?}", app.log(), app.app.config);
    assert!(told.contains("no route to ALERT_WEBHOOK_URL") && !told.contains("XXXX"), "{told}");
}
