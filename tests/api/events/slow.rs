//! Endpoints that take their time: how long a run goes on, and what comes of two runs at once.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use edgehire::ports::{Clock, Http, HttpError, OutAnswer, OutRequest};
use edgehire::tasks;

use super::{HOOK, event_id};
use crate::support::app::TestClock;
use crate::support::{Reply, TestApp, TestHttp};

/// Servers that take so long for an answer.
struct Slow {
    http: Arc<TestHttp>,
    clock: Arc<TestClock>,
    takes: Duration,
}

#[async_trait]
impl Http for Slow {
    async fn send(&self, request: &OutRequest<'_>) -> Result<OutAnswer, HttpError> {
        assert_eq!(request.timeout, Duration::from_secs(15));
        let answer = self.http.send(request).await;
        self.clock.sleep(self.takes).await;
        answer
    }
}

/// With an endpoint that takes so long for an answer, and events.
async fn scene(takes: Duration, events: i64) -> TestApp {
    let mut app = TestApp::new();
    app.app.http = Arc::new(Slow { http: app.http.clone(), clock: app.clock.clone(), takes });
    app.enter_hook(HOOK).await;
    app.write_events(1, events, "candidate.updated");
    app
}

/// How long each run took, in milliseconds.
fn runs_ms(app: &TestApp) -> Vec<u64> {
    let lines = app.log().into_iter().filter(|line| line["kind"] == "deliver");
    lines.map(|line| line["ms"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_run_begins_no_tries_after_ten_seconds_and_another_goes_on() {
    let app = scene(Duration::from_secs(3), 30).await;
    app.run_due_tasks().await;
    let mut sent = app.ids_sent(HOOK);
    sent.sort();
    assert_eq!(sent, (1..=30).map(event_id).collect::<Vec<_>>(), "each once");
    let runs = runs_ms(&app);
    assert!(runs.len() > 5 && runs.iter().all(|ms| *ms <= 25_000), "{runs:?}");
}

#[tokio::test]
async fn tries_are_recorded_as_they_are_made_not_at_the_end() {
    let app = scene(Duration::from_secs(2), 30).await;
    tasks::sweep(&app.app).await.unwrap();
    // The claim, the reading, two records; then the run is killed, with others under way.
    app.db.die_after(4, false);
    assert!(tasks::work(&app.app).await.is_err());
    app.db.revive();
    let recorded = app.told().iter().filter(|told| told.ends_with("delivered")).count();
    let unrecorded = app.http.sent().len() - recorded;
    assert!(recorded >= 2 && (1..=5).contains(&unrecorded), "{recorded}, {unrecorded}");
    app.run_tasks_after(Duration::from_secs(41)).await;
    assert!(app.told().iter().all(|told| told.ends_with("delivered")));
    assert_eq!(app.http.sent().len(), 30 + unrecorded);
}

#[tokio::test]
async fn how_long_an_answer_took_is_shown() {
    let app = scene(Duration::from_millis(120), 1).await;
    app.run_due_tasks().await;
    let list = app.get("/api/events/deliveries").await.expect(200);
    assert_eq!(list["deliveries"][0]["attempts"][0]["ms"], 120);
}

#[tokio::test]
async fn two_runs_at_once_send_under_one_id_and_record_a_try_once() {
    let cases: [(u16, &str, &[&str]); 2] = [(200, "delivered11", &[]), (500, "pending11", &["pending2"])];
    for (reply, recorded, ended) in cases {
        let app = scene(Duration::ZERO, 3).await;
        app.http.always(HOOK, Reply::Status(reply));
        tasks::sweep(&app.app).await.unwrap();
        let second = async {
            // The first has been given up for dead, and is not.
            while app.http.sent().is_empty() {
                tokio::task::yield_now().await;
            }
            app.db.execute("UPDATE tasks SET status = 'pending', leased_until_ms = NULL");
            tasks::work(&app.app).await
        };
        let (first, second) = tokio::join!(tasks::work(&app.app), second);
        assert!(first.unwrap().is_some() && second.unwrap().is_some());
        let mut sent = app.ids_sent(HOOK);
        assert_eq!(sent.len(), 6);
        sent.sort();
        sent.dedup();
        assert_eq!(sent.len(), 3);
        let tries = "SELECT DISTINCT status || tries || json_array_length(attempts) FROM deliveries";
        assert_eq!(app.db.texts(tries), [recorded]);
        assert_eq!(app.db.texts("SELECT status || run FROM tasks"), ended);
    }
}

/// Servers that answer 410 after somebody has done something meanwhile.
struct Meanwhile {
    app: OnceLock<Arc<TestApp>>,
    path: OnceLock<String>,
    change: serde_json::Value,
}

#[async_trait]
impl Http for Meanwhile {
    async fn send(&self, request: &OutRequest<'_>) -> Result<OutAnswer, HttpError> {
        let answer = |status| Ok(OutAnswer { status, retry_after: None, body: Vec::new(), broke_off: None });
        if request.url != HOOK {
            return answer(200);
        }
        if let (Some(app), Some(path)) = (self.app.get(), self.path.get()) {
            app.patch(path, self.change.clone()).await.expect(200);
            if self.change["enabled"] == false {
                app.patch(path, serde_json::json!({"enabled": true})).await.expect(200);
            }
        }
        answer(410)
    }
}

#[tokio::test]
async fn what_a_try_finds_out_says_nothing_of_an_endpoint_that_was_changed_meanwhile() {
    for change in
        [serde_json::json!({"url": "https://new.example.com/"}), serde_json::json!({"enabled": false})]
    {
        let http = Arc::new(Meanwhile { app: OnceLock::new(), path: OnceLock::new(), change });
        let mut app = TestApp::new();
        app.app.http = http.clone();
        let app = Arc::new(app);
        let path = app.enter_hook(HOOK).await;
        app.write_events(1, 3, "candidate.updated");
        assert!(http.app.set(app.clone()).is_ok() && http.path.set(path.clone()).is_ok());
        app.run_due_tasks().await;
        let shown = app.get(&path).await.expect(200);
        assert_eq!((&shown["enabled"], &shown["disabled_reason"]), (&true.into(), &serde_json::Value::Null));
        // The app holds the server and the server the app: whoever looks whether work is left is gone.
        app.leave_undrained();
    }
}
