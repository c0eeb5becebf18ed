//! Scores that are refused: with the documented words, every bad field at once, and nothing written.

use serde_json::{Value, json};

use super::super::events::each;
use super::{job_id, path, score, with_scorers};
use crate::support::TestApp;

const MISSING: &str = "Missing required fields: scorer_id and scoring_date are required";
const NOT_FOUND: &str = "Invalid scorer_id: user not found";
const NO_FACTORS: &str = "Invalid factor scores: all scores must be integers between 1-5";

/// Expects a score with these members to be refused in these words for these fields.
async fn refused(app: &TestApp, members: Value, error: &str, fields: &[&str]) {
    let mut body = score(1, "2024-01-20", [3, 3, 3, 3]);
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    let answer = app.post(&path(1, "/score"), body.clone()).await.expect(400);
    let expected: Vec<_> = fields.iter().map(|field| json!(field)).collect();
    let mut found: Vec<_> = each(&answer["errors"], "field");
    found.sort_by_key(ToString::to_string);
    assert_eq!((answer["error"].as_str(), found), (Some(error), expected.iter().collect()), "{body}");
}

/// Nothing was written.
fn is_untouched(app: &TestApp) {
    for table in ["job_scores", "job_rankings", "events", "tasks"] {
        assert_eq!(app.db.texts(&format!("SELECT count(*) || '' FROM {table}")), ["0"], "{table}");
    }
    assert_eq!(app.db.texts("SELECT version || '' FROM jobs"), ["1"]);
}

#[tokio::test]
async fn the_key_must_say_who_scores_and_when() {
    let app = with_scorers();
    refused(&app, json!({"scorer_id": null}), MISSING, &["scorer_id"]).await;
    refused(&app, json!({"scoring_date": " "}), MISSING, &["scoring_date"]).await;
    let both = json!({"scorer_id": "", "scoring_date": null, "fee_size_score": 9});
    refused(&app, both, MISSING, &["fee_size_score", "scorer_id", "scoring_date"]).await;
    let answer = app.post(&path(1, "/score"), json!({})).await.expect(400);
    assert_eq!((answer["error"].as_str(), answer["errors"].as_array().unwrap().len()), (Some(MISSING), 4));
    is_untouched(&app);
}

#[tokio::test]
async fn a_factor_is_an_integer_from_one_to_five() {
    let app = with_scorers();
    for odd in
        [json!(0), json!(6), json!(-1), json!(3.5), json!("3"), json!(true), json!([3]), json!({"a": 3})]
    {
        refused(&app, json!({"client_engagement_score": odd}), NO_FACTORS, &["client_engagement_score"])
            .await;
        refused(&app, json!({"time_open_score": odd}), NO_FACTORS, &["time_open_score"]).await;
    }
    refused(&app, json!({"search_difficulty_score": null}), NO_FACTORS, &["search_difficulty_score"]).await;
    let all = json!({
        "client_engagement_score": 0, "search_difficulty_score": 6, "time_open_score": "x", "fee_size_score": 1.5,
        "scoring_date": "soon"
    });
    let fields = [
        "client_engagement_score",
        "fee_size_score",
        "scoring_date",
        "search_difficulty_score",
        "time_open_score",
    ];
    refused(&app, all, NO_FACTORS, &fields).await;
    is_untouched(&app);
}

#[tokio::test]
async fn a_scorer_is_an_active_user() {
    let app = with_scorers();
    refused(&app, json!({"scorer_id": super::scorer_id(9)}), NOT_FOUND, &["scorer_id"]).await;
    refused(&app, json!({"scorer_id": "me"}), NOT_FOUND, &["scorer_id"]).await;
    app.db.execute("UPDATE users SET is_active = 0 WHERE id = 1");
    refused(&app, json!({}), NOT_FOUND, &["scorer_id"]).await;
    is_untouched(&app);
}

#[tokio::test]
async fn a_score_is_of_tomorrow_at_the_latest() {
    let app = with_scorers();
    refused(&app, json!({"scoring_date": "2024-01-22"}), "Validation error", &["scoring_date"]).await;
    refused(&app, json!({"scoring_date": "2024-02-30"}), "Validation error", &["scoring_date"]).await;
    is_untouched(&app);
    app.score(1, 1, "2024-01-21", [3, 3, 3, 3]).await;
    app.score(1, 1, "1999-12-31", [3, 3, 3, 3]).await;
}

#[tokio::test]
async fn the_job_must_be_there() {
    let app = with_scorers();
    let body = score(1, "2024-01-20", [3, 3, 3, 3]);
    let not_found = json!({"error": "Job not found"});
    assert_eq!(app.post(&path(9, "/score"), body.clone()).await.expect(404), not_found);
    let odd = app.post("/api/jobs/1/score", body.clone()).await.expect(400);
    assert_eq!(odd["errors"][0]["field"], "jobId");
    for (job, status) in [(json!(job_id(9)), 404), (json!("1"), 400), (json!(null), 400)] {
        let mut body = body.clone();
        body["job_id"] = job;
        let answer = app.post("/api/scores", body).await;
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let all =
        app.post("/api/scores", json!({"scorer_id": "x", "scoring_date": "2024-01-20"})).await.expect(400);
    let fields: Vec<_> = each(&all["errors"], "field");
    assert_eq!(fields[0], "job_id");
    assert_eq!(fields.len(), 4);
    app.post("/api/scores", json!([])).await.expect(400);
    is_untouched(&app);
}

#[tokio::test]
async fn a_second_score_on_a_day_is_refused() {
    let app = with_scorers();
    app.score(1, 1, "2024-01-20", [3, 3, 3, 3]).await;
    let before = (app.standing(1), app.events().len());
    let again = app.post(&path(1, "/score"), score(1, "2024-01-20", [5, 5, 5, 5])).await;
    let error = "Duplicate score: this user has already scored this job on this date";
    assert_eq!(again.expect(409), json!({"error": error}));
    assert_eq!((app.standing(1), app.events().len()), before);
    // Another scorer, another day and another job are none.
    app.enter_job(2, json!({}));
    app.score(1, 2, "2024-01-20", [3, 3, 3, 3]).await;
    app.score(1, 1, "2024-01-21", [3, 3, 3, 3]).await;
    app.score(2, 1, "2024-01-20", [3, 3, 3, 3]).await;
}
