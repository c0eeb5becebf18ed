//! Calls that bring about every status that webhooks in document.

use serde_json::{Value, json};

use super::{FAILED, about_job};
use crate::support::{Answer, TestApp};

/// The id of a webhook that `enter_failed` enters.
pub const FAILED_ID: &str = "018d2680-1b40-7000-8000-0000000000f1";

/// Where it is sent through again.
pub const REPLAY: &str = "/api/webhooks/recruiterflow/failed/018d2680-1b40-7000-8000-0000000000f1/replay";

/// Enters a webhook that failed.
pub fn enter_failed(app: &TestApp) {
    app.db.execute(&format!(
        "INSERT INTO inbound_hooks (uuid, system, kind, job_ref, dedupe_key, status, error, received_at, \
            received_ms, failed_ms, body) \
         VALUES ('{FAILED_ID}', 'recruiterflow', 'job.updated', '7', 'key', 'failed', 'no', \
            '2024-01-20T10:00:00Z', 0, 1705744800000, '{{}}')"
    ));
}

/// In order; `enter_failed` comes before.
pub fn calls() -> Vec<(&'static str, &'static str, Value)> {
    let nothing = || json!({});
    let path = |rest: &str| -> &'static str { format!("{FAILED}{rest}").leak() };
    let known = path(&format!("/{FAILED_ID}"));
    let unknown = "/018d2680-1b40-7000-8000-00000000ffff";
    vec![
        ("POST", "/api/webhooks/recruiterflow?token=hook%20secret%20%2B1", about_job("job.updated", 7)),
        ("POST", "/api/webhooks/recruiterflow?token=hook%20secret%20%2B1", json!([])),
        ("POST", "/api/webhooks/recruiterflow", about_job("job.updated", 7)),
        ("GET", FAILED, nothing()),
        ("GET", path("?limit=0"), nothing()),
        ("GET", known, nothing()),
        ("GET", path("/x"), nothing()),
        ("GET", path(unknown), nothing()),
        ("POST", REPLAY, nothing()),
        ("POST", REPLAY, nothing()),
        ("POST", path("/x/replay"), nothing()),
        ("POST", path(&format!("{unknown}/replay")), nothing()),
        ("POST", path("/replay"), nothing()),
    ]
}

/// What users are answered who may only look.
pub async fn as_users(app: &TestApp) -> Vec<(&'static str, String, Answer)> {
    let token = app.token_of_new("looker@example.com", "readonly").await;
    let mut answers = Vec::new();
    for path in [format!("{FAILED}/replay"), format!("{FAILED}/{FAILED_ID}/replay")] {
        let answer = app.call_as(&token, "POST", &path, "{}").await;
        answers.push(("POST", path, answer));
    }
    answers
}
