//! Scores that are given at the same time, twice, or while something fails.

use edgehire::domain::event::EventType;
use edgehire::domain::scoring::{Factor, Factors, Latest, Ranking, Suggested, Weights};
use edgehire::domain::user::ScoringRole;
use edgehire::ports::DbError;
use edgehire::store::scores::{self, Submission, SubmitError};
use serde_json::json;

use super::{job_id, path, score, scorer_id, with_scorers};

#[tokio::test]
async fn of_scores_at_once_each_counts_with_all_before_it() {
    let app = with_scorers();
    let path = path(1, "/score");
    let give = |scorer, factors| app.post(&path, score(scorer, "2024-01-20", factors));
    let (a, b, c) = tokio::join!(give(1, [5, 5, 5, 5]), give(2, [4, 4, 4, 4]), give(3, [1, 1, 1, 2]));
    let mut scorers: Vec<_> =
        [a, b, c].iter().map(|answer| answer.expect(200)["ranking"]["scorers"].clone()).collect();
    scorers.sort_by_key(ToString::to_string);
    assert_eq!(scorers, [1, 2, 3], "none was worked out without one that was there before");
    assert_eq!(app.standing(1), "B 3.42 2024-01-20");
    assert_eq!(app.db.texts("SELECT version || '' FROM jobs"), ["4"]);
    assert_eq!(app.event_kinds().iter().filter(|kind| *kind == "job.scored").count(), 3);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM job_rankings"), ["3"]);
}

#[tokio::test]
async fn of_the_same_score_at_once_one_is_a_duplicate() {
    let app = with_scorers();
    let path = path(1, "/score");
    let give = || app.post(&path, score(1, "2024-01-20", [5, 5, 5, 5]));
    let (a, b) = tokio::join!(give(), give());
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM job_scores"), ["1"]);
}

#[tokio::test]
async fn who_is_overtaken_every_time_is_told_to_try_again() {
    let app = with_scorers();
    for _ in 0..5 {
        app.db.pass_next();
        app.db.fail_next([DbError::Overtaken]);
    }
    let answer = app.post(&path(1, "/score"), score(1, "2024-01-20", [5, 5, 5, 5])).await;
    assert_eq!(answer.expect(503), json!({"error": "Temporarily unavailable, try again"}));
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM job_scores"), ["0"]);
    app.db.pass_next();
    app.db.fail_next([DbError::Overtaken]);
    app.score(1, 1, "2024-01-20", [5, 5, 5, 5]).await;
    assert_eq!(app.trips(), 4);
}

#[tokio::test]
async fn under_a_key_a_score_is_given_once_and_answered_the_same() {
    let app = with_scorers();
    let body = score(1, "2024-01-20", [5, 5, 5, 5]).to_string();
    let give =
        async || app.call_with("POST", &path(1, "/score"), &[("idempotency-key", "k")], body.clone()).await;
    let first = give().await;
    assert_eq!(app.trips(), 3, "the key, the job, and one batch that keeps the answer");
    let again = give().await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM job_scores"), ["1"]);
}

#[tokio::test]
async fn a_score_whose_answer_is_lost_is_given_again_under_its_key() {
    let app = with_scorers();
    let body = score(1, "2024-01-20", [5, 5, 5, 5]).to_string();
    let give =
        async || app.call_with("POST", &path(1, "/score"), &[("idempotency-key", "k")], body.clone()).await;
    app.db.lose_answer_after(1);
    assert_eq!(give().await.status, 503);
    let again = give().await;
    assert_eq!(again.expect(200)["ranking"]["rank"], "A");
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM job_scores"), ["1"]);
}

#[tokio::test]
async fn weights_that_change_while_a_score_is_given_count() {
    let app = with_scorers();
    let weights = json!({"client_engagement": 1, "search_difficulty": 0, "time_open": 0, "fee_size": 0});
    let path = path(1, "/score");
    let (scored, set) = tokio::join!(
        app.post(&path, score(1, "2024-01-20", [5, 1, 1, 1])),
        app.put("/api/scoring/weights", weights)
    );
    assert_eq!((scored.status, set.status), (200, 200));
    app.run_due_tasks().await;
    assert_eq!(app.standing(1), "A 5.0 2024-01-20");
}

#[tokio::test]
async fn a_score_that_was_worked_out_by_other_weights_is_refused() {
    let app = with_scorers();
    let day = "2024-01-20".parse().unwrap();
    let (job, scorer) = (job_id(1).parse().unwrap(), scorer_id(1).parse().unwrap());
    let standing = scores::look(&*app.app.db, job, scorer, day, day).await.unwrap().unwrap();
    assert_eq!((standing.weights, standing.suggested.fee_size), (Weights::EQUAL, None));
    assert_eq!(standing.suggested, Suggested { time_open: Some(Factor::nearest(5)), fee_size: None });
    let weights = json!({"client_engagement": 1, "search_difficulty": 0, "time_open": 0, "fee_size": 0});
    app.put("/api/scoring/weights", weights).await.expect(200);
    app.run_due_tasks().await;
    let three = Factor::nearest(3);
    let factors =
        Factors { client_engagement: three, search_difficulty: three, time_open: three, fee_size: three };
    let latest = Latest { scorer: 1, role: ScoringRole::AccountManager, day, factors };
    let submission = Submission {
        uuid: app.app.new_uuid(),
        scorer: standing.scorer.as_ref().unwrap(),
        day,
        factors,
        composite: factors.composite(&standing.weights),
        ranking: Ranking::of(&[latest], &standing.weights).unwrap(),
        scored: app.app.new_event(EventType::JobScored),
        rank_changed: app.app.new_event(EventType::JobRankChanged),
        is_pushed: false,
        now_ms: 0,
        answer: "{}".to_owned(),
    };
    let refused = scores::submit(&*app.app.db, &standing, &submission).await;
    assert!(matches!(refused, Err(SubmitError::Overtaken)), "{refused:?}");
    assert_eq!(app.db.texts("SELECT uuid FROM job_scores"), [""; 0]);
}

#[tokio::test]
async fn a_database_that_fails_writes_nothing() {
    let app = with_scorers();
    app.db.execute("DROP TABLE job_rankings");
    let answer = app.post(&path(1, "/score"), score(1, "2024-01-20", [5, 5, 5, 5])).await;
    assert_eq!(answer.status, 500);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM job_scores"), ["0"]);
    assert_eq!(app.standing(1), "- - -");
}
