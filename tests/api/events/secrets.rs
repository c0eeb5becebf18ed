//! Secrets of endpoints: shown once, stored encrypted, rotated with an overlap.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use edgehire::domain::webhook::{WebhookSecret, signatures};
use serde_json::{Value, json};

use super::{HOOK, hex, path_of};
use crate::api::recruitos::{candidate, names};
use crate::support::TestApp;
use crate::support::outside::Sent;

/// The secret that an answer shows.
fn secret(answer: &Value) -> WebhookSecret {
    answer["secret"].as_str().unwrap().parse().unwrap()
}

/// Everything that is in the database, as one text.
fn dump(app: &TestApp) -> String {
    let tables = app.db.texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' \
         AND name NOT LIKE 'candidate_index%'",
    );
    let mut dump = String::new();
    for table in tables {
        let columns = app.db.texts(&format!("SELECT name FROM pragma_table_info('{table}')"));
        let row = columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>().join(" || ");
        dump.push_str(&app.db.texts(&format!("SELECT {row} FROM {table}")).join("\n"));
    }
    dump
}

#[tokio::test]
async fn a_secret_is_shown_when_it_is_made_and_rotated_and_never_again() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, Value::Null).await;
    let path = path_of(&made);
    let rotated = app.post(&format!("{path}/rotate-secret"), json!({})).await.expect(200);
    assert_ne!(made["secret"], rotated["secret"]);
    let list = app.get("/api/events/endpoints").await.expect(200);
    let silent = [
        app.get(&path).await.expect(200),
        list["endpoints"][0].clone(),
        app.patch(&path, json!({})).await.expect(200),
        app.patch(&path, json!({"description": "d"})).await.expect(200),
    ];
    for answer in silent {
        assert!(!names(&answer).contains(&"secret"), "{answer}");
    }
}

#[tokio::test]
async fn a_secret_is_not_in_the_database_nor_in_the_log_in_any_spelling() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, Value::Null).await;
    let rotated = app.post(&format!("{}/rotate-secret", path_of(&made)), json!({})).await.expect(200);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    let log: Vec<_> = app.log().iter().map(ToString::to_string).collect();
    let everything = dump(&app) + &log.join("\n");
    assert!(everything.contains(HOOK) && everything.contains("candidate.created"));
    for answer in [made, rotated] {
        let text = answer["secret"].as_str().unwrap();
        let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap()).unwrap();
        let encoded = STANDARD.encode(&bytes);
        for spelling in [text, encoded.trim_end_matches('='), &URL_SAFE_NO_PAD.encode(&bytes), &hex(&bytes)] {
            assert!(!everything.to_lowercase().contains(&spelling.to_lowercase()), "{spelling}");
        }
    }
}

#[tokio::test]
async fn secrets_of_two_endpoints_differ_and_do_not_open_in_each_others_place() {
    let app = TestApp::new();
    let (a, b) = (app.enter_endpoint(HOOK, Value::Null).await, app.enter_endpoint(HOOK, Value::Null).await);
    assert_ne!(a["secret"], b["secret"]);
    let sealed = app.db.texts("SELECT secret FROM endpoints ORDER BY id");
    let open = |endpoint: &Value, sealed: &str| app.app.open_secret(endpoint["id"].as_str().unwrap(), sealed);
    assert_eq!(open(&a, &sealed[0]).unwrap().to_text(), a["secret"]);
    assert!(open(&a, &sealed[1]).is_none() && open(&b, &sealed[0]).is_none());
}

/// What `webhook-signature` of a request must be with these secrets.
fn signed(sent: &Sent, secrets: &[&WebhookSecret]) -> String {
    let timestamp = sent.headers["webhook-timestamp"].parse().unwrap();
    signatures(secrets, &sent.headers["webhook-id"], timestamp, &sent.body)
}

#[tokio::test]
async fn for_a_day_after_a_rotation_both_secrets_sign_the_new_one_first() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, Value::Null).await;
    let path = path_of(&made);
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    let rotated = app.post(&format!("{path}/rotate-secret"), json!({})).await.expect(200);
    assert_eq!(rotated["previous_secret_until"], "2024-01-21T11:00:00Z");
    let (old, new) = (secret(&made), secret(&rotated));
    app.put("/api/candidates/1", json!({"phase": 2})).await.expect(200);
    app.run_tasks_after(Duration::from_millis(24 * 60 * 60 * 1000 - 1)).await;
    app.put("/api/candidates/1", json!({"phase": 1})).await.expect(200);
    app.run_tasks_after(Duration::from_millis(1)).await;
    let sent = app.http.sent();
    let expected = [signed(&sent[0], &[&old]), signed(&sent[1], &[&new, &old]), signed(&sent[2], &[&new])];
    let found: Vec<_> = sent.iter().map(|sent| sent.headers["webhook-signature"].clone()).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn rotated_twice_the_last_two_secrets_sign() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    let rotate = format!("{path}/rotate-secret");
    let first = secret(&app.post(&rotate, json!({})).await.expect(200));
    let second = secret(&app.post(&rotate, json!({})).await.expect(200));
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    let sent = &app.http.sent()[0];
    assert_eq!(sent.headers["webhook-signature"], signed(sent, &[&second, &first]));
}

#[tokio::test]
async fn without_an_encryption_key_no_secret_is_made_and_the_answer_names_the_setting() {
    let app = TestApp::with(&[("ENCRYPTION_KEY", "")]);
    let refused = app.post("/api/events/endpoints", json!({"url": HOOK})).await.expect(503);
    assert_eq!(refused, json!({"error": "Not configured: the setting ENCRYPTION_KEY is missing"}));
    assert_eq!(app.get("/api/events/endpoints").await.expect(200), json!({"endpoints": []}));
    // A bad field is told of first: it is the caller's to mend.
    app.post("/api/events/endpoints", json!({"url": "x"})).await.expect(400);
}
