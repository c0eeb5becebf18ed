//! What a sweep brings, and that it brings nothing twice.

use std::time::Duration;

use serde_json::json;

use super::Agency;
use crate::fakes::recruiterflow::seed;

#[tokio::test]
async fn a_sweep_brings_all_jobs_and_the_pipelines_of_those_that_are_worked_on() {
    let agency = Agency::new();
    seed::agency(&agency.fake, 250, 20, 1);
    agency.sync().await;
    assert_eq!(agency.db.texts("SELECT count(*) || ' ' || sum(is_active) FROM jobs"), ["250 20"]);
    assert_eq!(agency.fake.counts()["job/list"], 3, "as many calls as pages");
    assert_eq!(agency.fake.counts()["job/pipeline"], 20, "one for each open job");
    assert!(agency.fake.most_at_once() <= 6);
    let sync = agency.last_sync().await;
    for (member, expected) in [
        ("kind", json!("full")),
        ("status", json!("succeeded")),
        ("seen", json!(250)),
        ("created", json!(250)),
        ("changed", json!(0)),
        ("deactivated", json!(0)),
        ("pipelines", json!(20)),
        ("pipelines_changed", json!(20)),
        ("calls", json!(23)),
        ("retries", json!(0)),
        ("unreadable", json!(0)),
        ("error", json!(null)),
    ] {
        assert_eq!(sync[member], expected, "{member}: {sync}");
    }
    let told = agency.db.texts("SELECT type || ' ' || count(*) FROM events GROUP BY type ORDER BY type");
    let expected = ["job.created 250", "job.needs_scoring 20", "job.pipeline_changed 20", "sync.completed 1"];
    assert_eq!(told, expected);
    assert_eq!(agency.db.texts("SELECT CAST(count(*) AS TEXT) FROM staged_jobs"), ["0"]);
}

#[tokio::test]
async fn a_list_of_full_pages_is_read_without_one_page_more_when_the_total_says_so() {
    let agency = Agency::new();
    seed::agency(&agency.fake, 300, 0, 1);
    agency.sync().await;
    assert_eq!(agency.fake.counts()["job/list"], 3);
    assert_eq!(agency.last_sync().await["seen"], 300);
}

#[tokio::test]
async fn a_second_sweep_without_changes_writes_nothing_of_jobs() {
    let agency = Agency::new();
    seed::agency(&agency.fake, 120, 10, 2);
    agency.sync().await;
    let before = agency.everything();
    agency.news();
    let jobs =
        || agency.db.texts("SELECT json_array(id, updated_at, synced_at, read_ms, pipeline_ms) FROM jobs");
    let rows = jobs();
    agency.pass(Duration::from_mins(30)).await;
    agency.sync().await;
    assert_eq!(agency.news(), [""; 0]);
    assert_eq!(jobs(), rows);
    let sync = agency.last_sync().await;
    assert_eq!((&sync["seen"], &sync["created"], &sync["changed"]), (&json!(120), &json!(0), &json!(0)));
    let jobs = |rows: Vec<String>| rows.into_iter().filter(|row| row.starts_with('[')).collect::<Vec<_>>();
    assert_eq!(jobs(agency.everything()), jobs(before));
}

#[tokio::test]
async fn the_system_wins_for_what_it_says_and_each_change_is_told() {
    let agency = Agency::with_jobs(4).await;
    let ids = agency.fake.job_ids(false);
    agency.news();
    agency.pass(Duration::from_mins(30)).await;
    agency.fake.change_job(
        ids[0],
        json!({ "name": "Renamed", "expected_fee": { "currency": "EUR", "number": "30000" } }),
    );
    agency.fake.close_job(ids[1]);
    agency.sync().await;
    assert_eq!(agency.jobs(), ["Renamed 1", "Job 1 0", "Job 2 1", "Job 3 1"]);
    assert_eq!(agency.job(ids[0], "fee || ' ' || fee_currency"), "30000.0 EUR");
    let [a, b] = [ids[0], ids[1]];
    let mut news = agency.news();
    news.sort();
    assert_eq!(news, [format!("job.closed {b}"), format!("job.updated {a}"), format!("job.updated {b}")]);
    let sync = agency.last_sync().await;
    assert_eq!((&sync["changed"], &sync["deactivated"]), (&json!(1), &json!(1)));

    agency.fake.reopen_job(b, None);
    agency.sync().await;
    assert_eq!(agency.jobs()[1], "Job 1 1");
    assert_eq!(
        agency.news(),
        [format!("job.updated {b}"), format!("job.reopened {b}")],
        "nobody is asked to score again"
    );
}

#[tokio::test]
async fn an_event_tells_the_job_and_what_of_it_changed() {
    let agency = Agency::with_jobs(1).await;
    let id = agency.fake.job_ids(false)[0];
    agency.fake.change_job(id, json!({ "name": "Renamed", "company": { "id": 5, "name": "Acme" } }));
    agency.sync().await;
    let told = agency.db.texts("SELECT data FROM events WHERE type = 'job.updated'").remove(0);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["changed"], json!(["title", "client_name"]));
    assert_eq!(
        (&told["title"], &told["client_name"], &told["is_active"]),
        (&json!("Renamed"), &json!("Acme"), &json!(true))
    );
    assert_eq!((&told["source"], &told["external_id"]), (&json!("recruiterflow"), &json!(id.to_string())));
}

#[tokio::test]
async fn a_date_that_was_told_once_is_never_erased() {
    let agency = Agency::with_jobs(1).await;
    let id = agency.fake.job_ids(false)[0];
    let opened = agency.job(id, "opened_at");
    agency.fake.leave_out(id, &["created_at", "last_opened"]);
    agency.fake.change_job(id, json!({ "name": "Renamed" }));
    agency.sync().await;
    assert_eq!(agency.job(id, "title"), "Renamed");
    assert_eq!(agency.job(id, "opened_at"), opened);
}

#[tokio::test]
async fn our_own_rank_there_is_no_change() {
    let agency = Agency::with_jobs(1).await;
    let id = agency.fake.job_ids(false)[0];
    agency.news();
    let version = agency.job(id, "version");
    agency
        .fake
        .change_job(id, json!({ "custom_fields": [{ "id": 13, "name": "current_rank", "value": "A" }] }));
    agency.sync().await;
    assert_eq!(agency.job(id, "version"), version);
    assert_eq!(agency.news(), [""; 0]);
}

#[tokio::test]
async fn every_peculiarity_of_the_small_account_is_read() {
    let agency = Agency::new();
    seed::small(&agency.fake);
    agency.sync().await;
    let sync = agency.last_sync().await;
    assert_eq!((&sync["status"], &sync["unreadable"]), (&json!("succeeded"), &json!(0)), "{sync}");
    assert_eq!(agency.jobs().len(), agency.fake.job_ids(false).len());
    let active = agency.db.texts("SELECT CAST(count(*) AS TEXT) FROM jobs WHERE is_active = 1");
    assert_eq!(active, [agency.fake.job_ids(true).len().to_string()]);
}

#[tokio::test]
async fn without_a_key_there_is_no_sync() {
    let app = crate::support::TestApp::new();
    edgehire::tasks::run_cron(&app.app, super::CRON).await;
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 0);
    let answer = app.post("/api/sync/recruiterflow", json!({})).await;
    assert_eq!(answer.expect(503)["error"], "Not configured: the setting RECRUITERFLOW_API_KEY is missing");
    assert_eq!(app.get("/api/sync/status").await.expect(200)["status"], "not_configured");
}
