//! One job, read from Recruiterflow now and kept as it is there.
//!
//! Idempotent: what is read again and is the same is not written again.

use super::jobs::{self, Tally, Told};
use super::{RECRUITERFLOW, SyncError, pipelines as figures};
use crate::app::App;
use crate::clients::recruiterflow::{Error, PipelineAnswer, Recruiterflow};
use crate::domain::job::Reading;
use crate::ports::{Batch, Stmt};
use crate::store::jobs::pipelines;
use crate::store::jobs::sync::known;

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOutcome {
    /// It is new here.
    Created,
    /// Something differs.
    Changed,
    /// It is not worked on any more: closed there, or gone.
    Closed,
    /// It is as it was.
    Same,
    /// There is no such job, here or there.
    Unknown,
}

/// What became of a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PipelineOutcome {
    Changed,
    Same,
    /// The job is not known here.
    Unknown,
    /// The system does not have the job any more.
    Gone,
}

/// Reads a job. `hold` fails the write of a run that is not its task's any more.
///
/// # Errors
/// When the system or the database fails; then all is as it was.
pub async fn job(
    app: &App,
    system: &Recruiterflow<'_>,
    external_id: &str,
    hold: Option<&Stmt>,
) -> Result<JobOutcome, SyncError> {
    let read_ms = app.clock.unix_ms();
    let told = read(app, system, external_id, read_ms).await?;
    let is_gone = matches!(told, Told::Gone { .. });
    let beside = |_: &Tally| hold.cloned().into_iter().collect();
    let tally = jobs::write(app, RECRUITERFLOW, vec![told], beside).await?;
    Ok(match tally {
        Tally { created: 1, .. } => JobOutcome::Created,
        Tally { deactivated: 1, .. } => JobOutcome::Closed,
        Tally { changed: 1, .. } => JobOutcome::Changed,
        _ if is_gone => JobOutcome::Unknown,
        _ => JobOutcome::Same,
    })
}

/// What the system says of a job. It is gone only when its pipeline is, too: one answer alone closes nothing.
/// And a job that was deleted may still be told by itself, but has no pipeline: it is not reopened.
async fn read(
    app: &App,
    system: &Recruiterflow<'_>,
    external_id: &str,
    read_ms: i64,
) -> Result<Told, SyncError> {
    let gone = || Told::Gone { external_id: external_id.to_owned(), read_ms };
    let Some(job) = system.job(external_id).await? else {
        return match system.pipeline(external_id).await? {
            PipelineAnswer::Gone => Ok(gone()),
            _ => Err(Error::Unexpected("no job, but a pipeline of it".to_owned()).into()),
        };
    };
    if job.is_open != Some(false) {
        let known = known(&*app.db, RECRUITERFLOW, &[external_id]).await?;
        let reopens = known.first().is_some_and(|known| !known.fields.is_active);
        if reopens && system.pipeline(external_id).await? == PipelineAnswer::Gone {
            return Ok(gone());
        }
    }
    Ok(Told::Job(Box::new(Reading { job, read_ms, list_hash: None })))
}

/// Reads the pipeline of a job that is known here. `hold` as above.
///
/// # Errors
/// When the system or the database fails; then all is as it was.
pub async fn pipeline(
    app: &App,
    system: &Recruiterflow<'_>,
    external_id: &str,
    hold: Option<&Stmt>,
) -> Result<PipelineOutcome, SyncError> {
    let Some(job) = pipelines::find(&*app.db, RECRUITERFLOW, external_id).await? else {
        return Ok(PipelineOutcome::Unknown);
    };
    let read_ms = app.clock.unix_ms();
    let told = match system.pipeline(external_id).await? {
        PipelineAnswer::Gone => return Ok(PipelineOutcome::Gone),
        PipelineAnswer::Empty => return Ok(PipelineOutcome::Same),
        PipelineAnswer::Pipeline(told) => told,
    };
    let (outcome, stmts) = match figures::change(app, &job, told, read_ms) {
        Some(change) => (PipelineOutcome::Changed, pipelines::apply(&[change], None, app.clock.now())),
        None => (PipelineOutcome::Same, vec![pipelines::confirm(job.id, read_ms)]),
    };
    app.db.batch(&Batch::idempotent(hold.cloned().into_iter().chain(stmts).collect())).await?;
    Ok(outcome)
}
