//! Files: what is too long for a row.

use async_trait::async_trait;
use thiserror::Error;

/// The file store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("files: {0}")]
pub struct FileError(pub String);

/// Named files of bytes.
#[async_trait]
pub trait Files: Send + Sync {
    /// Writes a file, over one of the same name.
    async fn put(&self, name: &str, bytes: &[u8]) -> Result<(), FileError>;

    /// Reads a file; nothing when there is none.
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, FileError>;

    /// Removes files, at most 1,000; those that are not there count as removed.
    async fn delete(&self, names: &[String]) -> Result<(), FileError>;
}
