//! Work nobody waits for. The table of crons says what runs by the clock; the engine runs tasks.

mod deliver;
mod engine;
mod kinds;
mod process_hooks;
mod prune;
mod push_rank;
mod recover_endpoint;
mod report;
mod rerank_jobs;
mod send_alert;
mod send_callback;
mod sweep_recruiterflow;

use std::pin::Pin;

use serde::Serialize;

use crate::app::App;
use crate::ports::Level;
use crate::store::tasks::TaskError;

pub use engine::{Ran, sweep, sweep_if_due, work};

/// What a cron runs; it gives how many things it dealt with.
type Run = for<'a> fn(&'a App) -> Pin<Box<dyn Future<Output = Result<i64, TaskError>> + Send + 'a>>;

/// A schedule of `wrangler.toml`, and what it runs.
struct Cron {
    schedule: &'static str,
    name: &'static str,
    run: Run,
}

/// Every cron.
const CRONS: &[Cron] = &[
    Cron {
        schedule: "* * * * *",
        name: "sweep",
        run: |app| Box::pin(async move { Ok(engine::sweep_if_due(app).await?) }),
    },
    Cron { schedule: "*/30 * * * *", name: "sync", run: |app| Box::pin(sweep_recruiterflow::start(app)) },
    Cron { schedule: "17 * * * *", name: "prune", run: |app| Box::pin(prune::run(app)) },
];
/// The schedules there are; a test holds them against `wrangler.toml`.
pub fn schedules() -> impl Iterator<Item = &'static str> {
    CRONS.iter().map(|cron| cron.schedule)
}

/// Runs what is due on a schedule. What fails is logged, and runs again on its next turn.
pub async fn run_cron(app: &App, schedule: &str) {
    for cron in CRONS.iter().filter(|cron| cron.schedule == schedule) {
        let (app, meter) = app.metered();
        let outcome = (cron.run)(&app).await;
        let line = CronLine {
            cron: cron.name,
            done: outcome.as_ref().ok().copied(),
            error: outcome.as_ref().err().map(ToString::to_string),
            d1_trips: meter.usage().trips,
            d1_rows_read: meter.usage().rows_read,
            d1_rows_written: meter.usage().rows_written,
        };
        app.log(if outcome.is_ok() { Level::Info } else { Level::Error }, &line);
    }
}

/// The log line of a cron's run.
#[derive(Serialize)]
struct CronLine<'a> {
    cron: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    done: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    d1_trips: u64,
    d1_rows_read: u64,
    d1_rows_written: u64,
}
