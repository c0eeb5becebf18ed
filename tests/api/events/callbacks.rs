//! Callbacks: one signed request, sent until it is taken or given up.

use std::time::Duration;

use edgehire::domain::callback::{Callback, SecretName, Signing};
use edgehire::domain::task::NewTask;
use edgehire::domain::webhook::{WebhookSecret, signature};
use edgehire::store::tasks;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{HOOK, hex};
use crate::support::{Reply, TestApp};

const TOKEN: &str = "callback-token";
const SECRET: SecretName = SecretName::WebhookSecretToken;

/// A callback with this body, signed in both manners.
pub fn callback(body: &str) -> Callback {
    Callback {
        id: "interview-7".to_owned(),
        url: HOOK.to_owned(),
        body: body.to_owned(),
        headers: vec![("x-event".to_owned(), "interview.finished".to_owned())],
        signing: vec![
            Signing::StandardWebhooks { secret: SECRET },
            Signing::HexHmac { header: "x-signature".to_owned(), secret: SECRET },
        ],
    }
}

impl TestApp {
    /// With the token that callbacks are signed with.
    pub fn with_token() -> Self {
        Self::with(&[("WEBHOOK_SECRET_TOKEN", TOKEN)])
    }

    /// Asks for a callback, and gives its task's number.
    pub async fn enqueue(&self, callback: &Callback) -> i64 {
        let task = NewTask::new(callback, self.app.clock.unix_ms()).unwrap();
        let now = self.app.clock.now();
        let stmt = tasks::enqueue(&*self.app.files, &task, self.app.new_uuid(), now).await.unwrap();
        tasks::write(&*self.app.db, stmt).await.unwrap()
    }

    /// How the only task stands: status, attempts, and when it ended.
    fn task(&self) -> String {
        let all =
            self.db.texts("SELECT status || ' ' || attempts || coalesce(' ' || finished_at, '') FROM tasks");
        all.join("; ")
    }
}

#[tokio::test]
async fn a_callback_is_sent_with_its_own_headers_and_signed_in_each_manner() {
    let app = TestApp::with_token();
    let body = "{\"a\" : \"Ж\"}\n";
    app.enqueue(&callback(body)).await;
    app.run_due_tasks().await;
    let sent = &app.http.sent()[0];
    assert_eq!(
        (sent.method.as_str(), sent.url.as_str(), sent.body.as_slice()),
        ("POST", HOOK, body.as_bytes())
    );
    assert_eq!(sent.headers["webhook-id"], "interview-7");
    assert_eq!(sent.headers["x-event"], "interview.finished");
    assert_eq!(sent.headers["content-type"], "application/json");
    let timestamp: i64 = sent.headers["webhook-timestamp"].parse().unwrap();
    assert_eq!(timestamp * 1000, app.app.clock.unix_ms());
    let standard = signature(&WebhookSecret::from_token(TOKEN), "interview-7", timestamp, body.as_bytes());
    assert_eq!(sent.headers["webhook-signature"], standard);
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(TOKEN.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    assert_eq!(sent.headers["x-signature"], hex(&mac.finalize().into_bytes()));
    assert_eq!(app.task(), "completed 1 2024-01-20T11:00:00Z");
    let result: Value = serde_json::from_str(&app.db.texts("SELECT result FROM tasks")[0]).unwrap();
    assert_eq!(
        result,
        json!({"at": "2024-01-20T11:00:00Z", "status": 200, "ms": 0, "answer": "", "error": null})
    );
}

#[tokio::test]
async fn a_callback_without_signing_is_not_signed() {
    let app = TestApp::new();
    app.enqueue(&Callback { signing: Vec::new(), ..callback("{}") }).await;
    app.run_due_tasks().await;
    assert!(!app.http.sent()[0].headers.contains_key("webhook-signature"));
}

#[tokio::test]
async fn a_callback_that_fails_is_tried_again_by_the_schedule_and_then_dead() {
    let app = TestApp::with_token();
    app.http.always(HOOK, Reply::Body(500, b"no".to_vec()));
    app.enqueue(&callback("{}")).await;
    app.run_due_tasks().await;
    for (tries, wait_ms) in (1..).zip([5_000, 30_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000])
    {
        assert_eq!(app.http.sent().len(), tries);
        app.run_tasks_after(Duration::from_millis(wait_ms * 4 / 5 - 1)).await;
        assert_eq!(app.http.sent().len(), tries, "too early");
        app.run_tasks_after(Duration::from_millis(wait_ms * 2 / 5 + 1)).await;
    }
    assert!(app.task().starts_with("dead 8 "), "{}", app.task());
    let error = app.db.texts("SELECT last_error FROM tasks");
    assert_eq!(error, ["the receiver answered 500"], "and not what it wrote");
    assert_eq!(app.run_tasks_after(Duration::from_secs(1_000_000)).await, 0);
    let sent = app.http.sent();
    assert_eq!(sent.len(), 8);
    assert!(
        sent.iter().all(|again| again.headers["webhook-id"] == "interview-7" && again.body == sent[0].body)
    );
}

#[tokio::test]
async fn retry_after_of_a_callback_is_waited_for() {
    let app = TestApp::with_token();
    app.http.reply(HOOK, [Reply::RetryAfter(503, "9")]);
    app.enqueue(&callback("{}")).await;
    app.run_due_tasks().await;
    app.run_tasks_after(Duration::from_millis(8_999)).await;
    assert_eq!(app.http.sent().len(), 1);
    app.run_tasks_after(Duration::from_millis(1)).await;
    assert_eq!(app.task(), "completed 2 2024-01-20T11:00:09Z");
    assert_eq!(app.db.texts("SELECT last_error FROM tasks"), ["NULL"]);
}

#[tokio::test]
async fn a_callback_that_is_not_wanted_is_not_tried_again() {
    let app = TestApp::with_token();
    app.http.always(HOOK, Reply::Status(410));
    app.enqueue(&callback("{}")).await;
    app.run_due_tasks().await;
    assert_eq!(app.task(), "failed 1 2024-01-20T11:00:00Z");
    assert_eq!(app.run_tasks_after(Duration::from_secs(100_000)).await, 0);
}

#[tokio::test]
async fn a_callback_to_where_none_may_go_is_not_sent() {
    let app = TestApp::with_token();
    app.enqueue(&Callback { url: "https://10.0.0.1/".to_owned(), ..callback("{}") }).await;
    app.run_due_tasks().await;
    assert_eq!(app.http.sent().len(), 0);
    assert!(app.db.texts("SELECT last_error FROM tasks")[0].contains("IP address"));
}

#[tokio::test]
async fn without_the_token_nothing_is_sent_until_it_is_there() {
    let mut app = TestApp::new();
    app.enqueue(&callback("{}")).await;
    app.run_due_tasks().await;
    assert_eq!((app.http.sent().len(), app.task()), (0, "pending 1".to_owned()));
    assert!(app.log().pop().unwrap()["error"].as_str().unwrap().contains("WEBHOOK_SECRET_TOKEN"));
    app.app.config = TestApp::with_token().app.config.clone();
    app.run_tasks_after(Duration::from_secs(30)).await;
    assert_eq!(app.task(), "completed 2 2024-01-20T11:00:30Z");
}

#[tokio::test]
async fn the_token_is_not_stored_with_the_task() {
    let app = TestApp::with_token();
    app.enqueue(&callback("{}")).await;
    app.run_due_tasks().await;
    let rows = app.db.texts("SELECT payload || coalesce(result, '') FROM tasks");
    assert!(!rows[0].contains(TOKEN), "{rows:?}");
    assert!(app.log().iter().all(|line| !line.to_string().contains(TOKEN)));
}

#[tokio::test]
async fn a_long_callback_goes_through_a_file_and_arrives_byte_for_byte() {
    let app = TestApp::with_token();
    let body = format!("{{\"text\":\"{}\"}}", "Ж\\n\u{1F600}".repeat(20_000));
    app.enqueue(&callback(&body)).await;
    assert_eq!(app.files.names().len(), 1);
    assert_eq!(app.db.texts("SELECT payload FROM tasks"), ["NULL"]);
    app.http.reply(HOOK, [Reply::Status(500)]);
    app.run_due_tasks().await;
    app.run_tasks_after(Duration::from_secs(6)).await;
    let sent = app.http.sent();
    assert_eq!(sent.len(), 2);
    assert!(sent.iter().all(|sent| sent.body == body.as_bytes()));
    assert_eq!(app.files.names().len(), 1, "kept as long as the task is");
}

#[tokio::test]
async fn a_file_is_removed_with_its_task_after_the_retention() {
    let app = TestApp::with(&[("WEBHOOK_SECRET_TOKEN", TOKEN), ("TASK_RETENTION_DAYS", "10")]);
    app.enqueue(&callback(&"x".repeat(70_000))).await;
    app.run_due_tasks().await;
    app.clock.set("2024-01-30T11:00:00Z");
    app.prune().await;
    assert_eq!((app.files.names().len(), app.task()), (1, "completed 1 2024-01-20T11:00:00Z".to_owned()));
    app.clock.set("2024-01-30T11:00:01Z");
    app.prune().await;
    assert_eq!((app.files.names().len(), app.task()), (0, String::new()));
}

#[tokio::test]
async fn a_task_that_has_not_ended_is_never_removed() {
    let app = TestApp::with_token();
    app.http.always(HOOK, Reply::Status(500));
    app.enqueue(&callback(&"x".repeat(70_000))).await;
    app.run_due_tasks().await;
    app.clock.set("2024-01-20T11:00:01Z");
    app.db
        .execute("UPDATE tasks SET created_at = '2020-01-01T00:00:00Z', started_at = '2020-01-01T00:00:00Z'");
    app.prune().await;
    assert_eq!((app.files.names().len(), app.task()), (1, "pending 1".to_owned()));
}
