//! The queue of signals: a message says that there is work, the row says what.

use async_trait::async_trait;
use serde::Serialize;
use thiserror::Error;

/// That a task is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Signal {
    pub task_id: i64,
    /// Seconds to hold it back.
    #[serde(skip)]
    pub delay_s: u32,
}

/// The queue did not take the signals.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("queue: {0}")]
pub struct QueueError(pub String);

/// Where signals go. What is lost here is found again by the sweep.
#[async_trait]
pub trait Queue: Send + Sync {
    /// Sends signals, at most 100.
    async fn send(&self, signals: &[Signal]) -> Result<(), QueueError>;
}
