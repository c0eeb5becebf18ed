//! The activity feed: the newest ten things people want to know of, in the contract's words.

use serde_json::{Value, json};

use super::{candidate, interview, with, with_one};
use crate::support::TestApp;

async fn feed(app: &TestApp) -> Vec<Value> {
    app.get("/api/activity").await.expect(200).as_array().unwrap().clone()
}

async fn actions(app: &TestApp) -> Vec<String> {
    feed(app).await.iter().map(|item| item["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn get_activity_answers_as_documented() {
    let app = TestApp::new();
    let sarah = json!({"firstName": "Sarah", "lastName": "Johnson"});
    app.clock.set("2024-01-20T09:00:00Z");
    app.enter_candidate(with(candidate("sarah.johnson@email.com"), &sarah)).await;
    app.enter_candidate(candidate("michael.chen@email.com")).await;
    app.clock.set("2024-01-20T09:15:00Z");
    app.enter_interview(interview(2)).await;
    app.clock.set("2024-01-20T10:30:00Z");
    app.put("/api/candidates/1", json!({"status": "Phone Interview"})).await.expect(200);
    let items = feed(&app).await;
    let moved = json!({
        "id": items[0]["id"], "type": "candidate", "candidateName": "Sarah Johnson",
        "action": "moved to Phone Interview", "timestamp": "2024-01-20T10:30:00Z"
    });
    let scheduled = json!({
        "id": items[1]["id"], "type": "interview", "action": "Interview scheduled with Michael Chen",
        "timestamp": "2024-01-20T09:15:00Z", "interviewer": "Jane Doe"
    });
    assert_eq!(items[..2], [moved, scheduled]);
    let told = |item: &Value| json!([item["candidateName"], item["action"]]);
    assert_eq!(told(&items[2]), json!(["Michael Chen", "moved to New"]));
    assert_eq!(told(&items[3]), json!(["Sarah Johnson", "moved to New"]));
    assert_eq!(items.len(), 4);
}

#[tokio::test]
async fn an_item_is_named_by_its_kind_and_a_number_of_its_own_for_good() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    app.enter_interview(interview(1)).await;
    let ids = |items: Vec<Value>| -> Vec<_> { items.iter().map(|item| item["id"].clone()).collect() };
    let first = ids(feed(&app).await);
    assert_eq!(first, ["interview-2", "candidate-1"]);
    app.put("/api/candidates/1", json!({"status": "Hired"})).await.expect(200);
    let second = ids(feed(&app).await);
    assert_eq!(second[1..], first);
    assert!(second[0].as_str().unwrap().starts_with("candidate-") && second[0] != "candidate-1");
}

#[tokio::test]
async fn nothing_yet_is_an_empty_list() {
    assert_eq!(TestApp::new().get("/api/activity").await.body, "[]");
}

#[tokio::test]
async fn the_newest_ten_are_shown_newest_first() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    let statuses =
        ["Screened", "Phone Interview", "Technical Interview", "Final Interview", "Offer Extended", "Hired"];
    let moves: Vec<_> = statuses.iter().chain(&statuses).collect();
    for status in &moves {
        app.put("/api/candidates/1", json!({"status": status})).await.expect(200);
    }
    let newest: Vec<_> = moves.iter().rev().take(10).map(|status| format!("moved to {status}")).collect();
    assert_eq!(actions(&app).await, newest);
}

#[tokio::test]
async fn each_status_of_an_interview_is_told_in_lower_case() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    app.enter_interview(interview(1)).await;
    for status in ["Completed", "Cancelled", "Scheduled"] {
        app.put("/api/interviews/1", json!({"status": status})).await.expect(200);
    }
    app.enter_interview(with(interview(1), &json!({"status": "Completed", "interviewer": "Юлия"}))).await;
    assert_eq!(feed(&app).await[0]["interviewer"], "Юлия");
    assert_eq!(
        actions(&app).await,
        [
            "Interview completed with Michael Chen",
            "Interview scheduled with Michael Chen",
            "Interview cancelled with Michael Chen",
            "Interview completed with Michael Chen",
            "Interview scheduled with Michael Chen",
            "moved to New",
        ]
    );
}

#[tokio::test]
async fn changes_of_anything_but_the_status_are_not_told() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    app.enter_interview(interview(1)).await;
    let before = feed(&app).await;
    app.put("/api/candidates/1", json!({"notes": "x", "status": "New", "phase": 2})).await.expect(200);
    app.put("/api/interviews/1", json!({"rating": 5, "status": "Scheduled"})).await.expect(200);
    app.post("/api/candidates", candidate("a@b.co")).await.expect(400);
    app.post("/api/interviews", interview(9)).await.expect(400);
    assert_eq!(feed(&app).await, before);
}

#[tokio::test]
async fn the_feed_tells_things_as_they_were_and_survives_deletion() {
    let app = TestApp::new();
    app.enter_candidate(with_one(candidate("a@b.co"), "firstName", "Анна 🚀")).await;
    app.enter_interview(interview(1)).await;
    app.put("/api/candidates/1", json!({"firstName": "Bella"})).await.expect(200);
    app.put("/api/interviews/1", json!({"status": "Completed"})).await.expect(200);
    app.delete("/api/candidates/1").await.expect(204);
    let items = feed(&app).await;
    assert_eq!(
        actions(&app).await[..2],
        ["Interview completed with Bella Chen", "Interview scheduled with Анна 🚀 Chen"]
    );
    assert_eq!((&items[2]["candidateName"], items.len()), (&json!("Анна 🚀 Chen"), 3));
}

#[tokio::test]
async fn a_sync_is_told_with_its_count() {
    let app = TestApp::new();
    app.db.execute(
        "INSERT INTO events VALUES (7, 'e7', 'sync.completed', '2024-01-20T10:00:00Z', 'sync', 1, '{\"count\":42}')",
    );
    let item = json!({
        "id": "sync-7", "type": "sync", "action": "Sync completed", "timestamp": "2024-01-20T10:00:00Z",
        "count": 42
    });
    assert_eq!(feed(&app).await, [item]);
}
