//! The figures of the active jobs.

use serde_json::json;

use super::{enter_scorers, job_id};
use crate::support::TestApp;

#[tokio::test]
async fn an_empty_dashboard_has_all_its_figures() {
    let app = TestApp::new();
    let expected = json!({
        "total_active_jobs": 0, "jobs_by_rank": {"A": 0, "B": 0, "C": 0}, "unscored": 0,
        "jobs_by_status": {}, "recent_activity": []
    });
    assert_eq!(app.get("/api/dashboard").await.expect(200), expected);
    assert_eq!(app.trips(), 1);
}

#[tokio::test]
async fn active_jobs_are_counted_by_rank_and_by_label() {
    let app = TestApp::new();
    for (number, rank, status, is_active) in [
        (1, json!("A"), json!("Sourcing"), true),
        (2, json!("A"), json!("Offer"), true),
        (3, json!("B"), json!("Sourcing"), true),
        (4, json!(null), json!(null), true),
        (5, json!("C"), json!("Sourcing"), false),
        (6, json!(null), json!("\"В работе\""), true),
    ] {
        app.enter_job(number, json!({"rank": rank, "status": status, "is_active": is_active}));
    }
    let dashboard = app.get("/api/dashboard").await.expect(200);
    assert_eq!(dashboard["total_active_jobs"], 5);
    assert_eq!(dashboard["jobs_by_rank"], json!({"A": 2, "B": 1, "C": 0}));
    assert_eq!(dashboard["unscored"], 2);
    let by_status = json!({"Sourcing": 2, "Offer": 1, "Unknown": 1, "\"В работе\"": 1});
    assert_eq!(dashboard["jobs_by_status"], by_status);
}

#[tokio::test]
async fn the_newest_ten_scores_of_active_jobs_are_the_activity() {
    let app = TestApp::new();
    enter_scorers(&app);
    app.enter_job(1, json!({"title": "One"}));
    app.enter_job(2, json!({"title": "Closed"}));
    for day in 1..=11 {
        app.score(1, 1, &format!("2024-01-{day:02}"), [3, 3, 3, 3]).await;
    }
    app.clock.set("2024-01-20T12:00:00Z");
    app.score(1, 2, "2024-01-01", [3, 3, 3, 3]).await;
    app.score(2, 2, "2024-01-01", [3, 3, 3, 3]).await;
    app.db.execute("UPDATE jobs SET is_active = 0 WHERE id = 2");
    let recent = app.get("/api/dashboard").await.expect(200)["recent_activity"].clone();
    assert_eq!(recent.as_array().unwrap().len(), 10);
    assert_eq!(
        recent[0],
        json!({
            "job_id": job_id(1), "job_title": "One", "client_name": "Acme", "scorer_name": "Scorer 2",
            "action": "scored", "timestamp": "2024-01-20T12:00:00Z"
        })
    );
    assert_eq!(recent[1]["scorer_name"], "Scorer 1");
}

#[tokio::test]
async fn the_figures_come_from_an_index_alone() {
    let app = TestApp::new();
    app.db.watch_plans();
    app.get("/api/dashboard").await.expect(200);
    let plans = app.db.plans();
    assert!(plans.iter().any(|step| step.contains("COVERING INDEX jobs_by_status")), "{plans:?}");
    assert!(plans.iter().all(|step| !step.starts_with("SCAN jobs")), "{plans:?}");
}
