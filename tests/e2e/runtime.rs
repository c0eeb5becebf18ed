//! What only the runtime shows: crons, log lines, the `Db` contract on D1, and a survived panic.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fs, thread};

use serde_json::Value;

use crate::client::{Client, setting};

/// A panic takes down whatever its isolate is doing: the tests of the suite's server take turns.
static SUITE_SERVER: Mutex<()> = Mutex::new(());

#[test]
fn the_cron_fires_and_succeeds() {
    let fired = Client::new().get("/cdn-cgi/local/scheduled?cron=17+*+*+*+*");
    assert_eq!((fired.status, fired.body.as_str()), (200, "ok"));
}

#[test]
fn a_request_leaves_one_json_line_in_the_log() {
    let id = "e2e-logged-1";
    Client::new().send("GET", "/api/v1/health", &[("x-request-id", id)], None);
    let lines = log_lines_with(id);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let line: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(line["request_id"], id);
    assert_eq!(line["status"], 200);
    assert!(line["ms"].is_number());
}

#[test]
fn d1_keeps_the_contract_of_the_database_port() {
    let _turn = SUITE_SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let report = Client::of_suite().get("/__db_suite").json(200);
    assert_eq!(report["failed"].as_array().map(Vec::len), Some(0), "{report}");
    assert!(report["passed"].as_array().is_some_and(|passed| !passed.is_empty()), "{report}");
}

#[test]
fn a_panic_is_a_plain_500_and_the_next_request_works() {
    let _turn = SUITE_SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let client = Client::of_suite();
    for round in 0..2 {
        let id = format!("e2e-panic-{round}");
        let answer = client.send("GET", "/__panic", &[("x-request-id", &id)], None);
        assert_eq!(answer.json(500)["error"], "Internal server error");
        assert!(answer.header("content-type").starts_with("application/json"));
        assert_eq!(answer.header("x-request-id"), id);
        assert_eq!(client.get("/api/v1/health").json(200)["status"], "healthy");
    }
    let nameless = client.get("/api/candidates/__panic");
    let problem = nameless.json(500);
    assert_eq!(problem["detail"], "Internal server error");
    assert_eq!(problem["requestId"], nameless.header("x-request-id"));
    assert_eq!(nameless.header("x-request-id").len(), 36);
    assert_eq!(client.get("/api/v1/health").json(200)["status"], "healthy");
}

/// The server writes its log a moment after it has answered.
fn log_lines_with(needle: &str) -> Vec<String> {
    for _ in 0..100 {
        let log = fs::read_to_string(setting("EDGEHIRE_LOG")).unwrap();
        let lines: Vec<_> = log.lines().filter(|line| line.contains(needle)).map(str::to_owned).collect();
        if !lines.is_empty() {
            return lines;
        }
        thread::sleep(Duration::from_millis(50));
    }
    Vec::new()
}
