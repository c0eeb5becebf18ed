//! Reads anew what webhooks of Recruiterflow are about: a job, its pipeline, or the pipelines that a candidate
//! is in. However many webhooks wait, each is read once.
//!
//! Idempotent: what is read a second time is the same or newer, and the webhooks are marked in the batch
//! that ends the step.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::engine::{Step, Stop, Task, Then};
use super::{send_alert, sweep_recruiterflow};
use crate::app::App;
use crate::clients::recruiterflow::Recruiterflow;
use crate::domain::alert::{ALERT_WINDOW_MS, Alert, AlertName};
use crate::domain::inbound_hook::ProcessHooks;
use crate::domain::time::Timestamp;
use crate::ports::Stmt;
use crate::store::inbound_hooks::{self, Done, Waiting};
use crate::sync::SyncError;
use crate::sync::refresh::{self, JobOutcome, PipelineOutcome};

/// When a step has to have ended, in milliseconds after its beginning: an invocation has 30 seconds.
const ENDS_AFTER_MS: i64 = 25_000;

/// For how long a step begins with another of a candidate's jobs, in milliseconds.
const BEGINS_FOR_MS: i64 = 10_000;

/// The shortest wait, in milliseconds, when Recruiterflow is to be asked later.
const LEAST_WAIT_MS: i64 = 30_000;

/// How far the steps have come.
#[derive(Debug, Serialize, Deserialize)]
struct Progress {
    /// The webhooks that it is about: those up to this number.
    up_to: i64,
    began_ms: i64,
    done: Done,
    /// The jobs of a candidate up to this one have been read.
    after: u64,
}

/// One step: all of a job, or some of a candidate's jobs.
pub async fn run(app: &App, task: &Task) -> Result<Step, Stop> {
    let subject: ProcessHooks = task.payload()?;
    let started_ms = app.clock.unix_ms();
    // What came while an earlier run was under way may have been processed by that.
    let Some(waiting) = inbound_hooks::waiting(&*app.db, &subject).await? else {
        return Ok(Step::then(Then::Done { result: None }));
    };
    let mut progress = match task.cursor.as_deref().map(serde_json::from_str::<Progress>) {
        Some(Ok(progress)) => progress,
        Some(Err(error)) => return Err(Stop::Fail { error: format!("the cursor can't be read: {error}") }),
        None => Progress { up_to: waiting.up_to, began_ms: started_ms, done: Done::default(), after: 0 },
    };
    let rf = Recruiterflow::open(app, started_ms + ENDS_AFTER_MS);
    let rf =
        rf.ok_or_else(|| Stop::Fail { error: "the setting RECRUITERFLOW_API_KEY is missing".to_owned() })?;
    let mut reader = Reader { app, rf: &rf, hold: &task.hold, done: &mut progress.done };
    let next = match &subject {
        ProcessHooks::Job(id) => reader.job(id, waiting).await.map(|()| None)?,
        ProcessHooks::Candidate(id) => {
            reader.candidate(id, progress.after, started_ms + BEGINS_FOR_MS).await?
        }
    };
    let now_ms = app.clock.unix_ms();
    let usage = rf.usage();
    progress.done.calls += i64::from(usage.calls);
    progress.done.retries += i64::from(usage.retries);
    progress.done.vendor_ms += usage.ms;
    progress.done.ms += now_ms - started_ms;
    if let Some(after) = next {
        progress.after = after;
        let cursor = serde_json::to_string(&progress);
        let cursor = cursor.map_err(|error| Stop::Fail { error: error.to_string() })?;
        return Ok(Step::then(Then::Next { cursor }));
    }
    // What came between two steps has found the task waiting, and is for another round.
    let then = if waiting.up_to > progress.up_to {
        Then::Sleep { until_ms: now_ms }
    } else {
        Then::Done { result: None }
    };
    let began = Timestamp::from_unix_ms(progress.began_ms);
    let stmts = inbound_hooks::processed(&subject, progress.up_to, &progress.done, began, app.clock.now());
    Ok(Step { stmts: stmts.into(), then })
}

/// What is written when the task has failed for good: its webhooks have failed, and where that happens too
/// often the operator is told.
pub fn last_words(app: &App, task: &Task, error: &str) -> Result<Vec<Stmt>, Stop> {
    // What can't be read names no webhooks.
    let Ok(subject) = task.payload::<ProcessHooks>() else { return Ok(Vec::new()) };
    let (now, now_ms) = (app.clock.now(), app.clock.unix_ms());
    let failed = inbound_hooks::failed(&subject, error, now, now_ms);
    let text = format!(
        "Edgehire: several webhooks of Recruiterflow could not be processed within 15 minutes. The last error: \
         {error}. They are kept: see GET /api/webhooks/recruiterflow/failed, and replay them when this is mended."
    );
    let details = json!({"system": "recruiterflow", "error": error});
    let alert = Alert::new(AlertName::WebhooksFailing, &text, details, now);
    let condition = inbound_hooks::many_failed_since(now_ms - ALERT_WINDOW_MS);
    let alert = send_alert::stmts(app, &alert, &condition)?;
    Ok([failed, alert].concat())
}

/// Reads, and counts what that came to.
struct Reader<'a> {
    app: &'a App,
    rf: &'a Recruiterflow<'a>,
    hold: &'a Stmt,
    done: &'a mut Done,
}

impl Reader<'_> {
    /// What the webhooks of a job ask for.
    async fn job(&mut self, id: &str, waiting: Waiting) -> Result<(), Stop> {
        let read = if waiting.of_job { Some(self.read_job(id).await?) } else { None };
        match read {
            // There is no pipeline either.
            Some(JobOutcome::Unknown) => Ok(()),
            // A job that is new here is shown with its pipeline.
            Some(JobOutcome::Created) => self.read_pipeline(id).await.map(|_| ()),
            Some(_) if waiting.of_pipeline => self.read_pipeline(id).await.map(|_| ()),
            Some(_) => Ok(()),
            None => self.pipeline(id).await,
        }
    }

    /// A pipeline of a job that has not been read itself: one that is not known here, or not there any more,
    /// is.
    async fn pipeline(&mut self, id: &str) -> Result<(), Stop> {
        match self.read_pipeline(id).await? {
            PipelineOutcome::Changed | PipelineOutcome::Same => {}
            PipelineOutcome::Gone => {
                self.read_job(id).await?;
            }
            PipelineOutcome::Unknown => {
                if self.read_job(id).await? == JobOutcome::Created {
                    self.read_pipeline(id).await?;
                }
            }
        }
        Ok(())
    }

    /// The pipelines of a candidate's open jobs, in the order of their numbers, after one of them; gives the
    /// last that was read when there was no time for all.
    async fn candidate(&mut self, id: &str, after: u64, until_ms: i64) -> Result<Option<u64>, Stop> {
        let jobs = self.rf.candidate_jobs(id).await.map_err(|error| stop(error.into()))?.unwrap_or_default();
        let open = jobs.iter().filter(|job| job.is_open != Some(false));
        let mut ids: Vec<u64> = open.filter_map(|job| job.job_id.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut last = None;
        for id in ids.into_iter().filter(|id| *id > after) {
            if last.is_some() && self.app.clock.unix_ms() >= until_ms {
                return Ok(last);
            }
            self.pipeline(&id.to_string()).await?;
            last = Some(id);
        }
        Ok(None)
    }

    async fn read_job(&mut self, id: &str) -> Result<JobOutcome, Stop> {
        let outcome = refresh::job(self.app, self.rf, id, Some(self.hold)).await.map_err(stop)?;
        self.done.seen += 1;
        match outcome {
            JobOutcome::Created => self.done.created += 1,
            JobOutcome::Changed => self.done.changed += 1,
            JobOutcome::Closed => self.done.deactivated += 1,
            JobOutcome::Same | JobOutcome::Unknown => {}
        }
        Ok(outcome)
    }

    async fn read_pipeline(&mut self, id: &str) -> Result<PipelineOutcome, Stop> {
        let outcome = refresh::pipeline(self.app, self.rf, id, Some(self.hold)).await.map_err(stop)?;
        match outcome {
            PipelineOutcome::Changed => {
                self.done.pipelines += 1;
                self.done.pipelines_changed += 1;
            }
            PipelineOutcome::Same => self.done.pipelines += 1,
            PipelineOutcome::Unknown | PipelineOutcome::Gone => {}
        }
        Ok(outcome)
    }
}

/// How a failure ends the run: as that of a sweep, but there are few tries, so none is made soon.
fn stop(error: SyncError) -> Stop {
    match sweep_recruiterflow::stop(error) {
        Stop::Retry { error, after_ms: Some(ms) } => {
            Stop::Retry { error, after_ms: Some(ms.max(LEAST_WAIT_MS)) }
        }
        other => other,
    }
}
