//! Webhooks that failed: the list, and sending them through again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{FAILED, SECOND, about_job, app, stage_move};
use crate::api::accounts::is_refused;
use crate::api::events::refused_fields;
use crate::support::{TestApp, query};

const NONE: &str = "018d2680-1b40-7000-8000-00000000ffff";

impl TestApp {
    /// Lets a webhook about a job fail, for Recruiterflow refuses; gives its id.
    pub async fn fail_hook(&self, body: &Value) -> String {
        let job = body["job"]["id"].as_u64().or_else(|| body["data"]["job"]["id"].as_u64()).unwrap();
        self.rf_answers(job, 403);
        assert_eq!(self.hook(body).await, "received");
        self.run_tasks_after(SECOND).await;
        self.db.texts("SELECT uuid FROM inbound_hooks ORDER BY id DESC LIMIT 1").remove(0)
    }
}

/// Enters webhooks that failed with these numbers as ids and as jobs, ten a second, with bodies so long.
fn enter_failed(app: &TestApp, first: i64, last: i64, bytes: usize) {
    app.db.execute(&format!(
        "WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) \
         INSERT INTO inbound_hooks (id, uuid, system, kind, job_ref, dedupe_key, status, error, received_at, \
            received_ms, failed_ms, body) \
         SELECT n, printf('018d2680-1b40-7000-8000-%012x', n), 'recruiterflow', 'job.updated', \
            CAST(n % 100 + 1 AS TEXT), 'key' || n, 'failed', 'no', '2024-01-20T10:00:00Z', 0, \
            1705744800000 + (n / 10) * 1000, printf('{{}}%{bytes}s', '') FROM numbers"
    ));
}

/// The last digits of the ids of all pages of this length.
async fn pages(app: &TestApp, limit: &str) -> Vec<Vec<i64>> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = app.get(&query(FAILED, &[("limit", limit), ("after", &after)])).await.expect(200);
        let number = |hook: &Value| i64::from_str_radix(&hook["id"].as_str().unwrap()[24..], 16).unwrap();
        pages.push(page["failed"].as_array().unwrap().iter().map(number).collect());
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn get_failed_webhooks_shows_all_that_is_known_the_last_first() {
    let app = app();
    assert_eq!(app.get(FAILED).await.expect(200), json!({"failed": [], "next": null}));
    let moved = stage_move(7, 24, "2024-01-20T10:59:00+0000");
    let first = app.fail_hook(&moved).await;
    let second = app.fail_hook(&about_job("", 8)).await;
    let shown = |id: &str, body: &Value, received: &str, failed: &str| {
        json!({
            "id": id, "kind": null, "job_id": "8", "candidate_id": null,
            "error": "Recruiterflow refused with 403: no", "replays": 0, "received_at": received,
            "failed_at": failed, "body": body.to_string()
        })
    };
    let mut expected = shown(&first, &moved, "2024-01-20T11:00:00Z", "2024-01-20T11:00:01Z");
    expected["kind"] = json!("candidate.stage_changed");
    (expected["job_id"], expected["candidate_id"]) = (json!("7"), json!("24"));
    let newer = shown(&second, &about_job("", 8), "2024-01-20T11:00:01Z", "2024-01-20T11:00:02Z");
    assert_eq!(app.get(FAILED).await.expect(200), json!({"failed": [newer, expected], "next": null}));
    assert_eq!(app.trips(), 1);
    assert_eq!(app.get(&format!("{FAILED}/{first}")).await.expect(200), expected);
    assert_eq!(app.trips(), 1);
}

#[tokio::test]
async fn what_has_not_failed_is_not_among_them() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.updated", 7)).await;
    let id = app.db.texts("SELECT uuid FROM inbound_hooks").remove(0);
    for _ in 0..2 {
        assert_eq!(app.get(FAILED).await.expect(200)["failed"], json!([]));
        is_refused(&app.get(&format!("{FAILED}/{id}")).await, 404, "Webhook not found");
        let replayed = app.post(&format!("{FAILED}/{id}/replay"), json!({})).await;
        is_refused(&replayed, 409, "The webhook has not failed");
        app.run_tasks_after(SECOND).await;
    }
    is_refused(&app.get(&format!("{FAILED}/{NONE}")).await, 404, "Webhook not found");
    is_refused(&app.post(&format!("{FAILED}/{NONE}/replay"), json!({})).await, 404, "Webhook not found");
    for path in [format!("{FAILED}/7"), format!("{FAILED}/x")] {
        assert_eq!(refused_fields(&app.get(&path).await), ["webhookId"]);
        assert_eq!(refused_fields(&app.post(&format!("{path}/replay"), json!({})).await), ["webhookId"]);
    }
}

#[tokio::test]
async fn pages_neither_lose_nor_repeat() {
    let app = app();
    enter_failed(&app, 1, 57, 0);
    let all: Vec<_> = (1..=57).rev().collect();
    for limit in ["1", "7", "57", "100"] {
        let pages = pages(&app, limit).await;
        assert_eq!(pages.concat(), all, "{limit}");
        assert!(pages.last().is_some_and(|page| !page.is_empty()), "{limit}: an empty page at the end");
    }
    assert_eq!(app.get(FAILED).await.expect(200)["failed"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn a_page_of_long_bodies_is_cut_and_still_nothing_is_lost() {
    let app = app();
    enter_failed(&app, 1, 12, 1_000_000);
    let pages = pages(&app, "100").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 4]);
    assert_eq!(pages.concat(), (1..=12).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn parameters_that_can_not_be_are_refused_all_at_once() {
    let app = app();
    let text = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for bad in [
        "x".to_owned(),
        text("1"),
        text(r#"{"id":1}"#),
        text(r#"{"id":1,"failed_ms":9223372036854775807}"#),
        text(r#"{"id":-1,"failed_ms":1}"#),
    ] {
        let refused = app.get(&query(FAILED, &[("after", &bad), ("limit", "0")])).await;
        assert_eq!(refused_fields(&refused), ["after", "limit"], "{bad}");
    }
}

#[tokio::test]
async fn replay_sends_one_through_again() {
    let app = app();
    let first = app.fail_hook(&about_job("job.updated", 7)).await;
    app.fail_hook(&about_job("job.updated", 8)).await;
    app.rf_has(7, "Engineer", true, 3);
    let path = format!("{FAILED}/{first}/replay");
    assert_eq!(app.post(&path, json!({})).await.expect(202), json!({"status": "received"}));
    assert_eq!(app.trips(), 1);
    is_refused(&app.post(&path, json!({})).await, 409, "The webhook has not failed");
    assert_eq!(app.hooks(), ["job.updated received", "job.updated failed"]);
    app.run_due_tasks().await;
    assert_eq!(app.hooks(), ["job.updated processed", "job.updated failed"]);
    assert_eq!(app.jobs(), ["7 Engineer open 3"]);
    is_refused(&app.post(&path, json!({})).await, 409, "The webhook has not failed");
}

#[tokio::test]
async fn one_that_fails_again_is_back_in_the_list_and_counted() {
    let app = app();
    let id = app.fail_hook(&about_job("job.updated", 7)).await;
    for replays in 1..=2 {
        app.post(&format!("{FAILED}/{id}/replay"), json!({})).await.expect(202);
        app.run_tasks_after(60 * SECOND).await;
        let shown = app.get(&format!("{FAILED}/{id}")).await.expect(200);
        assert_eq!(shown["replays"], replays);
        assert_eq!(shown["failed_at"], format!("2024-01-20T11:0{replays}:01Z"));
    }
}

#[tokio::test]
async fn replay_of_all_is_one_batch_and_one_task_a_job() {
    let app = app();
    enter_failed(&app, 1, 250, 0);
    for job in 1..=100 {
        app.rf_has(job, "Engineer", true, 1);
    }
    assert_eq!(app.post(&format!("{FAILED}/replay"), json!({})).await.expect(202), json!({"replayed": 250}));
    assert_eq!(app.trips(), 1);
    assert_eq!(app.tasks_left().len(), 100);
    app.run_due_tasks().await;
    assert!(app.open_hooks().is_empty() && app.tasks_left().is_empty());
    assert_eq!(app.asked().len(), 200);
    assert_eq!(app.post(&format!("{FAILED}/replay"), json!({})).await.expect(202), json!({"replayed": 0}));
}

#[tokio::test]
async fn users_may_look_and_recruiters_may_replay() {
    let app = app();
    let id = app.fail_hook(&about_job("job.updated", 7)).await;
    let (one, all) = (format!("{FAILED}/{id}/replay"), format!("{FAILED}/replay"));
    let reader = app.token_of_new("reader@example.com", "readonly").await;
    for path in [FAILED, &format!("{FAILED}/{id}")] {
        app.call_as(&reader, "GET", path, "").await.expect(200);
        app.knock("GET", path, &[]).await.expect(401);
    }
    for path in [&one, &all] {
        is_refused(
            &app.call_as(&reader, "POST", path, "").await,
            403,
            "This needs the role admin or recruiter",
        );
        app.knock("POST", path, &[]).await.expect(401);
    }
    assert_eq!(app.open_hooks(), ["failed"]);
    let recruiter = app.token_of_new("recruiter@example.com", "recruiter").await;
    app.call_as(&recruiter, "POST", &one, "").await.expect(202);
    assert_eq!(app.call_as(&recruiter, "POST", &all, "").await.expect(202), json!({"replayed": 0}));
    app.run_due_tasks().await;
}
