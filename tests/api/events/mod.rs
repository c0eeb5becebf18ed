//! The event log and its webhooks: reading the log, who is told of it, and what becomes of what is told.

mod asking;
mod callbacks;
mod deliveries;
mod delivering;
mod disabling;
mod endpoint_urls;
mod endpoints;
mod log;
mod log_pages;
mod recovering;
mod retrying;
mod secrets;
mod slow;
pub mod surface_calls;
mod throttled;

use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// Somebody's server.
pub const HOOK: &str = "https://hooks.example.com/edgehire";

/// Another one's.
pub const OTHER: &str = "https://other.example.org/";

impl TestApp {
    /// Enters an endpoint for these URL and types (`null`: all), and gives it with its secret.
    pub async fn enter_endpoint(&self, url: &str, types: Value) -> Value {
        self.post("/api/events/endpoints", json!({"url": url, "types": types})).await.expect(201)
    }

    /// Enters an endpoint that is told of everything, and gives its path.
    pub async fn enter_hook(&self, url: &str) -> String {
        path_of(&self.enter_endpoint(url, Value::Null).await)
    }

    /// Writes events with these numbers to the log, as if they had happened at noon, one after the other.
    pub fn write_events(&self, first: i64, last: i64, kind: &str) {
        self.db.execute(&format!(
            "WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) \
             INSERT INTO events (seq, id, type, at, subject_type, subject_id, data) \
             SELECT n, {}, '{kind}', '2024-01-20T11:00:00Z', 'candidate', n, json_object('n', n) FROM numbers",
            event_id_sql("n")
        ));
    }

    /// Gives every event notes of 100,000 times this letter, as long as notes may be.
    pub fn lengthen_events(&self, letter: &str) {
        self.db.execute(&format!(
            "UPDATE events SET data = json_object('notes', replace(hex(zeroblob(50000)), '0', '{letter}'))"
        ));
    }

    /// The deliveries by endpoint and event: `type status`, and why where it failed.
    pub fn told(&self) -> Vec<String> {
        self.db.texts(
            "SELECT event_type || ' ' || status || coalesce(' ' || reason, '') FROM deliveries \
             ORDER BY endpoint_id, event_id",
        )
    }

    /// The ids that a URL was sent, in order.
    pub fn ids_sent(&self, url: &str) -> Vec<String> {
        let sent = self.http.sent().into_iter().filter(|sent| sent.url == url);
        sent.map(|sent| sent.headers["webhook-id"].clone()).collect()
    }

    /// Runs the hourly pruning.
    pub async fn prune(&self) {
        edgehire::tasks::run_cron(&self.app, "17 * * * *").await;
        let line = self.log().pop().unwrap();
        assert!(line["error"].is_null(), "{line}");
    }
}

/// The path of an endpoint as it was answered.
pub fn path_of(endpoint: &Value) -> String {
    format!("/api/events/endpoints/{}", endpoint["id"].as_str().unwrap())
}

/// SQL of the id of the event of a number, as `write_events` gives them.
fn event_id_sql(number: &str) -> String {
    format!("printf('018d2687-0780-7000-8000-%012x', {number})")
}

/// The id of the event of a number, as `write_events` gives them.
pub fn event_id(number: i64) -> String {
    format!("018d2687-0780-7000-8000-{number:012x}")
}

/// The names of the fields that were refused, sorted, after looking at the status.
pub fn refused_fields(answer: &Answer) -> Vec<String> {
    let body = answer.expect(400);
    assert_eq!(body["error"], "Validation error");
    let fields = each(&body["errors"], "field");
    let mut fields: Vec<_> = fields.into_iter().map(|field| field.as_str().unwrap().to_owned()).collect();
    fields.sort();
    fields
}

/// Bytes in lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}

/// A member of each item of a list.
pub fn each<'a>(list: &'a Value, member: &str) -> Vec<&'a Value> {
    list.as_array().unwrap().iter().map(|item| &item[member]).collect()
}
