//! The dashboard's figures, from what is really there.

use serde_json::{Value, json};

use super::{candidate, interview, on_the_wire, with, with_one};
use crate::support::TestApp;

async fn stats(app: &TestApp) -> Value {
    app.get("/api/dashboard/stats").await.expect(200)
}

/// Enters people, one for each phase and status.
async fn enter(app: &TestApp, people: &[(i64, &str)]) {
    for (number, (phase, status)) in people.iter().enumerate() {
        let place = json!({"phase": phase, "status": status});
        app.enter_candidate(with(
            candidate(&format!("{phase}{status}{number}@e.co").replace(' ', "")),
            &place,
        ))
        .await;
    }
}

fn log_sync(app: &TestApp, status: &str, finished_at: Option<&str>) {
    let finished_at = finished_at.map_or("NULL".to_owned(), |at| format!("'{at}'"));
    // One runs at a time: the one before has ended.
    app.db.execute(&format!(
        "DELETE FROM sync_log WHERE status = 'running'; INSERT INTO sync_log (system, kind, status, started_at, finished_at) \
         VALUES ('recruiterflow', 'full', '{status}', '2024-01-20T10:00:00Z', {finished_at})"
    ));
}

#[tokio::test]
async fn get_stats_answers_as_documented() {
    let app = TestApp::new();
    enter(
        &app,
        &[vec![(1, "Screened"); 32], vec![(2, "Hired"); 12], vec![(2, "Offer Extended"); 11]].concat(),
    )
    .await;
    for hour in ["00", "12", "23"] {
        let at = format!("2024-01-20T{hour}:59:59Z");
        app.enter_interview(with_one(interview(1), "scheduledDate", at)).await;
    }
    log_sync(&app, "succeeded", Some("2024-01-20T10:30:00Z"));
    let documented = r#"{
        "totalCandidates": 55,
        "phase1Count": 32,
        "phase2Count": 23,
        "hiredCount": 12,
        "interviewsToday": 3,
        "syncStatus": "synced",
        "lastSync": "2024-01-20T10:30:00Z"
    }"#;
    let answer = app.get("/api/dashboard/stats").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.body, on_the_wire(documented));
}

#[tokio::test]
async fn without_anything_all_figures_are_zero() {
    let nothing = json!({
        "totalCandidates": 0, "phase1Count": 0, "phase2Count": 0, "hiredCount": 0, "interviewsToday": 0,
        "syncStatus": "synced", "lastSync": null
    });
    assert_eq!(stats(&TestApp::new()).await, nothing);
}

#[tokio::test]
async fn counts_follow_updates_and_deletes() {
    let app = TestApp::new();
    let counts = async || {
        let stats = stats(&app).await;
        ["totalCandidates", "phase1Count", "phase2Count", "hiredCount"]
            .map(|name| stats[name].as_i64().unwrap())
    };
    enter(&app, &[(1, "New"), (1, "New"), (2, "Hired")]).await;
    assert_eq!(counts().await, [3, 2, 1, 1]);
    app.put("/api/candidates/1", json!({"phase": 2, "status": "Hired"})).await.expect(200);
    assert_eq!(counts().await, [3, 1, 2, 2]);
    app.put("/api/candidates/1", json!({"phase": 2, "status": "Hired", "notes": "x"})).await.expect(200);
    assert_eq!(counts().await, [3, 1, 2, 2]);
    app.put("/api/candidates/3", json!({"status": "Rejected"})).await.expect(200);
    assert_eq!(counts().await, [3, 1, 2, 1]);
    app.delete("/api/candidates/1").await.expect(204);
    assert_eq!(counts().await, [2, 1, 1, 0]);
    app.delete("/api/candidates/1").await.expect(404);
    assert_eq!(counts().await, [2, 1, 1, 0]);
}

#[tokio::test]
async fn somebody_hired_counts_whatever_the_phase() {
    let app = TestApp::new();
    enter(&app, &[(1, "Hired"), (2, "Hired")]).await;
    let stats = stats(&app).await;
    assert_eq!(
        (&stats["hiredCount"], &stats["phase1Count"], &stats["phase2Count"]),
        (&json!(2), &json!(1), &json!(1))
    );
}

#[tokio::test]
async fn interviews_today_are_those_of_the_utc_day_of_any_status() {
    let app = TestApp::new();
    enter(&app, &[(1, "New")]).await;
    for (at, status) in [
        ("2024-01-19T23:59:59Z", "Scheduled"),
        ("2024-01-20T00:00:00Z", "Scheduled"),
        ("2024-01-20T23:59:59Z", "Completed"),
        ("2024-01-21T02:00:00+03:00", "Cancelled"),
        ("2024-01-21T00:00:00Z", "Completed"),
    ] {
        app.enter_interview(with(interview(1), &json!({"scheduledDate": at, "status": status}))).await;
    }
    for (now, count) in [
        ("2024-01-19T23:59:59Z", 1),
        ("2024-01-20T00:00:00Z", 3),
        ("2024-01-20T23:59:59Z", 3),
        ("2024-01-21T00:00:00Z", 1),
        ("2024-01-22T00:00:00Z", 0),
    ] {
        app.clock.set(now);
        assert_eq!(stats(&app).await["interviewsToday"], count, "{now}");
    }
    app.clock.set("2024-01-20T11:00:00Z");
    app.put("/api/interviews/1", json!({"scheduledDate": "2024-01-20T12:00:00Z"})).await.expect(200);
    assert_eq!(stats(&app).await["interviewsToday"], 4);
    app.delete("/api/interviews/2").await.expect(204);
    assert_eq!(stats(&app).await["interviewsToday"], 3);
    app.delete("/api/candidates/1").await.expect(204);
    assert_eq!(stats(&app).await["interviewsToday"], 0);
}

#[tokio::test]
async fn sync_status_is_the_newest_run_and_last_sync_the_last_that_ended_well() {
    let app = TestApp::new();
    let sync = async || {
        let stats = stats(&app).await;
        (stats["syncStatus"].clone(), stats["lastSync"].clone())
    };
    log_sync(&app, "running", None);
    assert_eq!(sync().await, (json!("syncing"), json!(null)));
    log_sync(&app, "failed", Some("2024-01-20T10:10:00Z"));
    assert_eq!(sync().await, (json!("error"), json!(null)));
    log_sync(&app, "succeeded", Some("2024-01-20T10:20:00Z"));
    assert_eq!(sync().await, (json!("synced"), json!("2024-01-20T10:20:00Z")));
    log_sync(&app, "running", None);
    assert_eq!(sync().await, (json!("syncing"), json!("2024-01-20T10:20:00Z")));
    log_sync(&app, "failed", Some("2024-01-20T10:40:00Z"));
    assert_eq!(sync().await, (json!("error"), json!("2024-01-20T10:20:00Z")));
    log_sync(&app, "succeeded", Some("2024-01-20T10:50:00Z"));
    assert_eq!(sync().await, (json!("synced"), json!("2024-01-20T10:50:00Z")));
}
