//! One call of the API: sent, tried again, and its answer made JSON or an error.

use std::time::Duration;

use serde_json::Value;

use super::{Error, Recruiterflow};
use crate::domain::vendor::text;
use crate::domain::webhook::retry_after_ms;
use crate::ports::{HttpError, OutAnswer, OutRequest};

/// The waits before a call is tried again, in milliseconds.
const WAITS_MS: [i64; 2] = [2000, 4000];

/// A call is begun only with so much time left, in milliseconds.
const LEAST_MS: i64 = 1000;

/// The longest wait the vendor may ask for: a day, in milliseconds.
const MOST_ASKED_MS: i64 = 24 * 60 * 60 * 1000;

/// Bytes of the longest answer that is read.
const MOST_READ: usize = 16 * 1024 * 1024;

/// Characters of the vendor's message that an error shows.
const SHOWN: usize = 200;

/// How we name ourselves.
const USER_AGENT: &str = concat!("Edgehire/", env!("CARGO_PKG_VERSION"));

/// A call.
pub(super) struct Call<'c> {
    pub(super) method: &'static str,
    /// After `/api/external/`.
    pub(super) path: &'c str,
    pub(super) query: &'c [(&'c str, &'c str)],
    /// Of a POST.
    pub(super) body: Option<&'c Value>,
}

/// What came of one try.
enum Tried {
    Done(Value),
    /// 404, from the API itself.
    Missing(String),
    Failed(Error),
    /// It may go better later: why, and the wait the vendor asked for.
    Again(String, Option<i64>),
    /// There was not the usual time, and that is why.
    CutShort(String),
}

impl Recruiterflow<'_> {
    /// Calls; what is not there is an error.
    pub(super) async fn call(&self, call: &Call<'_>) -> Result<Value, Error> {
        self.find(call).await?.map_err(|message| Error::Refused { status: 404, message })
    }

    /// Calls; the inner error is the message of a 404.
    pub(super) async fn find(&self, call: &Call<'_>) -> Result<Result<Value, String>, Error> {
        let _pass = self.gate.enter(&*self.app.clock).await;
        let url = self.url(call);
        let mut waits = WAITS_MS.into_iter();
        let mut is_retry = false;
        loop {
            let (error, asked_ms) = match self.try_once(call, &url, is_retry).await {
                Tried::Done(value) => return Ok(Ok(value)),
                Tried::Missing(message) => return Ok(Err(message)),
                Tried::Failed(error) => return Err(error),
                Tried::CutShort(error) => return Err(Error::Later { after_ms: 0, error }),
                Tried::Again(error, asked_ms) => (error, asked_ms),
            };
            let Some(wait_ms) = waits.next() else { return Err(Error::Unavailable(error)) };
            self.wait(asked_ms.unwrap_or(wait_ms), error).await?;
            is_retry = true;
        }
    }

    /// Waits, if a call still can be begun after it.
    async fn wait(&self, ms: i64, error: String) -> Result<(), Error> {
        let end_ms = self.app.clock.unix_ms().saturating_add(ms);
        if end_ms.saturating_add(LEAST_MS) > self.until_ms {
            return Err(Error::Later { after_ms: ms, error });
        }
        self.app.clock.sleep(Duration::from_millis(u64::try_from(ms).unwrap_or(0))).await;
        Ok(())
    }

    async fn try_once(&self, call: &Call<'_>, url: &str, is_retry: bool) -> Tried {
        let left_ms = self.until_ms.saturating_sub(self.app.clock.unix_ms());
        if left_ms < LEAST_MS {
            return Tried::CutShort("no time is left".to_owned());
        }
        let left = Duration::from_millis(u64::try_from(left_ms).unwrap_or(0));
        let headers = self.headers(call);
        let body = call.body.map(Value::to_string).unwrap_or_default();
        let request = OutRequest {
            method: call.method,
            url,
            headers: &headers,
            body: body.as_bytes(),
            timeout: left.min(self.settings.timeout),
            // One more, to know whether there was more.
            max_answer: MOST_READ + 1,
        };
        self.gate.count(is_retry);
        let answered = self.app.http.send(&request).await;
        match answered {
            Ok(answer) => self.judge(call, &answer),
            Err(HttpError::Timeout) if left < self.settings.timeout => {
                Tried::CutShort(format!("{}: no answer in the time that was left", call.path))
            }
            Err(error) => Tried::Again(self.redact(&format!("{}: {error}", call.path)), None),
        }
    }

    fn judge(&self, call: &Call<'_>, answer: &OutAnswer) -> Tried {
        let path = call.path;
        let status = answer.status;
        let asked_ms = || {
            let asked = retry_after_ms(answer.retry_after.as_deref()?, self.app.clock.unix_ms());
            asked.map(|ms| ms.min(MOST_ASKED_MS))
        };
        let unexpected =
            |what: &str| Tried::Failed(Error::Unexpected(self.redact(&format!("{path}: {what}"))));
        if status == 429 || status >= 500 {
            let message = self.redact(&message(&answer.body));
            return Tried::Again(format!("{path}: {status} {message}").trim_end().to_owned(), asked_ms());
        }
        if status == 404 && is_html(&answer.body) {
            return unexpected("404 and a web page, not the API: is RECRUITERFLOW_BASE_URL right?");
        }
        if status >= 400 {
            let message = self.redact(&message(&answer.body));
            return match status {
                404 => Tried::Missing(message),
                401 => Tried::Failed(Error::Unauthorized(message)),
                400 if message.to_lowercase().contains("api key") => {
                    Tried::Failed(Error::Unauthorized(message))
                }
                _ => Tried::Failed(Error::Refused { status, message }),
            };
        }
        if let Some(reason) = &answer.broke_off {
            return Tried::Again(self.redact(&format!("{path}: the answer broke off: {reason}")), None);
        }
        if status != 200 && status != 201 {
            return unexpected(&format!("status {status}: is RECRUITERFLOW_BASE_URL right?"));
        }
        if answer.body.len() > MOST_READ {
            return unexpected(&format!("more than {MOST_READ} bytes"));
        }
        match serde_json::from_slice::<Value>(&answer.body) {
            Ok(body) if is_failure(&body) => unexpected(&message(&answer.body)),
            Ok(body) => Tried::Done(body),
            Err(_) if is_html(&answer.body) => {
                unexpected("a web page, not the API: is RECRUITERFLOW_BASE_URL right?")
            }
            // The connection may end early without anybody noticing.
            Err(error) if error.is_eof() => {
                Tried::Again(format!("{path}: the answer broke off after {} bytes", answer.body.len()), None)
            }
            Err(error) => unexpected(&format!("no JSON: {error}")),
        }
    }

    fn headers(&self, call: &Call<'_>) -> Vec<(String, String)> {
        let mut headers = vec![
            ("accept", "application/json"),
            ("user-agent", USER_AGENT),
            ("rf-api-key", self.api_key.reveal()),
        ];
        if call.body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn url(&self, call: &Call<'_>) -> String {
        let mut url = format!("{}/api/external/{}", self.settings.base_url, call.path);
        if !call.query.is_empty() {
            let mut query = form_urlencoded::Serializer::new(String::new());
            url.push('?');
            url.push_str(&query.extend_pairs(call.query).finish());
        }
        url
    }

    /// A text without the key, should somebody have echoed it.
    fn redact(&self, text: &str) -> String {
        text.replace(self.api_key.reveal(), "[key]")
    }
}

/// What the vendor says of a failure, in short: of JSON its message, of a web page nothing.
fn message(body: &[u8]) -> String {
    let said = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(members)) => ["message", "error"].iter().find_map(|name| text(members.get(*name)?)),
        _ => None,
    };
    let said = match said {
        Some(said) => said,
        None if is_html(body) => "(a web page)".to_owned(),
        None => String::from_utf8_lossy(body).into_owned(),
    };
    said.trim().chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}

fn is_failure(body: &Value) -> bool {
    body.get("RESULT").and_then(Value::as_str).is_some_and(|result| result.eq_ignore_ascii_case("FAILURE"))
}

/// Whether a body begins as a web page does.
fn is_html(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    body.trim_ascii_start().starts_with(b"<")
}
