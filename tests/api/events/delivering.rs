//! Telling endpoints of events: who is told what, in which bytes, and that endpoints stay apart.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use edgehire::config::Config;
use edgehire::domain::webhook::{WebhookSecret, signature};
use edgehire::ports::Level;
use edgehire::tasks;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{HOOK, OTHER, each};
use crate::api::recruitos::candidate;
use crate::support::{KEY, Reply, TestApp};

#[tokio::test]
async fn each_event_is_one_request_to_each_endpoint_with_the_event_as_its_body() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.enter_hook(OTHER).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.put("/api/candidates/1", json!({"status": "Hired"})).await.expect(200);
    app.run_due_tasks().await;
    let log = app.get("/api/events").await.expect(200);
    for url in [HOOK, OTHER] {
        let sent: Vec<_> = app.http.sent().into_iter().filter(|sent| sent.url == url).collect();
        let bodies: Vec<Value> =
            sent.iter().map(|sent| serde_json::from_slice(&sent.body).unwrap()).collect();
        assert_eq!(json!(bodies), log["events"], "{url}");
        for (sent, event) in sent.iter().zip(&bodies) {
            assert_eq!(sent.method, "POST");
            let mut names: Vec<_> = sent.headers.keys().map(String::as_str).collect();
            names.sort_unstable();
            let expected =
                ["content-type", "user-agent", "webhook-id", "webhook-signature", "webhook-timestamp"];
            assert_eq!(names, expected);
            assert_eq!(sent.headers["content-type"], "application/json");
            assert_eq!(sent.headers["webhook-id"], event["id"].as_str().unwrap());
            assert_eq!(sent.headers["webhook-timestamp"], "1705748400");
            assert!(sent.headers["user-agent"].starts_with("Edgehire-Webhooks/"));
        }
    }
    assert_eq!(
        app.told(),
        ["candidate.created delivered", "candidate.updated delivered", "candidate.status_changed delivered",]
            .repeat(2)
    );
    assert_eq!(app.run_tasks_after(Duration::from_hours(24)).await, 0);
    assert_eq!(app.http.sent().len(), 6);
}

#[tokio::test]
async fn a_webhook_is_signed_with_the_endpoints_secret() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, Value::Null).await;
    let mut person = candidate("a@b.co");
    person["notes"] = json!("Ж \u{1F600} \" \\ \n");
    app.enter_candidate(person).await;
    app.run_due_tasks().await;
    let sent = &app.http.sent()[0];
    let (id, timestamp) = (&sent.headers["webhook-id"], &sent.headers["webhook-timestamp"]);
    let text = made["secret"].as_str().unwrap();
    let secret: WebhookSecret = text.parse().unwrap();
    let ours = signature(&secret, id, timestamp.parse().unwrap(), &sent.body);
    assert_eq!(sent.headers["webhook-signature"], ours);
    // And as a receiver would compute it, from the standard alone.
    let key = STANDARD.decode(text.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(&[format!("{id}.{timestamp}.").as_bytes(), &sent.body].concat());
    let theirs = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(sent.headers["webhook-signature"], theirs);
}

#[tokio::test]
async fn an_endpoint_is_told_of_its_types_only() {
    let app = TestApp::new();
    app.enter_endpoint(HOOK, json!(["candidate.deleted", "candidate.status_changed"])).await;
    app.enter_endpoint(OTHER, json!(["sync.completed"])).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.put("/api/candidates/1", json!({"status": "Hired"})).await.expect(200);
    app.delete("/api/candidates/1").await.expect(204);
    app.run_due_tasks().await;
    assert_eq!(app.told(), ["candidate.status_changed delivered", "candidate.deleted delivered"]);
    assert!(app.http.sent().iter().all(|sent| sent.url == HOOK));
    // Both have looked at all of the log.
    assert_eq!(app.db.texts("SELECT CAST(relayed_seq AS TEXT) FROM endpoints"), ["4", "4"]);
}

#[tokio::test]
async fn types_count_as_they_are_when_the_event_is_relayed() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, json!(["candidate.created"])).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.patch(&super::path_of(&made), json!({"types": ["candidate.deleted"]})).await.expect(200);
    app.enter_candidate(candidate("b@b.co")).await;
    app.delete("/api/candidates/2").await.expect(204);
    app.run_due_tasks().await;
    assert_eq!(app.told(), ["candidate.created delivered", "candidate.deleted delivered"]);
}

#[tokio::test]
async fn the_next_try_goes_to_where_the_endpoint_is_then() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.http.always(HOOK, Reply::Status(404));
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.patch(&path, json!({"url": OTHER})).await.expect(200);
    app.run_tasks_after(Duration::from_secs(6)).await;
    assert_eq!(
        (app.ids_sent(HOOK), app.told()),
        (app.ids_sent(OTHER), vec!["candidate.created delivered".to_owned()])
    );
}

#[tokio::test]
async fn more_events_than_a_sweep_relays_at_a_time_all_arrive_once() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.write_events(1, 1201, "candidate.updated");
    app.run_due_tasks().await;
    let expected: Vec<_> = (1..=1201).map(super::event_id).collect();
    let mut sent = app.ids_sent(HOOK);
    sent.sort();
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn at_most_four_requests_go_to_an_endpoint_at_once() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.write_events(1, 50, "candidate.updated");
    app.run_due_tasks().await;
    assert_eq!((app.http.most_at_once(HOOK), app.http.sent().len()), (4, 50));
}

#[tokio::test]
async fn long_events_are_sent_a_few_at_a_time_until_all_are_there() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.write_events(1, 30, "candidate.updated");
    app.lengthen_events("Ж");
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 30);
    assert!(app.http.sent().iter().all(|sent| sent.body.len() > 200_000));
}

#[tokio::test]
async fn an_endpoint_that_fails_does_not_touch_another() {
    let app = TestApp::new();
    let failing = app.enter_hook(HOOK).await;
    let well = app.enter_hook(OTHER).await;
    app.http.always(HOOK, Reply::Timeout);
    app.write_events(1, 100, "candidate.updated");
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().iter().filter(|sent| sent.url == OTHER).count(), 100);
    let told = app.told();
    assert!(told[..100].iter().all(|told| told == "candidate.updated pending"));
    assert!(told[100..].iter().all(|told| told == "candidate.updated delivered"));
    let since = |shown: &Value| shown["failing_since"].clone();
    assert_eq!(since(&app.get(&failing).await.expect(200)), "2024-01-20T11:00:00Z");
    assert!(since(&app.get(&well).await.expect(200)).is_null());
}

#[tokio::test]
async fn an_endpoint_disabled_or_deleted_after_the_relay_is_sent_nothing() {
    for disable in [true, false] {
        let app = TestApp::new();
        let path = app.enter_hook(HOOK).await;
        app.enter_candidate(candidate("a@b.co")).await;
        tasks::sweep(&app.app).await.unwrap();
        assert_eq!(app.told(), ["candidate.created pending"]);
        let expected: &[&str] = if disable {
            app.patch(&path, json!({"enabled": false})).await.expect(200);
            &["candidate.created failed disabled"]
        } else {
            app.delete(&path).await.expect(204);
            &[]
        };
        app.run_due_tasks().await;
        assert_eq!(
            (app.http.sent().len(), app.told()),
            (0, expected.iter().map(ToString::to_string).collect())
        );
        assert_eq!(app.db.texts("SELECT status FROM tasks"), [""; 0], "what sends keeps no record");
    }
}

/// The settings of tests with these in their place.
fn config(settings: &[(&str, &str)]) -> Arc<Config> {
    let usual = [("API_KEY", KEY), ("ENCRYPTION_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY")];
    let get = |name: &str| {
        let found = settings.iter().chain(&usual).find(|(setting, _)| *setting == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    Arc::new(Config::read(get, [1; 64]).unwrap())
}

#[tokio::test]
async fn a_secret_that_does_not_open_sends_nothing_until_the_key_is_right_again() {
    let mut app = TestApp::new();
    let right = app.app.config.clone();
    app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    for other in ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", ""] {
        app.app.config = config(&[("ENCRYPTION_KEY", other)]);
        app.run_tasks_after(Duration::from_mins(5)).await;
        assert_eq!((app.http.sent().len(), app.told()), (0, vec!["candidate.created pending".to_owned()]));
        let line = app.log().pop().unwrap();
        assert_eq!((&line["kind"], &line["status"]), (&json!("deliver"), &json!("retry")));
        assert!(line["error"].as_str().unwrap().contains("ENCRYPTION_KEY"), "{line}");
        assert_eq!(app.log_levels().pop(), Some(Level::Error));
    }
    app.app.config = right;
    app.run_tasks_after(Duration::from_mins(5)).await;
    assert_eq!(app.told(), ["candidate.created delivered"]);
}

#[tokio::test]
async fn a_url_that_may_no_longer_be_called_is_not_called() {
    let mut app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.app.config = config(&[("PUBLIC_URL", "https://hooks.example.com")]);
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 0);
    let list = app.get("/api/events/deliveries").await.expect(200);
    let tries = each(&list["deliveries"], "attempts");
    assert_eq!(
        tries,
        [&json!([{
            "at": "2024-01-20T11:00:00Z", "status": null, "ms": 0, "answer": null,
            "error": "the URL must not point at this service"
        }])]
    );
    app.app.config = config(&[]);
    app.run_tasks_after(Duration::from_secs(10)).await;
    assert_eq!((app.http.sent().len(), app.told()), (1, vec!["candidate.created delivered".to_owned()]));
}

#[tokio::test]
async fn an_event_removed_before_it_was_sent_has_expired() {
    let app = TestApp::with(&[("EVENT_RETENTION_DAYS", "1")]);
    app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    tasks::sweep(&app.app).await.unwrap();
    app.clock.set("2024-01-22T11:00:00Z");
    app.put("/api/candidates/1", json!({"phase": 2})).await.expect(200);
    app.prune().await;
    app.run_due_tasks().await;
    assert_eq!(app.told(), ["candidate.created failed expired", "candidate.updated delivered"]);
    let list = app.get("/api/events/deliveries?status=failed").await.expect(200);
    assert_eq!(each(&list["deliveries"], "attempts"), [&json!([])]);
}
