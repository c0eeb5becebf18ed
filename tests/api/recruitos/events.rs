//! The event log and the books kept beside the candidates: one event a change, and never a wrong count.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{candidate, interview, names, with};
use crate::support::TestApp;

/// The last events: kind, and what they say of some columns.
fn last(app: &TestApp, count: usize, columns: &[&str]) -> Vec<Value> {
    let events = app.events();
    let tell = |(kind, _, data): &(String, i64, Value)| {
        let values = columns.iter().map(|column| data.get(column).cloned().unwrap_or("absent".into()));
        json!([kind, values.collect::<Vec<_>>()])
    };
    events[events.len() - count..].iter().map(tell).collect()
}

#[tokio::test]
async fn a_new_candidate_is_told_once_and_whole() {
    let app = TestApp::new();
    let body = json!({"notes": "Ж", "experience": 3, "phone": "1", "resumeUrl": "a.example"});
    app.enter_candidate(with(candidate("a@b.co"), &body)).await;
    let uuid = app.db.texts("SELECT uuid FROM candidates");
    let data = json!({
        "id": 1, "uuid": uuid[0], "first_name": "Michael", "last_name": "Chen", "email": "a@b.co", "phone": "1",
        "position": "Developer", "stage": "applied", "phase": 1, "status": "New", "source": "LinkedIn",
        "skills": null, "experience": 3, "resume_url": "a.example", "linkedin_url": null,
        "applied_at": "2024-01-20T11:00:00Z", "created_at": "2024-01-20T11:00:00Z",
        "updated_at": "2024-01-20T11:00:00Z", "notes": "Ж"
    });
    assert_eq!(app.events(), [("candidate.created".to_owned(), 1, data)]);
    assert_eq!(app.db.texts("SELECT subject_type || at FROM events"), ["candidate2024-01-20T11:00:00Z"]);
}

#[tokio::test]
async fn a_change_is_told_as_the_candidate_stands_after_it() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    let mut expected = app.events()[0].2.clone();
    app.clock.set("2024-01-21T00:00:00Z");
    let change = json!({"firstName": "Mia", "experience": "4", "phase": 2, "notes": "n", "email": "B@b.co"});
    app.put("/api/candidates/1", change).await.expect(200);
    expected = with(
        expected,
        &json!({
            "first_name": "Mia", "experience": 4, "phase": 2, "notes": "n", "email": "B@b.co",
            "updated_at": "2024-01-21T00:00:00Z"
        }),
    );
    assert_eq!(app.events()[1..], [("candidate.updated".to_owned(), 1, expected.clone())]);
    app.put("/api/candidates/1", json!({"status": "Hired", "notes": null})).await.expect(200);
    expected = with(expected, &json!({"status": "Hired", "stage": "hired", "notes": null}));
    let moved = with(expected.clone(), &json!({"previous_status": "New"}));
    assert_eq!(
        app.events()[2..],
        [("candidate.updated".to_owned(), 1, expected), ("candidate.status_changed".to_owned(), 1, moved),]
    );
}

#[tokio::test]
async fn an_interview_is_told_with_its_candidates_name() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    app.enter_candidate(with(candidate("b@b.co"), &json!({"firstName": "Анна"}))).await;
    app.enter_interview(interview(1)).await;
    let uuid = app.db.texts("SELECT uuid FROM interviews");
    let mut data = json!({
        "id": 1, "uuid": uuid[0], "candidate_id": 1, "type": "Phone", "scheduled_at": "2024-01-22T15:00:00Z",
        "duration": 60, "interviewer": "Jane Doe", "status": "Scheduled", "rating": null,
        "created_at": "2024-01-20T11:00:00Z", "updated_at": "2024-01-20T11:00:00Z", "notes": null,
        "candidate_name": "Michael Chen"
    });
    assert_eq!(app.events()[2..], [("interview.scheduled".to_owned(), 1, data.clone())]);
    app.clock.set("2024-01-21T00:00:00Z");
    app.put("/api/interviews/1", json!({"candidateId": 2, "rating": 5, "status": "Completed"}))
        .await
        .expect(200);
    data = with(
        data,
        &json!({
            "candidate_id": 2, "candidate_name": "Анна Chen", "rating": 5, "status": "Completed",
            "updated_at": "2024-01-21T00:00:00Z"
        }),
    );
    let moved = with(data.clone(), &json!({"previous_status": "Scheduled"}));
    assert_eq!(
        app.events()[3..],
        [
            ("interview.updated".to_owned(), 1, data.clone()),
            ("interview.status_changed".to_owned(), 1, moved),
        ]
    );
    app.delete("/api/interviews/1").await.expect(204);
    assert_eq!(app.events()[5..], [("interview.deleted".to_owned(), 1, data)]);
}

#[tokio::test]
async fn a_put_that_changes_nothing_is_not_told() {
    let app = TestApp::new();
    let created = app.post("/api/candidates", candidate("a@b.co")).await.expect(201);
    let scheduled = app.post("/api/interviews", interview(1)).await.expect(201);
    let before = app.events();
    app.clock.set("2024-01-21T00:00:00Z");
    for same in [created, json!({}), json!({"status": "New"}), json!({"phone": ""}), json!({"phase": "1"})] {
        app.put("/api/candidates/1", same).await.expect(200);
    }
    for same in
        [scheduled, json!({}), json!({"scheduledDate": "2024-01-22T18:00:00+03:00"}), json!({"rating": null})]
    {
        app.put("/api/interviews/1", same).await.expect(200);
    }
    assert_eq!(app.events(), before);
    assert_eq!(app.db.texts("SELECT updated_at FROM interviews"), ["2024-01-20T11:00:00Z"]);
}

#[tokio::test]
async fn what_is_refused_or_not_there_is_not_told() {
    let app = TestApp::new();
    app.post("/api/candidates", json!({})).await.expect(400);
    app.put("/api/candidates/1", json!({"status": "Hired"})).await.expect(404);
    app.put("/api/interviews/1", json!({"status": "Completed"})).await.expect(404);
    app.delete("/api/candidates/1").await.expect(404);
    app.delete("/api/interviews/1").await.expect(404);
    assert_eq!(app.events(), []);
}

#[tokio::test]
async fn a_deleted_candidate_and_each_of_the_interviews_is_told() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    app.enter_candidate(candidate("b@b.co")).await;
    for candidate in [1, 1, 2, 1] {
        app.enter_interview(interview(candidate)).await;
    }
    app.delete("/api/candidates/1").await.expect(204);
    let told = last(&app, 4, &["id", "candidate_name", "first_name"]);
    assert_eq!(
        told,
        [
            json!(["interview.deleted", [1, "Michael Chen", "absent"]]),
            json!(["interview.deleted", [2, "Michael Chen", "absent"]]),
            json!(["interview.deleted", [4, "Michael Chen", "absent"]]),
            json!(["candidate.deleted", [1, "absent", "Michael"]]),
        ]
    );
    let ids = app.db.texts("SELECT id FROM events");
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    for id in ids {
        assert!(id.len() == 36 && &id[14..15] == "7", "{id} is no UUIDv7");
    }
}

#[tokio::test]
async fn a_word_moves_the_stage_only_when_it_is_not_a_reading_of_it() {
    for (stage, word, after) in [
        ("applied", "Screened", "screened"),
        ("test_sent", "Screened", "test_sent"),
        ("test_done", "Screened", "test_done"),
        ("test_done", "New", "applied"),
        ("interview_done", "Phone Interview", "interview_done"),
        ("test_done", "Phone Interview", "interview_pending"),
        ("interview_done", "Technical Interview", "technical_interview"),
        ("technical_interview", "Final Interview", "final_interview"),
        ("final_interview", "Offer Extended", "offer"),
        ("offer", "Hired", "hired"),
        ("hired", "Rejected", "rejected"),
        ("rejected", "Screened", "screened"),
    ] {
        // The last word RecruitOS used is another one, or the very one that is written again.
        for last_word in ["Nothing Yet", word] {
            let app = TestApp::new();
            app.enter_candidate(candidate("a@b.co")).await;
            app.db.execute(&format!("UPDATE candidates SET stage = '{stage}', status = '{last_word}'"));
            app.put("/api/candidates/1", json!({"status": word})).await.expect(200);
            let row = app.db.texts("SELECT stage || ', ' || status FROM candidates");
            assert_eq!(row, [format!("{after}, {word}")], "{word} at {stage}, after {last_word}");
        }
    }
}

#[tokio::test]
async fn books_beside_the_candidates_stay_right_whatever_happens() {
    let app = TestApp::new();
    let mut seed: u64 = 42;
    let mut pick = |count: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % count
    };
    let statuses = ["New", "Screened", "Rejected", "Hired", "Final Interview"];
    for _ in 0..800 {
        let person = json!({
            "firstName": format!("Имя{}", pick(9)), "lastName": format!("O'Name{}", pick(9)),
            "email": format!("c{}@b.co", pick(80)), "position": format!("Position {}", pick(9)),
            "phase": 1 + pick(2), "status": statuses[usize::try_from(pick(5)).unwrap()],
            "source": if pick(2) == 0 { "Indeed" } else { "Website" }
        });
        let path = format!("/api/candidates/{}", 1 + pick(90));
        let field = names(&person)[usize::try_from(pick(7)).unwrap()];
        // Some of these are refused: taken e-mails, ids that are gone.
        match pick(8) {
            0 | 1 => app.post("/api/candidates", person).await,
            2 => app.put(&path, person).await,
            3 => app.delete(&path).await,
            _ => app.put(&path, json!({field: person[field]})).await,
        };
    }
    assert!(app.db.texts("SELECT uuid FROM candidates").len() > 10);
    let counted = app.db.texts(
        "SELECT phase || status || count(*) FROM candidates GROUP BY phase, status ORDER BY phase, status",
    );
    let kept = app.db.texts(
        "SELECT phase || status || people FROM candidate_counts WHERE people <> 0 ORDER BY phase, status",
    );
    assert_eq!(kept, counted);
    app.db.execute(
        "CREATE VIRTUAL TABLE fresh_index USING fts5(
            search_text, facets, content='', contentless_delete=1, tokenize='trigram case_sensitive 1');
         INSERT INTO fresh_index (rowid, search_text, facets)
            SELECT id, search_text, '[' || phase || ']' || substr(status, 1, 3) || substr(source, 1, 3)
            FROM candidates;
         CREATE VIRTUAL TABLE fresh USING fts5vocab(fresh_index, instance);
         CREATE VIRTUAL TABLE kept USING fts5vocab(candidate_index, instance);",
    );
    let all = "SELECT json_array(term, doc, col, offset) AS entry FROM";
    let fresh = app.db.texts(&format!("{all} fresh ORDER BY entry"));
    assert!(fresh.len() > 1_000);
    assert_eq!(app.db.texts(&format!("{all} kept ORDER BY entry")), fresh);
}
