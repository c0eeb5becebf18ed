//! More jobs that would be deactivated than is likely: the sweep stops, and changes nothing until forced.

use serde_json::json;

use super::{Agency, Meddled};
use crate::fakes::recruiterflow::Fault;

/// So many of the jobs go: some are closed, the others deleted.
fn take_away(agency: &Agency, count: usize) {
    for (at, id) in agency.fake.job_ids(true).into_iter().take(count).enumerate() {
        if at % 2 == 0 { agency.fake.close_job(id) } else { agency.fake.delete_job(id) }
    }
}

#[tokio::test]
async fn it_stops_at_more_than_five_and_more_than_a_fifth() {
    for (active, gone, stops) in [
        (5, 5, false),
        (6, 6, true),
        (7, 5, false),
        (29, 6, true),
        (30, 6, false),
        (31, 6, false),
        (34, 7, true),
        (35, 7, false),
    ] {
        let agency = Agency::with_jobs(active).await;
        take_away(&agency, gone);
        agency.sync().await;
        let sync = agency.last_sync().await;
        assert_eq!(sync["status"] == "failed", stops, "{gone} of {active}: {sync}");
        let left = agency.number("SELECT count(*) FROM jobs WHERE is_active = 1");
        assert_eq!(left, i64::try_from(if stops { active } else { active - gone }).unwrap());
    }
}

#[tokio::test]
async fn it_changes_nothing_at_all_until_forced() {
    let agency = Agency::with_jobs(12).await;
    let ids = agency.fake.job_ids(true);
    take_away(&agency, 7);
    agency.fake.change_job(ids[10], json!({ "name": "Renamed" }));
    agency.fake.add_to_job(ids[11], None, None);
    agency.open("New");
    let rows = || {
        let columns = "id, version, is_active, title, updated_at, synced_at, read_ms, pipeline_ms, list_hash";
        let jobs = agency.db.texts(&format!("SELECT json_array({columns}) FROM jobs ORDER BY id"));
        (agency.state(), jobs)
    };
    let before = rows();
    let calls = agency.fake.calls().len();
    for failures in 1..=2 {
        agency.sync().await;
        assert_eq!(rows(), before);
        assert_eq!(agency.number("SELECT count(*) FROM staged_jobs"), 0);
        assert_eq!(agency.number("SELECT count(*) FROM events WHERE type = 'sync.failed'"), failures);
    }
    let status = agency.status().await;
    assert_eq!(status["status"], "error");
    assert_eq!(
        status["last_error"],
        "stopped, and nothing was changed: of 12 active jobs 7 would be deactivated, 4 closed and 3 not in the list \
         any more. If that is right, force a sync: POST /api/sync/recruiterflow"
    );
    let sync = agency.last_sync().await;
    assert_eq!((&sync["seen"], &sync["calls"]), (&json!(10), &json!(1)));
    assert_eq!(agency.fake.calls().len() - calls, 2, "it does not ask further");

    agency.post("/api/sync/recruiterflow", json!({})).await.expect(202);
    agency.run_due_tasks().await;
    let sync = agency.last_sync().await;
    assert_eq!(
        (&sync["status"], &sync["deactivated"], &sync["changed"], &sync["created"]),
        (&json!("succeeded"), &json!(7), &json!(1), &json!(1))
    );
    agency.sync().await;
    assert_eq!(agency.status().await["status"], "synced");
}

#[tokio::test]
async fn a_list_that_is_empty_by_mistake_changes_nothing() {
    for count in [3, 8] {
        let agency = Agency::with_jobs(count).await;
        let before = agency.jobs();
        agency.fake.fail("job/list", Fault::EmptyList, None);
        agency.news();
        agency.sync().await;
        // A few are asked for by themselves; many are too much to believe.
        assert_eq!(agency.last_sync().await["status"] == "failed", count == 8);
        assert_eq!((agency.jobs(), agency.news()), (before, vec![]));
    }
}

#[tokio::test]
async fn a_force_believes_each_job_and_not_the_list() {
    let agency = Agency::with_jobs(8).await;
    agency.fake.fail("job/list", Fault::EmptyList, None);
    agency.post("/api/sync/recruiterflow", json!({})).await.expect(202);
    agency.run_due_tasks().await;
    assert_eq!(agency.last_sync().await["deactivated"], 0);
    assert_eq!(agency.number("SELECT count(*) FROM jobs WHERE is_active = 1"), 8);
}

#[tokio::test]
async fn a_database_that_fails_while_it_is_looked_at_does_not_let_it_through() {
    let agency = Agency::with_jobs(8).await;
    take_away(&agency, 7);
    let db = agency.db.clone();
    let mut has_failed = false;
    agency.meddle(move |uri, _| {
        if uri.contains("job/list") && !std::mem::replace(&mut has_failed, true) {
            // What differs is read and kept; then there is the look.
            db.pass_next();
            db.pass_next();
            db.fail_next([edgehire::ports::DbError::Other("it fails".to_owned())]);
        }
        Meddled::Pass
    });
    agency.sync_patiently().await;
    let sync = agency.last_sync().await;
    assert_eq!(sync["status"], "failed");
    assert!(sync["error"].as_str().unwrap().starts_with("stopped, and nothing was changed"), "{sync}");
    assert_eq!(sync["seen"], 5, "counted once");
    assert_eq!(agency.number("SELECT count(*) FROM jobs WHERE is_active = 1"), 8);
}
