//! Alerts: one of each name in a window of time, decided in the batch of what it is about.

use super::sql::Params;
use super::tasks::{self, EachTask};
use crate::domain::alert::{ALERT_WINDOW_MS, Alert};
use crate::domain::task::NewTask;
use crate::domain::time::Timestamp;
use crate::ports::{Stmt, Value};

/// On which condition an alert is sent, in SQL: it sees what the batch wrote before.
#[derive(Debug, Clone)]
pub struct Condition {
    /// With `?1`, `?2`, ... for the parameters.
    pub sql: String,
    pub params: Vec<Value>,
}

impl Condition {
    /// In any case.
    #[must_use]
    pub fn always() -> Self {
        Self { sql: "true".to_owned(), params: Vec::new() }
    }
}

/// The statements that send an alert where the condition holds, unless one of its name was sent in the
/// window before: for the batch of what it is about, after it. `task` is what sends it.
#[must_use]
pub fn send(alert: &Alert, task: &NewTask, condition: &Condition, now: Timestamp, now_ms: i64) -> [Stmt; 2] {
    let bound = || {
        let mut params = Params::default();
        for value in &condition.params {
            params.bind(value.clone());
        }
        let name = params.bind(alert.name.as_str());
        let since = params.bind(now_ms - ALERT_WINDOW_MS);
        let is_time = format!(
            "({}) AND NOT EXISTS (SELECT 1 FROM alerts WHERE name = {name} AND sent_ms > {since})",
            condition.sql
        );
        (params, name, is_time)
    };
    let (mut params, _, is_time) = bound();
    let payload = params.bind(task.payload.as_str());
    let rows = format!("(SELECT 1) WHERE {is_time}");
    let each =
        EachTask { kind: task.kind, payload: &payload, dedupe_key: "NULL", rows: &rows, due_ms: task.due_ms };
    let enqueue = tasks::enqueue_each(params, &each, now);
    let (mut params, name, is_time) = bound();
    let at = params.bind(now_ms);
    let note = params.into_stmt(format!(
        "INSERT INTO alerts (name, sent_ms) SELECT {name}, {at} WHERE {is_time} \
         ON CONFLICT (name) DO UPDATE SET sent_ms = excluded.sent_ms"
    ));
    [enqueue, note]
}
