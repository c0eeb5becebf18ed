//! A single job, with its scores, rankings and pipelines.

use serde_json::{Value, json};

use super::jobs::pipeline;
use super::{job_id, path, scorer_id, with_scorers};
use crate::support::TestApp;

#[tokio::test]
async fn a_job_is_shown_with_its_history() {
    let app = with_scorers();
    app.enter_job(
        2,
        json!({
            "title": "Backend Developer", "status": "Sourcing", "fee": 32000, "fee_currency": "USD",
            "location": "Berlin", "description": "<p>Ну & \"so\"</p>", "details": {"skills": ["Rust"]}
        }),
    );
    app.score(2, 1, "2024-01-18", [5, 5, 5, 5]).await;
    app.clock.set("2024-01-20T12:00:00Z");
    app.score(2, 3, "2024-01-17", [2, 2, 2, 2]).await;
    let job = app.get(&path(2, "")).await.expect(200);
    assert_eq!(app.trips(), 1);
    assert_eq!(
        job["job"],
        json!({
            "id": job_id(2), "recruiterflow_job_id": "102", "client_name": "Acme",
            "job_title": "Backend Developer", "date_opened": "2024-01-10T09:00:00Z", "status": "Sourcing",
            "estimated_fee": 32000.0, "fee_currency": "USD", "last_synced": "2024-01-20T10:30:00Z",
            "location": "Berlin", "source": "recruiterflow", "is_active": true,
            "details": {"skills": ["Rust"]}, "description": "<p>Ну & \"so\"</p>",
            "created_at": "2024-01-10T10:00:00Z", "updated_at": "2024-01-20T12:00:00Z"
        })
    );
    let current = json!({
        "composite_score": 3.5, "rank": "B", "scoring_date": "2024-01-18",
        "account_manager_composite": 5.0, "sales_person_composite": null, "ceo_composite": 2.0,
        "other_composite": null, "scorers": 2
    });
    assert_eq!(job["current_ranking"], current);
    let mut newest = current;
    newest["reason"] = "score".into();
    newest["created_at"] = "2024-01-20T12:00:00Z".into();
    assert_eq!(job["ranking_history"][0], newest);
    assert_eq!(job["ranking_history"][1]["composite_score"], 5.0);
    let ids = app.db.texts("SELECT uuid FROM job_scores ORDER BY id");
    assert_eq!(
        job["score_history"],
        json!([
            {
                "id": ids[0], "scorer_id": scorer_id(1), "scorer_name": "Scorer 1",
                "scorer_role": "account_manager", "scoring_date": "2024-01-18",
                "client_engagement_score": 5, "search_difficulty_score": 5, "time_open_score": 5,
                "fee_size_score": 5, "composite_score": 5.0, "created_at": "2024-01-20T11:00:00Z"
            },
            {
                "id": ids[1], "scorer_id": scorer_id(3), "scorer_name": "Scorer 3", "scorer_role": "ceo",
                "scoring_date": "2024-01-17", "client_engagement_score": 2, "search_difficulty_score": 2,
                "time_open_score": 2, "fee_size_score": 2, "composite_score": 2.0,
                "created_at": "2024-01-20T12:00:00Z"
            }
        ])
    );
    assert_eq!(job["suggested_scores"], json!({"time_open_score": 5, "fee_size_score": 4}));
}

#[tokio::test]
async fn a_job_without_scores_and_pipelines_has_empty_lists() {
    let app = with_scorers();
    let job = app.get(&path(1, "")).await.expect(200);
    assert_eq!(job["current_ranking"], Value::Null);
    for list in ["ranking_history", "score_history", "pipeline_snapshots"] {
        assert_eq!(job[list], json!([]), "{list}");
    }
    assert_eq!(job["suggested_scores"], json!({"time_open_score": 5, "fee_size_score": null}));
}

/// Keeps a pipeline as it stood at the end of a day.
fn keep_pipeline(app: &TestApp, day: &str, stages: &Value) {
    app.db.execute(&format!(
        "INSERT INTO pipeline_snapshots (job_id, day, taken_at, total_candidates, stages) \
         VALUES (1, '{day}', '{day}T11:00:00Z', 10, '{}'); UPDATE jobs SET version = version + 1",
        stages.to_string().replace('\'', "''")
    ));
}

#[tokio::test]
async fn a_pipeline_is_shown_a_line_a_stage_as_it_stood_on_each_day() {
    let app = with_scorers();
    keep_pipeline(&app, "2024-01-20", &pipeline()["stages"]);
    keep_pipeline(&app, "2024-01-19", &pipeline()["stages"]);
    let job = app.get(&path(1, "")).await.expect(200);
    let line = |day: &str, stage: &str, count: i64, days: f64| json!({"snapshot_date": day, "stage_name": stage, "candidate_count": count, "avg_days_in_stage": days});
    assert_eq!(
        job["pipeline_snapshots"],
        json!([
            line("2024-01-20", "Screen", 3, 1.8),
            line("2024-01-20", "Client \"final\"", 2, 10.0),
            line("2024-01-20", "Disqualified", 5, 100.0),
            line("2024-01-19", "Screen", 3, 1.0),
            line("2024-01-19", "Client \"final\"", 2, 9.0),
            line("2024-01-19", "Disqualified", 5, 99.0),
        ])
    );
}

#[tokio::test]
async fn histories_end_after_the_newest() {
    let app = with_scorers();
    app.db.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 130) \
         INSERT INTO job_scores (uuid, job_id, user_id, scoring_role, scoring_date, client_engagement, \
            search_difficulty, time_open, fee_size, composite, created_at) \
         SELECT 'u' || n, 1, 1, 'ceo', date('2023-01-01', n || ' days'), 1, 1, 1, 1, 1.0, 'x' FROM n; \
         INSERT INTO job_rankings (job_id, scoring_date, composite, rank, by_role, scorers, reason, created_at) \
         SELECT 1, scoring_date, id, 'C', '{}', 1, 'score', 'x' FROM job_scores",
    );
    for day in 10..=31 {
        keep_pipeline(&app, &format!("2023-12-{day}"), &pipeline()["stages"]);
    }
    for day in 10..=20 {
        keep_pipeline(&app, &format!("2024-01-{day}"), &pipeline()["stages"]);
    }
    let job = app.get(&path(1, "")).await.expect(200);
    let list = |name: &str| job[name].as_array().unwrap().clone();
    assert_eq!(list("score_history").len(), 100);
    assert_eq!(job["score_history"][0]["scoring_date"], "2023-05-11");
    assert_eq!(
        (list("ranking_history").len(), &job["ranking_history"][0]["composite_score"]),
        (100, &json!(130.0))
    );
    assert_eq!(job["current_ranking"]["composite_score"], 130.0);
    assert_eq!(list("pipeline_snapshots").len(), 90);
    assert_eq!(job["pipeline_snapshots"][89]["snapshot_date"], "2023-12-13");
}

#[tokio::test]
async fn what_is_no_job_is_404_and_what_is_no_id_400() {
    let app = TestApp::new();
    assert_eq!(app.get(&path(9, "")).await.expect(404), json!({"error": "Job not found"}));
    let odd = app.get("/api/jobs/102").await.expect(400);
    assert_eq!(odd["errors"], json!([{"field": "jobId", "message": "must be a UUID"}]));
}
