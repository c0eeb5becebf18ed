//! Alerts: what an operator should look at, told to a chat or whatever listens at `ALERT_WEBHOOK_URL`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::task::{Kind, Payload};
use super::words::words;

/// For how long, in milliseconds, an alert of the same name is not sent again.
pub const ALERT_WINDOW_MS: i64 = 15 * 60 * 1000;

/// The most characters of a text: less than what a chat takes.
const LONGEST: usize = 1_500;

words! {
    /// What it is about. One of each name is sent in a window.
    AlertName {
        /// Too many webhooks could not be processed.
        WebhooksFailing = "webhooks_failing",
        /// A sync would have closed so many jobs that it changed nothing.
        SyncStopped = "sync_stopped",
        /// A sync failed, and so did the one before.
        SyncFailing = "sync_failing",
    }
}

/// An alert. It holds no secrets and no people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub name: String,
    /// For people: what happened, and what to do.
    pub text: String,
    /// For programs: a JSON object.
    pub details: Value,
    /// When it happened.
    pub at: String,
}

impl Payload for Alert {
    const KIND: Kind = Kind::SendAlert;
}

impl Alert {
    /// The text is clipped to what a chat takes.
    #[must_use]
    pub fn new(name: AlertName, text: &str, details: Value, at: super::time::Timestamp) -> Self {
        let text = text.chars().take(LONGEST).collect();
        Self { name: name.as_str().to_owned(), text, details, at: at.to_string() }
    }

    /// The body of the request to this URL: `text` is what Slack and Mattermost show, `content` what Discord
    /// does. Google Chat refuses every member but `text`.
    #[must_use]
    pub fn body(&self, url: &str) -> String {
        if url.starts_with("https://chat.googleapis.com/") {
            return json!({"text": self.text}).to_string();
        }
        let (text, at) = (&self.text, &self.at);
        let body = json!({
            "text": text, "content": text, "alert": self.name, "at": at, "details": self.details
        });
        body.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[test]
    fn each_chat_finds_the_text_where_it_looks() {
        let now = Timestamp::from_unix_ms(0);
        let alert = Alert::new(AlertName::SyncStopped, &"Ж".repeat(2_000), json!({"jobs": 7}), now);
        let text = "Ж".repeat(1_500);
        let expected = json!({
            "text": text, "content": text, "alert": "sync_stopped", "at": "1970-01-01T00:00:00Z",
            "details": {"jobs": 7}
        });
        let body = |url| serde_json::from_str::<Value>(&alert.body(url)).unwrap();
        assert_eq!(body("https://hooks.example.com/x"), expected);
        assert_eq!(body("https://chat.googleapis.com/v1/spaces/A/messages"), json!({"text": text}));
    }
}
