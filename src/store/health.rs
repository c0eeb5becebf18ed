//! Whether the database answers.

use crate::ports::{Db, DbError, Stmt};

/// Asks the database something it can only answer when it works and is migrated.
///
/// # Errors
/// When it does not.
pub async fn check(db: &dyn Db) -> Result<(), DbError> {
    db.read(&Stmt::new("SELECT seq FROM events LIMIT 1")).await.map(|_| ())
}
