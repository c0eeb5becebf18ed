//! Sends one callback until it is taken or given up, with the waits of the webhook schedule.
//!
//! Idempotent: every try carries the same id and the same bytes.

use super::engine::{Step, Stop, Task, Then};
use crate::app::App;
use crate::clients::webhook::{self, Letter};
use crate::domain::callback::{Callback, SecretName, Signing};
use crate::domain::webhook::{Attempt, Verdict, WebhookSecret, hex_hmac};

/// One try.
pub async fn run(app: &App, task: &Task) -> Result<Step, Stop> {
    let callback: Callback = task.payload()?;
    let mut letter = Letter {
        url: &callback.url,
        id: &callback.id,
        body: callback.body.as_bytes(),
        secrets: Vec::new(),
        headers: callback.headers.clone(),
    };
    for signing in &callback.signing {
        match signing {
            Signing::StandardWebhooks { secret } => {
                letter.secrets.push(WebhookSecret::from_token(token(app, *secret)?));
            }
            Signing::HexHmac { header, secret } => {
                let hmac = hex_hmac(token(app, *secret)?.as_bytes(), letter.body);
                letter.headers.push((header.clone(), hmac));
            }
        }
    }
    send(app, task, letter).await
}

/// One try of a letter; the task is done with what became of it as its result.
pub(super) async fn send(app: &App, task: &Task, letter: Letter<'_>) -> Result<Step, Stop> {
    let outcome = webhook::send(app, letter).await;
    let result =
        serde_json::to_string(&outcome.attempt).map_err(|error| Stop::Fail { error: error.to_string() })?;
    match outcome.verdict {
        Verdict::Delivered => Ok(Step::then(Then::Done { result: Some(result) })),
        Verdict::Gone => Err(Stop::Fail { error: why(&outcome.attempt) }),
        Verdict::Failed | Verdict::Throttled => {
            let wait =
                app.config.webhooks.schedule.wait_ms(task.attempts, app.jitter(), outcome.retry_after_ms);
            Err(match wait {
                Some(ms) => Stop::Retry { error: why(&outcome.attempt), after_ms: Some(ms) },
                None => Stop::GiveUp { error: why(&outcome.attempt) },
            })
        }
    }
}

/// Why a try failed, without what the receiver wrote: errors go to the log.
fn why(attempt: &Attempt) -> String {
    match (&attempt.error, attempt.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => format!("the receiver answered {status}"),
        (None, None) => "no answer".to_owned(),
    }
}

/// The secret that a callback is signed with. Without it nothing is sent: an unsigned callback would
/// be refused.
fn token(app: &App, name: SecretName) -> Result<&str, Stop> {
    let secret = match name {
        SecretName::WebhookSecretToken => app.config.webhook_secret_token.as_ref(),
    };
    secret.map(crate::config::Secret::reveal).ok_or_else(|| Stop::Retry {
        error: "the setting WEBHOOK_SECRET_TOKEN is missing".to_owned(),
        after_ms: None,
    })
}
