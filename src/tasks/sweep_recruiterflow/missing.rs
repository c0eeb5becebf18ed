//! Jobs that are worked on here and that the list did not have. Each is asked for by itself before it counts
//! as gone: while a list is read page by page, a job can move from a page that is still to be read to one
//! that has been.

use futures_util::future::join_all;

use super::{At, Halt, Sweep};
use crate::clients::recruiterflow::{Error, PipelineAnswer};
use crate::domain::job::Reading;
use crate::domain::vendor::VendorJob;
use crate::ports::Batch;
use crate::store::jobs::sync as store;

/// Jobs asked for between two looks at the clock.
const AT_A_TIME: usize = 24;

/// What became of a missing job.
enum Found {
    /// It is there.
    Job(Box<VendorJob>),
    Gone,
}

impl Sweep<'_> {
    /// Asks for some of them.
    pub(super) async fn ask_for_missing(&mut self) -> Result<(), Halt> {
        let ids: Vec<_> = self.cursor.unseen.iter().take(AT_A_TIME).cloned().collect();
        if ids.is_empty() {
            self.cursor.at = At::Apply;
            return Ok(());
        }
        let read_ms = self.app.clock.unix_ms();
        let found = join_all(ids.iter().map(|id| self.find(id))).await;
        let mut readings = Vec::new();
        for (id, found) in ids.iter().zip(found) {
            match found {
                Ok(Found::Job(job)) => readings.push(Reading { job: *job, read_ms, list_hash: None }),
                Ok(Found::Gone) => self.cursor.gone.push((id.clone(), read_ms)),
                // Whatever is wrong with this one, it is not known to be gone.
                Err(Error::Unexpected(error)) => self.leave("a job that the list did not have", &error),
                Err(Error::Refused { status, message }) => {
                    self.leave("a job that the list did not have", &format!("{status} {message}"));
                }
                Err(error) => return Err(error.into()),
            }
        }
        if !readings.is_empty() {
            self.spend(2);
            let stmts = vec![self.hold.clone(), store::stage(&readings)?];
            self.app.db.batch(&Batch::idempotent(stmts)).await?;
        }
        for id in &ids {
            self.cursor.unseen.remove(id);
        }
        Ok(())
    }

    /// A job that was deleted may still be told by itself, but has no pipeline.
    async fn find(&self, id: &str) -> Result<Found, Error> {
        let Some(job) = self.system.job(id).await? else { return Ok(Found::Gone) };
        let is_open = job.is_open != Some(false);
        if is_open && self.system.pipeline(id).await? == PipelineAnswer::Gone {
            return Ok(Found::Gone);
        }
        Ok(Found::Job(Box::new(job)))
    }
}
