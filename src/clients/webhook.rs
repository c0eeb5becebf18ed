//! Sending one signed request to somebody's server: a webhook of an event, or a callback.
//!
//! Invariant: the URL is checked again before each try, redirects are not followed, and the same
//! message goes out in the same bytes under the same id whenever it is tried.

use crate::app::App;
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::webhook::{Attempt, Verdict, WebhookSecret, retry_after_ms, signatures, verdict};
use crate::ports::OutRequest;

/// Bytes of the answer that are read.
const MOST_READ: usize = 64 * 1024;

/// Characters of the answer that are kept.
const KEPT: usize = 500;

/// How we name ourselves.
const USER_AGENT: &str = concat!("Edgehire-Webhooks/", env!("CARGO_PKG_VERSION"));

/// What is to be sent, and where.
pub struct Letter<'a> {
    pub url: &'a str,
    /// For life: the receiver knows a repeat by it.
    pub id: &'a str,
    pub body: &'a [u8],
    /// Each signs, in the manner of Standard Webhooks.
    pub secrets: Vec<WebhookSecret>,
    /// Beside the usual ones.
    pub headers: Vec<(String, String)>,
}

/// What became of a try.
#[derive(Debug)]
pub struct Outcome {
    pub verdict: Verdict,
    /// What the receiver asked for by `Retry-After`, in milliseconds.
    pub retry_after_ms: Option<i64>,
    pub attempt: Attempt,
}

/// Tries once.
pub async fn send(app: &App, letter: Letter<'_>) -> Outcome {
    let started_ms = app.clock.unix_ms();
    let at = app.clock.now().to_string();
    let failed = |error: String, ms: i64| Outcome {
        verdict: Verdict::Failed,
        retry_after_ms: None,
        attempt: Attempt { at: at.clone(), status: None, ms, answer: None, error: Some(error) },
    };
    let url = match OutboundUrl::check(letter.url, &app.config.url_rules) {
        Ok(url) => url,
        Err(reason) => return failed(format!("the URL {reason}"), 0),
    };
    let headers = headers(&letter, started_ms.div_euclid(1000));
    let request = OutRequest {
        method: "POST",
        url: url.as_str(),
        headers: &headers,
        body: letter.body,
        timeout: app.config.webhooks.timeout,
        max_answer: MOST_READ,
    };
    let answered = app.http.send(&request).await;
    let now_ms = app.clock.unix_ms();
    let ms = now_ms - started_ms;
    match answered {
        Err(error) => failed(error.to_string(), ms),
        Ok(answer) => Outcome {
            verdict: verdict(answer.status, answer.retry_after.is_some()),
            retry_after_ms: answer.retry_after.as_deref().and_then(|text| retry_after_ms(text, now_ms)),
            attempt: Attempt {
                at,
                status: Some(answer.status),
                ms,
                answer: Some(beginning(&answer.body)),
                error: answer.broke_off,
            },
        },
    }
}

/// The headers of a letter, signed for this second.
fn headers(letter: &Letter<'_>, timestamp_s: i64) -> Vec<(String, String)> {
    let mut headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("user-agent".to_owned(), USER_AGENT.to_owned()),
        ("webhook-id".to_owned(), letter.id.to_owned()),
        ("webhook-timestamp".to_owned(), timestamp_s.to_string()),
    ];
    if !letter.secrets.is_empty() {
        let secrets: Vec<_> = letter.secrets.iter().collect();
        let signature = signatures(&secrets, letter.id, timestamp_s, letter.body);
        headers.push(("webhook-signature".to_owned(), signature));
    }
    headers.extend(letter.headers.iter().cloned());
    headers
}

/// The beginning of an answer, fit to be kept and shown.
fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().filter(|c| !c.is_control() || *c == '\n').take(KEPT).collect()
}
