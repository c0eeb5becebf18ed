//! When the database fails: what the caller is told, what is tried again, and what the log holds.

use edgehire::ports::{DbError, Level};
use serde_json::{Value, json};

use super::recruitos::{candidate, interview};
use crate::support::TestApp;

fn lost() -> DbError {
    DbError::Transient("Network connection lost".to_owned())
}

/// The log line of the last request.
fn line(app: &TestApp) -> Value {
    app.log().pop().unwrap()
}

/// With a candidate and an interview.
async fn filled() -> TestApp {
    let app = TestApp::new();
    let id = app.enter_candidate(candidate("a@b.co")).await;
    app.enter_interview(interview(id)).await;
    app
}

#[tokio::test]
async fn an_internal_error_tells_the_caller_a_fixed_text_and_the_log_the_cause() {
    let app = filled().await;
    app.db.execute("DROP TABLE interviews");
    for (method, path, body) in [
        ("GET", "/api/interviews?interviewer=secret", ""),
        ("GET", "/api/interviews/1", ""),
        ("POST", "/api/interviews", r#"{"candidateId":1,"scheduledDate":"2024-01-22","interviewer":"X"}"#),
        ("PUT", "/api/interviews/1", r#"{"rating":1}"#),
        ("DELETE", "/api/interviews/1", ""),
        ("GET", "/api/dashboard/stats", ""),
    ] {
        let answer = app.call(method, path, body).await;
        let id = answer.header("x-request-id").unwrap();
        let fixed = json!({"detail": "Internal server error", "requestId": id});
        assert_eq!(answer.expect(500), fixed, "{method} {path}");
        let line = line(&app);
        assert!(line["error"].as_str().unwrap().contains("no such table"), "{line}");
        assert_eq!((&line["status"], &line["request_id"]), (&json!(500), &json!(id)));
        assert_eq!(app.log_levels().last(), Some(&Level::Error));
    }
    assert_eq!(app.log().len(), 8, "one line a request");
}

#[tokio::test]
async fn a_row_of_an_unexpected_shape_is_an_internal_error() {
    let app = TestApp::new();
    app.db.execute("PRAGMA ignore_check_constraints = true");
    app.db.execute(
        "INSERT INTO sync_log (system, kind, status, started_at) VALUES ('recruiterflow', 'full', 'odd', '')",
    );
    assert_eq!(app.get("/api/dashboard/stats").await.expect(500)["detail"], "Internal server error");
    assert!(line(&app)["error"].as_str().unwrap().contains("odd must be one of: running"));
}

#[tokio::test]
async fn reads_are_tried_three_times() {
    let app = filled().await;
    for path in
        ["/api/candidates", "/api/candidates/1", "/api/interviews", "/api/dashboard/stats", "/api/activity"]
    {
        let usual = app.get(path).await.expect(200);
        app.db.fail_next([lost(), lost()]);
        assert_eq!(app.get(path).await.expect(200), usual);
        assert_eq!((&line(&app)["d1_trips"], &line(&app)["ms"]), (&json!(3), &json!(300)), "{path}");
    }
}

#[tokio::test]
async fn a_read_that_fails_thrice_is_503_in_the_contracts_style() {
    let app = filled().await;
    for path in
        ["/api/candidates", "/api/candidates/1", "/api/interviews", "/api/dashboard/stats", "/api/activity"]
    {
        app.db.fail_next([lost(), lost(), lost()]);
        let refusal = json!({"detail": "Temporarily unavailable, try again"});
        assert_eq!(app.get(path).await.expect(503), refusal, "{path}");
        assert_eq!(line(&app)["error"], "database unavailable: Network connection lost");
        assert_eq!(app.log_levels().last(), Some(&Level::Error));
        assert_eq!(app.get(path).await.status, 200);
    }
}

#[tokio::test]
async fn updates_are_tried_again_and_told_once_even_when_only_the_answer_was_lost() {
    let app = filled().await;
    let before = app.event_kinds().len();
    app.db.fail_next([lost()]);
    let updated = app.put("/api/candidates/1", json!({"status": "Screened"})).await.expect(200);
    assert_eq!((&updated["status"], &line(&app)["d1_trips"]), (&json!("Screened"), &json!(2)));
    app.db.lose_next_answer();
    let updated = app.put("/api/candidates/1", json!({"status": "Hired"})).await.expect(200);
    assert_eq!((&updated["status"], &line(&app)["d1_trips"]), (&json!("Hired"), &json!(2)));
    app.db.lose_next_answer();
    let updated = app.put("/api/interviews/1", json!({"status": "Completed"})).await.expect(200);
    assert_eq!((&updated["status"], &line(&app)["d1_trips"]), (&json!("Completed"), &json!(2)));
    assert_eq!(
        app.event_kinds()[before..],
        [
            "candidate.updated",
            "candidate.status_changed",
            "candidate.updated",
            "candidate.status_changed",
            "interview.updated",
            "interview.status_changed",
        ]
    );
}

#[tokio::test]
async fn creates_and_deletes_are_tried_once() {
    let app = filled().await;
    let refusal = json!({"detail": "Temporarily unavailable, try again"});
    for (method, path, body) in [
        ("POST", "/api/candidates", candidate("b@b.co").to_string()),
        ("POST", "/api/interviews", interview(1).to_string()),
        ("DELETE", "/api/interviews/1", String::new()),
        ("DELETE", "/api/candidates/1", String::new()),
    ] {
        app.db.fail_next([lost()]);
        assert_eq!(app.call(method, path, body).await.expect(503), refusal, "{method} {path}");
        assert_eq!(line(&app)["d1_trips"], 1);
    }
    assert_eq!(app.event_kinds(), ["candidate.created", "interview.scheduled"]);
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_not_done_twice() {
    let app = TestApp::new();
    app.db.lose_next_answer();
    app.post("/api/candidates", candidate("a@b.co")).await.expect(503);
    assert_eq!(app.get("/api/candidates").await.ids(), [1]);
    assert_eq!(app.event_kinds(), ["candidate.created"]);
}

#[tokio::test]
async fn errors_that_do_not_pass_are_not_tried_again() {
    let app = filled().await;
    app.db.fail_next([DbError::Other("SQL error".to_owned())]);
    app.get("/api/candidates").await.expect(500);
    assert_eq!(line(&app)["d1_trips"], 1);
    app.db.fail_next([DbError::Unique(vec!["events.id".to_owned()])]);
    app.post("/api/candidates", candidate("b@b.co")).await.expect(500);
}

#[tokio::test]
async fn health_tells_of_the_database_and_is_open_to_everybody() {
    let app = TestApp::new();
    let health = |status: &str, database: &str| {
        json!({
            "status": status, "version": env!("CARGO_PKG_VERSION"), "database": database,
            "workday": "not_configured", "processor": "not_configured"
        })
    };
    assert_eq!(app.knock("GET", "/api/v1/health", &[]).await.expect(200), health("healthy", "connected"));
    assert_eq!(line(&app)["d1_trips"], 1);
    app.db.fail_next([lost(), lost(), lost()]);
    assert_eq!(
        app.knock("GET", "/api/v1/health", &[]).await.expect(503),
        health("unhealthy", "disconnected")
    );
    app.db.fail_next([lost()]);
    assert_eq!(app.knock("GET", "/api/v1/health", &[]).await.status, 200);
}
