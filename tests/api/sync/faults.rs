//! What can go wrong with a call: once, and it heals; always, and the sweep fails visibly and leaves all as
//! it was.

use std::time::Duration;

use edgehire::ports::Clock;
use serde_json::json;

use super::Agency;
use crate::fakes::recruiterflow::Fault;

/// What can go wrong anywhere.
fn faults() -> Vec<Fault> {
    let statuses = [429, 500, 502, 503].map(|status| Fault::Status { status });
    let after = |status, after: &str| Fault::RetryAfter { status, after: after.to_owned() };
    let others = [
        after(429, "7"),
        after(429, "45"),
        after(503, "3"),
        Fault::Html,
        Fault::Cut,
        Fault::Truncated,
        Fault::Timeout,
        Fault::Refused,
        Fault::Body { status: 200, body: "\"no\"".to_owned() },
        Fault::Slow { ms: 11_000 },
    ];
    [statuses.to_vec(), others.to_vec()].concat()
}

/// Two jobs that changed since the last sweep, one with another name, one with a move, and one that is gone.
async fn changed() -> Agency {
    let agency = Agency::with_jobs(4).await;
    let ids = agency.fake.job_ids(true);
    let candidate = agency.fake.add_to_job(ids[1], None, None);
    agency.pass(Duration::from_mins(30)).await;
    agency.fake.change_job(ids[0], json!({ "name": "Renamed" }));
    agency.fake.move_candidate(ids[1], candidate, "Offer", None, Some("2024-01-20T11:30:00Z"));
    agency.fake.vanish_job(ids[2], true);
    agency
}

#[tokio::test]
async fn what_goes_wrong_once_heals() {
    let undisturbed = changed().await;
    undisturbed.sync_patiently().await;
    undisturbed.sync_patiently().await;
    let expected = undisturbed.state();
    for path in ["job/list", "job", "job/pipeline"] {
        for fault in faults() {
            let agency = changed().await;
            agency.fake.fail(path, fault.clone(), Some(1));
            agency.sync_patiently().await;
            let sync = agency.last_sync().await;
            assert_eq!(sync["status"], "succeeded", "{path} {fault:?}: {sync}");
            assert_eq!(sync["calls"], agency.fake.calls().len() - 5, "{path} {fault:?}");
            // What one job only had is made up for by the next.
            agency.sync_patiently().await;
            assert_eq!(agency.state(), expected, "{path} {fault:?}");
        }
    }
}

#[tokio::test]
async fn what_always_goes_wrong_is_shown_and_nothing_is_half_applied() {
    let undisturbed = changed().await;
    undisturbed.sync_patiently().await;
    let expected = undisturbed.state();
    for path in ["job/list", "job", "job/pipeline"] {
        let key = Fault::Body { status: 401, body: json!({"message": "Invalid API key"}).to_string() };
        let forbidden = Fault::Status { status: 403 };
        for fault in [faults(), vec![key, forbidden]].concat() {
            let name = format!("{path} {fault:?}");
            if path == "job" && matches!(fault, Fault::Cut | Fault::Truncated) {
                // The status says it all: 404.
                continue;
            }
            let agency = changed().await;
            let before = agency.state();
            let calls = agency.fake.calls().len();
            agency.fake.fail(path, fault, None);
            agency.sync_patiently().await;
            let status = agency.status().await;
            assert_eq!(status["status"], "error", "{name}: {status}");
            let error = status["last_error"].as_str().unwrap();
            assert!(error.starts_with("Recruiterflow "), "{name}: {error}");
            let sync = agency.last_sync().await;
            assert_eq!(
                (&sync["status"], &sync["error"]),
                (&json!("failed"), &status["last_error"]),
                "{name}"
            );
            assert_eq!(sync["calls"], agency.fake.calls().len() - calls, "{name}");
            let failed =
                "SELECT count(*) FROM events WHERE type = 'sync.failed' AND data ->> '$.error' <> ''";
            assert_eq!(agency.number(failed), 1, "{name}");
            assert_eq!(agency.number("SELECT count(*) FROM staged_jobs"), 0, "{name}");
            if path == "job/pipeline" {
                // The jobs have been read as a whole; of the pipelines none could be.
                assert_eq!(sync["pipelines_changed"], 0, "{name}");
                assert_eq!(sync["changed"], 1, "{name}");
            } else {
                assert_eq!(agency.state(), before, "{name}");
            }
            agency.fake.heal();
            agency.sync_patiently().await;
            assert_eq!(agency.status().await["status"], "synced", "{name}");
            assert_eq!(agency.state(), expected, "{name}");
        }
    }
}

#[tokio::test]
async fn a_wait_that_is_asked_for_is_kept_exactly() {
    for (fault, waits_ms) in [
        (Fault::RetryAfter { status: 429, after: "5".to_owned() }, [5_000, 5_000]),
        (Fault::Status { status: 429 }, [2_000, 4_000]),
        (Fault::Status { status: 503 }, [2_000, 4_000]),
    ] {
        let agency = Agency::with_jobs(1).await;
        let calls = agency.begun_ms().len();
        agency.fake.fail("job/list", fault, Some(2));
        agency.sync().await;
        let begun_ms = &agency.begun_ms()[calls..calls + 3];
        assert_eq!([begun_ms[1] - begun_ms[0], begun_ms[2] - begun_ms[1]], waits_ms);
        let sync = agency.last_sync().await;
        assert_eq!((&sync["status"], &sync["retries"]), (&json!("succeeded"), &json!(2)));
    }
}

#[tokio::test]
async fn a_wait_that_is_longer_than_a_step_is_kept_exactly() {
    let agency = Agency::with_jobs(1).await;
    agency.fake.fail("job/pipeline", Fault::RetryAfter { status: 429, after: "900".to_owned() }, Some(1));
    agency.sync().await;
    let calls = agency.begun_ms().len();
    let until_ms = agency.clock.unix_ms() + 900_000;
    assert_eq!(agency.run_tasks_after(Duration::from_millis(899_999)).await, 0);
    assert_eq!(agency.status().await["status"], "syncing");
    agency.run_tasks_after(Duration::from_millis(1)).await;
    assert_eq!(agency.begun_ms()[calls..], [until_ms]);
    assert_eq!(agency.status().await["status"], "synced");
}

#[tokio::test]
async fn a_force_does_not_shorten_a_wait_that_the_system_asked_for() {
    let agency = Agency::with_jobs(1).await;
    agency.fake.fail("job/list", Fault::RetryAfter { status: 429, after: "3600".to_owned() }, Some(1));
    agency.sync().await;
    let calls = agency.begun_ms().len();
    let until_ms = agency.clock.unix_ms() + 3_600_000;
    for _ in 0..4 {
        agency.pass(Duration::from_mins(14)).await;
        agency.sync().await;
        agency.post("/api/sync/recruiterflow", json!({})).await.expect(202);
        agency.run_due_tasks().await;
        assert_eq!(agency.begun_ms().len(), calls);
    }
    agency.run_tasks_after(Duration::from_mins(4)).await;
    assert_eq!(agency.begun_ms()[calls..], [until_ms, until_ms]);
    assert_eq!(agency.status().await["status"], "synced");
}

#[tokio::test]
async fn an_empty_pipeline_leaves_what_is_known() {
    let agency = changed().await;
    let known = agency.state();
    agency.fake.fail("job/pipeline", Fault::EmptySummary, None);
    agency.sync().await;
    assert_eq!(agency.last_sync().await["status"], "succeeded");
    let moves = |rows: Vec<String>| rows.into_iter().filter(|row| row.contains("Sourced")).count();
    assert_eq!(moves(agency.state()), moves(known));
    assert_eq!(agency.number("SELECT count(*) FROM jobs WHERE pipeline IS NULL AND is_active = 1"), 0);
}
