//! Cached lists and jobs: hits, and what ends them.

use edgehire::domain::user::Role;
use serde_json::json;

use super::{path, scorer_id, with_scorers};
use crate::support::TestApp;

/// Asks twice, and gives whether the second was a hit.
async fn is_kept(app: &TestApp, path: &str) -> bool {
    app.get(path).await.expect(200);
    let again = app.get(path).await;
    assert_eq!(app.trips(), 1);
    again.header("x-cache") == Some("hit")
}

#[tokio::test]
async fn lists_jobs_and_figures_are_kept_while_nothing_changes() {
    let app = with_scorers();
    for path in
        ["/api/jobs".to_owned(), "/api/jobs?search=job".to_owned(), path(1, ""), "/api/dashboard".to_owned()]
    {
        let first = app.get(&path).await;
        assert_eq!((first.status, first.header("x-cache")), (200, Some("miss")), "{path}");
        let again = app.get(&path).await;
        assert_eq!((again.header("x-cache"), &again.body), (Some("hit"), &first.body), "{path}");
        assert_eq!(again.header("content-type"), Some("application/json"));
        assert_eq!(app.trips(), 1);
    }
}

#[tokio::test]
async fn each_question_has_an_answer_of_its_own() {
    let app = with_scorers();
    app.get("/api/jobs").await.expect(200);
    for other in ["limit=1", "offset=1", "rank=a", "sort=job_title", "active=all", "search=j", "client=j"] {
        let answer = app.get(&format!("/api/jobs?{other}")).await;
        assert_eq!(answer.header("x-cache"), Some("miss"), "{other}");
    }
}

#[tokio::test]
async fn a_score_ends_what_was_kept_of_its_job_and_of_lists() {
    let app = with_scorers();
    app.enter_job(2, json!({}));
    for path in ["/api/jobs", &path(1, ""), &path(2, ""), "/api/dashboard"] {
        assert!(is_kept(&app, path).await, "{path}");
    }
    app.score(1, 1, "2024-01-20", [5, 5, 5, 5]).await;
    let list = app.get("/api/jobs").await;
    assert_eq!((list.header("x-cache"), &list.json()[0]["current_rank"]), (Some("miss"), &json!("A")));
    let job = app.get(&path(1, "")).await;
    assert_eq!((job.header("x-cache"), &job.json()["current_ranking"]["rank"]), (Some("miss"), &json!("A")));
    assert_eq!(app.get("/api/dashboard").await.header("x-cache"), Some("miss"));
    assert_eq!(app.get(&path(2, "")).await.header("x-cache"), Some("hit"), "another job is as it was");
}

#[tokio::test]
async fn another_name_of_a_scorer_ends_what_shows_the_old_one() {
    let app = with_scorers();
    app.score(1, 1, "2024-01-20", [5, 5, 5, 5]).await;
    for path in [path(1, ""), "/api/dashboard".to_owned()] {
        assert!(is_kept(&app, &path).await, "{path}");
    }
    let user = format!("/api/users/{}", scorer_id(1));
    app.patch(&user, json!({"full_name": "Anna Petrova"})).await.expect(200);
    assert_eq!(app.get(&path(1, "")).await.json()["score_history"][0]["scorer_name"], "Anna Petrova");
    assert_eq!(app.get("/api/dashboard").await.json()["recent_activity"][0]["scorer_name"], "Anna Petrova");
}

#[tokio::test]
async fn what_is_kept_ends_with_its_time_by_no_cache_and_by_a_clearing() {
    let app = with_scorers();
    let job = path(1, "");
    for path in ["/api/jobs", &job] {
        assert!(is_kept(&app, path).await);
        let fresh = app.call_with("GET", path, &[("cache-control", "no-cache")], "").await;
        assert_eq!(fresh.header("x-cache"), Some("miss"));
        app.pass(std::time::Duration::from_secs(299)).await;
        assert_eq!(app.get(path).await.header("x-cache"), Some("hit"));
        app.pass(std::time::Duration::from_secs(1)).await;
        assert_eq!(app.get(path).await.header("x-cache"), Some("miss"));
        assert!(is_kept(&app, path).await);
    }
    assert_eq!(app.delete("/api/cache").await.status, 204);
    for path in ["/api/jobs", &job] {
        assert_eq!(app.get(path).await.header("x-cache"), Some("miss"), "{path}");
    }
    let token = app.token_of_scorer(1, Role::Recruiter);
    let refused = app.call_as(&token, "DELETE", "/api/cache", "").await;
    assert_eq!(refused.expect(403), json!({"error": "This needs the role admin"}));
}

#[tokio::test]
async fn a_hit_reads_no_jobs() {
    let app = with_scorers();
    assert!(is_kept(&app, "/api/jobs").await);
    // Were the jobs read, their figures would be found to be none.
    app.db.execute("UPDATE jobs SET pipeline_figures = 'odd'");
    assert_eq!(app.get("/api/jobs").await.header("x-cache"), Some("hit"));
    assert_eq!(app.get("/api/jobs?limit=9").await.status, 500);
}

#[tokio::test]
async fn a_cache_that_fails_is_no_hindrance() {
    let app = with_scorers();
    assert!(is_kept(&app, "/api/jobs").await);
    app.cache.fail(true);
    assert_eq!(app.get("/api/jobs").await.header("x-cache"), Some("miss"));
    app.cache.fail(false);
    app.db.execute("UPDATE cache_state SET jobs = jobs + 1");
    assert_eq!(app.get("/api/jobs").await.header("x-cache"), Some("miss"));
}
