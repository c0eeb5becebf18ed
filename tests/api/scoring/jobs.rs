//! The list of jobs: what it shows, and in which order.

use serde_json::{Value, json};

use super::titles;
use crate::support::TestApp;

/// A pipeline with a slow stage and one that is out, on 2024-01-20 at 11:00.
pub fn pipeline() -> Value {
    let day = 86_400_000_i64;
    let now = 1_705_748_400_000_i64;
    json!({
        "stages": [
            {"name": "Screen", "count": 3, "is_out": false, "closed": 1, "closed_ms": day, "open": 3, "open_ms": 3 * now - 6 * day},
            {"name": "Client \"final\"", "count": 2, "is_out": false, "closed": 0, "closed_ms": 0, "open": 2, "open_ms": 2 * now - 20 * day},
            {"name": "Disqualified", "count": 5, "is_out": true, "closed": 0, "closed_ms": 0, "open": 5, "open_ms": 5 * now - 500 * day}
        ],
        "reasons": {"Salary": 5}
    })
}

#[tokio::test]
async fn a_job_is_shown_with_all_that_a_list_needs() {
    let app = TestApp::new();
    app.enter_job(
        1,
        json!({
            "title": "Backend Developer", "status": "Sourcing", "fee": 32000, "fee_currency": "USD",
            "location": "Berlin", "rank": "A", "composite": 4.25, "scoring_date": "2024-01-19",
            "pipeline": pipeline(), "pipeline_at": "2024-01-20T10:00:00Z"
        }),
    );
    let list = app.get("/api/jobs").await.expect(200);
    assert_eq!(
        list,
        json!([{
            "id": "018d2680-1b40-7000-8000-000000000001", "recruiterflow_job_id": "101",
            "client_name": "Acme", "job_title": "Backend Developer",
            "date_opened": "2024-01-10T09:00:00Z", "status": "Sourcing", "estimated_fee": 32000.0,
            "fee_currency": "USD", "last_synced": "2024-01-20T10:30:00Z", "location": "Berlin",
            "source": "recruiterflow", "is_active": true, "current_rank": "A", "composite_score": 4.25,
            "scoring_date": "2024-01-19",
            "pipeline_snapshot": {
                "total_candidates": 10, "active_candidates": 5, "staleness_days": 5.2,
                "bottleneck": "Client \"final\"", "updated_at": "2024-01-20T10:00:00Z"
            }
        }])
    );
    assert_eq!(app.trips(), 1);
}

#[tokio::test]
async fn what_is_unknown_is_null_and_ids_of_other_systems_are_not_shown_as_recruiterflows() {
    let app = TestApp::new();
    app.enter_job(
        1,
        json!({"source": "native", "external_id": null, "client_name": null, "opened_at": null, "synced_at": null}),
    );
    app.enter_job(2, json!({"source": "workday", "external_id": "w-1"}));
    let list = app.get("/api/jobs").await.expect(200);
    for name in [
        "recruiterflow_job_id",
        "status",
        "estimated_fee",
        "current_rank",
        "composite_score",
        "pipeline_snapshot",
    ] {
        assert!(list[0][name].is_null() && list[1][name].is_null(), "{name}");
    }
    for name in ["client_name", "date_opened", "last_synced", "scoring_date", "location"] {
        assert_eq!(list[1][name], Value::Null, "{name}");
    }
    assert_eq!(list[1]["job_title"], "Job 1");
}

#[tokio::test]
async fn an_empty_list_is_an_array() {
    assert_eq!(TestApp::new().get("/api/jobs").await.expect(200), json!([]));
}

/// Jobs that differ in all that a list is ordered by; the closed one is the best.
fn ordered() -> TestApp {
    let app = TestApp::new();
    let job = |number, title: &str, members: Value| {
        let mut members = members;
        members["title"] = title.into();
        app.enter_job(number, members);
    };
    job(1, "old", json!({"opened_at": "2023-12-01T00:00:00Z", "client_name": "beta", "fee": 10}));
    job(2, "best", json!({"rank": "A", "composite": 4.5, "client_name": "Gamma", "fee": 30}));
    job(3, "good", json!({"rank": "B", "composite": 4, "client_name": null, "fee": 20}));
    job(4, "new", json!({"client_name": "alpha", "synced_at": "2024-01-20T10:45:00Z"}));
    job(5, "undated", json!({"opened_at": null, "client_name": "Ёлка", "synced_at": null}));
    job(6, "good older", json!({"composite": 4, "rank": "B", "opened_at": "2024-01-01T00:00:00Z"}));
    job(7, "closed", json!({"composite": 5, "rank": "A", "is_active": false}));
    app
}

#[tokio::test]
async fn the_best_come_first_unscored_ones_last_then_the_longest_open() {
    let app = ordered();
    let usual = ["best", "good older", "good", "old", "new", "undated"];
    assert_eq!(titles(&app.get("/api/jobs").await), usual);
    assert_eq!(titles(&app.get("/api/jobs?sort=composite_score").await), usual);
}

#[tokio::test]
async fn every_order_has_its_other_way_round_and_what_is_missing_comes_last_in_both() {
    let app = ordered();
    for (sort, expected) in [
        ("-composite_score", ["good older", "good", "best", "old", "new", "undated"]),
        ("date_opened", ["old", "good older", "best", "good", "new", "undated"]),
        ("-date_opened", ["best", "good", "new", "good older", "old", "undated"]),
        ("job_title", ["best", "good", "good older", "new", "old", "undated"]),
        ("-job_title", ["undated", "old", "new", "good older", "good", "best"]),
        ("client_name", ["good older", "new", "old", "best", "undated", "good"]),
        ("-client_name", ["undated", "best", "old", "new", "good older", "good"]),
        ("estimated_fee", ["best", "good", "old", "good older", "new", "undated"]),
        ("-estimated_fee", ["old", "good", "best", "good older", "new", "undated"]),
        ("last_synced", ["new", "best", "good older", "good", "old", "undated"]),
        ("-LAST_SYNCED", ["best", "good older", "good", "old", "new", "undated"]),
    ] {
        assert_eq!(titles(&app.get(&format!("/api/jobs?sort={sort}")).await), expected, "{sort}");
    }
}

#[tokio::test]
async fn active_ones_are_listed_unless_others_are_asked_for() {
    let app = ordered();
    assert_eq!(titles(&app.get("/api/jobs?active=false").await), ["closed"]);
    assert_eq!(titles(&app.get("/api/jobs?active=ALL").await)[..2], ["closed", "best"]);
    assert_eq!(titles(&app.get("/api/jobs?active=true").await).len(), 6);
}

#[tokio::test]
async fn the_usual_list_comes_in_the_order_of_an_index() {
    let app = ordered();
    app.db.watch_plans();
    app.get("/api/jobs?limit=2").await.expect(200);
    let plans = app.db.plans();
    assert!(plans.iter().any(|step| step.contains("jobs_ranked (is_active=?)")), "{plans:?}");
    assert!(plans.iter().all(|step| !step.starts_with("USE TEMP B-TREE")), "{plans:?}");
}

#[tokio::test]
async fn the_figures_follow_the_pipeline() {
    let app = TestApp::new();
    app.enter_job(1, json!({}));
    let figures = async || {
        app.db.execute("UPDATE cache_state SET jobs = jobs + 1");
        app.get("/api/jobs").await.expect(200)[0]["pipeline_snapshot"].clone()
    };
    assert_eq!(figures().await, Value::Null);
    let written = pipeline().to_string();
    app.db.execute(&format!("UPDATE jobs SET pipeline = '{written}', pipeline_at = '2024-01-20T10:00:00Z'"));
    assert_eq!(figures().await["total_candidates"], 10);
    app.db.execute("UPDATE jobs SET pipeline = json_set(pipeline, '$.stages[0].count', 1)");
    assert_eq!(figures().await["total_candidates"], 8);
    app.db.execute("UPDATE jobs SET pipeline = json_object('stages', json('[]'), 'reasons', json('{}'))");
    let empty = figures().await;
    assert_eq!((&empty["total_candidates"], &empty["staleness_days"]), (&json!(0), &Value::Null));
    app.db.execute("UPDATE jobs SET pipeline = NULL");
    assert_eq!(figures().await, Value::Null);
}
