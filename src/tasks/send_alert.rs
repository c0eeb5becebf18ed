//! Tells the operator that something should be looked at: at `ALERT_WEBHOOK_URL`, as callbacks are sent, or
//! in the log where there is no such URL or nobody takes it there. The URL, which may be as good as a key, is
//! neither kept with the task nor logged.
//!
//! Idempotent: every try carries the same id and the same bytes.

use serde::Serialize;
use serde_json::Value;

use super::engine::{Step, Stop, Task, Then};
use super::send_callback;
use crate::app::App;
use crate::clients::webhook::Letter;
use crate::domain::alert::Alert;
use crate::domain::task::{NewTask, Priority};
use crate::ports::{Level, Stmt};
use crate::store::alerts::{self, Condition};

/// The statements that send an alert where the condition holds, once in a window of its name: for the batch of
/// what it is about, after it.
///
/// # Errors
/// When the alert can't be written as JSON.
pub fn stmts(app: &App, alert: &Alert, condition: &Condition) -> Result<[Stmt; 2], Stop> {
    let (now, now_ms) = (app.clock.now(), app.clock.unix_ms());
    let task = NewTask::new(alert, now_ms).map_err(|error| Stop::Fail { error: error.to_string() })?;
    let task = task.priority(Priority::Usual);
    Ok(alerts::send(alert, &task, condition, now, now_ms))
}

/// One try.
pub async fn run(app: &App, task: &Task) -> Result<Step, Stop> {
    let alert: Alert = task.payload()?;
    let Some(url) = &app.config.alert_url else {
        log(app, &alert);
        return Ok(Step::then(Then::Done { result: None }));
    };
    let url = url.reveal();
    let body = alert.body(url);
    let letter = Letter {
        url,
        id: &format!("{}-{}", alert.name, alert.at),
        body: body.as_bytes(),
        secrets: Vec::new(),
        headers: Vec::new(),
    };
    // What became of it may name the URL.
    let hidden = |error: String| error.replace(url, "ALERT_WEBHOOK_URL");
    match send_callback::send(app, task, letter).await {
        Ok(_) => Ok(Step::then(Then::Done { result: None })),
        Err(Stop::Retry { error, after_ms }) => Err(Stop::Retry { error: hidden(error), after_ms }),
        Err(Stop::Fail { error }) => {
            log(app, &alert);
            Err(Stop::Fail { error: hidden(error) })
        }
        Err(Stop::GiveUp { error }) => {
            log(app, &alert);
            Err(Stop::GiveUp { error: hidden(error) })
        }
    }
}

/// An alert in the log.
#[derive(Serialize)]
struct AlertLine<'a> {
    alert: &'a str,
    text: &'a str,
    at: &'a str,
    details: &'a Value,
}

fn log(app: &App, alert: &Alert) {
    let Alert { name, text, details, at } = alert;
    app.log(Level::Error, &AlertLine { alert: name, text, at, details });
}
