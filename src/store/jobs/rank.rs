//! The rank of a job, for the system that the job comes from.

use serde::Deserialize;

use crate::ports::{Db, DbError, Stmt};

/// A rank that the system is to be told.
#[derive(Debug, Deserialize)]
pub struct RankToPush {
    /// The system's id of the job.
    pub external_id: String,
    pub rank: String,
}

/// The rank of a job of Recruiterflow, if it has one. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn rank_to_push(db: &dyn Db, job_id: i64) -> Result<Option<RankToPush>, DbError> {
    let stmt = Stmt::new(
        "SELECT external_id, rank FROM jobs \
         WHERE id = ?1 AND source = 'recruiterflow' AND external_id IS NOT NULL AND rank IS NOT NULL",
    );
    db.read(&stmt.bind(job_id)).await?.first()
}
