//! The engine: finds what is due, sends signals for it, claims it, runs it, and records how it ended.
//!
//! Invariant: a row is the truth and a message only a signal. Whatever is lost between two lines here,
//! a message, an answer, the whole isolate, the next sweep finds again.

use std::pin::Pin;

use serde::de::DeserializeOwned;

use super::kinds;
use super::report::{SweepLine, TaskLine};
use crate::app::App;
use crate::domain::task::Kind;
use crate::ports::Batch;
use crate::ports::{DbError, FileError, Level, Signal, Stmt};
use crate::store::tasks::{self, Claimed, Ending, Swept, TaskError};

/// A kind's code: reads its payload, does one step, and says what comes next.
pub(super) type Run =
    for<'a> fn(&'a App, &'a Task) -> Pin<Box<dyn Future<Output = Result<Step, Stop>> + Send + 'a>>;

/// What a kind's code writes when a task has ended badly, for good, for this reason: in the batch that
/// records the end.
pub(super) type LastWords = for<'a> fn(
    &'a App,
    &'a Task,
    &'a str,
) -> Pin<Box<dyn Future<Output = Result<Vec<Stmt>, Stop>> + Send + 'a>>;

/// A step that went well.
#[derive(Debug)]
pub struct Step {
    /// Committed together with the step's end, and only while the run is the task's.
    pub stmts: Vec<Stmt>,
    pub then: Then,
}

impl Step {
    /// A step with nothing to commit.
    pub fn then(then: Then) -> Self {
        Self { stmts: Vec::new(), then }
    }
}

/// What comes after a step.
#[derive(Debug)]
pub enum Then {
    /// Nothing: the task is done. The result is JSON.
    Done { result: Option<String> },
    /// Another step, which begins at this cursor, at once.
    Next { cursor: String },
    /// Another step, which begins at this cursor, not before this time, in milliseconds since 1970.
    Pause { cursor: String, until_ms: i64 },
    /// The same again, not before this time, in milliseconds since 1970.
    Sleep { until_ms: i64 },
}

/// Why a step did not go well.
#[derive(Debug)]
pub enum Stop {
    /// It may go well later: after the kind's backoff, or after so many milliseconds.
    Retry { error: String, after_ms: Option<i64> },
    /// Trying again would not help.
    Fail { error: String },
    /// It was tried often enough.
    GiveUp { error: String },
}

impl Stop {
    /// Whether somebody should look. What is to be tried again at a time of its own was reckoned with.
    const fn is_grave(&self) -> bool {
        !matches!(self, Self::Retry { after_ms: Some(_), .. })
    }

    /// The reason.
    fn error(&self) -> &str {
        match self {
            Self::Retry { error, .. } | Self::Fail { error } | Self::GiveUp { error } => error,
        }
    }
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Retry { error: error.to_string(), after_ms: None }
    }
}

impl From<FileError> for Stop {
    fn from(error: FileError) -> Self {
        Self::Retry { error: error.to_string(), after_ms: None }
    }
}

/// What a kind's code is given.
#[derive(Debug)]
pub struct Task {
    /// JSON.
    payload: String,
    /// Tries of this step, this one included.
    pub attempts: u32,
    /// Where the steps have come to; nothing at the first.
    pub cursor: Option<String>,
    /// The statement that fails a batch when this run is no longer the task's, for what a step commits
    /// before its end.
    pub hold: Stmt,
}

impl Task {
    /// What the task is told.
    ///
    /// # Errors
    /// `Stop::Fail` when it is not what the kind reads: no later try would read it.
    pub fn payload<P: DeserializeOwned>(&self) -> Result<P, Stop> {
        let read = serde_json::from_str(&self.payload);
        read.map_err(|error| Stop::Fail { error: format!("the payload can't be read: {error}") })
    }
}

/// Sweeps if there is anything to do, as mostly there is not. One round trip when there is nothing, one
/// more than a sweep when there is.
///
/// # Errors
/// As `sweep`.
pub async fn sweep_if_due(app: &App) -> Result<i64, DbError> {
    if tasks::is_any_due(&*app.db, app.clock.unix_ms()).await? { sweep(app).await } else { Ok(0) }
}

/// Most sweeps in a row, while endpoints have more events before them than one relays.
const SWEEPS: usize = 20;

/// Frees what has run too long, relays events, and sends signals for what is due or soon will be; gives
/// how many signals were sent. One round trip, more when there is very much.
///
/// # Errors
/// When the database fails. A queue that fails is logged: the next sweep sends the signals again.
pub async fn sweep(app: &App) -> Result<i64, DbError> {
    let mut sent = 0;
    for _ in 0..SWEEPS {
        let now_ms = app.clock.unix_ms();
        let first_wait_ms = app.config.webhooks.schedule.wait_ms(0, app.jitter(), None);
        let first_try_ms = now_ms + first_wait_ms.unwrap_or(0);
        let swept = tasks::sweep(&*app.db, app.clock.now(), now_ms, first_try_ms).await?;
        report(app, &swept);
        sent += swept.signals.len();
        if !swept.signals.is_empty()
            && let Err(error) = app.queue.send(&swept.signals).await
        {
            app.log(Level::Error, &SweepLine { sweep: "signals were not sent", error: error.to_string() });
        }
        if !swept.is_behind {
            break;
        }
    }
    Ok(i64::try_from(sent).unwrap_or(i64::MAX))
}

fn report(app: &App, swept: &Swept) {
    for overdue in &swept.overdue {
        let mut line = TaskLine::new(overdue.id, &overdue.kind, &overdue.status);
        line.error = Some(overdue.last_error.clone());
        app.log(Level::Error, &line);
    }
}

/// A run that has been made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ran;

/// Claims the most urgent task that is due, and runs one step of it; nothing when none is due.
///
/// # Errors
/// When the task can't be claimed, or its end can't be recorded: then it runs again when its lease has
/// passed.
pub async fn work(app: &App) -> Result<Option<Ran>, TaskError> {
    let (app, meter) = app.metered();
    let (now, started_ms) = (app.clock.now(), app.clock.unix_ms());
    let Some(task) = tasks::claim(&*app.db, now, started_ms).await? else { return Ok(None) };
    if task.was_signalled == 0 {
        pass_on(&app, task.id).await;
    }
    let outcome = run(&app, &task).await;
    let now_ms = app.clock.unix_ms();
    let (mut ending, mut ended, mut is_grave) = settle(&app, &task, outcome, now_ms).await;
    if let Err(TaskError::Db(error)) = &ended
        && !matches!(error, DbError::Transient(_) | DbError::Overtaken)
    {
        // What the step wrote can't be committed: it did not go well.
        (ending, ended, is_grave) = settle(&app, &task, Err(error.clone().into()), now_ms).await;
    }
    let mut line = TaskLine::new(task.id, &task.kind, status(&ending));
    line.run = Some(task.run);
    line.attempts = Some(task.attempts);
    line.ms = Some(app.clock.unix_ms() - started_ms);
    line.d1_trips = Some(meter.usage().trips);
    line.d1_rows_read = Some(meter.usage().rows_read);
    line.d1_rows_written = Some(meter.usage().rows_written);
    line.d1_ms = Some(meter.usage().ms);
    let (error, is_grave) = match &ended {
        Ok(()) => (error(&ending).map(str::to_owned), is_grave),
        // Another run does the work; or this end was recorded, and only the answer was lost.
        Err(TaskError::Db(DbError::Overtaken)) => {
            (Some("the run was not the task's any more".to_owned()), false)
        }
        Err(error) => (Some(format!("its end was not recorded: {error}")), true),
    };
    line.error = error;
    app.log(if is_grave { Level::Error } else { Level::Info }, &line);
    match ended {
        Ok(()) | Err(TaskError::Db(DbError::Overtaken)) => Ok(Some(Ran)),
        Err(error) => Err(error),
    }
}

/// Commits what the step wrote and how it ended, as long as the run is the task's; gives how it ended,
/// whether that was recorded, and whether somebody should look.
async fn settle(
    app: &App,
    task: &Claimed,
    outcome: Result<Step, Stop>,
    now_ms: i64,
) -> (Ending, Result<(), TaskError>, bool) {
    let is_grave = outcome.as_ref().is_err_and(Stop::is_grave);
    let (stmts, ending) = match outcome {
        Ok(step) => (step.stmts, ending(step.then, now_ms)),
        Err(stop) => (Vec::new(), stopped(task, stop, now_ms)),
    };
    let record = async {
        let stmts = match &ending {
            Ending::Failed { error } | Ending::Dead { error } => last_words(app, task, error).await?,
            _ => stmts,
        };
        let end = tasks::end(&*app.files, task, &ending, app.clock.now()).await?;
        let stmts = [vec![tasks::hold(task)], stmts, end].concat();
        app.db.batch(&Batch::idempotent(stmts)).await?;
        Ok(())
    };
    let ended = record.await;
    (ending, ended, is_grave)
}

/// What the task's kind writes when it has ended badly.
async fn last_words(app: &App, claimed: &Claimed, error: &str) -> Result<Vec<Stmt>, TaskError> {
    let Some(last_words) = claimed.kind.parse().ok().and_then(kinds::last_words) else {
        return Ok(Vec::new());
    };
    let task = task(app, claimed).await?;
    last_words(app, &task, error).await.map_err(|stop| DbError::Other(stop.error().to_owned()).into())
}

/// The signal that this task was claimed on was another's: sends it again for that one. Else that would
/// wait as if its signal were lost, although nothing was.
async fn pass_on(app: &App, task_id: i64) {
    if let Err(error) = app.queue.send(&[Signal { task_id, delay_s: 0 }]).await {
        app.log(Level::Error, &SweepLine { sweep: "a signal was not passed on", error: error.to_string() });
    }
}

/// Runs one step by the code of the task's kind.
async fn run(app: &App, claimed: &Claimed) -> Result<Step, Stop> {
    let kind: Kind =
        claimed.kind.parse().map_err(|reason| Stop::Fail { error: format!("the kind {reason}") })?;
    if claimed.attempts > claimed.max_attempts {
        // The last run was cut off, and only the last words are still to be written.
        return Err(Stop::GiveUp { error: claimed.last_error.clone().unwrap_or_default() });
    }
    (kinds::run(kind))(app, &task(app, claimed).await?).await
}

/// What the kind's code is given.
async fn task(app: &App, claimed: &Claimed) -> Result<Task, FileError> {
    Ok(Task {
        payload: claimed.payload(&*app.files).await?,
        attempts: u32::try_from(claimed.attempts).unwrap_or(u32::MAX),
        cursor: claimed.cursor.clone(),
        hold: tasks::hold(claimed),
    })
}

fn ending(then: Then, now_ms: i64) -> Ending {
    match then {
        Then::Done { result } => Ending::Completed { result },
        Then::Next { cursor } => Ending::NextStep { cursor, at_ms: now_ms },
        Then::Pause { cursor, until_ms } => Ending::NextStep { cursor, at_ms: until_ms },
        Then::Sleep { until_ms } => Ending::Sleep { until_ms },
    }
}

/// How a run ends that did not go well: tried again as long as there are tries.
fn stopped(task: &Claimed, stop: Stop, now_ms: i64) -> Ending {
    match stop {
        Stop::Retry { error, after_ms } if task.attempts < task.max_attempts => {
            let wait_ms = after_ms.unwrap_or_else(|| backoff_ms(task));
            Ending::Retry { error, at_ms: now_ms + wait_ms }
        }
        Stop::Retry { error, .. } | Stop::GiveUp { error } => Ending::Dead { error },
        Stop::Fail { error } => Ending::Failed { error },
    }
}

/// The wait of the kind after so many tries.
fn backoff_ms(task: &Claimed) -> i64 {
    let tries = u32::try_from(task.attempts).unwrap_or(u32::MAX);
    task.kind.parse::<Kind>().map_or(0, |kind| kind.rules().backoff.after(tries))
}

const fn status(ending: &Ending) -> &'static str {
    match ending {
        Ending::Completed { .. } => "completed",
        Ending::NextStep { .. } => "next step",
        Ending::Sleep { .. } => "sleeps",
        Ending::Retry { .. } => "retry",
        Ending::Failed { .. } => "failed",
        Ending::Dead { .. } => "dead",
    }
}

fn error(ending: &Ending) -> Option<&str> {
    match ending {
        Ending::Retry { error, .. } | Ending::Failed { error } | Ending::Dead { error } => Some(error),
        Ending::Completed { .. } | Ending::NextStep { .. } | Ending::Sleep { .. } => None,
    }
}
