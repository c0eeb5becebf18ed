//! Scoring a job: what is answered, what is kept, and what is told.

use edgehire::domain::user::{Role, ScoringRole};
use serde_json::json;

use super::{enter_scorers, job_id, path, score, scorer_id, with_scorers};
use crate::support::TestApp;

#[tokio::test]
async fn a_score_is_answered_with_the_ranking_it_makes() {
    let app = with_scorers();
    let answer = app.post(&path(1, "/score"), score(1, "2024-01-20", [5, 4, 4, 4])).await.expect(200);
    assert_eq!(app.trips(), 2);
    let id = app.db.texts("SELECT uuid FROM job_scores").remove(0);
    assert_eq!(
        answer,
        json!({
            "success": true,
            "message": "Score submitted successfully",
            "score": {
                "id": id, "job_id": job_id(1), "scorer_id": scorer_id(1), "scoring_date": "2024-01-20",
                "client_engagement_score": 5, "search_difficulty_score": 4, "time_open_score": 4,
                "fee_size_score": 4, "composite_score": 4.25
            },
            "ranking": {
                "composite_score": 4.25, "rank": "A", "scoring_date": "2024-01-20",
                "account_manager_composite": 4.25, "sales_person_composite": null, "ceo_composite": null,
                "other_composite": null, "scorers": 1
            }
        })
    );
    assert_eq!(app.standing(1), "A 4.25 2024-01-20");
    assert_eq!(app.db.texts("SELECT version || '' FROM jobs"), ["2"]);
}

#[tokio::test]
async fn both_paths_and_both_ways_of_naming_do_the_same() {
    let app = with_scorers();
    let camel = json!({
        "jobId": job_id(1), "scorerId": scorer_id(1), "scoringDate": "2024-01-18T23:00:00-03:00",
        "clientEngagementScore": 1, "searchDifficultyScore": 2, "timeOpenScore": 3.0, "feeSizeScore": 4
    });
    let answer = app.post("/api/scores", camel).await.expect(200);
    assert_eq!(answer["score"]["scoring_date"], "2024-01-19");
    assert_eq!(answer["score"]["composite_score"], 2.5);
    let mut snake = score(2, "2024-01-19", [1, 2, 3, 4]);
    snake["job_id"] = job_id(1).into();
    let answer = app.post("/api/scores", snake).await.expect(200);
    assert_eq!(answer["ranking"]["scorers"], 2);
    let factors = "client_engagement || search_difficulty || time_open || fee_size || ' ' || scoring_role";
    let kept = app.db.texts(&format!("SELECT {factors} FROM job_scores ORDER BY id"));
    assert_eq!(kept, ["1234 account_manager", "1234 sales_person"]);
}

#[tokio::test]
async fn what_is_left_out_is_as_the_job_suggests() {
    let app = with_scorers();
    app.enter_job(2, json!({"opened_at": "2023-12-01T00:00:00Z", "fee": 31000}));
    let mut body = score(1, "2024-01-20", [5, 5, 1, 1]);
    body["time_open_score"] = json!(null);
    body.as_object_mut().unwrap().remove("fee_size_score");
    let answer = app.post(&path(2, "/score"), body.clone()).await.expect(200);
    assert_eq!(
        (&answer["score"]["time_open_score"], &answer["score"]["fee_size_score"]),
        (&json!(3), &json!(4))
    );
    // Job 1 has no fee, and so suggests nothing of it.
    let refused = app.post(&path(1, "/score"), body.clone()).await.expect(400);
    assert_eq!(refused["error"], "Invalid factor scores: all scores must be integers between 1-5");
    assert_eq!(refused["errors"][0]["field"], "fee_size_score");
    body["fee_size_score"] = json!(2);
    let answer = app.post(&path(1, "/score"), body).await.expect(200);
    assert_eq!(answer["score"]["time_open_score"], 5);
}

#[tokio::test]
async fn a_user_scores_as_themselves_and_today_unless_they_say_otherwise() {
    let app = with_scorers();
    let token = app.token_of_scorer(1, Role::Recruiter);
    let mut body = score(1, "2024-01-20", [3, 3, 3, 3]);
    body.as_object_mut().unwrap().retain(|name, _| name.ends_with("_score"));
    let answer = app.call_as(&token, "POST", &path(1, "/score"), body.to_string()).await.expect(200);
    assert_eq!(answer["score"]["scorer_id"], scorer_id(1));
    assert_eq!(answer["score"]["scoring_date"], "2024-01-20");
    assert_eq!(app.trips(), 3);
    body["scoring_date"] = json!("2024-01-05");
    body["scorer_id"] = json!(scorer_id(1));
    let answer = app.call_as(&token, "POST", &path(1, "/score"), body.to_string()).await.expect(200);
    assert_eq!(answer["score"]["scoring_date"], "2024-01-05");
}

#[tokio::test]
async fn only_an_admin_scores_for_others_and_who_may_only_look_scores_not_at_all() {
    let app = with_scorers();
    app.enter_scorer(4, Role::Readonly, ScoringRole::Other);
    let body = score(2, "2024-01-20", [3, 3, 3, 3]).to_string();
    for (scorer, role, error) in [
        (1, Role::Recruiter, "Users score as themselves: only an admin may score for others"),
        (4, Role::Readonly, "This needs the role admin or recruiter"),
    ] {
        let token = app.token_of_scorer(scorer, role);
        let refused = app.call_as(&token, "POST", &path(1, "/score"), body.clone()).await;
        assert_eq!(refused.expect(403), json!({"error": error}));
    }
    assert_eq!(app.db.texts("SELECT id FROM job_scores"), [""; 0]);
    let token = app.token_of_scorer(3, Role::Admin);
    let answer = app.call_as(&token, "POST", &path(1, "/score"), body).await.expect(200);
    assert_eq!(answer["score"]["scorer_id"], scorer_id(2));
}

#[tokio::test]
async fn a_closed_job_is_scored_all_the_same_and_the_message_says_so() {
    let app = with_scorers();
    app.db.execute("UPDATE jobs SET is_active = 0");
    let answer = app.score(1, 1, "2024-01-20", [1, 1, 1, 1]).await;
    assert!(answer["message"].as_str().unwrap().contains("closed"));
    assert_eq!((answer["success"].clone(), app.standing(1)), (json!(true), "C 1.0 2024-01-20".to_owned()));
}

#[tokio::test]
async fn a_score_is_told_with_the_job_and_a_letter_only_when_it_is_another() {
    let app = with_scorers();
    app.score(1, 1, "2024-01-18", [5, 5, 5, 4]).await;
    app.score(1, 1, "2024-01-19", [5, 5, 5, 5]).await;
    app.score(1, 2, "2024-01-19", [1, 1, 1, 2]).await;
    assert_eq!(
        app.event_kinds(),
        ["job.scored", "job.rank_changed", "job.scored", "job.scored", "job.rank_changed"]
    );
    let events = app.events();
    let (_, subject, first) = &events[0];
    let score = app.db.texts("SELECT uuid FROM job_scores ORDER BY id").remove(0);
    assert_eq!(*subject, 1);
    for (name, expected) in [
        ("uuid", json!(job_id(1))),
        ("title", json!("Job 1")),
        ("external_id", json!("101")),
        ("is_active", json!(true)),
        ("rank", json!("A")),
        ("composite", json!(4.75)),
        ("scoring_date", json!("2024-01-18")),
        ("version", json!(2)),
        ("score_id", json!(score)),
        ("scorer_id", json!(scorer_id(1))),
        ("scorer_name", json!("Scorer 1")),
        ("scorer_role", json!("account_manager")),
        ("score_date", json!("2024-01-18")),
        ("client_engagement", json!(5)),
        ("search_difficulty", json!(5)),
        ("time_open", json!(5)),
        ("fee_size", json!(4)),
        ("score", json!(4.75)),
        ("scorers", json!(1)),
    ] {
        assert_eq!(first[name], expected, "{name}");
    }
    assert_eq!((&events[1].2["previous_rank"], &events[1].2["rank"]), (&json!(null), &json!("A")));
    assert_eq!((&events[4].2["previous_rank"], &events[4].2["rank"]), (&json!("A"), &json!("B")));
    assert_eq!(events[4].2["composite"], 3.13);
}

#[tokio::test]
async fn my_scores_are_those_of_the_token() {
    let app = TestApp::new();
    enter_scorers(&app);
    app.enter_job(1, json!({"title": "One", "client_name": null}));
    app.enter_job(2, json!({"title": "Two"}));
    app.score(1, 1, "2024-01-18", [1, 2, 3, 4]).await;
    app.score(2, 1, "2024-01-19", [4, 4, 4, 4]).await;
    app.score(2, 2, "2024-01-19", [5, 5, 5, 5]).await;
    let token = app.token_of_scorer(1, Role::Recruiter);
    let mine = app.call_as(&token, "GET", "/api/scoring/my-scores", "").await.expect(200);
    assert_eq!(app.trips(), 2);
    let ids = app.db.texts("SELECT uuid FROM job_scores WHERE user_id = 1 ORDER BY id DESC");
    assert_eq!(
        mine,
        json!([
            {
                "id": ids[0], "job_id": job_id(2), "job_title": "Two", "client_name": "Acme",
                "scoring_date": "2024-01-19", "client_engagement_score": 4, "search_difficulty_score": 4,
                "time_open_score": 4, "fee_size_score": 4, "composite_score": 4.0,
                "created_at": "2024-01-20T11:00:00Z"
            },
            {
                "id": ids[1], "job_id": job_id(1), "job_title": "One", "client_name": null,
                "scoring_date": "2024-01-18", "client_engagement_score": 1, "search_difficulty_score": 2,
                "time_open_score": 3, "fee_size_score": 4, "composite_score": 2.5,
                "created_at": "2024-01-20T11:00:00Z"
            }
        ])
    );
    let page = app.call_as(&token, "GET", "/api/scoring/my-scores?limit=1", "").await;
    assert_eq!(page.header("link"), Some("</api/scoring/my-scores?limit=1&offset=1>; rel=\"next\""));
    let refused = app.get("/api/scoring/my-scores").await;
    assert_eq!(refused.expect(403), json!({"error": "This needs a user's token"}));
}
