//! Removing tasks that ended long ago.

use serde::Deserialize;

use super::TaskError;
use crate::domain::time::Timestamp;
use crate::ports::{Db, Files};
use crate::store::pruning::{self, Pruned};

/// What a removed task left behind.
#[derive(Deserialize)]
struct PrunedRow {
    payload_key: Option<String>,
    result_key: Option<String>,
}

/// Removes, of the `limit` tasks that come after a number, those that ended before an instant, and their
/// files. One round trip, and one for the files.
///
/// # Errors
/// When the database or the file store fails; files of tasks that are gone then stay.
pub async fn prune(
    db: &dyn Db,
    files: &dyn Files,
    before: Timestamp,
    after: i64,
    limit: i64,
) -> Result<Pruned, TaskError> {
    let returning = "payload_key, result_key";
    let (rows, next) =
        pruning::prune(db, "tasks", "finished_at < ?1", returning, (after, limit), before).await?;
    let names: Vec<_> = rows
        .parse::<PrunedRow>()?
        .into_iter()
        .flat_map(|row| [row.payload_key, row.result_key])
        .flatten()
        .collect();
    for names in names.chunks(1_000) {
        files.delete(names).await?;
    }
    Ok(Pruned { removed: rows.count()?, next })
}
