//! The queue event: signals that tasks are due.

use std::rc::Rc;

use serde::de::IgnoredAny;
use worker::{Context, Env, MessageBatch, console_error, event};

use super::env::{self, Isolate};
use super::sweeper;
use crate::tasks;

/// Runs as many tasks as there are signals; which ones, the order of the tasks decides. The signals are
/// taken at once, for each is worth nothing beside its row, and the work goes on after them: so nobody's
/// slow server keeps the next signals waiting (`queue_consumer_no_wait_for_wait_until` in wrangler.toml).
#[event(queue)]
async fn queue(signals: MessageBatch<IgnoredAny>, env: Env, context: Context) -> worker::Result<()> {
    let isolate = env::isolate(&env)?;
    for _ in signals.raw_iter() {
        context.wait_until(work(isolate.clone()));
    }
    Ok(())
}

async fn work(isolate: Rc<Isolate>) {
    match tasks::work(&isolate.app).await {
        Ok(Some(_)) => sweeper::sweep_soon(isolate.app.clone()).await,
        Ok(None) => {}
        Err(error) => console_error!("{}", serde_json::json!({ "queue": error.to_string() })),
    }
}
