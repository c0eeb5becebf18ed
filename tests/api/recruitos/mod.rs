//! RecruitOS: every example of the contract, every rule decided beside it.

mod activity;
mod auth;
mod candidate_email;
mod candidate_filters;
mod candidate_search;
mod candidate_texts;
mod candidate_validation;
mod candidates;
mod dashboard;
mod events;
mod interview_filters;
mod interview_validation;
mod interviews;
mod paging;

use serde_json::{Value, json};

use crate::support::TestApp;

/// What a new candidate needs, and no more.
pub fn candidate(email: &str) -> Value {
    json!({"firstName": "Michael", "lastName": "Chen", "email": email, "position": "Developer"})
}

/// What a new interview needs, and no more.
pub fn interview(candidate: i64) -> Value {
    json!({"candidateId": candidate, "scheduledDate": "2024-01-22T15:00:00Z", "interviewer": "Jane Doe"})
}

/// A body with these members in place of its own.
pub fn with(mut body: Value, members: &Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// A body with one member in place of its own.
pub fn with_one(body: Value, name: &str, value: impl Into<Value>) -> Value {
    with(body, &json!({name: value.into()}))
}

/// A body without one of its members.
pub fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().unwrap().remove(name);
    body
}

/// The names of a body's members.
pub fn names(body: &Value) -> Vec<&str> {
    body.as_object().unwrap().keys().map(String::as_str).collect()
}

/// JSON laid out a member a line, as the contract shows it, as it goes over the wire.
pub fn on_the_wire(example: &str) -> String {
    example.lines().map(|line| line.trim().replacen("\": ", "\":", 1)).collect()
}

impl TestApp {
    /// Enters a candidate and gives the id.
    pub async fn enter_candidate(&self, body: Value) -> i64 {
        self.post("/api/candidates", body).await.expect(201)["id"].as_i64().unwrap()
    }

    /// Enters an interview and gives the id.
    pub async fn enter_interview(&self, body: Value) -> i64 {
        self.post("/api/interviews", body).await.expect(201)["id"].as_i64().unwrap()
    }

    /// The event log in order: kind, id of the subject, and the subject after the change.
    pub fn events(&self) -> Vec<(String, i64, Value)> {
        let rows = self.db.texts("SELECT json_array(type, subject_id, json(data)) FROM events ORDER BY seq");
        rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect()
    }

    /// The kinds of the events in order.
    pub fn event_kinds(&self) -> Vec<String> {
        self.db.texts("SELECT type FROM events ORDER BY seq")
    }
}
