//! Requests to the outside. Redirects are never followed.

use std::time::Duration;

use async_trait::async_trait;
use thiserror::Error;

/// A request to send.
#[derive(Debug, Clone)]
pub struct OutRequest<'a> {
    pub method: &'static str,
    pub url: &'a str,
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
    /// Until the answer has come, its body included.
    pub timeout: Duration,
    /// Bytes of the answer's body that are read; the rest is left.
    pub max_answer: usize,
}

/// What came back. The status counts even when the body broke off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutAnswer {
    pub status: u16,
    /// `Retry-After`, as written.
    pub retry_after: Option<String>,
    /// The first bytes, up to what was asked for.
    pub body: Vec<u8>,
    /// Why the body is not all that was sent, when it broke off or took too long.
    pub broke_off: Option<String>,
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HttpError {
    #[error("no answer in time")]
    Timeout,
    #[error("{0}")]
    Network(String),
}

/// The way to the outside.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends one request, and reads the answer.
    async fn send(&self, request: &OutRequest<'_>) -> Result<OutAnswer, HttpError>;
}
