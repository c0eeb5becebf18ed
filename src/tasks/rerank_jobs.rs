//! Works out all rankings by the present weights, some jobs a step.
//!
//! Idempotent: the rankings of a step and its cursor are committed together, and a ranking that is the same
//! is left as it is.

use super::engine::{Step, Stop, Task, Then};
use crate::app::App;
use crate::domain::event::EventType;
use crate::domain::scoring::RerankJobs;
use crate::store::scores;

/// One step.
pub async fn run(app: &App, task: &Task) -> Result<Step, Stop> {
    let RerankJobs {} = task.payload()?;
    let rank_changed = app.new_event(EventType::JobRankChanged);
    let (is_pushed, now_ms) = (app.config.recruiterflow.pushes_rank(), app.clock.unix_ms());
    let cursor = task.cursor.as_deref();
    let step = scores::rerank_step(&*app.db, cursor, rank_changed, is_pushed, now_ms).await?;
    let then = match step.next {
        Some(cursor) => Then::Next { cursor },
        None => Then::Done { result: None },
    };
    Ok(Step { stmts: step.stmts, then })
}
