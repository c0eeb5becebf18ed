//! Makes what an endpoint missed due to it again, a span of the log a step.
//!
//! Idempotent: the deliveries of a step and its cursor are committed together, and a delivery that is
//! due or was taken is left as it is.

use super::engine::{Step, Stop, Task, Then};
use crate::app::App;
use crate::domain::endpoint::RecoverEndpoint;
use crate::store::deliveries;

/// One step.
pub async fn run(app: &App, task: &Task) -> Result<Step, Stop> {
    let recover: RecoverEndpoint = task.payload()?;
    let after = task.cursor.as_deref().unwrap_or(&recover.after);
    let (now, now_ms) = (app.clock.now(), app.clock.unix_ms());
    let step = deliveries::recovery_step(&*app.db, &recover, after, now, now_ms).await?;
    let then = match step.next {
        Some(cursor) => Then::Next { cursor },
        None => Then::Done { result: None },
    };
    Ok(Step { stmts: step.stmts, then })
}
