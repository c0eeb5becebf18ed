//! Killed anywhere: whichever round trip is a run's last, what comes of webhooks in the end is the same.

use super::{SECOND, about_job, app, app_with, job_url, stage_move};
use crate::support::{Reply, TestApp};

const CHAT: &str = "https://chat.example.com/alerts";

/// What came of it all.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    hooks: Vec<String>,
    jobs: Vec<String>,
    events: Vec<String>,
    tasks: Vec<String>,
    /// Lines of the log of syncs, without how much was asked.
    synced: Vec<String>,
    alerts: usize,
}

impl Outcome {
    fn of(app: &TestApp) -> Self {
        let mut alerts = app.http.sent();
        alerts.retain(|sent| sent.url == CHAT);
        alerts.sort_by(|a, b| a.body.cmp(&b.body));
        alerts.dedup_by(|a, b| a.headers["webhook-id"] == b.headers["webhook-id"]);
        // Which job comes first may change.
        let mut events = app.event_kinds();
        events.sort();
        Self {
            hooks: app.hooks(),
            jobs: app.jobs(),
            events,
            tasks: app.tasks_left(),
            synced: app.db.texts("SELECT status FROM sync_log WHERE kind = 'webhook' ORDER BY id"),
            alerts: alerts.len(),
        }
    }
}

/// Plays a scene undisturbed, then with the database dying at each of its round trips, with the batch it
/// dies in lost or committed, and expects the same outcome. Gives how many round trips it died in.
async fn survives_death_anywhere(scene: impl AsyncFn() -> TestApp) -> usize {
    let undisturbed = scene().await;
    undisturbed.run_due_tasks().await;
    undisturbed.run_all_tries().await;
    let expected = Outcome::of(&undisturbed);
    let mut deaths = 0;
    for commits in [false, true] {
        for trips in 0.. {
            let app = scene().await;
            app.db.die_after(trips, commits);
            app.run_until_dead().await;
            let died = app.db.revive();
            // Soon, so that what fails does so within the window of an alert.
            app.run_tasks_after(61 * SECOND).await;
            app.run_all_tries().await;
            assert_eq!(Outcome::of(&app), expected, "killed after {trips} trips, committed: {commits}");
            if !died {
                break;
            }
            deaths += 1;
        }
    }
    deaths
}

#[tokio::test]
async fn what_webhooks_told_of_is_read_wherever_the_run_is_killed() {
    let deaths = survives_death_anywhere(async || {
        let app = app();
        app.rf_has(7, "Engineer", true, 3);
        app.rf_has(8, "Assistant", true, 1);
        app.http.reply(&job_url(8), [Reply::Status(503)]);
        app.rf_has_candidate(24, &[(7, true), (8, true)]);
        app.hook(&about_job("job.created", 7)).await;
        app.hook(&stage_move(8, 24, "2024-01-20T10:59:00+0000")).await;
        app.hook(&serde_json::json!({"candidate_id": 24})).await;
        app.pass(SECOND).await;
        app
    });
    assert!(deaths.await >= 20);
}

#[tokio::test]
async fn what_fails_is_failed_once_and_alerted_once_wherever_the_run_is_killed() {
    let deaths = survives_death_anywhere(async || {
        let app = app_with(&[("ALERT_WEBHOOK_URL", CHAT)]);
        for job in 1..=7 {
            app.rf_answers(job, 403);
            app.hook(&about_job("job.updated", job)).await;
        }
        app.pass(SECOND).await;
        app
    });
    assert!(deaths.await >= 30);
}
