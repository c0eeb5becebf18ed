//! Work nobody waits for.

use std::fs;

use edgehire::tasks;

use crate::support::TestApp;

#[test]
fn crons_are_those_of_wrangler_toml() {
    let wrangler = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/wrangler.toml")).unwrap();
    let listed: Vec<_> = tasks::schedules().map(|schedule| format!("\"{schedule}\"")).collect();
    let expected = format!("crons = [{}]", listed.join(", "));
    let found: Vec<_> = wrangler.lines().filter(|line| line.starts_with("crons = ")).collect();
    assert!(!found.is_empty() && found.iter().all(|line| *line == expected), "{found:?} is not {expected}");
}

#[tokio::test]
async fn events_past_their_retention_are_removed() {
    let app = TestApp::with(&[("EVENT_RETENTION_DAYS", "30")]);
    for (seq, at) in [(1, "2023-11-01T00:00:00Z"), (2, "2023-12-21T10:59:59Z"), (3, "2023-12-21T11:00:00Z")] {
        app.db.execute(&format!(
            "INSERT INTO events VALUES ({seq}, 'e{seq}', 'sync.completed', '{at}', 'sync', 1, '{{}}')"
        ));
    }
    tasks::run_cron(&app.app, "17 * * * *").await;
    assert_eq!(app.db.texts("SELECT id FROM events"), ["e3"]);
    let line = app.log().pop().unwrap();
    assert_eq!((&line["cron"], &line["done"]), (&"prune".into(), &2.into()));
}

#[tokio::test]
async fn a_cron_that_fails_is_logged() {
    let app = TestApp::new();
    app.leave_undrained();
    app.db.execute("DROP TABLE events");
    tasks::run_cron(&app.app, "17 * * * *").await;
    assert!(app.log().pop().unwrap()["error"].as_str().unwrap().contains("no such table"));
}
