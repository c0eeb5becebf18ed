//! The cache: answers that were worked out before, by name. It may forget anything at any time, and for a
//! minute it may give what has been replaced: nobody's correctness depends on it.

use async_trait::async_trait;
use thiserror::Error;

/// The cache did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("cache: {0}")]
pub struct CacheError(pub String);

/// Something to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keep {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Seconds, 60 or more.
    pub for_s: u64,
}

/// Where answers are kept.
#[async_trait]
pub trait Cache: Send + Sync {
    /// What is kept under a name.
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, CacheError>;

    /// Keeps something.
    async fn put(&self, keep: &Keep) -> Result<(), CacheError>;
}
