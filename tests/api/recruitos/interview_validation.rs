//! What is wrong with an interview: every bad field is named, all at once, and nothing is written.

use serde_json::{Value, json};

use super::{candidate, interview, with, with_one, without};
use crate::support::TestApp;

const FIELDS: &[&str] =
    &["candidateId", "type", "scheduledDate", "duration", "interviewer", "status", "notes", "rating"];

/// Fields that always have a value.
const REQUIRED: &[&str] = &["candidateId", "type", "scheduledDate", "duration", "interviewer", "status"];

async fn with_interview() -> TestApp {
    let app = TestApp::new();
    let id = app.enter_candidate(candidate("one@email.com")).await;
    app.enter_interview(interview(id)).await;
    app
}

/// Sends a body as a new interview and as a change of one, and expects both to be refused for these
/// fields, and nothing to have happened.
async fn refused(body: &Value, fields: &[&str]) {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let app = with_interview().await;
    let before = app.get("/api/interviews").await.expect(200);
    let complete = with(interview(1), body);
    assert_eq!(app.post("/api/interviews", complete).await.refused_fields(), fields, "POST {body}");
    assert_eq!(app.put("/api/interviews/1", body.clone()).await.refused_fields(), fields, "PUT {body}");
    assert_eq!(app.get("/api/interviews").await.expect(200), before);
    assert_eq!(app.event_kinds(), ["candidate.created", "interview.scheduled"]);
}

#[tokio::test]
async fn all_missing_fields_are_reported_at_once() {
    let app = with_interview().await;
    let missed = ["candidateId", "interviewer", "scheduledDate"];
    assert_eq!(app.post("/api/interviews", json!({})).await.refused_fields(), missed);
    for field in missed {
        let body = without(interview(1), field);
        assert_eq!(app.post("/api/interviews", body).await.refused_fields(), [field]);
    }
}

#[tokio::test]
async fn all_bad_values_are_reported_at_once() {
    let bad = json!({
        "candidateId": 0, "type": "Telepathy", "scheduledDate": "tomorrow", "duration": 14,
        "interviewer": " ", "status": "Maybe", "notes": "x".repeat(100_001), "rating": 6
    });
    refused(&bad, FIELDS).await;
}

#[tokio::test]
async fn all_wrong_types_are_reported_at_once() {
    for wrong in [json!(true), json!([]), json!({}), json!(1.5)] {
        let bad: Value = FIELDS.iter().map(|field| ((*field).to_owned(), wrong.clone())).collect();
        refused(&bad, FIELDS).await;
    }
}

#[tokio::test]
async fn null_or_blank_on_a_required_field_is_refused() {
    for nothing in [json!(null), json!(""), json!(" \t")] {
        let all: Value = REQUIRED.iter().map(|field| ((*field).to_owned(), nothing.clone())).collect();
        refused(&all, REQUIRED).await;
        for field in REQUIRED {
            refused(&json!({*field: nothing}), &[field]).await;
        }
    }
}

#[tokio::test]
async fn numbers_have_bounds() {
    let app = with_interview().await;
    for (field, fits, beyond) in [("duration", [15, 480], [14, 481]), ("rating", [1, 5], [0, 6])] {
        for number in fits {
            assert_eq!(app.put("/api/interviews/1", json!({field: number})).await.expect(200)[field], number);
        }
        for number in beyond {
            refused(&json!({field: number}), &[field]).await;
        }
    }
    refused(&json!({"candidateId": -1}), &["candidateId"]).await;
}

#[tokio::test]
async fn whole_numbers_may_be_written_as_text_or_with_a_point() {
    let app = with_interview().await;
    let body = with(interview(1), &json!({"candidateId": "1", "duration": "45", "rating": 5.0}));
    let created = app.post("/api/interviews", body).await.expect(201);
    let read = json!({"candidateId": 1, "duration": 45, "rating": 5});
    assert_eq!(created, with(created.clone(), &read));
    assert_eq!(app.put("/api/interviews/1", json!({"duration": 90.0})).await.expect(200)["duration"], 90);
}

#[tokio::test]
async fn types_and_statuses_are_taken_in_any_case_and_stored_as_listed() {
    let app = with_interview().await;
    for (field, words) in [
        ("type", &["Phone", "Video", "In-Person", "Technical"][..]),
        ("status", &["Scheduled", "Completed", "Cancelled"]),
    ] {
        for word in words {
            for written in [word.to_lowercase(), word.to_uppercase()] {
                let updated = app.put("/api/interviews/1", json!({field: written})).await.expect(200);
                assert_eq!(updated[field], *word);
            }
        }
    }
}

#[tokio::test]
async fn dates_are_read_in_every_spelling_and_shown_in_utc() {
    let app = with_interview().await;
    for (written, shown) in [
        ("2024-01-22T15:00:00Z", "2024-01-22T15:00:00Z"),
        ("2024-01-22T15:00:00.123456Z", "2024-01-22T15:00:00Z"),
        ("2024-01-22T15:00:00+0000", "2024-01-22T15:00:00Z"),
        ("2024-01-22T15:00:00+00:00", "2024-01-22T15:00:00Z"),
        ("2024-01-22T01:30:00+03:00", "2024-01-21T22:30:00Z"),
        ("2024-12-31T23:00:00-05:30", "2025-01-01T04:30:00Z"),
        ("2024-01-22T15:00:00", "2024-01-22T15:00:00Z"),
        ("2024-01-22T15:00", "2024-01-22T15:00:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
    ] {
        let body = with_one(interview(1), "scheduledDate", written);
        assert_eq!(app.post("/api/interviews", body).await.expect(201)["scheduledDate"], shown, "{written}");
        let updated = app.put("/api/interviews/1", json!({"scheduledDate": written})).await.expect(200);
        assert_eq!(updated["scheduledDate"], shown, "{written}");
    }
    for unfit in ["2023-02-29", "22.01.2024", "2024-01-22T24:00:01Z", "1705935600"] {
        refused(&json!({"scheduledDate": unfit}), &["scheduledDate"]).await;
    }
}

#[tokio::test]
async fn an_interviewers_name_has_at_most_200_characters() {
    let app = with_interview().await;
    let updated = app.put("/api/interviews/1", json!({"interviewer": "я".repeat(200)})).await.expect(200);
    assert_eq!(updated["interviewer"], "я".repeat(200));
    refused(&json!({"interviewer": "x".repeat(201)}), &["interviewer"]).await;
}
