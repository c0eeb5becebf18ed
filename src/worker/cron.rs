//! The scheduled event.

use worker::{Env, ScheduleContext, ScheduledEvent, console_error, event};

use super::env;
use crate::tasks;

#[event(scheduled)]
async fn scheduled(event: ScheduledEvent, env: Env, _: ScheduleContext) {
    match env::isolate(&env) {
        Ok(isolate) => tasks::run_cron(&isolate.app, &event.cron()).await,
        Err(error) => console_error!("{error}"),
    }
}
