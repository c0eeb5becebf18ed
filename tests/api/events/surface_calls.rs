//! Calls that bring about every status the event log and its webhooks document.

use serde_json::{Value, json};

use super::HOOK;
use crate::support::{Answer, TestApp};

/// An id that nothing has.
const NONE: &str = "/api/events/endpoints/018d2680-1b40-7000-8000-00000000ffff";

/// In order; `{made}` in a path is the endpoint's id.
pub fn calls() -> Vec<(&'static str, &'static str, Value)> {
    let nothing = || json!({});
    let since = || json!({"since": "2024-01-20T10:30:00Z"});
    let mut calls = vec![
        ("GET", "/api/events", nothing()),
        ("GET", "/api/events?limit=0", nothing()),
        ("POST", "/api/events/endpoints", json!({"url": HOOK, "types": ["candidate.created"]})),
        ("POST", "/api/events/endpoints", nothing()),
        ("GET", "/api/events/endpoints", nothing()),
        ("GET", "/api/events/endpoints/{made}", nothing()),
        ("GET", "/api/events/endpoints/x", nothing()),
        ("PATCH", "/api/events/endpoints/{made}", json!({"description": "d"})),
        ("PATCH", "/api/events/endpoints/{made}", json!({"enabled": null})),
        ("PATCH", "/api/events/endpoints/x", nothing()),
        ("POST", "/api/events/endpoints/{made}/rotate-secret", nothing()),
        ("POST", "/api/events/endpoints/x/rotate-secret", nothing()),
        ("POST", "/api/events/endpoints/{made}/test", nothing()),
        ("POST", "/api/events/endpoints/x/test", nothing()),
        ("POST", "/api/events/endpoints/{made}/recover", since()),
        ("POST", "/api/events/endpoints/{made}/recover", nothing()),
        ("GET", "/api/events/deliveries", nothing()),
        ("GET", "/api/events/deliveries?status=lost", nothing()),
        ("POST", "/api/events/deliveries/1/redeliver", nothing()),
        ("POST", "/api/events/deliveries/9/redeliver", nothing()),
        ("POST", "/api/events/deliveries/x/redeliver", nothing()),
        ("PATCH", "/api/events/endpoints/{made}", json!({"enabled": false})),
        ("POST", "/api/events/endpoints/{made}/test", nothing()),
        ("POST", "/api/events/endpoints/{made}/recover", since()),
        ("POST", "/api/events/deliveries/1/redeliver", nothing()),
        ("DELETE", "/api/events/endpoints/{made}", nothing()),
        ("DELETE", "/api/events/endpoints/x", nothing()),
    ];
    let of_none = ["", "/rotate-secret", "/test", "/recover"].map(|rest| format!("{NONE}{rest}"));
    let [endpoint, rotate, test, recover] = of_none.map(|path| &*path.leak());
    calls.extend([
        ("GET", endpoint, nothing()),
        ("PATCH", endpoint, nothing()),
        ("DELETE", endpoint, nothing()),
        ("POST", rotate, nothing()),
        ("POST", test, nothing()),
        ("POST", recover, since()),
    ]);
    calls
}

/// The log behind a cursor from before a pruning.
pub async fn read_what_is_pruned(app: &TestApp) -> Answer {
    let page = app.get("/api/events?limit=1").await.expect(200);
    app.db.execute("UPDATE event_log SET pruned_seq = (SELECT max(seq) FROM events)");
    app.get(&format!("/api/events?after={}", page["next"].as_str().unwrap())).await
}
