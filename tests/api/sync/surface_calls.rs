//! Calls that bring about every status of syncs and pipelines.

use serde_json::{Value, json};

use super::Agency;
use crate::fakes::recruiterflow::Fault;
use crate::support::{Answer, TestApp};

/// A job of the system, one of nobody's, and none at all.
const THEIRS: &str = "018d2680-1b40-7000-8000-0000000f0001";
const OURS: &str = "018d2680-1b40-7000-8000-0000000f0002";
const NONE: &str = "018d2680-1b40-7000-8000-0000000f0009";

/// An app with a Recruiterflow beside it, which has one of the jobs.
pub fn app() -> TestApp {
    let agency = Agency::new();
    enter(&agency);
    agency.app
}

/// Enters the jobs; gives the system's id of its own, and of a candidate there.
fn enter(agency: &Agency) -> (u64, u64) {
    let job = agency.open("Backend Engineer");
    let candidate = agency.fake.add_to_job(job, None, Some("2024-01-10T10:00:00Z"));
    for (uuid, source, external_id) in
        [(THEIRS, "recruiterflow", format!("'{job}'")), (OURS, "native", "NULL".to_owned())]
    {
        agency.app.db.execute(&format!(
            "INSERT INTO jobs (uuid, source, external_id, title, search_text, is_active, created_at, updated_at) \
             VALUES ('{uuid}', '{source}', {external_id}, 'Job', 'job', 1, '2024-01-20', '2024-01-20')"
        ));
    }
    (job, candidate)
}

/// A body that is taken once, for `app`.
pub fn posts() -> Vec<(&'static str, Value, Option<&'static str>)> {
    vec![
        ("/api/sync/recruiterflow", json!({}), None),
        (format!("/api/jobs/{THEIRS}/refresh").leak(), json!({}), None),
    ]
}

/// What is answered in every case.
pub async fn answers() -> Vec<(&'static str, String, Answer)> {
    let agency = Agency::new();
    let (_, candidate) = enter(&agency);
    let mut answers = Vec::new();
    let mut ask = async |app: &TestApp, method: &'static str, path: String, body: Value| {
        let answer = app.call(method, &path, body.to_string()).await;
        answers.push((method, path, answer));
    };
    let job = |id: &str, rest: &str| format!("/api/jobs/{id}/{rest}");
    let movers = format!("moves?candidate_id={candidate}&movers=true");
    ask(&agency, "POST", "/api/sync/recruiterflow".to_owned(), json!({ "force": false })).await;
    ask(&agency, "POST", "/api/sync/recruiterflow".to_owned(), json!({ "force": "x" })).await;
    agency.run_due_tasks().await;
    for path in ["/api/sync/status", "/api/sync/log", "/api/sync/log?limit=0"] {
        ask(&agency, "GET", path.to_owned(), json!({})).await;
    }
    for (id, rest) in [(THEIRS, "pipeline"), ("x", "pipeline"), (NONE, "pipeline"), (THEIRS, &*movers)] {
        ask(&agency, "GET", job(id, rest), json!({})).await;
    }
    for (id, rest) in [(THEIRS, "moves?movers=true"), (NONE, "moves"), (OURS, &movers)] {
        ask(&agency, "GET", job(id, rest), json!({})).await;
    }
    for id in [THEIRS, "x", NONE, OURS] {
        ask(&agency, "POST", job(id, "refresh"), json!({})).await;
    }
    for fault in [Fault::Html, Fault::Status { status: 502 }] {
        agency.fake.fail("*", fault, None);
        ask(&agency, "POST", job(THEIRS, "refresh"), json!({})).await;
        ask(&agency, "GET", job(THEIRS, &movers), json!({})).await;
        agency.fake.heal();
    }
    let unconfigured = TestApp::new();
    ask(&unconfigured, "POST", "/api/sync/recruiterflow".to_owned(), json!({})).await;
    let token = agency.token_of_new("looker@example.com", "readonly").await;
    for path in ["/api/sync/recruiterflow".to_owned(), job(THEIRS, "refresh")] {
        let answer = agency.call_as(&token, "POST", &path, "{}").await;
        answers.push(("POST", path, answer));
    }
    let path = job(THEIRS, &movers);
    answers.push(("GET", path.clone(), agency.call_as(&token, "GET", &path, "").await));
    agency.run_due_tasks().await;
    answers
}
