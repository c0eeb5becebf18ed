//! What Edgehire asks of the world: a database, a cache, a queue, files, HTTP, a clock, randomness, a log. The
//! Worker gives the platform's; tests give their own. Nothing else in the crate touches the outside.

pub mod cache;
pub mod db;
#[cfg(feature = "db-suite")]
pub mod db_suite;
pub mod files;
pub mod http;
pub mod queue;

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::domain::time::Timestamp;

pub use cache::{Cache, CacheError, Keep};
pub use db::{Answering, Batch, Db, DbError, Rows, Stmt, Usage, Value};
pub use files::{FileError, Files};
pub use http::{Http, HttpError, OutAnswer, OutRequest};
pub use queue::{Queue, QueueError, Signal};

/// The time.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Now, to the millisecond, since 1970. On Workers it stands still between two waits.
    fn unix_ms(&self) -> i64;

    /// Waits.
    async fn sleep(&self, duration: Duration);

    /// Now, to the second.
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.unix_ms())
    }
}

/// Randomness fit for secrets.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// Where log lines go. A line is one JSON object.
pub trait Log: Send + Sync {
    /// Writes one line.
    fn line(&self, level: Level, line: &str);
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// As usual.
    Info,
    /// Somebody should look.
    Error,
}

/// A new UUID, version 7: made of the time and randomness, so that later ones sort later.
#[must_use]
pub fn new_uuid(clock: &dyn Clock, random: &dyn Random) -> Uuid {
    let mut bytes = [0; 10];
    random.fill(&mut bytes);
    let ms = u64::try_from(clock.unix_ms()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()
}
