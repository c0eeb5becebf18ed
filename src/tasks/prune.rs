//! Removes what is past its retention: events, deliveries, webhooks that came, tasks, remembered answers,
//! failed sign-ins. Running it twice removes nothing twice; what one run does not reach, the next one does.

use crate::app::App;
use crate::store::tasks::TaskError;
use crate::store::{deliveries, events, idempotency, inbound_hooks, sign_ins, syncs, tasks};

/// Rows a batch removes, and batches a run makes for each kind: together well inside one invocation.
const BATCH: i64 = 1_000;
const BATCHES: usize = 100;

/// Calls until less than a batch was removed; gives the sum.
macro_rules! until_done {
    ($call:expr) => {
        async {
            let mut removed = 0;
            for _ in 0..BATCHES {
                let now = $call.await?;
                removed += now;
                if now < BATCH {
                    break;
                }
            }
            Ok::<i64, TaskError>(removed)
        }
        .await
    };
}

/// Calls for one window of rows after the other, from `$after` on; gives the sum of what was removed.
macro_rules! by_windows {
    ($after:ident, $call:expr) => {
        async {
            let (mut removed, mut $after) = (0, 0);
            for _ in 0..BATCHES {
                let window = $call.await?;
                removed += window.removed;
                match window.next {
                    Some(next) => $after = next,
                    None => break,
                }
            }
            Ok::<i64, TaskError>(removed)
        }
        .await
    };
}

/// Gives how many rows were removed. What fails does not keep the rest from being removed.
pub async fn run(app: &App) -> Result<i64, TaskError> {
    let now = app.clock.now();
    let told_before = now.days_before(app.config.event_retention_days);
    let done_before = now.days_before(app.config.task_retention_days);
    let now_ms = app.clock.unix_ms();
    let kept_before_ms = now_ms - idempotency::KEPT_MS;
    let (db, files) = (&*app.db, &*app.files);
    let outcomes = [
        until_done!(events::prune(db, told_before, BATCH)),
        by_windows!(after, deliveries::prune(db, told_before, after, BATCH)),
        until_done!(inbound_hooks::prune(db, told_before, BATCH)),
        until_done!(syncs::prune(db, told_before, BATCH)),
        by_windows!(after, tasks::prune(db, files, done_before, after, BATCH)),
        until_done!(idempotency::prune(db, kept_before_ms, BATCH)),
        until_done!(sign_ins::prune(db, now_ms, BATCH)),
    ];
    outcomes.into_iter().sum()
}
