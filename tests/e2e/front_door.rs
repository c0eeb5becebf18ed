//! What every request passes, as workerd lets it through: keys, ids, sizes, timings.

use serde_json::json;

use crate::client::Client;

#[test]
fn the_root_says_what_runs() {
    let root = Client::new().get("/").json(200);
    assert_eq!(root["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(root["environment"], "local");
    assert!(root["message"].is_string());
}

#[test]
fn health_has_asked_the_database() {
    let answer = Client::new().get("/api/v1/health");
    let health = answer.json(200);
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["database"], "connected");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert!(
        answer.header("server-timing").contains("trips;desc=\"1\""),
        "{}",
        answer.header("server-timing")
    );
}

#[test]
fn a_wrong_key_is_refused() {
    for client in [Client::new().with_key("wrong"), Client::new().with_key("")] {
        let refused = client.get("/api/candidates").json(401);
        assert_eq!(refused, json!({"detail": "Invalid or missing authentication token"}));
    }
    assert_eq!(Client::of_suite().get("/api/candidates").status, 401);
}

#[test]
fn the_request_id_comes_back() {
    let client = Client::new();
    let given = client.send("GET", "/api/candidates", &[("x-request-id", "e2e-given-1")], None);
    assert_eq!(given.header("x-request-id"), "e2e-given-1");
    assert_eq!(client.get("/api/candidates").header("x-request-id").len(), 36);
}

#[test]
fn timings_tell_one_trip_for_a_list() {
    let answer = Client::new().get("/api/candidates?limit=1");
    assert_eq!(answer.status, 200);
    assert!(
        answer.header("server-timing").contains("trips;desc=\"1\""),
        "{}",
        answer.header("server-timing")
    );
}

#[test]
fn a_body_over_one_mebibyte_is_refused() {
    let body = json!({"notes": "x".repeat(1024 * 1024)}).to_string();
    let refused = Client::new().send("POST", "/api/candidates", &[], Some(body)).json(413);
    assert!(refused["detail"].is_string(), "{refused}");
}

#[test]
fn an_unknown_path_is_not_found() {
    assert_eq!(Client::new().get("/nowhere").json(404)["error"], "Not found");
}
