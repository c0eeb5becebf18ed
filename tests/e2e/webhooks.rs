//! Webhooks in, on workerd: their headers cross the glue, and what fails is replayed on real D1.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Answer, Client, setting};

const HOOKS: &str = "/api/webhooks/recruiterflow";
const FAILED: &str = "/api/webhooks/recruiterflow/failed";

fn send(headers: &[(&str, &str)], body: &Value) -> Answer {
    Client::of_nobody().send("POST", HOOKS, headers, Some(body.to_string()))
}

/// The webhooks about a job that have failed, once there are so many.
fn failed(client: &Client, job: &str, count: usize) -> Vec<Value> {
    let mut hooks = Vec::new();
    for _ in 0..150 {
        let list = client.get(&format!("{FAILED}?limit=100")).json(200);
        hooks.clone_from(list["failed"].as_array().unwrap());
        hooks.retain(|hook| hook["job_id"] == job);
        if hooks.len() == count {
            return hooks;
        }
        thread::sleep(Duration::from_millis(200));
    }
    panic!("not {count} have failed: {hooks:?}");
}

#[test]
fn webhooks_are_proven_stored_and_replayed() {
    let (client, secret) = (Client::new(), setting("EDGEHIRE_HOOK_SECRET"));
    let body = json!({"job": {"id": 7, "name": "Разработчик 🐎"}});
    assert_eq!(send(&[], &body).json(403), json!({"error": "Invalid signature"}));
    let token = ("x-rf-webhook-token", secret.as_str());
    let received = send(&[token, ("rf-event-type", "Updated")], &body).json(200);
    assert_eq!(received["status"], "received");
    let signature = edgehire::domain::webhook::hex_hmac(secret.as_bytes(), body.to_string().as_bytes());
    let repeated = send(&[("x-recruiterflow-signature", &signature), ("rf-event-type", "Updated")], &body);
    assert_eq!(repeated.json(200)["status"], "duplicate");
    // There is no key for Recruiterflow here.
    let hooks = failed(&client, "7", 2);
    let hook = hooks.iter().find(|hook| hook["id"] == received["id"]).unwrap();
    assert_eq!(hook["kind"], "job.updated");
    assert_eq!(hook["error"], "the setting RECRUITERFLOW_API_KEY is missing");
    assert_eq!(hook["body"], body.to_string());
    let replay = format!("{FAILED}/{}/replay", hook["id"].as_str().unwrap());
    let key = [("idempotency-key", "replay-of-7")];
    let post = |path: &str| client.send("POST", path, &key, Some("{}".to_owned()));
    assert_eq!(post(&replay).json(202), json!({"status": "received"}));
    let again = post(&replay);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.json(202), json!({"status": "received"}));
    failed(&client, "7", 2);
    let all = client.post(&format!("{FAILED}/replay"), &json!({})).json(202);
    assert_eq!(all, json!({"replayed": 2}));
    let replays: i64 = failed(&client, "7", 2).iter().map(|hook| hook["replays"].as_i64().unwrap()).sum();
    assert_eq!(replays, 3);
}
