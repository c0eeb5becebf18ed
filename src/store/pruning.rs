//! Removing old rows by their age, without an index of it: a window of rows, in the order of entry, at
//! a time. Rows that stay do not keep those after them.

use serde::Deserialize;

use crate::domain::time::Timestamp;
use crate::ports::{Batch, Db, DbError, Rows, Stmt};

/// What a window came to.
#[derive(Debug)]
pub struct Pruned {
    pub removed: i64,
    /// The number after which the next window begins; nothing when there is no older row left to see.
    pub next: Option<i64>,
}

#[derive(Deserialize)]
struct WindowRow {
    last_id: Option<i64>,
    newest: Option<String>,
    seen: i64,
}

/// Removes, of the `limit` rows that come after a number, those where the condition holds (`?1` is the
/// instant). Rows are entered with the column `created_at`, and are not removed before they are as old
/// as the instant. Gives also what the statement returns of each. One round trip.
pub(super) async fn prune(
    db: &dyn Db,
    table: &str,
    condition: &str,
    returning: &str,
    (after, limit): (i64, i64),
    before: Timestamp,
) -> Result<(Rows, Option<i64>), DbError> {
    let window = format!("(SELECT id, created_at FROM {table} WHERE id > ?1 ORDER BY id LIMIT ?2)");
    let look = Stmt::new(format!(
        "SELECT max(id) AS last_id, max(created_at) AS newest, count(*) AS seen FROM {window}"
    ));
    let remove = Stmt::new(format!(
        "DELETE FROM {table} WHERE id > ?2 AND id <= ( \
            SELECT max(id) FROM (SELECT id FROM {table} WHERE id > ?2 ORDER BY id LIMIT ?3)) \
         AND {condition} RETURNING {returning}"
    ));
    let stmts = vec![look.bind(after).bind(limit), remove.bind(before).bind(after).bind(limit)];
    let mut results = db.batch(&Batch::idempotent(stmts)).await?.into_iter();
    let (Some(look), Some(removed)) = (results.next(), results.next()) else {
        return Err(DbError::Row("not two results".to_owned()));
    };
    let window = look.first::<WindowRow>()?;
    let is_more = |row: &WindowRow| {
        row.seen == limit && row.newest.as_ref().is_some_and(|newest| *newest < before.to_string())
    };
    Ok((removed, window.filter(is_more).and_then(|row| row.last_id)))
}
