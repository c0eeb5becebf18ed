//! How long webhooks are kept.

use serde_json::json;

use super::{SECOND, about_job, app_with};

#[tokio::test]
async fn webhooks_are_kept_as_long_as_events_however_they_stand() {
    let app = app_with(&[("EVENT_RETENTION_DAYS", "30")]);
    app.rf_has(7, "Engineer", true, 3);
    for job in [7, 7, 7] {
        app.hook(&about_job("job.updated", job)).await;
    }
    app.hook(&json!({"event": "ping"})).await;
    app.fail_hook(&about_job("job.updated", 8)).await;
    app.run_tasks_after(SECOND).await;
    app.db.execute(
        "UPDATE inbound_hooks SET received_at = '2023-12-21T10:59:59Z'; \
         UPDATE inbound_hooks SET received_at = '2023-12-21T11:00:02Z' WHERE id >= 5;",
    );
    app.prune().await;
    assert_eq!(app.hooks(), ["job.updated failed"]);
    app.pass(SECOND).await;
    app.prune().await;
    assert!(app.hooks().is_empty());
}

#[tokio::test]
async fn more_than_a_batch_is_removed_at_once() {
    let app = app_with(&[]);
    app.db.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500) \
         INSERT INTO inbound_hooks (uuid, system, dedupe_key, status, received_at, received_ms, processed_at, body) \
         SELECT 'u' || n, 'recruiterflow', n, 'processed', iif(n <= 2200, '2020', '2024-01-20'), 0, '', '{}' \
         FROM numbers",
    );
    app.prune().await;
    assert_eq!(app.hooks().len(), 300);
}
