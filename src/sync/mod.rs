//! Keeping what is here as an outside system has it: for the sweeps and hooks that run as tasks, and for
//! requests that ask for one job.

pub mod jobs;
pub mod pipelines;
pub mod refresh;

use thiserror::Error;

use crate::app::App;
use crate::clients::recruiterflow;
use crate::domain::job::JobSource;
use crate::domain::sync::{SweepRecruiterflow, SyncKind};
use crate::domain::task::{NewTask, Priority, WhenRunning};
use crate::ports::DbError;
use crate::store::syncs;
use crate::store::tasks::{self, TaskError};

/// The name of Recruiterflow, in the log of syncs and as the source of jobs.
pub const RECRUITERFLOW: JobSource = JobSource::Recruiterflow;

/// Why something could not be kept as the system has it.
#[derive(Debug, Error)]
pub enum SyncError {
    #[error(transparent)]
    Vendor(#[from] recruiterflow::Error),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Asks for a sweep of Recruiterflow, or joins the one that runs; gives the answer `{"sync_id":N,...}`. One
/// round trip.
///
/// # Errors
/// When the database or the file store fails.
pub async fn start(app: &App, kind: SyncKind, is_forced: bool) -> Result<String, TaskError> {
    let priority = if kind == SyncKind::Manual { Priority::Manual } else { Priority::Scheduled };
    let task = NewTask::new(&SweepRecruiterflow {}, app.clock.unix_ms())?
        .priority(priority)
        .once("sync:recruiterflow".to_owned(), WhenRunning::Join);
    let now = app.clock.now();
    let enqueue = tasks::enqueue(&*app.files, &task, app.new_uuid(), now).await?;
    Ok(syncs::start(&*app.db, RECRUITERFLOW.as_str(), kind, is_forced, now, enqueue).await?)
}
