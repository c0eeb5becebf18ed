//! Removing syncs that began long ago.

use crate::domain::time::Timestamp;
use crate::ports::{Batch, Db, DbError, Rows, Stmt};

/// Removes up to `limit` of the oldest syncs that began before an instant, never the last that went well: it
/// tells how old everything is. Gives how many were removed.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &dyn Db, before: Timestamp, limit: i64) -> Result<i64, DbError> {
    // Syncs stand in the order of their beginning, so the oldest are the first: nothing is scanned.
    let stmt = Stmt::new(
        "DELETE FROM sync_log WHERE id IN ( \
            SELECT id FROM (SELECT id, started_at, status FROM sync_log ORDER BY id LIMIT ?2) \
            WHERE started_at < ?1 AND status <> 'running') \
         AND id <> coalesce((SELECT max(id) FROM sync_log WHERE kind <> 'webhook' AND status = 'succeeded'), 0) \
         RETURNING id",
    );
    let results = db.batch(&Batch::idempotent(vec![stmt.bind(before).bind(limit)])).await?;
    results.first().map_or(Ok(0), Rows::count)
}
