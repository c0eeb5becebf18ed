//! The whole of Edgehire on a database in memory, with a clock and randomness that tests hold.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use edgehire::api::{self, FrontDoor, Payload, ToKeep};
use edgehire::app::App;
use edgehire::config::Config;
use edgehire::domain::time::Timestamp;
use edgehire::ports::{Clock, Level, Log, Random};
use edgehire::tasks;
use http::{HeaderMap, Request, request};
use serde_json::Value;

use super::{Sqlite, TestCache, TestFiles, TestHttp, TestQueue};

/// The key that tests call with.
pub const KEY: &str = "test-key";

/// What webhooks that come prove themselves by.
pub const HOOK_SECRET: &str = "hook secret +1";

/// A clock that stands still until told.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Sets it.
    pub fn set(&self, instant: &str) {
        self.0.store(instant.parse::<Timestamp>().unwrap().unix_ms(), Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for TestClock {
    fn unix_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    async fn sleep(&self, duration: Duration) {
        self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

/// Randomness that counts.
#[derive(Default)]
pub struct TestRandom(AtomicU64);

impl Random for TestRandom {
    fn fill(&self, buffer: &mut [u8]) {
        // The most significant byte first, so that what is made later of it sorts later.
        let count = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        let skipped = count.len().saturating_sub(buffer.len());
        for (at, byte) in buffer.iter_mut().enumerate() {
            *byte = count[(skipped + at) % count.len()];
        }
    }
}

/// Keeps what is logged.
#[derive(Default)]
pub struct TestLog(Mutex<Vec<(Level, String)>>);

impl Log for TestLog {
    fn line(&self, level: Level, line: &str) {
        self.0.lock().unwrap().push((level, line.to_owned()));
    }
}

/// Edgehire under test.
pub struct TestApp {
    pub app: App,
    pub db: Arc<Sqlite>,
    pub clock: Arc<TestClock>,
    pub http: Arc<TestHttp>,
    pub files: Arc<TestFiles>,
    pub cache: Arc<TestCache>,
    pub queue: Arc<TestQueue>,
    log: Arc<TestLog>,
    front_door: FrontDoor,
    may_leave: AtomicBool,
}

/// A test that ends with work undone has not looked at what comes of it.
impl Drop for TestApp {
    fn drop(&mut self) {
        if !std::thread::panicking() && !self.may_leave.load(Ordering::SeqCst) {
            let undrained = self.undrained();
            assert!(undrained.is_empty(), "left undone: {undrained:?}");
        }
    }
}

impl TestApp {
    /// With the usual settings, at 2024-01-20T11:00:00Z.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// With these settings beside the usual ones.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        let usual = [
            ("API_KEY", KEY),
            ("ENVIRONMENT", "test"),
            ("RECRUITERFLOW_WEBHOOK_SECRET", HOOK_SECRET),
            ("DEBUG_TIMING", "true"),
            ("JWT_SECRET", "a secret of more than 32 characters"),
            ("ENCRYPTION_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"),
        ];
        let get = |name: &str| {
            let found = settings.iter().chain(&usual).find(|(setting, _)| *setting == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let db = Arc::new(Sqlite::migrated());
        let clock = Arc::new(TestClock(AtomicI64::new(0)));
        clock.set("2024-01-20T11:00:00Z");
        let log = Arc::new(TestLog::default());
        let (files, queue, cache) = (Arc::default(), Arc::default(), Arc::default());
        let http = Arc::<TestHttp>::default();
        http.keep_time(clock.clone());
        let app = App {
            config: Arc::new(Config::read(get, [1; 64]).unwrap()),
            db: db.clone(),
            queue: Arc::<TestQueue>::clone(&queue),
            files: Arc::<TestFiles>::clone(&files),
            cache: Arc::<TestCache>::clone(&cache),
            http: Arc::<TestHttp>::clone(&http),
            clock: clock.clone(),
            random: Arc::new(TestRandom::default()),
            log: log.clone(),
        };
        Self {
            front_door: FrontDoor::new(app.clone()),
            app,
            db,
            clock,
            http,
            files,
            cache,
            queue,
            log,
            may_leave: AtomicBool::default(),
        }
    }

    /// Runs all tasks that are due, and those that come of it; what is due later stays. Gives how many
    /// runs were made.
    pub async fn run_due_tasks(&self) -> usize {
        let mut runs = 0;
        loop {
            let sent = tasks::sweep(&self.app).await.unwrap();
            self.queue.take();
            let before = runs;
            while tasks::work(&self.app).await.unwrap().is_some() {
                runs += 1;
                assert!(runs < 10_000, "tasks make more tasks without end");
            }
            if sent == 0 && runs == before {
                return runs;
            }
        }
    }

    /// Sweeps and works until all is done or the database has died.
    pub async fn run_until_dead(&self) {
        while let Ok(sent) = tasks::sweep(&self.app).await {
            let mut runs = 0;
            loop {
                match tasks::work(&self.app).await {
                    Ok(Some(_)) => runs += 1,
                    Ok(None) => break,
                    Err(_) => return,
                }
            }
            if sent == 0 && runs == 0 {
                return;
            }
        }
    }

    /// Moves the clock, and runs nothing.
    pub async fn pass(&self, duration: Duration) {
        self.clock.sleep(duration).await;
    }

    /// Moves the clock, and runs what is due then.
    pub async fn run_tasks_after(&self, duration: Duration) -> usize {
        self.pass(duration).await;
        self.run_due_tasks().await
    }

    /// Tasks and events that wait to be dealt with now.
    fn undrained(&self) -> Vec<String> {
        let now_ms = self.clock.unix_ms();
        let tasks = self.db.texts(&format!(
            "SELECT kind || ' ' || status FROM tasks WHERE status = 'running' OR (status = 'pending' AND due_ms <= {now_ms})"
        ));
        let behind = "SELECT 'events for ' || url FROM endpoints WHERE enabled = 1 AND relayed_seq < (SELECT max(seq) FROM events)";
        [tasks, self.db.texts(behind)].concat()
    }

    /// The test means to leave work undone.
    pub fn leave_undrained(&self) {
        self.may_leave.store(true, Ordering::SeqCst);
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Payload>) -> Answer {
        let (parts, body) = self.front_door.handle(request).await.into_parts();
        if let Some(to_keep) = parts.extensions.get::<ToKeep>() {
            api::keep(&self.app, to_keep).await;
        }
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Sends a request with the key and this body.
    pub async fn call(&self, method: &str, path: &str, body: impl Into<Bytes>) -> Answer {
        self.call_with(method, path, &[], body).await
    }

    /// Sends a request with the key, these headers and this body.
    pub async fn call_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let request = with_key(method, path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Payload::Whole(body.into())).unwrap()).await
    }

    /// Sends a request with a user's token and this body.
    pub async fn call_as(&self, token: &str, method: &str, path: &str, body: impl Into<Bytes>) -> Answer {
        self.call_as_with(token, method, path, &[], body).await
    }

    /// Sends a request with a user's token, these headers and this body.
    pub async fn call_as_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Payload::Whole(body.into())).unwrap()).await
    }

    /// Sends a request with these headers only, and no body.
    pub async fn knock(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Payload::Whole(Bytes::new())).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, "").await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call("PUT", path, body.to_string()).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call("PATCH", path, body.to_string()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, "").await
    }

    /// Everything logged so far, as JSON.
    pub fn log(&self) -> Vec<Value> {
        let lines = self.log.0.lock().unwrap();
        lines.iter().map(|(_, line)| serde_json::from_str(line).unwrap()).collect()
    }

    /// Round trips of the last request, as the log has them.
    pub fn trips(&self) -> u64 {
        self.log().pop().unwrap()["d1_trips"].as_u64().unwrap()
    }

    /// How much each line logged so far matters.
    pub fn log_levels(&self) -> Vec<Level> {
        self.log.0.lock().unwrap().iter().map(|(level, _)| *level).collect()
    }
}

/// A request with the key.
pub fn with_key(method: &str, path: &str) -> request::Builder {
    let path = if path.is_ascii() { path.to_owned() } else { percent_encode(path) };
    Request::builder().method(method).uri(path).header("authorization", format!("Bearer {KEY}"))
}

/// A path with a query of these parameters, encoded.
pub fn query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.extend_pairs(parameters).finish())
}

/// As a browser sends a path with letters beyond ASCII.
fn percent_encode(path: &str) -> String {
    let encode =
        |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(encode).collect()
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {:?}", self.body))
    }

    /// The body as JSON, after looking at the status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:?}", self.body);
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The names of the fields that were refused, sorted, after looking at the status.
    #[track_caller]
    pub fn refused_fields(&self) -> Vec<String> {
        let body = self.expect(400);
        assert_eq!(body["detail"], "Validation error");
        let errors = body["errors"].as_array().unwrap();
        let mut fields: Vec<_> =
            errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect();
        fields.sort();
        fields
    }

    /// The ids of a list, after looking at the status.
    #[track_caller]
    pub fn ids(&self) -> Vec<i64> {
        let list = self.expect(200);
        list.as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
