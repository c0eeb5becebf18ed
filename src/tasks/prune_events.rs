//! Removes events older than the retention, `EVENT_RETENTION_DAYS`. Running it twice removes nothing
//! twice; what one run does not reach, the next one does.

use crate::app::App;
use crate::ports::DbError;
use crate::store::events;

/// Events a batch removes, and batches a run makes: together well inside one invocation.
const BATCH: i64 = 1_000;
const BATCHES: usize = 100;

/// Gives how many events were removed.
pub async fn run(app: &App) -> Result<i64, DbError> {
    let before = app.clock.now().days_before(app.config.event_retention_days);
    let mut removed = 0;
    for _ in 0..BATCHES {
        let now = events::prune(&*app.db, before, BATCH).await?;
        removed += now;
        if now < BATCH {
            break;
        }
    }
    Ok(removed)
}
