//! Candidates: the contract's examples to the letter, defaults, partial updates, what is not there.

use serde_json::{Value, json};

use super::{candidate, names, on_the_wire, with, with_one};
use crate::support::TestApp;

/// The contract's candidate, as it shows her in a list and alone.
const SARAH: &str = r#"{
    "id": 1,
    "firstName": "Sarah",
    "lastName": "Johnson",
    "email": "sarah.johnson@email.com",
    "phone": "+1 (555) 123-4567",
    "position": "Frontend Developer",
    "phase": 1,
    "status": "New",
    "source": "LinkedIn",
    "appliedDate": "2024-01-15T09:00:00Z",
    "lastUpdated": "2024-01-20T10:30:00Z",
    "skills": "React, TypeScript, CSS",
    "experience": 3,
    "notes": "Strong React skills, excellent portfolio",
    "resumeUrl": null,
    "linkedinUrl": null
}"#;

/// Fields that may hold nothing, each with something it may hold.
fn optional() -> Value {
    json!({
        "phone": "+49 30 1234", "skills": "Rust", "experience": 7, "notes": "Called twice",
        "resumeUrl": "https://cv.example/7.pdf", "linkedinUrl": "linkedin.com/in/mchen"
    })
}

/// The example's candidate, last changed when the example says so.
async fn with_sarah() -> TestApp {
    let app = TestApp::new();
    app.clock.set("2024-01-15T09:00:00Z");
    let mut sarah: Value = serde_json::from_str(SARAH).unwrap();
    sarah["notes"] = "Strong React skills".into();
    app.enter_candidate(sarah).await;
    app.clock.set("2024-01-20T10:30:00Z");
    app.put("/api/candidates/1", json!({"notes": "Strong React skills, excellent portfolio"}))
        .await
        .expect(200);
    app
}

#[tokio::test]
async fn list_candidates_answers_as_documented() {
    let app = with_sarah().await;
    app.enter_candidate(candidate("somebody.else@email.com")).await;
    let listed = app.get("/api/candidates?phase=1&search=john&limit=20&offset=0").await;
    assert_eq!((listed.status, listed.header("content-type")), (200, Some("application/json")));
    assert_eq!(listed.body, format!("[{}]", on_the_wire(SARAH)));
}

#[tokio::test]
async fn get_candidate_answers_as_documented() {
    let found = with_sarah().await.get("/api/candidates/1").await;
    assert_eq!((found.status, found.header("content-type")), (200, Some("application/json")));
    assert_eq!(found.body, on_the_wire(SARAH));
}

#[tokio::test]
async fn create_candidate_answers_as_documented() {
    let app = TestApp::new();
    app.db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('candidates', 55)");
    let body = json!({
        "firstName": "John", "lastName": "Doe", "email": "john.doe@email.com",
        "phone": "+1 (555) 987-6543", "position": "Backend Developer", "phase": 1, "status": "New",
        "source": "Indeed", "skills": "Python, FastAPI, PostgreSQL", "experience": 5,
        "notes": "Strong backend experience"
    });
    let created = app.post("/api/candidates", body).await;
    assert_eq!((created.status, created.header("content-type")), (201, Some("application/json")));
    let documented = r#"{
        "id": 56,
        "firstName": "John",
        "lastName": "Doe",
        "email": "john.doe@email.com",
        "phone": "+1 (555) 987-6543",
        "position": "Backend Developer",
        "phase": 1,
        "status": "New",
        "source": "Indeed",
        "appliedDate": "2024-01-20T11:00:00Z",
        "lastUpdated": "2024-01-20T11:00:00Z",
        "skills": "Python, FastAPI, PostgreSQL",
        "experience": 5,
        "notes": "Strong backend experience",
        "resumeUrl": null,
        "linkedinUrl": null
    }"#;
    assert_eq!(created.body, on_the_wire(documented));
}

#[tokio::test]
async fn update_candidate_answers_as_documented() {
    let app = with_sarah().await;
    app.clock.set("2024-01-20T11:15:00Z");
    let change = json!({"status": "Phone Interview", "notes": "Updated notes after phone screening"});
    let updated = app.put("/api/candidates/1", change).await;
    let documented = SARAH
        .replace("2024-01-20T10:30:00Z", "2024-01-20T11:15:00Z")
        .replace("New", "Phone Interview")
        .replace("Strong React skills, excellent portfolio", "Updated notes after phone screening");
    assert_eq!((updated.status, updated.header("content-type")), (200, Some("application/json")));
    assert_eq!(updated.body, on_the_wire(&documented));
    assert_eq!(app.get("/api/candidates/1").await.body, updated.body);
}

#[tokio::test]
async fn delete_candidate_answers_as_documented() {
    let app = with_sarah().await;
    let deleted = app.delete("/api/candidates/1").await;
    assert_eq!((deleted.status, deleted.body.len(), deleted.header("content-type")), (204, 0, None));
}

#[tokio::test]
async fn what_a_new_candidate_leaves_out_is_filled_in() {
    let app = TestApp::new();
    let body = json!({
        "firstName": "Test", "lastName": "User", "email": "test@example.com", "position": "Developer"
    });
    let defaults = json!({
        "id": 1, "phone": null, "phase": 1, "status": "New", "source": "LinkedIn",
        "appliedDate": "2024-01-20T11:00:00Z", "lastUpdated": "2024-01-20T11:00:00Z",
        "skills": null, "experience": null, "notes": null, "resumeUrl": null, "linkedinUrl": null
    });
    assert_eq!(app.post("/api/candidates", body.clone()).await.expect(201), with(body, &defaults));
}

#[tokio::test]
async fn optional_fields_are_kept_when_given_and_none_when_null_or_blank() {
    let app = TestApp::new();
    let given =
        app.post("/api/candidates", with(candidate("given@email.com"), &optional())).await.expect(201);
    for (field, value) in optional().as_object().unwrap() {
        assert_eq!(&given[field], value);
        for (number, nothing) in [json!(null), json!(""), json!(" \t\n")].into_iter().enumerate() {
            let body = with_one(candidate(&format!("{field}{number}@email.com")), field, nothing.clone());
            let created = app.post("/api/candidates", body).await.expect(201);
            assert_eq!(created[field], json!(null), "{field}: {nothing}");
        }
    }
}

#[tokio::test]
async fn null_and_blank_clear_an_optional_field_and_nothing_else() {
    let app = TestApp::new();
    app.enter_candidate(with(candidate("m.chen@email.com"), &optional())).await;
    for (field, value) in optional().as_object().unwrap() {
        for nothing in [json!(null), json!(""), json!("  ")] {
            let before = app.put("/api/candidates/1", json!({field: value})).await.expect(200);
            assert_eq!(&before[field], value);
            let cleared = app.put("/api/candidates/1", json!({field: nothing})).await.expect(200);
            assert_eq!(cleared, with_one(before, field, json!(null)), "{field}: {nothing}");
        }
    }
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_the_time_of_change() {
    let app = TestApp::new();
    app.enter_candidate(candidate("m.chen@email.com")).await;
    let changes = json!({
        "firstName": "Mia", "lastName": "Chan", "email": "mia@email.com", "position": "Lead", "phase": 2,
        "status": "Offer Extended", "source": "Referral"
    });
    let changes = with(changes, &optional());
    for (minute, field) in names(&changes).into_iter().enumerate() {
        let before = app.get("/api/candidates/1").await.expect(200);
        let now = format!("2024-01-21T11:{minute:02}:00Z");
        app.clock.set(&now);
        let after = app.put("/api/candidates/1", json!({field: changes[field]})).await.expect(200);
        assert_eq!(after, with(before, &json!({field: changes[field], "lastUpdated": now})));
        assert_eq!(app.get("/api/candidates/1").await.expect(200), after);
    }
}

#[tokio::test]
async fn putting_back_what_was_read_changes_nothing() {
    let app = TestApp::new();
    let created = app.post("/api/candidates", with(candidate("m@email.com"), &optional())).await.expect(201);
    app.clock.set("2024-01-21T00:00:00Z");
    for same in
        [created.clone(), json!({}), json!({"status": "new", "source": "LINKEDIN", "firstName": " Michael "})]
    {
        assert_eq!(app.put("/api/candidates/1", same).await.expect(200), created);
    }
}

#[tokio::test]
async fn one_change_among_what_was_read_is_made_and_told() {
    let app = TestApp::new();
    let created = app.post("/api/candidates", with(candidate("m@email.com"), &optional())).await.expect(201);
    app.clock.set("2024-01-21T00:00:00Z");
    let changed = with_one(created, "experience", 8);
    let updated = app.put("/api/candidates/1", changed.clone()).await.expect(200);
    assert_eq!(updated, with_one(changed, "lastUpdated", "2024-01-21T00:00:00Z"));
    assert_eq!(app.event_kinds(), ["candidate.created", "candidate.updated"]);
}

#[tokio::test]
async fn members_the_contract_does_not_have_are_ignored() {
    let app = TestApp::new();
    let extra = json!({"id": 9, "appliedDate": "1999-01-01T00:00:00Z", "lastUpdated": "x", "nickname": [1]});
    let created = app.post("/api/candidates", with(candidate("m@email.com"), &extra)).await.expect(201);
    assert_eq!((&created["id"], &created["appliedDate"]), (&json!(1), &json!("2024-01-20T11:00:00Z")));
    assert_eq!(created.get("nickname"), None);
    assert_eq!(app.put("/api/candidates/1", extra).await.expect(200), created);
}

#[tokio::test]
async fn each_status_is_taken_in_either_phase_in_any_case_and_stored_as_listed() {
    let app = TestApp::new();
    app.enter_candidate(candidate("m@email.com")).await;
    let statuses =
        "New,Screened,Phone Interview,Rejected,Technical Interview,Final Interview,Offer Extended,Hired";
    for phase in [1, 2] {
        for status in statuses.split(',') {
            for written in [status.to_owned(), status.to_uppercase(), format!(" {} ", status.to_lowercase())]
            {
                let change = json!({"phase": phase, "status": written});
                let updated = app.put("/api/candidates/1", change).await.expect(200);
                assert_eq!((&updated["phase"], &updated["status"]), (&json!(phase), &json!(status)));
            }
        }
    }
}

#[tokio::test]
async fn each_source_is_taken_in_any_case_and_stored_as_listed() {
    let app = TestApp::new();
    for source in ["LinkedIn", "Indeed", "Referral", "Website"] {
        for (number, written) in
            [source.to_owned(), source.to_lowercase(), source.to_uppercase()].into_iter().enumerate()
        {
            let body = with_one(candidate(&format!("{number}@{source}.com")), "source", written);
            assert_eq!(app.post("/api/candidates", body).await.expect(201)["source"], source);
        }
    }
}

#[tokio::test]
async fn an_unknown_candidate_is_404() {
    let app = TestApp::new();
    for id in ["1", "0", "-1", "9007199254740991"] {
        let path = format!("/api/candidates/{id}");
        let answers =
            [app.get(&path).await, app.put(&path, json!({"phase": 2})).await, app.delete(&path).await];
        for answer in answers {
            assert_eq!(answer.expect(404), json!({"detail": "Candidate not found"}));
        }
    }
    assert_eq!(app.event_kinds().len(), 0);
}

#[tokio::test]
async fn an_id_of_the_wrong_shape_is_400() {
    let app = TestApp::new();
    for id in ["abc", "1.5", "1e3", "%20", "9007199254740992", "99999999999999999999", "1%2F2"] {
        let path = format!("/api/candidates/{id}");
        for method in ["GET", "PUT", "DELETE"] {
            assert_eq!(
                app.call(method, &path, "{}").await.refused_fields(),
                ["candidateId"],
                "{method} {id}"
            );
        }
    }
}

#[tokio::test]
async fn second_delete_is_404_and_the_id_is_never_used_again() {
    let app = TestApp::new();
    app.enter_candidate(candidate("first@email.com")).await;
    assert_eq!(app.delete("/api/candidates/1").await.status, 204);
    assert_eq!(app.delete("/api/candidates/1").await.expect(404), json!({"detail": "Candidate not found"}));
    assert_eq!(app.get("/api/candidates/1").await.status, 404);
    assert_eq!(app.get("/api/candidates").await.ids().len(), 0);
    assert_eq!(app.enter_candidate(candidate("first@email.com")).await, 2);
}
