//! A sweep of Recruiterflow: reads the list of all jobs, asks for those that it did not have, writes what
//! differs, then reads the pipelines of the jobs that are worked on. It goes in steps of some seconds,
//! each from where the last one came to.
//!
//! Nothing is written of the jobs before all have been read, so that a list that is wrong as a whole can
//! be told from one that tells of changes.
//!
//! Idempotent: what is read again and is the same is not written again; what a step writes and that it was
//! written are one batch.

mod ask;
mod jobs;
mod missing;
mod pipelines;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::engine::{Step, Stop, Task, Then};
use super::send_alert;
use crate::app::App;
use crate::clients::recruiterflow::{Error, Recruiterflow};
use crate::domain::alert::{Alert, AlertName};
use crate::domain::sync::{Phase, Progress, SyncKind};
use crate::domain::task::Kind;
use crate::ports::{Batch, Level, Stmt};
use crate::store::alerts::Condition;
use crate::store::jobs::sync as store;
use crate::store::syncs::{self, Running};
use crate::store::tasks::TaskError;
use crate::sync::{self, RECRUITERFLOW, SyncError};

/// For how long a step begins further work, in milliseconds; and when its last call must have ended. The
/// platform gives a run 30 seconds.
const BEGINS_FOR_MS: i64 = 9_000;
const ENDS_WITHIN_MS: i64 = 20_000;

/// Statements a step runs: an invocation may run 1,000.
const STATEMENTS: usize = 700;

/// The wait after calls that failed, when something was done before, in milliseconds.
const PAUSE_MS: i64 = 30_000;

/// With what the error of a sweep begins that would have deactivated too many jobs.
const STOPPED: &str = "stopped, and nothing was changed";

/// Lines a step logs of what it could not read.
const TOLD: usize = 10;

/// Asks for a sweep by the clock, where Recruiterflow is configured; gives how many were asked for.
pub(super) async fn start(app: &App) -> Result<i64, TaskError> {
    if app.config.recruiterflow.api_key.is_none() {
        return Ok(0);
    }
    sync::start(app, SyncKind::Full, false).await.map(|_| 1)
}

/// Where a sweep has come to.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Cursor {
    at: At,
    /// Jobs that are worked on and that the list has not told of: all at first.
    unseen: BTreeSet<String>,
    /// Jobs that are not there any more, and when that was learnt, in milliseconds since 1970.
    gone: Vec<(String, i64)>,
    /// A job that the system told of last: asked for again, it tells whether the system is well.
    control: Option<String>,
    /// The system asked not to be called before this, in milliseconds since 1970; whoever asks for a sync
    /// meanwhile brings the next step forward, but not its calls.
    rest_until_ms: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum At {
    /// The list, at this page; and the last there is, once it is known.
    List { page: u32, last: Option<u32> },
    /// The jobs that the list did not have.
    Missing,
    /// Writing what differs.
    Apply,
    /// The pipelines, after this id.
    Pipelines { after: String },
    /// The end.
    Done,
}

impl At {
    const fn phase(&self) -> Phase {
        match self {
            Self::List { .. } => Phase::Jobs,
            Self::Missing => Phase::Missing,
            Self::Apply => Phase::Apply,
            Self::Pipelines { .. } | Self::Done => Phase::Pipelines,
        }
    }
}

/// A step of a sweep.
struct Sweep<'a> {
    app: &'a App,
    system: Recruiterflow<'a>,
    hold: &'a Stmt,
    running: Running,
    cursor: Cursor,
    /// Not yet counted in the log of syncs.
    progress: Progress,
    /// The cursor has moved in this step.
    has_advanced: bool,
    /// If the step does not go well now, it is not tried again.
    is_last_try: bool,
    until_ms: i64,
    statements: usize,
    told: usize,
}

/// One step.
pub async fn run(app: &App, task: &Task) -> Result<Step, Stop> {
    let started_ms = app.clock.unix_ms();
    let system = Recruiterflow::open(app, started_ms + ENDS_WITHIN_MS)
        .ok_or_else(|| Stop::Fail { error: "the setting RECRUITERFLOW_API_KEY is missing".to_owned() })?;
    let running = syncs::running(&*app.db, RECRUITERFLOW.as_str()).await?;
    // It is written and ended together with the task.
    let running = running.ok_or_else(|| Stop::Fail { error: "no sync is running".to_owned() })?;
    let cursor = match &task.cursor {
        Some(cursor) => {
            serde_json::from_str(cursor).map_err(|error| Stop::Fail { error: error.to_string() })?
        }
        None => begin(app, &task.hold).await?,
    };
    if cursor.rest_until_ms > started_ms {
        let until_ms = cursor.rest_until_ms;
        return Ok(Step::then(Then::Pause { cursor: written(&cursor)?, until_ms }));
    }
    let mut sweep = Sweep {
        app,
        system,
        hold: &task.hold,
        running,
        cursor,
        progress: Progress::default(),
        has_advanced: task.cursor.is_none(),
        is_last_try: i64::from(task.attempts) >= Kind::SweepRecruiterflow.rules().attempts,
        until_ms: started_ms + BEGINS_FOR_MS,
        statements: STATEMENTS,
        told: 0,
    };
    let outcome = sweep.go().await;
    sweep.end(outcome, started_ms).await
}

/// What is known before anything is read.
async fn begin(app: &App, hold: &Stmt) -> Result<Cursor, Stop> {
    app.db.batch(&Batch::idempotent(vec![hold.clone(), store::unstage_all()])).await?;
    let open = store::open_ids(&*app.db, RECRUITERFLOW).await?;
    let at = At::List { page: 1, last: None };
    Ok(Cursor { at, unseen: open.into_iter().collect(), gone: Vec::new(), control: None, rest_until_ms: 0 })
}

/// A cursor as a task keeps it.
fn written(cursor: &Cursor) -> Result<String, Stop> {
    serde_json::to_string(cursor).map_err(|error| Stop::Fail { error: error.to_string() })
}

/// Why a step can't go on.
enum Halt {
    /// The system or the database failed.
    Error(SyncError),
    /// For a reason of its own.
    Stop(Stop),
}

impl<T: Into<SyncError>> From<T> for Halt {
    fn from(error: T) -> Self {
        Self::Error(error.into())
    }
}

impl Sweep<'_> {
    /// Goes on until the end, or the step's time is over.
    async fn go(&mut self) -> Result<(), Halt> {
        while self.is_time() {
            match self.cursor.at.clone() {
                At::List { page, last } => self.read_list(page, last).await?,
                At::Missing => self.ask_for_missing().await?,
                At::Apply => self.apply().await?,
                At::Pipelines { after } => self.read_pipelines(&after).await?,
                At::Done => break,
            }
            self.has_advanced = true;
        }
        Ok(())
    }

    fn is_time(&self) -> bool {
        self.app.clock.unix_ms() < self.until_ms && self.statements > 0
    }

    /// Statements that are about to be run count towards the limit.
    fn spend(&mut self, statements: usize) {
        self.statements = self.statements.saturating_sub(statements);
    }

    /// Tells of something that can't be read and is left as it was.
    fn leave(&mut self, what: &str, error: &str) {
        self.told += 1;
        if self.told <= TOLD {
            self.app.log(Level::Error, &UnreadableLine { sync: RECRUITERFLOW.as_str(), what, error });
        }
    }

    /// How the step ends. What it did is counted, however that is.
    async fn end(mut self, outcome: Result<(), Halt>, started_ms: i64) -> Result<Step, Stop> {
        let usage = self.system.usage();
        let now_ms = self.app.clock.unix_ms();
        self.progress.phase = Some(self.cursor.at.phase());
        self.progress.calls += i64::from(usage.calls);
        self.progress.retries += i64::from(usage.retries);
        self.progress.vendor_ms += usage.ms.max(0);
        self.progress.ms += (now_ms - started_ms).max(0);
        let id = self.running.id;
        let counted = syncs::count(id, &self.progress);
        let stop = match outcome {
            Ok(()) if matches!(self.cursor.at, At::Done) => {
                let (uuid, now) = (self.app.new_uuid(), self.app.clock.now());
                let stmts = syncs::succeed(id, &self.progress, uuid, now);
                return Ok(Step { stmts, then: Then::Done { result: None } });
            }
            Ok(()) => {
                return Ok(Step {
                    stmts: vec![counted],
                    then: Then::Next { cursor: written(&self.cursor)? },
                });
            }
            Err(Halt::Stop(stop)) => stop,
            Err(Halt::Error(error)) => stop(error),
        };
        match stop {
            // What was done is kept, and the rest is tried again later.
            Stop::Retry { after_ms, error } if self.has_advanced => {
                self.app.log(Level::Info, &PauseLine { sync: RECRUITERFLOW.as_str(), paused: &error });
                let until_ms = now_ms + after_ms.unwrap_or(PAUSE_MS);
                self.cursor.rest_until_ms = after_ms.map_or(0, |_| until_ms);
                let cursor = written(&self.cursor)?;
                Ok(Step { stmts: vec![counted], then: Then::Pause { cursor, until_ms } })
            }
            stop => {
                // The calls were made, whatever becomes of the run.
                let batch = Batch::once(vec![self.hold.clone(), counted]);
                if let Err(error) = self.app.db.batch(&batch).await {
                    let uncounted = error.to_string();
                    self.app.log(Level::Error, &UncountedLine { sync: RECRUITERFLOW.as_str(), uncounted });
                }
                Err(stop)
            }
        }
    }
}

/// How a failure ends a run.
pub(super) fn stop(error: SyncError) -> Stop {
    let text = error.to_string();
    match error {
        SyncError::Db(error) => error.into(),
        SyncError::Vendor(Error::Later { after_ms, .. }) => {
            Stop::Retry { error: text, after_ms: Some(after_ms) }
        }
        SyncError::Vendor(Error::Unavailable(_) | Error::Unexpected(_)) => {
            Stop::Retry { error: text, after_ms: None }
        }
        SyncError::Vendor(Error::Unauthorized(_) | Error::Refused { .. }) => Stop::Fail { error: text },
    }
}

/// A sweep that ended badly stands so in the log, and is told of: to the operator when it stopped for good
/// reason, or when it is the second in a row.
pub(super) async fn last_words(app: &App, error: &str) -> Result<Vec<Stmt>, Stop> {
    let unstage = vec![store::unstage_all()];
    let Some(running) = syncs::running(&*app.db, RECRUITERFLOW.as_str()).await? else { return Ok(unstage) };
    let now = app.clock.now();
    let fail = syncs::fail(running.id, error, app.new_uuid(), now);
    let (name, condition) = if error.starts_with(STOPPED) {
        (AlertName::SyncStopped, Condition::always())
    } else {
        (AlertName::SyncFailing, syncs::failed_before(RECRUITERFLOW.as_str(), running.id))
    };
    let text = format!("Edgehire: the sync with Recruiterflow failed: {error}");
    let details = json!({ "system": RECRUITERFLOW.as_str(), "sync_id": running.id, "error": error });
    let alert = send_alert::stmts(app, &Alert::new(name, &text, details, now), &condition)?;
    Ok([fail, unstage, alert.into()].concat())
}

#[derive(Serialize)]
struct UnreadableLine<'a> {
    sync: &'a str,
    what: &'a str,
    error: &'a str,
}

#[derive(Serialize)]
struct PauseLine<'a> {
    sync: &'a str,
    paused: &'a str,
}

#[derive(Serialize)]
struct UncountedLine<'a> {
    sync: &'a str,
    uncounted: String,
}
