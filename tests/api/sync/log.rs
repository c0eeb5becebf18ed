//! The log of syncs, and how things stand.

use std::time::Duration;

use serde_json::{Value, json};

use super::Agency;
use crate::fakes::recruiterflow::Fault;

/// The ids of a page, and where the next one begins.
fn ids(page: &Value) -> (Vec<i64>, Option<String>) {
    let ids = page["syncs"].as_array().unwrap().iter().map(|sync| sync["id"].as_i64().unwrap());
    (ids.collect(), page["next"].as_str().map(str::to_owned))
}

/// Five syncs: by the clock, by a person, one that failed, by a person, by the clock.
async fn five() -> Agency {
    let agency = Agency::with_jobs(1).await;
    agency.post("/api/sync/recruiterflow", json!({})).await.expect(202);
    agency.run_due_tasks().await;
    agency.fake.fail("*", Fault::Status { status: 401 }, None);
    agency.sync().await;
    agency.fake.heal();
    agency.post("/api/sync/recruiterflow", json!({})).await.expect(202);
    agency.run_due_tasks().await;
    agency.sync().await;
    agency
}

#[tokio::test]
async fn the_log_is_paged_from_the_newest() {
    let agency = five().await;
    let mut path = "/api/sync/log?limit=2".to_owned();
    let mut pages = Vec::new();
    loop {
        let (page, next) = ids(&agency.get(&path).await.expect(200));
        pages.push(page);
        let Some(next) = next else { break };
        path = crate::support::query("/api/sync/log", &[("limit", "2"), ("after", &next)]);
    }
    assert_eq!(pages, [vec![5, 4], vec![3, 2], vec![1]]);
    assert_eq!(agency.trips(), 1);
}

#[tokio::test]
async fn the_log_is_filtered() {
    let agency = five().await;
    for (filter, expected) in [
        ("kind=manual", vec![4, 2]),
        ("kind=full", vec![5, 3, 1]),
        ("kind=webhook", vec![]),
        ("status=failed", vec![3]),
        ("status=succeeded", vec![5, 4, 2, 1]),
        ("status=running", vec![]),
        ("kind=manual&status=succeeded&limit=1", vec![4]),
        ("kind=manual&status=failed", vec![]),
    ] {
        assert_eq!(
            ids(&agency.get(&format!("/api/sync/log?{filter}")).await.expect(200)).0,
            expected,
            "{filter}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_listed_is_said_all_at_once() {
    let agency = Agency::new();
    let path = "/api/sync/log?kind=half&status=odd&limit=0&after=x";
    let refused = agency.get(path).await.expect(400);
    assert_eq!(super::fields(&refused), ["after", "kind", "limit", "status"]);
    for bad in ["limit=101", "limit=many", "after=1"] {
        agency.get(&format!("/api/sync/log?{bad}")).await.expect(400);
    }
    let refused = agency.post("/api/sync/recruiterflow", json!({"force": "perhaps"})).await.expect(400);
    assert_eq!(super::fields(&refused), ["force"]);
}

#[tokio::test]
async fn no_list_and_no_status_goes_through_the_whole_log() {
    let agency = five().await;
    agency.db.watch_plans();
    for filter in ["", "?kind=manual", "?status=failed", "?kind=full&status=failed"] {
        agency.get(&format!("/api/sync/log{filter}")).await.expect(200);
    }
    agency.get("/api/sync/status").await.expect(200);
    let plans: Vec<_> = agency.db.plans().into_iter().filter(|plan| plan.contains("sync_log")).collect();
    assert!(plans.len() >= 8);
    for plan in plans.iter().filter(|plan| !plan.contains("rtrim")) {
        let is_scan = plan.starts_with("SCAN sync_log:");
        // Without a filter, it is read in its own order, up to the limit.
        assert!(!is_scan || !plan.contains("WHERE kind") && !plan.contains("WHERE status"), "{plan}");
        assert!(!plan.starts_with("USE TEMP B-TREE"), "{plan}");
    }
}

#[tokio::test]
async fn a_status_finds_the_last_failure_among_many_syncs_by_an_index() {
    let agency = Agency::new();
    agency.db.watch_plans();
    agency.get("/api/sync/status").await.expect(200);
    let plans = agency.db.plans();
    let by_status = plans.iter().filter(|plan| {
        plan.contains("sync_log_sweeps")
            || plan.contains("sync_log_failed")
            || plan.contains("sync_log_running")
    });
    assert!(by_status.count() >= 3, "{plans:#?}");
}

#[tokio::test]
async fn the_status_before_the_first_sync_and_while_one_runs() {
    let agency = Agency::new();
    agency.open("Job");
    let status = agency.status().await;
    assert_eq!(
        status,
        json!({
            "system": "recruiterflow", "status": "synced", "last_success_at": null, "last_error": null,
            "last_error_at": null, "progress": null, "staleness": {"seconds": null, "is_stale": true},
            "failed_webhooks": 0,
        })
    );
    agency.fire().await;
    let status = agency.status().await;
    assert_eq!(status["status"], "syncing");
    assert_eq!(
        status["progress"],
        json!({
            "sync_id": 1, "kind": "full", "phase": "jobs", "started_at": "2024-01-20T11:00:00Z",
            "jobs_seen": 0, "jobs_total": null, "pipelines_read": 0, "pipelines_total": null,
        })
    );
    agency.run_due_tasks().await;
    let status = agency.status().await;
    assert_eq!(
        (&status["status"], &status["last_success_at"], &status["staleness"]),
        (&json!("synced"), &json!("2024-01-20T11:00:00Z"), &json!({"seconds": 0, "is_stale": false}))
    );
}

#[tokio::test]
async fn an_error_is_shown_until_a_sync_goes_well_and_remembered_after() {
    let agency = Agency::with_jobs(1).await;
    agency.fake.fail("*", Fault::Status { status: 401 }, None);
    agency.pass(Duration::from_mins(30)).await;
    agency.sync().await;
    let error = json!("Recruiterflow refuses the API key: Something went wrong");
    let status = agency.status().await;
    assert_eq!(status["status"], "error");
    assert_eq!((&status["last_error"], &status["last_error_at"]), (&error, &json!("2024-01-20T11:30:00Z")));
    assert_eq!(status["last_success_at"], "2024-01-20T11:00:00Z");
    agency.fake.heal();
    agency.sync().await;
    let status = agency.status().await;
    assert_eq!((&status["status"], &status["last_error"]), (&json!("synced"), &error));
}

#[tokio::test]
async fn what_is_here_is_stale_after_sixty_five_minutes() {
    let agency = Agency::with_jobs(1).await;
    agency.pass(Duration::from_mins(65)).await;
    assert_eq!(agency.status().await["staleness"], json!({"seconds": 3_900, "is_stale": false}));
    agency.pass(Duration::from_secs(1)).await;
    assert_eq!(agency.status().await["staleness"], json!({"seconds": 3_901, "is_stale": true}));
}

#[tokio::test]
async fn recruitos_shows_how_the_sync_stands_and_what_it_brought() {
    let agency = Agency::new();
    let stats = async || {
        let stats = agency.get("/api/dashboard/stats").await.expect(200);
        (stats["syncStatus"].clone(), stats["lastSync"].clone())
    };
    assert_eq!(stats().await, (json!("synced"), json!(null)));
    agency.open("Job");
    agency.open("Other");
    agency.fire().await;
    assert_eq!(stats().await.0, "syncing");
    agency.run_due_tasks().await;
    assert_eq!(stats().await, (json!("synced"), json!("2024-01-20T11:00:00Z")));
    // One that brings nothing is no news; one that fails is none of the feed's.
    agency.pass(Duration::from_mins(30)).await;
    agency.sync().await;
    agency.fake.fail("*", Fault::Status { status: 401 }, None);
    agency.pass(Duration::from_mins(30)).await;
    agency.sync().await;
    assert_eq!(stats().await, (json!("error"), json!("2024-01-20T11:30:00Z")));
    let feed = agency.get("/api/activity").await.expect(200);
    let feed: Vec<_> = feed
        .as_array()
        .unwrap()
        .iter()
        .map(|item| json!([item["type"], item["count"], item["timestamp"]]))
        .collect();
    assert_eq!(feed, [json!(["sync", 2, "2024-01-20T11:00:00Z"])]);
}

#[tokio::test]
async fn everybody_may_look_and_only_administrators_may_force() {
    let agency = Agency::new();
    for (role, status) in [("admin", 202), ("recruiter", 403), ("readonly", 403)] {
        let token = agency.token_of_new(&format!("{role}@example.com"), role).await;
        for path in ["/api/sync/status", "/api/sync/log"] {
            agency.call_as(&token, "GET", path, "").await.expect(200);
        }
        agency.call_as(&token, "POST", "/api/sync/recruiterflow", "{}").await.expect(status);
    }
    agency.run_due_tasks().await;
}

#[tokio::test]
async fn old_syncs_are_removed_but_the_last_that_went_well_is_not() {
    let agency = Agency::with_jobs(1).await;
    agency.sync().await;
    agency.fake.fail("*", Fault::Status { status: 403 }, None);
    agency.sync().await;
    agency.pass(Duration::from_hours(24 * 91)).await;
    edgehire::tasks::run_cron(&agency.app.app, "17 * * * *").await;
    let left = agency.db.texts("SELECT id || ' ' || status FROM sync_log");
    assert_eq!(left, ["2 succeeded"]);
    assert!(agency.status().await["staleness"]["is_stale"].as_bool().unwrap());
}

#[tokio::test]
async fn a_second_failure_in_a_row_alerts_the_operator() {
    let agency = Agency::with_jobs(1).await;
    let alerts = || agency.log().iter().filter(|line| line["alert"] == "sync_failing").count();
    agency.fake.fail("*", Fault::Status { status: 403 }, None);
    agency.sync().await;
    assert_eq!(alerts(), 0, "one may pass");
    agency.pass(Duration::from_mins(30)).await;
    agency.sync().await;
    assert_eq!(alerts(), 1);
    agency.fake.heal();
    agency.pass(Duration::from_mins(30)).await;
    agency.sync().await;
    assert_eq!(alerts(), 1);
}
