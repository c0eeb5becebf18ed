//! `App`: the ports and the settings that every request and task gets.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use uuid::Uuid;

use crate::config::Config;
use crate::domain::event::{EventType, NewEvent};
use crate::domain::webhook::WebhookSecret;
use crate::ports::{
    self, Answering, Batch, Cache, Clock, Db, DbError, Files, Http, Level, Log, Queue, Random, Rows, Stmt,
    Usage,
};

/// Everything a request or task works with. Cloning is cheap.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    pub db: Arc<dyn Db>,
    pub cache: Arc<dyn Cache>,
    pub queue: Arc<dyn Queue>,
    pub files: Arc<dyn Files>,
    pub http: Arc<dyn Http>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub log: Arc<dyn Log>,
}

impl App {
    /// The same app for one piece of work: what it does with the database is added up in the meter,
    /// and is tried again where that is safe.
    #[must_use]
    pub fn metered(&self) -> (Self, Arc<Meter>) {
        let meter = Arc::new(Meter::default());
        let db = Arc::new(WorkDb { db: self.db.clone(), clock: self.clock.clone(), meter: meter.clone() });
        (Self { db, ..self.clone() }, meter)
    }

    /// The same app for a request whose answer is to be kept: the statement that keeps it joins the
    /// first batch that tells it and is committed. Whether that happened shows beside.
    #[must_use]
    pub fn keeping_answer(&self, keep: Keep) -> (Self, Arc<AtomicBool>) {
        let is_kept = Arc::new(AtomicBool::new(false));
        let db = Arc::new(KeepingDb { db: self.db.clone(), keep, is_kept: is_kept.clone() });
        (Self { db, ..self.clone() }, is_kept)
    }

    /// Writes a log line.
    pub fn log(&self, level: Level, line: &impl Serialize) {
        match serde_json::to_string(line) {
            Ok(line) => self.log.line(level, &line),
            Err(error) => self.log.line(Level::Error, &format!("{{\"error\":\"a log line: {error}\"}}")),
        }
    }

    /// An event of this moment.
    #[must_use]
    pub fn new_event(&self, kind: EventType) -> NewEvent {
        NewEvent { uuid: self.new_uuid(), kind, at: self.clock.now() }
    }

    /// A number from 0 to 1, to spread what would otherwise happen at once.
    #[must_use]
    pub fn jitter(&self) -> f64 {
        let mut byte = [0];
        self.random.fill(&mut byte);
        f64::from(byte[0]) / 255.0
    }

    /// A text as the database may keep it, for this purpose; `None` without `ENCRYPTION_KEY`.
    #[must_use]
    pub fn seal(&self, purpose: &str, text: &str) -> Option<String> {
        let mut nonce = [0; 12];
        self.random.fill(&mut nonce);
        self.config.encryption_key.as_ref()?.seal(nonce, purpose, text.as_bytes()).ok()
    }

    /// A text that was sealed for this purpose; `None` when the key is not the one that sealed it.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        String::from_utf8(self.config.encryption_key.as_ref()?.open(purpose, sealed)?).ok()
    }

    /// A webhook secret for the database; `None` without `ENCRYPTION_KEY`.
    #[must_use]
    pub fn seal_secret(&self, endpoint: &str, secret: &WebhookSecret) -> Option<String> {
        self.seal(&purpose(endpoint), &secret.to_text())
    }

    /// A webhook secret out of the database; `None` when the key is not the one that sealed it.
    #[must_use]
    pub fn open_secret(&self, endpoint: &str, sealed: &str) -> Option<WebhookSecret> {
        self.open(&purpose(endpoint), sealed)?.parse().ok()
    }

    /// A new UUID, version 7.
    #[must_use]
    pub fn new_uuid(&self) -> Uuid {
        ports::new_uuid(&*self.clock, &*self.random)
    }
}

/// What an endpoint's secret is sealed for: no other endpoint's row can hold it.
fn purpose(endpoint: &str) -> String {
    format!("secret of endpoint {endpoint}")
}

/// Adds up what a piece of work costs.
#[derive(Default)]
pub struct Meter(Mutex<Usage>);

impl Meter {
    /// The sum so far.
    #[must_use]
    pub fn usage(&self) -> Usage {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, usage: Usage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += usage;
    }

    fn trip(&self, ms: i64) {
        self.add(Usage { trips: 1, ms, ..Usage::default() });
    }
}

/// Waits between tries, in milliseconds. D1 itself retries reads at once; these are for longer gaps.
const RETRY_AFTER_MS: [u64; 2] = [50, 250];

/// The database for one piece of work.
struct WorkDb {
    db: Arc<dyn Db>,
    clock: Arc<dyn Clock>,
    meter: Arc<Meter>,
}

/// Runs `$call` again after a transient error, as often as there are waits, if `$may_repeat`.
macro_rules! with_retries {
    ($self:ident, $may_repeat:expr, $call:expr) => {{
        let mut waits = RETRY_AFTER_MS.iter().filter(|_| $may_repeat);
        loop {
            let began_ms = $self.clock.unix_ms();
            let outcome = $call.await;
            $self.meter.trip($self.clock.unix_ms() - began_ms);
            match outcome {
                Err(DbError::Transient(cause)) => match waits.next() {
                    Some(ms) => $self.clock.sleep(Duration::from_millis(*ms)).await,
                    None => break Err(DbError::Transient(cause)),
                },
                outcome => break outcome,
            }
        }
    }};
}

#[async_trait]
impl Db for WorkDb {
    async fn read(&self, stmt: &Stmt) -> Result<Rows, DbError> {
        let rows = with_retries!(self, true, self.db.read(stmt))?;
        self.meter.add(rows.usage);
        Ok(rows)
    }

    async fn read_hex(&self, stmt: &Stmt) -> Result<(Vec<u8>, Usage), DbError> {
        let (bytes, usage) = with_retries!(self, true, self.db.read_hex(stmt))?;
        self.meter.add(usage);
        Ok((bytes, usage))
    }

    async fn batch(&self, batch: &Batch) -> Result<Vec<Rows>, DbError> {
        let results = with_retries!(self, batch.idempotent, self.db.batch(batch))?;
        for rows in &results {
            self.meter.add(rows.usage);
        }
        Ok(results)
    }
}

/// Makes the statement that keeps an answer; it gives a row when it kept one.
pub type Keep = Box<dyn Fn(&Answering) -> Stmt + Send + Sync>;

/// The database for a request whose answer is to be kept.
struct KeepingDb {
    db: Arc<dyn Db>,
    keep: Keep,
    is_kept: Arc<AtomicBool>,
}

#[async_trait]
impl Db for KeepingDb {
    async fn read(&self, stmt: &Stmt) -> Result<Rows, DbError> {
        self.db.read(stmt).await
    }

    async fn read_hex(&self, stmt: &Stmt) -> Result<(Vec<u8>, Usage), DbError> {
        self.db.read_hex(stmt).await
    }

    async fn batch(&self, batch: &Batch) -> Result<Vec<Rows>, DbError> {
        let answering = batch.answering.as_ref().filter(|_| !self.is_kept.load(Ordering::Relaxed));
        let Some(answering) = answering else { return self.db.batch(batch).await };
        let mut batch = batch.clone();
        batch.stmts.push((self.keep)(answering));
        let mut results = self.db.batch(&batch).await?;
        let kept = results.pop().is_some_and(|rows| !rows.is_empty());
        self.is_kept.store(kept, Ordering::Relaxed);
        Ok(results)
    }
}
