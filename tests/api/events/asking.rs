//! Asking for a webhook: a test, and one more round of a delivery.

use std::time::Duration;

use serde_json::{Value, json};

use super::{HOOK, OTHER};
use crate::api::recruitos::candidate;
use crate::support::{Reply, TestApp};

#[tokio::test]
async fn a_test_is_a_signed_webhook_to_this_endpoint_only_and_not_in_the_log() {
    let app = TestApp::new();
    // Whatever types it is told of.
    let made = app.enter_endpoint(HOOK, json!(["sync.completed"])).await;
    app.enter_hook(OTHER).await;
    let path = super::path_of(&made);
    let delivery = app.post(&format!("{path}/test"), json!({})).await.expect(202);
    assert_eq!(json!([delivery["event_type"], delivery["status"]]), json!(["endpoint.test", "pending"]));
    assert_eq!(delivery["endpoint_id"], made["id"]);
    app.run_due_tasks().await;
    let sent = app.http.sent();
    assert_eq!((sent.len(), sent[0].url.as_str()), (1, HOOK));
    let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!(
        body,
        json!({
            "id": delivery["event_id"], "type": "endpoint.test", "timestamp": "2024-01-20T11:00:00Z",
            "data": {"endpoint_id": made["id"]}
        })
    );
    assert_eq!(sent[0].headers["webhook-id"], delivery["event_id"].as_str().unwrap());
    assert!(sent[0].headers["webhook-signature"].starts_with("v1,"));
    assert_eq!(app.told(), ["endpoint.test delivered"]);
    assert_eq!(app.events(), []);
}

#[tokio::test]
async fn a_test_that_fails_is_tried_again_in_the_same_bytes() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.http.reply(HOOK, [Reply::Status(500)]);
    app.post(&format!("{path}/test"), json!({})).await.expect(202);
    app.run_due_tasks().await;
    app.run_tasks_after(Duration::from_secs(6)).await;
    let sent = app.http.sent();
    assert_eq!((sent.len(), &sent[0].body), (2, &sent[1].body));
    assert_eq!(app.told(), ["endpoint.test delivered"]);
}

#[tokio::test]
async fn a_disabled_endpoint_is_asked_for_nothing() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.patch(&path, json!({"enabled": false})).await.expect(200);
    let since = json!({"since": "2024-01-20T10:00:00Z"});
    for (path, body) in [
        (format!("{path}/test"), json!({})),
        (format!("{path}/recover"), since),
        ("/api/events/deliveries/1/redeliver".to_owned(), json!({})),
    ] {
        let refused = app.post(&path, body).await.expect(409);
        assert_eq!(refused, json!({"error": "The endpoint is disabled: enable it first"}), "{path}");
    }
    assert_eq!(app.run_due_tasks().await, 0);
    assert_eq!((app.told(), app.http.sent().len()), (vec!["candidate.created delivered".to_owned()], 1));
}

#[tokio::test]
async fn a_delivery_is_sent_again_whatever_became_of_it_under_the_same_id() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    let again = app.post("/api/events/deliveries/1/redeliver", json!({})).await.expect(202);
    assert_eq!(json!([again["id"], again["status"], again["reason"]]), json!([1, "pending", null]));
    assert_eq!(again["next_attempt_at"], "2024-01-20T11:00:00Z");
    app.run_due_tasks().await;
    let sent = app.http.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(
        (&sent[0].headers["webhook-id"], &sent[0].body),
        (&sent[1].headers["webhook-id"], &sent[1].body)
    );
    let list = app.get("/api/events/deliveries").await.expect(200);
    assert_eq!(list["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(list["deliveries"][0]["attempts"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_delivery_sent_again_has_the_whole_schedule_before_it() {
    let app = TestApp::with(&[("WEBHOOK_SCHEDULE", "0, 10, 20")]);
    app.enter_hook(HOOK).await;
    app.http.always(HOOK, Reply::Status(500));
    app.enter_candidate(candidate("a@b.co")).await;
    for _ in 0..3 {
        app.run_tasks_after(Duration::from_secs(30)).await;
    }
    assert_eq!(app.told(), ["candidate.created failed exhausted"]);
    app.post("/api/events/deliveries/1/redeliver", json!({})).await.expect(202);
    for tries in [4, 5, 6, 6] {
        app.run_tasks_after(Duration::from_secs(30)).await;
        assert_eq!(app.http.sent().len(), tries);
    }
    assert_eq!(app.told(), ["candidate.created failed exhausted"]);
}

#[tokio::test]
async fn one_that_waits_for_its_next_try_is_sent_at_once() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.http.reply(HOOK, [Reply::Status(500)]);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.post("/api/events/deliveries/1/redeliver", json!({})).await.expect(202);
    app.run_due_tasks().await;
    assert_eq!((app.told(), app.http.sent().len()), (vec!["candidate.created delivered".to_owned()], 2));
}

#[tokio::test]
async fn sent_again_after_the_event_was_removed_a_delivery_has_expired() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.db.execute("DELETE FROM events; UPDATE event_log SET pruned_seq = 1");
    app.post("/api/events/deliveries/1/redeliver", json!({})).await.expect(202);
    app.run_due_tasks().await;
    assert_eq!((app.told(), app.http.sent().len()), (vec!["candidate.created failed expired".to_owned()], 1));
}

#[tokio::test]
async fn an_unknown_delivery_is_404_and_a_number_that_is_none_400() {
    let app = TestApp::new();
    let missing = app.post("/api/events/deliveries/1/redeliver", json!({})).await.expect(404);
    assert_eq!(missing, json!({"error": "Delivery not found"}));
    for id in ["x", "1.5", "9007199254740992"] {
        app.post(&format!("/api/events/deliveries/{id}/redeliver"), json!({})).await.expect(400);
    }
}
