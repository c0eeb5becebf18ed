//! Calls that bring about every status of jobs and scoring.

use edgehire::domain::user::{Role, ScoringRole};
use serde_json::{Value, json};

use super::{job_id, score, scorer_id};
use crate::support::{Answer, TestApp};

/// Two scorers who may, one who may only look, and two jobs with all that can be shown.
pub fn set_the_scene(app: &TestApp) {
    app.enter_scorer(1001, Role::Recruiter, ScoringRole::Ceo);
    app.enter_scorer(1002, Role::Recruiter, ScoringRole::Other);
    app.enter_scorer(1003, Role::Readonly, ScoringRole::Other);
    let stage = json!({"name": "Screen", "count": 2, "is_out": false, "closed": 0, "closed_ms": 0, "open": 2, "open_ms": 0});
    let pipeline = json!({"stages": [stage], "reasons": {}});
    app.enter_job(1001, json!({
        "status": "Sourcing", "fee": 30000, "fee_currency": "USD", "location": "Berlin", "description": "d",
        "pipeline": pipeline.clone(), "pipeline_at": "2024-01-20T10:00:00Z"
    }));
    app.enter_job(1002, json!({}));
    app.db.execute(&format!(
        "INSERT INTO pipeline_snapshots (job_id, day, taken_at, total_candidates, stages) \
         VALUES (1001, '2024-01-20', '2024-01-20T10:00:00Z', 2, '{}')",
        pipeline["stages"]
    ));
}

/// A body that is taken once.
pub fn posts() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let path = |path: String| &*path.leak();
    let mut named = score(1002, "2024-01-20", [1, 2, 3, 4]);
    named["job_id"] = job_id(1001).into();
    vec![
        (path(format!("/api/jobs/{}/score", job_id(1001))), score(1001, "2024-01-20", [5, 4, 3, 2]), None),
        ("/api/scores", named, None),
    ]
}

/// In order, after the scene was set.
pub fn calls() -> Vec<(&'static str, &'static str, Value)> {
    let nothing = || json!({});
    let path = |path: String| &*path.leak();
    let job = |rest: &str| path(format!("/api/jobs/{}{rest}", job_id(1001)));
    let none = |rest: &str| path(format!("/api/jobs/{}{rest}", job_id(9)));
    let good = || score(1001, "2024-01-19", [5, 4, 3, 2]);
    let named = |id: String| {
        let mut body = score(1002, "2024-01-19", [5, 4, 3, 2]);
        body["job_id"] = id.into();
        body
    };
    let weights = |first: f64| json!({"client_engagement": first, "search_difficulty": 0.2, "time_open": 0.2, "fee_size": 0.2});
    vec![
        ("POST", job("/score"), good()),
        ("POST", job("/score"), good()),
        ("POST", job("/score"), nothing()),
        ("POST", none("/score"), good()),
        ("POST", "/api/scores", named(job_id(1001))),
        ("POST", "/api/scores", named(job_id(1001))),
        ("POST", "/api/scores", nothing()),
        ("POST", "/api/scores", named(job_id(9))),
        ("GET", "/api/jobs", nothing()),
        ("GET", "/api/jobs?rank=x", nothing()),
        ("GET", job(""), nothing()),
        ("GET", none(""), nothing()),
        ("GET", "/api/jobs/x", nothing()),
        ("GET", job("/scores"), nothing()),
        ("GET", none("/scores"), nothing()),
        ("GET", "/api/jobs/x/scores", nothing()),
        ("GET", "/api/dashboard", nothing()),
        ("GET", path(format!("/api/scoring/pending?scorer_id={}", scorer_id(1003))), nothing()),
        ("GET", "/api/scoring/pending", nothing()),
        ("GET", "/api/scoring/weights", nothing()),
        ("PUT", "/api/scoring/weights", weights(0.4)),
        ("PUT", "/api/scoring/weights", weights(0.5)),
        ("DELETE", "/api/cache", nothing()),
    ]
}

/// What users with tokens are answered.
pub async fn as_users(app: &TestApp) -> Vec<(&'static str, &'static str, Answer)> {
    let (reader, scorer) =
        (app.token_of_scorer(1003, Role::Readonly), app.token_of_scorer(1001, Role::Recruiter));
    let mut answers = Vec::new();
    let score_path: &str = format!("/api/jobs/{}/score", job_id(1001)).leak();
    for (method, path) in [
        ("POST", score_path),
        ("POST", "/api/scores"),
        ("PUT", "/api/scoring/weights"),
        ("DELETE", "/api/cache"),
    ] {
        answers.push((method, path, app.call_as(&reader, method, path, "{}").await));
    }
    let pending: &str = format!("/api/scoring/pending?scorer_id={}", scorer_id(1002)).leak();
    answers.push(("GET", "/api/scoring/pending", app.call_as(&scorer, "GET", pending, "").await));
    for path in ["/api/scoring/my-scores", "/api/scoring/my-scores?limit=0"] {
        answers.push(("GET", "/api/scoring/my-scores", app.call_as(&scorer, "GET", path, "").await));
    }
    answers.push(("GET", "/api/scoring/my-scores", app.get("/api/scoring/my-scores").await));
    answers
}
