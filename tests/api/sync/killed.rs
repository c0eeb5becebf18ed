//! Killed anywhere: whichever round trip is a run's last, what comes of the sweep in the end is the same.

use std::time::Duration;

use edgehire::tasks;
use serde_json::{Value, json};

use super::Agency;
use crate::fakes::recruiterflow::Fault;

/// Longer than the lease, and than the waits for another try.
const LATER: Duration = Duration::from_secs(61);

/// An agency where much has changed since the last sweep, and the clock has fired.
async fn changed() -> Agency {
    let agency = Agency::new();
    let open: Vec<_> = (0..6).map(|number| agency.open(&format!("Job {number}"))).collect();
    for number in 0..20 {
        agency.fake.add_job(json!({ "name": format!("Closed {number}"), "is_open": false }));
    }
    let candidates: Vec<_> = open.iter().map(|id| agency.fake.add_to_job(*id, None, None)).collect();
    agency.sync().await;
    agency.pass(Duration::from_mins(30)).await;
    agency.fake.change_job(open[0], json!({ "name": "Renamed" }));
    agency.fake.close_job(open[1]);
    agency.fake.delete_job(open[2]);
    agency.fake.move_candidate(open[3], candidates[3], "Client Interview", None, None);
    let new = agency.open("New");
    agency.fake.add_to_job(new, None, None);
    // A step for the list, one for what is missing, one that writes, and some for pipelines.
    agency.fake.fail("job/list", Fault::Slow { ms: 9_500 }, None);
    agency.fake.fail("job", Fault::Slow { ms: 9_500 }, None);
    agency.fake.fail("job/pipeline", Fault::Slow { ms: 4_000 }, None);
    agency.fire().await;
    agency
}

/// What must be the same: all that is kept, and what the log of syncs says was done.
async fn outcome(agency: &Agency) -> (Vec<String>, Vec<Value>, Value) {
    let sync = agency.last_sync().await;
    let counts = ["status", "seen", "created", "changed", "deactivated", "pipelines", "pipelines_changed"];
    let left = json!([
        agency.number("SELECT count(*) FROM staged_jobs"),
        agency.number("SELECT count(*) FROM tasks"),
        agency.number("SELECT count(*) FROM pipeline_snapshots"),
        agency.number("SELECT count(*) FROM sync_log"),
        sync["unreadable"],
    ]);
    (agency.everything(), counts.map(|member| sync[member].clone()).to_vec(), left)
}

#[tokio::test]
async fn a_sweep_comes_to_the_same_wherever_it_is_killed() {
    let undisturbed = changed().await;
    undisturbed.run_due_tasks().await;
    let expected = outcome(&undisturbed).await;
    assert_eq!(
        json!(expected.1),
        json!(["succeeded", 26, 1, 1, 2, 5, 2]),
        "the job that was renamed; one closed, one gone; a new one"
    );
    let mut deaths = 0;
    for commits in [false, true] {
        for trips in 0.. {
            let agency = changed().await;
            agency.db.die_after(trips, commits);
            agency.run_until_dead().await;
            let died = agency.db.revive();
            for _ in 0..3 {
                agency.run_tasks_after(LATER).await;
            }
            assert_eq!(outcome(&agency).await, expected, "killed after {trips} trips, committed: {commits}");
            if !died {
                break;
            }
            deaths += 1;
        }
    }
    assert!(deaths >= 40, "{deaths}");
}

#[tokio::test]
async fn a_sweep_comes_to_the_same_whichever_answer_of_the_database_is_lost() {
    let undisturbed = changed().await;
    undisturbed.run_due_tasks().await;
    let expected = outcome(&undisturbed).await;
    for batches in 0..16 {
        let agency = changed().await;
        agency.db.lose_answer_after(batches);
        // A claim that is lost so is found when its lease passes.
        agency.run_until_dead().await;
        agency.db.lose_answer_after(usize::MAX);
        for _ in 0..3 {
            agency.run_tasks_after(LATER).await;
        }
        assert_eq!(outcome(&agency).await, expected, "the answer of batch {batches} was lost");
    }
}

/// Cuts the next run off, right after its claim.
async fn cut_off(agency: &Agency) {
    tasks::sweep(&agency.app.app).await.unwrap();
    agency.db.die_after(1, false);
    assert!(tasks::work(&agency.app.app).await.is_err());
    assert!(agency.db.revive());
    agency.pass(LATER).await;
}

#[tokio::test]
async fn a_sweep_whose_last_try_is_cut_off_ends_as_failed_and_is_told_of_once() {
    let agency = Agency::with_jobs(2).await;
    agency.fire().await;
    for _ in 0..3 {
        assert_eq!(agency.status().await["status"], "syncing");
        cut_off(&agency).await;
    }
    // Its last words are cut off, too.
    cut_off(&agency).await;
    agency.run_due_tasks().await;
    let sync = agency.last_sync().await;
    assert_eq!(
        (&sync["status"], &sync["error"]),
        (&json!("failed"), &json!("the run did not end in time")),
        "{sync}"
    );
    assert!(sync["finished_at"].is_string());
    let status = agency.status().await;
    assert_eq!(
        (&status["status"], &status["last_error"], &status["progress"]),
        (&json!("error"), &sync["error"], &json!(null))
    );
    assert_eq!(agency.number("SELECT count(*) FROM events WHERE type = 'sync.failed'"), 1);
    assert_eq!(agency.number("SELECT count(*) FROM staged_jobs"), 0);

    agency.open("New");
    agency.sync().await;
    assert_eq!(agency.last_sync().await["created"], 1);
    assert_eq!(agency.status().await["status"], "synced");
}
