//! By what is told whether something cached still counts: numbers that the writes count up, in the batch
//! of the write. Asked for in the trip that reads what would be cached, they make a cached answer as true
//! as one that is read.

use crate::ports::{Batch, Db, DbError, Stmt};

/// What a read gives to whoever has a cached answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fresh {
    /// What the caller has still counts.
    Same,
    /// It does not, or the caller has nothing.
    New {
        /// By which it will be told whether this still counts.
        stamp: String,
        json: Vec<u8>,
        /// Of a list that comes in pages: there is another one.
        has_more: bool,
    },
}

/// SQL of the stamp of lists of jobs.
pub(super) const JOBS_STAMP: &str = "(SELECT epoch || '-' || jobs FROM cache_state)";

/// SQL of the row that holds the stamp of lists of jobs, to be joined before all others: where the stamp is
/// the one that is known, nothing else is read. One row, by its number, so that what comes after it may
/// come in the order of an index.
pub(super) const JOBS_STATE: &str = "cache_state AS state";

/// SQL that is true for that row unless the stamp is the one that the parameter names.
pub(super) fn jobs_differ(known: &str) -> String {
    format!("state.rowid = 1 AND (state.epoch || '-' || state.jobs) IS NOT {known}")
}

/// SQL of the stamp of what is about one job, given SQL for its version.
pub(super) fn job_stamp(version: &str) -> String {
    format!("(SELECT epoch FROM cache_state) || '-' || {version}")
}

/// The statement for the batch of a write after which lists of jobs are not as they were.
pub(super) fn jobs_changed() -> Stmt {
    Stmt::new("UPDATE cache_state SET jobs = jobs + 1")
}

/// The statement after which nothing cached counts any more.
#[must_use]
pub fn clear_stmt() -> Stmt {
    Stmt::new("UPDATE cache_state SET epoch = epoch + 1")
}

/// Clears all caches. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn clear(db: &dyn Db) -> Result<(), DbError> {
    db.batch(&Batch::idempotent(vec![clear_stmt()])).await.map(|_| ())
}
