//! A small client of the running Worker: any status is an answer, never an error.

use std::env;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// Where a Worker runs, and the key sent with every request.
pub struct Client {
    agent: Agent,
    base: String,
    key: Option<String>,
}

/// One answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Client {
    /// The release, with its key.
    pub fn new() -> Self {
        Self::at("EDGEHIRE_URL").with_key(&setting("EDGEHIRE_API_KEY"))
    }

    /// The release, without a key.
    pub fn of_nobody() -> Self {
        Self::at("EDGEHIRE_URL")
    }

    /// The variant that carries the database suite; it is not asked for anything that needs a key.
    pub fn of_suite() -> Self {
        Self::at("EDGEHIRE_SUITE_URL")
    }

    pub fn with_key(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], Some(body.to_string()))
    }

    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[], Some(body.to_string()))
    }

    /// Any request. A body is sent as JSON.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<String>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = match body {
            Some(body) => {
                self.agent.run(request.header("content-type", "application/json").body(body).unwrap())
            }
            None => self.agent.run(request.body(()).unwrap()),
        };
        let (parts, mut body) = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}")).into_parts();
        Answer { status: parts.status.as_u16(), headers: parts.headers, body: body.read_to_string().unwrap() }
    }

    fn at(variable: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)));
        Self { agent: config.build().new_agent(), base: setting(variable), key: None }
    }
}

impl Answer {
    /// The body as JSON, after making sure of the status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A header, or "".
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What the script behind `npm run e2e` sets.
pub fn setting(variable: &str) -> String {
    env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: start these tests with `npm run e2e`"))
}
