//! A sweep goes in steps, each well inside what an invocation may take, and there is one sweep at a time.

use std::time::Duration;

use edgehire::ports::Clock;
use serde_json::{Value, json};

use super::Agency;
use crate::fakes::recruiterflow::{Fault, seed};

/// The longest a step may take, in milliseconds; and for how long it begins calls that are not repeats.
const STEP_MS: i64 = 20_000;
const BEGINS_MS: i64 = 9_000;

/// The statements an invocation may run.
const STATEMENTS: usize = 1_000;

/// Runs a sweep step by step, and gives how it stood after each.
async fn walk(agency: &Agency) -> Vec<Value> {
    let mut standings = Vec::new();
    loop {
        edgehire::tasks::sweep(&agency.app.app).await.unwrap();
        let (started_ms, statements) = (agency.clock.unix_ms(), agency.db.statements());
        let calls = agency.begun_ms().len();
        if !agency.step().await {
            return standings;
        }
        assert!(agency.clock.unix_ms() - started_ms <= STEP_MS, "a step takes too long");
        assert!(agency.db.statements() - statements <= STATEMENTS, "a step runs too many statements");
        for begun_ms in &agency.begun_ms()[calls..] {
            // The clock moves while a call that was begun before is sent.
            assert!(begun_ms - started_ms < BEGINS_MS + 6 * 1_500, "a call begins too late");
        }
        standings.push(agency.status().await);
    }
}

#[tokio::test]
async fn a_slow_system_takes_many_steps_which_come_to_the_same() {
    let quick = Agency::new();
    seed::agency(&quick.fake, 450, 60, 3);
    quick.sync().await;

    let agency = Agency::new();
    seed::agency(&agency.fake, 450, 60, 3);
    agency.fake.fail("*", Fault::Slow { ms: 1_500 }, None);
    agency.fire().await;
    let standings = walk(&agency).await;
    assert!(standings.len() > 5, "{}", standings.len());
    let (last, before) = standings.split_last().unwrap();
    assert_eq!((&last["status"], &last["progress"]), (&json!("synced"), &json!(null)));
    let count = |standing: &Value, member: &str| standing["progress"][member].as_i64().unwrap();
    let phases = ["jobs", "missing", "apply", "pipelines"];
    let place = |standing: &Value| phases.iter().position(|phase| standing["progress"]["phase"] == *phase);
    for pair in before.windows(2) {
        assert_eq!(pair[0]["status"], "syncing");
        assert!(place(&pair[0]) <= place(&pair[1]) && place(&pair[0]).is_some());
        for member in ["jobs_seen", "pipelines_read"] {
            assert!(count(&pair[0], member) <= count(&pair[1], member));
        }
        assert_eq!(pair[0]["progress"]["jobs_total"], 450);
    }
    let last = before.last().unwrap();
    assert_eq!(last["progress"]["pipelines_total"], 60);
    assert!(before.iter().any(|standing| (1..60).contains(&count(standing, "pipelines_read"))));
    assert_eq!(agency.everything(), quick.everything());
    let (slow, fast) = (agency.last_sync().await, quick.last_sync().await);
    for member in ["seen", "created", "pipelines", "pipelines_changed", "calls", "retries", "unreadable"] {
        assert_eq!(slow[member], fast[member], "{member}");
    }
    assert_eq!(slow["calls"], agency.fake.calls().len());
    assert!(slow["ms"].as_i64() >= slow["vendor_ms"].as_i64() && slow["vendor_ms"].as_i64() > Some(60_000));
}

#[tokio::test]
async fn thousands_of_jobs_are_written_in_steps_of_a_thousand_statements_at_most() {
    let agency = Agency::new();
    seed::agency(&agency.fake, 1_500, 40, 5);
    agency.fire().await;
    walk(&agency).await;
    assert_eq!(agency.last_sync().await["created"], 1_500);
    assert_eq!(agency.number("SELECT count(*) FROM staged_jobs"), 0);
}

#[tokio::test]
async fn the_cursor_of_thousands_of_active_jobs_stays_small() {
    let agency = Agency::new();
    for number in 0..1_000 {
        agency.open(&format!("Job {number}"));
    }
    agency.sync().await;
    agency.fake.fail("job/list", Fault::Slow { ms: 5_000 }, None);
    agency.pass(Duration::from_mins(30)).await;
    agency.fire().await;
    let mut longest = 0;
    loop {
        edgehire::tasks::sweep(&agency.app.app).await.unwrap();
        if !agency.step().await {
            break;
        }
        longest = longest.max(agency.number("SELECT coalesce(max(length(cursor)), 0) FROM tasks"));
    }
    assert!(longest > 1_000 && longest < 20_000, "{longest}");
    assert_eq!(agency.last_sync().await["pipelines"], 1_000);
}

#[tokio::test]
async fn a_force_while_a_sync_runs_joins_it_and_forces_it() {
    let agency = Agency::with_jobs(10).await;
    for id in agency.fake.job_ids(true).into_iter().take(6) {
        agency.fake.delete_job(id);
    }
    agency.fire().await;
    let id = agency.status().await["progress"]["sync_id"].clone();
    agency.fire().await;
    for _ in 0..2 {
        let answer = agency.post("/api/sync/recruiterflow", json!({})).await.expect(202);
        assert_eq!(answer, json!({"sync_id": id, "status": "syncing"}));
    }
    assert_eq!(agency.number("SELECT count(*) FROM tasks"), 1);
    agency.run_due_tasks().await;
    let sync = agency.last_sync().await;
    assert_eq!((&sync["id"], &sync["kind"], &sync["status"]), (&id, &json!("full"), &json!("succeeded")));
    assert_eq!(sync["deactivated"], 6);
    assert_eq!(agency.number("SELECT count(*) FROM sync_log"), 2);
}

#[tokio::test]
async fn a_sync_that_is_not_to_be_forced_is_not() {
    let agency = Agency::with_jobs(10).await;
    for id in agency.fake.job_ids(true).into_iter().take(6) {
        agency.fake.delete_job(id);
    }
    agency.post("/api/sync/recruiterflow", json!({"force": false})).await.expect(202);
    agency.run_due_tasks().await;
    let sync = agency.last_sync().await;
    assert_eq!((&sync["kind"], &sync["status"]), (&json!("manual"), &json!("failed")));
    assert_eq!(agency.number("SELECT count(*) FROM jobs WHERE is_active = 1"), 10);
}

#[tokio::test]
async fn a_sync_that_is_forced_while_its_last_page_is_read_goes_through() {
    let agency = Agency::with_jobs(10).await;
    for id in agency.fake.job_ids(true).into_iter().take(6) {
        agency.fake.delete_job(id);
    }
    let db = agency.db.clone();
    agency.meddle(move |uri, _| {
        if uri.contains("job/list") {
            db.execute("UPDATE sync_log SET is_forced = 1 WHERE status = 'running'");
        }
        super::Meddled::Pass
    });
    agency.sync().await;
    assert_eq!(agency.last_sync().await["deactivated"], 6);
}

#[tokio::test]
async fn a_force_that_is_sent_twice_under_a_key_is_one() {
    let agency = Agency::with_jobs(1).await;
    let force = async || {
        let key = [("idempotency-key", "force-1")];
        agency.call_with("POST", "/api/sync/recruiterflow", &key, "{}").await.expect(202)
    };
    let first = force().await;
    agency.run_due_tasks().await;
    assert_eq!(force().await, first);
    assert_eq!(agency.run_due_tasks().await, 0);
    assert_eq!(agency.number("SELECT count(*) FROM sync_log"), 2);
    let other = agency.post("/api/sync/recruiterflow", json!({})).await.expect(202);
    assert_ne!(other["sync_id"], first["sync_id"]);
    agency.run_due_tasks().await;
}
