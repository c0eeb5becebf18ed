//! Interviews: the contract's examples, defaults, partial updates, their candidate.

use serde_json::{Value, json};

use super::{candidate, interview, names, on_the_wire, with, with_one};
use crate::support::TestApp;

/// Two candidates, without interviews.
async fn with_candidates() -> TestApp {
    let app = TestApp::new();
    app.enter_candidate(candidate("one@email.com")).await;
    app.enter_candidate(candidate("two@email.com")).await;
    app
}

/// The contract's interview, as it shows it.
const SCREENING: &str = r#"{
    "id": 1,
    "candidateId": 1,
    "type": "Phone",
    "scheduledDate": "2024-01-21T14:00:00Z",
    "duration": 30,
    "interviewer": "John Smith",
    "status": "Scheduled",
    "notes": "Initial phone screening",
    "rating": null
}"#;

#[tokio::test]
async fn list_and_get_interviews_answer_as_documented() {
    let app = with_candidates().await;
    app.enter_interview(serde_json::from_str(SCREENING).unwrap()).await;
    app.enter_interview(with_one(interview(1), "status", "Completed")).await;
    app.enter_interview(interview(2)).await;
    let listed = app.get("/api/interviews?candidateId=1&status=Scheduled").await;
    assert_eq!((listed.status, listed.header("content-type")), (200, Some("application/json")));
    assert_eq!(listed.body, format!("[{}]", on_the_wire(SCREENING)));
    let found = app.get("/api/interviews/1").await;
    assert_eq!((found.status, found.header("content-type")), (200, Some("application/json")));
    assert_eq!(found.body, on_the_wire(SCREENING));
}

#[tokio::test]
async fn create_and_update_interview_answer_as_documented() {
    let app = with_candidates().await;
    let body = json!({
        "candidateId": 1, "type": "Technical", "scheduledDate": "2024-01-22T15:00:00Z", "duration": 90,
        "interviewer": "Jane Doe", "status": "Scheduled", "notes": "Technical coding interview"
    });
    let created = app.post("/api/interviews", body.clone()).await;
    assert_eq!((created.status, created.header("content-type")), (201, Some("application/json")));
    assert_eq!(created.json(), with(body, &json!({"id": 1, "rating": null})));
    let change = json!({
        "status": "Completed", "rating": 4, "notes": "Strong technical skills, good problem-solving approach"
    });
    let updated = app.put("/api/interviews/1", change.clone()).await;
    assert_eq!((updated.status, updated.header("content-type")), (200, Some("application/json")));
    assert_eq!(updated.json(), with(created.json(), &change));
    assert_eq!(app.get("/api/interviews/1").await.body, updated.body);
}

#[tokio::test]
async fn delete_interview_answers_as_documented_and_a_second_time_404() {
    let app = with_candidates().await;
    app.enter_interview(interview(1)).await;
    let deleted = app.delete("/api/interviews/1").await;
    assert_eq!((deleted.status, deleted.body.len(), deleted.header("content-type")), (204, 0, None));
    assert_eq!(app.delete("/api/interviews/1").await.expect(404), json!({"detail": "Interview not found"}));
    assert_eq!(app.enter_interview(interview(1)).await, 2);
}

#[tokio::test]
async fn what_a_new_interview_leaves_out_is_filled_in() {
    let app = with_candidates().await;
    let defaults = json!({
        "id": 1, "type": "Phone", "duration": 60, "status": "Scheduled", "notes": null, "rating": null
    });
    assert_eq!(app.post("/api/interviews", interview(2)).await.expect(201), with(interview(2), &defaults));
}

#[tokio::test]
async fn null_and_blank_mean_none_for_notes_and_rating() {
    let app = with_candidates().await;
    for (field, value) in [("notes", json!("Went well")), ("rating", json!(5))] {
        for nothing in [json!(null), json!(""), json!(" \n")] {
            let body = with_one(interview(1), field, nothing.clone());
            let created = app.post("/api/interviews", body).await.expect(201);
            assert_eq!(created[field], Value::Null, "{field}: {nothing}");
            let path = format!("/api/interviews/{}", created["id"]);
            let filled = app.put(&path, json!({field: value})).await.expect(200);
            assert_eq!(filled, with_one(created.clone(), field, value.clone()));
            assert_eq!(app.put(&path, json!({field: nothing})).await.expect(200), created);
        }
    }
}

#[tokio::test]
async fn an_update_changes_what_it_names() {
    let app = with_candidates().await;
    app.enter_interview(interview(1)).await;
    let changes = json!({
        "candidateId": 2, "type": "Video", "scheduledDate": "2024-02-29T23:59:59Z", "duration": 480,
        "interviewer": "Юлия", "status": "Cancelled", "notes": "Ill", "rating": 1
    });
    for field in names(&changes) {
        let before = app.get("/api/interviews/1").await.expect(200);
        let after = app.put("/api/interviews/1", json!({field: changes[field]})).await.expect(200);
        assert_eq!(after, with_one(before, field, changes[field].clone()));
        assert_eq!(app.get("/api/interviews/1").await.expect(200), after);
    }
}

#[tokio::test]
async fn an_interview_of_an_unknown_candidate_is_refused() {
    let app = with_candidates().await;
    app.enter_interview(interview(1)).await;
    let before = app.get("/api/interviews").await.expect(200);
    for unknown in [3, 9_007_199_254_740_991] {
        let refused = app.post("/api/interviews", interview(unknown)).await;
        assert_eq!(refused.refused_fields(), ["candidateId"]);
        let change = json!({"candidateId": unknown, "status": "Completed", "notes": "x"});
        assert_eq!(app.put("/api/interviews/1", change).await.refused_fields(), ["candidateId"]);
    }
    assert_eq!(app.get("/api/interviews").await.expect(200), before);
    assert_eq!(app.event_kinds(), ["candidate.created", "candidate.created", "interview.scheduled"]);
}

#[tokio::test]
async fn interviews_go_with_their_candidate() {
    let app = with_candidates().await;
    for candidate in [1, 2, 1] {
        app.enter_interview(interview(candidate)).await;
    }
    app.delete("/api/candidates/1").await.expect(204);
    assert_eq!(app.get("/api/interviews").await.ids(), [2]);
    assert_eq!(app.get("/api/interviews?candidateId=1").await.ids().len(), 0);
    for gone in ["/api/interviews/1", "/api/interviews/3"] {
        app.get(gone).await.expect(404);
        app.put(gone, json!({"rating": 3})).await.expect(404);
        app.delete(gone).await.expect(404);
    }
    assert_eq!(app.post("/api/interviews", interview(1)).await.refused_fields(), ["candidateId"]);
}

#[tokio::test]
async fn an_unknown_interview_is_404_and_an_id_of_the_wrong_shape_400() {
    let app = with_candidates().await;
    for id in ["1", "0", "-5"] {
        let path = format!("/api/interviews/{id}");
        for answer in
            [app.get(&path).await, app.put(&path, json!({"rating": 1})).await, app.delete(&path).await]
        {
            assert_eq!(answer.expect(404), json!({"detail": "Interview not found"}));
        }
    }
    for method in ["GET", "PUT", "DELETE"] {
        let refused = app.call(method, "/api/interviews/first", "{}").await;
        assert_eq!(refused.refused_fields(), ["interviewId"]);
    }
}

#[tokio::test]
async fn texts_of_an_interview_survive() {
    let app = with_candidates().await;
    for notes in ["😀".repeat(100_000), "\u{0}строка 1\r\n\t'\"\\%_".to_owned(), "ж".repeat(100_000)]
    {
        let body = with(interview(1), &json!({"interviewer": "О'Нил \"🚀\"\u{0}x", "notes": notes}));
        let created = app.post("/api/interviews", body.clone()).await.expect(201);
        assert_eq!(created, with(created.clone(), &body));
        assert_eq!(app.get(&format!("/api/interviews/{}", created["id"])).await.expect(200), created);
    }
}
