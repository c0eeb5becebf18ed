//! Who owns a job, and by which id.

use serde::Deserialize;
use uuid::Uuid;

use crate::domain::job::JobSource;
use crate::ports::{Db, DbError, Stmt};

/// The owner of a job.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Owner {
    pub id: i64,
    source: String,
    external_id: Option<String>,
}

impl Owner {
    /// The id by which this system has the job, if it is one of its own.
    #[must_use]
    pub fn in_system(&self, system: JobSource) -> Option<&str> {
        self.external_id.as_deref().filter(|_| self.source == system.as_str())
    }
}

/// The owner of the job with this UUID. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &dyn Db, job: Uuid) -> Result<Option<Owner>, DbError> {
    let stmt = Stmt::new("SELECT id, source, external_id FROM jobs WHERE uuid = ?1");
    db.read(&stmt.bind(job.to_string())).await?.first()
}
