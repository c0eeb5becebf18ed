//! `/api/interviews` on real D1, and what other endpoints tell of them.

use serde_json::json;

use crate::candidates::candidate;
use crate::client::Client;

#[test]
fn an_interview_is_scheduled_found_completed_and_deleted() {
    let client = Client::new();
    let person = client.post("/api/candidates", &candidate("interviewed@example.com")).json(201);
    let sent = json!({
        "candidateId": person["id"],
        "type": "Technical",
        "scheduledDate": "2030-01-22T18:00:00+03:00",
        "duration": 90,
        "interviewer": "Жанна Д'Арк 🗡️",
        "notes": "Вопросы про Rust 🦀",
    });

    let created = client.post("/api/interviews", &sent).json(201);
    assert_eq!(created["scheduledDate"], "2030-01-22T15:00:00Z");
    assert_eq!(created["interviewer"], sent["interviewer"]);
    assert_eq!(created["notes"], sent["notes"]);
    let path = format!("/api/interviews/{}", created["id"]);
    assert_eq!(client.get(&path).json(200), created);

    let filters = format!("/api/interviews?candidateId={}&date=2030-01-22&status=Scheduled", person["id"]);
    assert_eq!(client.get(&filters).json(200), json!([created]));

    let updated = client.put(&path, &json!({"status": "Completed", "rating": 4})).json(200);
    assert_eq!((&updated["status"], &updated["rating"]), (&json!("Completed"), &json!(4)));
    assert_eq!(client.get(&path).json(200), updated);

    let feed = client.get("/api/activity").json(200);
    assert!(feed.as_array().is_some_and(|items| !items.is_empty()), "{feed}");
    let stats = client.get("/api/dashboard/stats").json(200);
    assert!(stats["totalCandidates"].as_u64() >= Some(1), "{stats}");

    assert_eq!(client.delete(&path).status, 204);
    assert_eq!(client.get(&path).status, 404);
}
