//! What fails is tried again: when, in which bytes, how often, and what is kept of each try.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::{HOOK, each};
use crate::api::recruitos::candidate;
use crate::support::{Reply, TestApp};

/// The waits of the schedule after each try, in milliseconds.
const WAITS: [i64; 7] = [5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000];

/// With an endpoint that answers this always, and an event.
async fn scene(reply: Reply) -> TestApp {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.http.always(HOOK, reply);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app
}

/// How long until the next try, in milliseconds.
fn wait_ms(app: &TestApp) -> i64 {
    let due = app.db.texts("SELECT CAST(min(due_ms) AS TEXT) FROM deliveries WHERE status = 'pending'");
    due[0].parse::<i64>().unwrap() - app.app.clock.unix_ms()
}

fn ms(number: i64) -> Duration {
    Duration::from_millis(number.unsigned_abs())
}

/// The only delivery, as the API shows it.
async fn delivery(app: &TestApp) -> Value {
    app.get("/api/events/deliveries").await.expect(200)["deliveries"][0].clone()
}

#[tokio::test]
async fn a_try_that_fails_is_made_again_by_the_schedule_within_a_fifth_of_it_until_the_tries_are_used_up() {
    let app = scene(Reply::Status(500)).await;
    let mut moved = BTreeSet::new();
    for (tries, planned) in (1..).zip(WAITS) {
        assert_eq!(app.http.sent().len(), tries);
        let wait = wait_ms(&app);
        assert!((planned * 4 / 5..=planned * 6 / 5).contains(&wait), "{wait} after {tries}");
        moved.insert(wait * 1000 / planned);
        app.run_tasks_after(ms(wait - 1)).await;
        assert_eq!(app.http.sent().len(), tries, "too early");
        app.run_tasks_after(ms(1)).await;
    }
    assert!(moved.len() > 1, "the same jitter always: {moved:?}");
    assert_eq!(app.http.sent().len(), 8);
    assert_eq!(app.told(), ["candidate.created failed exhausted"]);
    assert_eq!(app.run_tasks_after(ms(100_000_000)).await, 0);
    let shown = delivery(&app).await;
    assert_eq!(shown["attempts"].as_array().unwrap().len(), 8);
    assert_eq!((&shown["next_attempt_at"], &shown["reason"]), (&Value::Null, &json!("exhausted")));
}

#[tokio::test]
async fn the_operator_may_set_the_schedule() {
    let app = TestApp::with(&[("WEBHOOK_SCHEDULE", "0, 100")]);
    app.enter_hook(HOOK).await;
    app.http.always(HOOK, Reply::Status(500));
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.run_tasks_after(ms(79_999)).await;
    assert_eq!(app.http.sent().len(), 1);
    app.run_tasks_after(ms(40_001)).await;
    assert_eq!(
        (app.http.sent().len(), app.told()),
        (2, vec!["candidate.created failed exhausted".to_owned()])
    );
}

#[tokio::test]
async fn every_try_has_the_same_id_and_bytes_and_a_time_and_signature_of_its_own() {
    let app = scene(Reply::Status(500)).await;
    app.put("/api/candidates/1", json!({"notes": "changed since"})).await.expect(200);
    for planned in WAITS {
        app.run_tasks_after(ms(planned * 6 / 5)).await;
    }
    let id = app.db.texts("SELECT id FROM events")[0].clone();
    let sent: Vec<_> = app.http.sent().into_iter().filter(|sent| sent.headers["webhook-id"] == id).collect();
    assert_eq!(sent.len(), 8);
    assert!(sent.iter().all(|again| again.body == sent[0].body));
    for header in ["webhook-timestamp", "webhook-signature"] {
        let each: BTreeSet<_> = sent.iter().map(|sent| &sent.headers[header]).collect();
        assert_eq!(each.len(), 8, "{header}");
    }
}

#[tokio::test]
async fn anything_but_2xx_has_failed_a_redirect_too() {
    for reply in [
        Reply::Status(302),
        Reply::Status(301),
        Reply::Status(304),
        Reply::Status(400),
        Reply::Status(401),
        Reply::Status(404),
        Reply::Status(500),
        Reply::Status(503),
        Reply::Timeout,
        Reply::Network("connection refused"),
    ] {
        let app = scene(reply.clone()).await;
        assert_eq!(app.told(), ["candidate.created pending"], "{reply:?}");
        app.http.always(HOOK, Reply::Status(200));
        app.run_tasks_after(ms(6_000)).await;
        assert_eq!(app.told(), ["candidate.created delivered"], "{reply:?}");
    }
    for status in [200, 201, 202, 204, 299] {
        let app = scene(Reply::Status(status)).await;
        assert_eq!(app.told(), ["candidate.created delivered"], "{status}");
    }
}

#[tokio::test]
async fn retry_after_is_waited_for_up_to_twice_the_step() {
    for (asked, wait) in [
        ("7", 7_000),
        ("10", 10_000),
        ("3600", 10_000),
        ("99999999999999999999999", 10_000),
        ("1", 5_000),
        ("0", 5_000),
        ("Sat, 20 Jan 2024 11:00:08 GMT", 8_000),
        ("Sat, 20 Jan 2024 10:00:00 GMT", 5_000),
    ] {
        for status in [429, 503] {
            let app = scene(Reply::RetryAfter(status, asked)).await;
            assert_eq!(wait_ms(&app), wait, "{asked}");
        }
    }
    let app = scene(Reply::RetryAfter(503, "soon")).await;
    assert!((4_000..=6_000).contains(&wait_ms(&app)));
}

#[tokio::test]
async fn a_try_is_shown_with_what_became_of_it() {
    let app = scene(Reply::Body(500, b"Internal Server Error".to_vec())).await;
    let shown = delivery(&app).await;
    let id = app.db.texts("SELECT uuid FROM endpoints")[0].clone();
    let event = app.db.texts("SELECT id FROM events")[0].clone();
    let next = shown["next_attempt_at"].as_str().unwrap();
    assert!(("2024-01-20T11:00:04Z"..="2024-01-20T11:00:06Z").contains(&next), "{next}");
    assert_eq!(
        shown,
        json!({
            "id": 1, "endpoint_id": id, "event_id": event, "event_type": "candidate.created",
            "status": "pending", "reason": null, "next_attempt_at": next,
            "attempts": [{
                "at": "2024-01-20T11:00:00Z", "status": 500, "ms": 0, "answer": "Internal Server Error",
                "error": null
            }],
            "created_at": "2024-01-20T11:00:00Z"
        })
    );
}

#[tokio::test]
async fn a_try_without_an_answer_says_why() {
    for (reply, status, answer, error) in [
        (Reply::Timeout, json!(null), json!(null), json!("no answer in time")),
        (Reply::Network("connection refused"), json!(null), json!(null), json!("connection refused")),
        (Reply::BrokeOff(500, "cut off"), json!(500), json!("begins"), json!("cut off")),
    ] {
        let app = scene(reply).await;
        let shown = &delivery(&app).await["attempts"][0];
        assert_eq!(json!([shown["status"], shown["answer"], shown["error"]]), json!([status, answer, error]));
    }
    let app = scene(Reply::BrokeOff(200, "cut off")).await;
    assert_eq!(app.told(), ["candidate.created delivered"], "the status counts, not the body");
}

#[tokio::test]
async fn of_an_answer_the_beginning_is_kept_without_control_characters() {
    for (body, kept) in [
        ("x".repeat(10_000).into_bytes(), "x".repeat(500)),
        ("Ж".repeat(600).into_bytes(), "Ж".repeat(500)),
        (b"a\x00b\x1b[31mc\r\nd\te\x7f".to_vec(), "ab[31mc\nde".to_owned()),
        ("e\u{85}f\u{9b}g".as_bytes().to_vec(), "efg".to_owned()),
        (b"\xff\xfe ok".to_vec(), "\u{fffd}\u{fffd} ok".to_owned()),
        (br#"{"a":"\"quoted\""}"#.to_vec(), r#"{"a":"\"quoted\""}"#.to_owned()),
        (Vec::new(), String::new()),
    ] {
        let app = scene(Reply::Body(500, body)).await;
        assert_eq!(delivery(&app).await["attempts"][0]["answer"], kept);
    }
}

#[tokio::test]
async fn what_is_due_later_does_not_hold_back_what_is_due_now() {
    let app = scene(Reply::Status(500)).await;
    app.run_tasks_after(ms(6_000)).await;
    app.http.always(HOOK, Reply::Status(200));
    app.put("/api/candidates/1", json!({"phase": 2})).await.expect(200);
    app.run_due_tasks().await;
    assert_eq!(app.told(), ["candidate.created pending", "candidate.updated delivered"]);
    app.run_tasks_after(ms(36_000)).await;
    assert_eq!(app.told(), ["candidate.created delivered", "candidate.updated delivered"]);
}

#[tokio::test]
async fn the_last_thirty_tries_of_a_delivery_are_kept() {
    let app = scene(Reply::Status(500)).await;
    for round in 0..5_u16 {
        app.http.always(HOOK, Reply::Status(500 + round));
        app.post("/api/events/deliveries/1/redeliver", json!({})).await.expect(202);
        for planned in [0].into_iter().chain(WAITS) {
            app.run_tasks_after(ms(planned * 6 / 5)).await;
        }
    }
    let shown = delivery(&app).await;
    let statuses = each(&shown["attempts"], "status");
    assert_eq!(statuses.len(), 30);
    let last: Vec<_> = (1..5).flat_map(|round| vec![500 + round; 8]).collect();
    assert_eq!(json!(statuses), json!(last[2..]));
}

#[tokio::test]
async fn an_endpoint_that_waits_for_a_later_try_is_not_woken_by_what_it_is_not_told_of() {
    let app = TestApp::new();
    app.enter_endpoint(HOOK, json!(["candidate.created"])).await;
    app.http.reply(HOOK, [Reply::Status(500), Reply::Status(500)]);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.put("/api/candidates/1", json!({"phase": 2})).await.expect(200);
    assert_eq!(app.run_due_tasks().await, 0);
    app.enter_candidate(candidate("b@b.co")).await;
    assert_eq!(app.run_due_tasks().await, 1);
}
