//! Tasks: written in the batch of what asks for them, claimed by one conditional update, ended by
//! another.
//!
//! Invariant: a task that was written stays pending or running until it ended; only the holder of its
//! present run ends it.

mod enqueue;
mod prune;
mod run;
mod sweep;

use thiserror::Error;

use crate::ports::{DbError, FileError, Files};

pub(super) use enqueue::{EachTask, enqueue_each, enqueue_senders};
pub use enqueue::{enqueue, write};
pub use prune::prune;
pub use run::{Claimed, Ending, claim, end, hold};
pub use sweep::{Overdue, Swept, is_any_due, sweep};

/// Payloads and results longer than this, in bytes, are files.
const LONGEST_IN_ROW: usize = 64 * 1024;

/// Why a task could not be written or read.
#[derive(Debug, Error)]
pub enum TaskError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the payload can't be written: {0}")]
    Payload(#[from] serde_json::Error),
}

/// A text for a row: itself, or the name of the file it was put into.
async fn keep<'a>(
    files: &dyn Files,
    text: Option<&'a str>,
    name: &'a str,
) -> Result<(Option<&'a str>, Option<&'a str>), FileError> {
    match text {
        Some(long) if long.len() > LONGEST_IN_ROW => {
            files.put(name, long.as_bytes()).await?;
            Ok((None, Some(name)))
        }
        other => Ok((other, None)),
    }
}
