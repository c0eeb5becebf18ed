//! Candidates.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn create_candidate_answers_as_documented() {
    let app = TestApp::new();
    let created = app
        .post(
            "/api/candidates",
            json!({
                "firstName": "John", "lastName": "Doe", "email": "john.doe@email.com",
                "phone": "+1 (555) 987-6543", "position": "Backend Developer", "phase": 1, "status": "New",
                "source": "Indeed", "skills": "Python, FastAPI, PostgreSQL", "experience": 5,
                "notes": "Strong backend experience"
            }),
        )
        .await;
    assert_eq!(
        created.expect(201),
        json!({
            "id": 1, "firstName": "John", "lastName": "Doe", "email": "john.doe@email.com",
            "phone": "+1 (555) 987-6543", "position": "Backend Developer", "phase": 1, "status": "New",
            "source": "Indeed", "appliedDate": "2024-01-20T11:00:00Z", "lastUpdated": "2024-01-20T11:00:00Z",
            "skills": "Python, FastAPI, PostgreSQL", "experience": 5, "notes": "Strong backend experience",
            "resumeUrl": null, "linkedinUrl": null
        })
    );
}
