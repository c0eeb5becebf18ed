//! The access log and what a request cost.

use edgehire::ports::Level;
use serde_json::json;

use super::recruitos::{candidate, interview, names};
use crate::support::TestApp;

#[tokio::test]
async fn each_request_leaves_one_line_with_what_it_was_and_cost() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    let answer = app.get("/api/candidates?search=Michael&limit=5").await;
    let line = app.log().pop().unwrap();
    assert_eq!(
        line,
        json!({
            "request_id": answer.header("x-request-id"), "method": "GET", "path": "/api/candidates",
            "status": 200, "ms": 0, "d1_trips": 1, "d1_rows_read": 1, "d1_rows_written": 0
        })
    );
    assert_eq!((app.log().len(), app.log_levels()), (2, vec![Level::Info; 2]));
}

#[tokio::test]
async fn the_log_holds_nothing_of_the_query_the_body_or_the_key() {
    let app = TestApp::new();
    app.enter_candidate(candidate("personal@secret.example")).await;
    app.get("/api/candidates?search=personal@secret").await.expect(200);
    app.get("/nope?token=secret").await.expect(404);
    app.post("/api/candidates", candidate("personal@secret.example")).await.expect(400);
    app.put("/api/candidates/1?x=secret", json!({"email": "secret"})).await.expect(400);
    app.knock("GET", "/api/candidates?x=secret", &[("x-api-key", "secret")]).await.expect(401);
    for line in app.log() {
        let text = line.to_string();
        assert!(
            !["secret", "personal", "test-key", "Michael", "?"].iter().any(|word| text.contains(word)),
            "{text}"
        );
    }
    assert_eq!(app.log().len(), 6);
}

#[tokio::test]
async fn what_callers_do_wrong_is_no_error_of_ours() {
    let app = TestApp::new();
    app.get("/nope").await.expect(404);
    app.get("/api/candidates/x").await.expect(400);
    app.knock("GET", "/api/candidates", &[]).await.expect(401);
    assert_eq!(app.log_levels(), [Level::Info; 3]);
    assert!(app.log().iter().all(|line| !names(line).contains(&"error")));
}

#[tokio::test]
async fn reads_creates_updates_and_deletes_take_one_round_trip() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    assert_eq!(app.trips(), 1);
    app.enter_interview(interview(1)).await;
    assert_eq!(app.trips(), 1);
    let reads = [
        "/api/candidates",
        "/api/candidates/1",
        "/api/candidates?search=ab&phase=1",
        "/api/interviews",
        "/api/interviews/1",
        "/api/activity",
        "/api/dashboard/stats",
    ];
    for path in reads {
        app.get(path).await.expect(200);
        assert_eq!(app.trips(), 1, "{path}");
    }
    for path in ["/api/candidates/1", "/api/interviews/1"] {
        app.put(path, json!({"status": "Completed", "notes": "x"})).await;
        app.put(path, json!({"notes": "y"})).await.expect(200);
        assert_eq!(app.trips(), 1, "{path}");
    }
    for path in ["/api/interviews/1", "/api/candidates/1"] {
        app.delete(path).await.expect(204);
        assert_eq!(app.trips(), 1, "{path}");
    }
}

#[tokio::test]
async fn server_timing_is_shown_with_debug_timing_only() {
    let shown = "d1_trips;desc=\"1\", d1_rows_read;desc=\"0\", total;dur=0";
    for (setting, path, expected) in [
        ("true", "/api/candidates", Some(shown)),
        ("true", "/nope", Some("d1_trips;desc=\"0\", d1_rows_read;desc=\"0\", total;dur=0")),
        ("false", "/api/candidates", None),
        ("", "/api/candidates", None),
    ] {
        let app = TestApp::with(&[("DEBUG_TIMING", setting)]);
        assert_eq!(app.get(path).await.header("server-timing"), expected, "{setting} {path}");
    }
}
