//! Jobs that are worked on here and that the list did not have. Each is asked for by itself before it counts
//! as gone: while a list is read page by page, a job can move from a page that is still to be read to one
//! that has been.

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
        let learnt = self.ask(&ids, |id| self.find(id)).await;
        let (mut readings, mut gone, mut unreadable) = (Vec::new(), Vec::new(), 0);
        for (id, answer) in ids.iter().zip(&learnt.answers) {
            match &answer.said {
                Ok(Found::Job(job)) => {
                    self.cursor.control = Some(id.clone());
                    readings.push(Reading { job: (**job).clone(), read_ms: answer.read_ms, list_hash: None });
                }
                Ok(Found::Gone) => gone.push((id.clone(), answer.read_ms)),
                // Whatever is wrong with this one, it is not known to be gone.
                Err(error) => {
                    self.leave("a job that the list did not have", &error.to_string());
                    unreadable += 1;
                }
            }
        }
        if !readings.is_empty() {
            let stmts = [vec![self.hold.clone()], store::stage(&readings)?].concat();
            self.spend(stmts.len());
            self.app.db.batch(&Batch::idempotent(stmts)).await?;
        }
        for id in ids.iter().take(learnt.answers.len()) {
            self.cursor.unseen.remove(id);
        }
        self.cursor.gone.extend(gone);
        self.progress.unreadable += unreadable;
        self.has_advanced |= !learnt.answers.is_empty();
        learnt.failed.map_or(Ok(()), |error| Err(error.into()))
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
