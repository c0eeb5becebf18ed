//! The scheduled event.

use worker::{Env, ScheduleContext, ScheduledEvent, console_error, event};

use super::{env, sweeper};
use crate::tasks;

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _: ScheduleContext) {
    match env::isolate(&env) {
        Ok(isolate) => {
            tasks::run_cron(&isolate.app, &event.cron()).await;
            // What it asked for need not wait for the next minute.
            sweeper::sweep_soon(isolate.app.clone()).await;
        }
        Err(error) => console_error!("{error}"),
    }
}
