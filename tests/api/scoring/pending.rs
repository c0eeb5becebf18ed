//! Jobs that wait for somebody's score.

use edgehire::domain::user::Role;
use serde_json::json;

use super::jobs::pipeline;
use super::{enter_scorers, scorer_id, titles};
use crate::support::TestApp;

/// The path for this scorer.
fn of(scorer: u32) -> String {
    format!("/api/scoring/pending?scorer_id={}", scorer_id(scorer))
}

#[tokio::test]
async fn active_jobs_never_scored_or_not_for_over_seven_days_wait_the_longest_open_first() {
    let app = TestApp::new();
    enter_scorers(&app);
    app.enter_job(1, json!({"title": "never"}));
    app.enter_job(2, json!({"title": "eight days ago", "opened_at": "2024-01-01T00:00:00Z"}));
    app.enter_job(3, json!({"title": "seven days ago"}));
    app.enter_job(4, json!({"title": "today, and long ago"}));
    app.enter_job(5, json!({"title": "closed", "is_active": false}));
    app.enter_job(6, json!({"title": "undated", "opened_at": null}));
    app.score(2, 1, "2024-01-12", [3, 3, 3, 3]).await;
    app.score(3, 1, "2024-01-13", [3, 3, 3, 3]).await;
    app.score(4, 1, "2024-01-20", [3, 3, 3, 3]).await;
    app.score(4, 1, "2023-01-20", [3, 3, 3, 3]).await;
    app.score(6, 2, "2024-01-20", [3, 3, 3, 3]).await;
    let pending = app.get(&of(1)).await;
    assert_eq!(titles(&pending), ["eight days ago", "never", "undated"]);
    assert_eq!(app.trips(), 1);
    let list = pending.json();
    assert_eq!((&list[0]["last_scored"], &list[0]["days_since_scored"]), (&json!("2024-01-12"), &json!(8)));
    assert_eq!((&list[1]["last_scored"], &list[1]["days_since_scored"]), (&json!(null), &json!(null)));
    assert_eq!(titles(&app.get(&of(2)).await).len(), 4);
    app.clock.set("2024-01-21T00:00:00Z");
    assert_eq!(titles(&app.get(&of(1)).await).len(), 4);
}

#[tokio::test]
async fn such_a_job_is_shown_as_in_the_list_with_what_it_suggests() {
    let app = TestApp::new();
    enter_scorers(&app);
    app.enter_job(
        1,
        json!({"fee": 25000, "pipeline": pipeline(), "pipeline_at": "2024-01-20T10:00:00Z", "status": "Open"}),
    );
    let mut listed = app.get("/api/jobs").await.json()[0].clone();
    listed["last_scored"] = json!(null);
    listed["days_since_scored"] = json!(null);
    listed["suggested_scores"] = json!({"time_open_score": 5, "fee_size_score": 3});
    assert_eq!(app.get(&of(1)).await.json(), json!([listed]));
}

#[tokio::test]
async fn a_user_asks_about_themselves_and_an_admin_about_anybody() {
    let app = TestApp::new();
    enter_scorers(&app);
    app.enter_job(1, json!({"title": "one"}));
    app.enter_job(2, json!({"title": "two"}));
    app.score(1, 1, "2024-01-20", [3, 3, 3, 3]).await;
    let (recruiter, admin) = (app.token_of_scorer(1, Role::Recruiter), app.token_of_scorer(3, Role::Admin));
    let ask = async |token: &str, path: &str| app.call_as(token, "GET", path, "").await;
    assert_eq!(titles(&ask(&recruiter, "/api/scoring/pending").await), ["two"]);
    assert_eq!(titles(&ask(&recruiter, &of(1)).await), ["two"]);
    assert_eq!(ask(&recruiter, &of(2)).await.status, 403);
    assert_eq!(titles(&ask(&admin, "/api/scoring/pending").await).len(), 2);
    assert_eq!(titles(&ask(&admin, &of(1)).await), ["two"]);
}

#[tokio::test]
async fn the_key_must_name_an_active_user() {
    let app = TestApp::new();
    enter_scorers(&app);
    let missing = app.get("/api/scoring/pending").await.expect(400);
    assert_eq!(missing["errors"][0]["field"], "scorer_id");
    assert_eq!(app.get(&of(9)).await.expect(400)["error"], "Invalid scorer_id: user not found");
    app.db.execute("UPDATE users SET is_active = 0 WHERE id = 1");
    app.get(&of(1)).await.expect(400);
    app.get("/api/scoring/pending?scorer_id=x&limit=0").await.expect(400);
    assert_eq!(app.get(&of(2)).await.expect(200), json!([]));
}

#[tokio::test]
async fn it_comes_in_pages() {
    let app = TestApp::new();
    enter_scorers(&app);
    (1..=3).for_each(|number| drop(app.enter_job(number, json!({}))));
    let page = app.get(&format!("{}&limit=2", of(1))).await;
    assert_eq!(titles(&page), ["Job 1", "Job 2"]);
    let next = page.header("link").unwrap().trim_start_matches('<').split('>').next().unwrap().to_owned();
    let last = app.get(&next).await;
    assert_eq!((titles(&last), last.header("link")), (vec!["Job 3".to_owned()], None));
}
