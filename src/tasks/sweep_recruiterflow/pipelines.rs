//! The pipelines of the jobs that are worked on.

use super::{At, Halt, Sweep};
use crate::clients::recruiterflow::PipelineAnswer;
use crate::ports::Batch;
use crate::store::jobs::pipelines::{self, PipelineChange};
use crate::store::jobs::sync as store;
use crate::sync::{RECRUITERFLOW, pipelines as figures};

/// Jobs whose pipelines are read between two looks at the clock.
const AT_A_TIME: i64 = 60;

/// Moves that are written in a batch; a single pipeline may have more.
const MOVES: usize = 5_000;

impl Sweep<'_> {
    /// Reads some of them, and writes those that differ.
    pub(super) async fn read_pipelines(&mut self, after: &str) -> Result<(), Halt> {
        if after.is_empty() {
            let active = store::outlook(&*self.app.db, RECRUITERFLOW).await?.active;
            self.progress.pipelines_total = i64::try_from(active).ok();
        }
        let jobs = pipelines::next(&*self.app.db, RECRUITERFLOW, after, AT_A_TIME).await?;
        self.spend(2);
        if jobs.is_empty() {
            self.cursor.at = At::Done;
            return Ok(());
        }
        let ids: Vec<_> = jobs.iter().map(|job| job.external_id.clone()).collect();
        let learnt = self.ask(&ids, |id| self.system.pipeline(id)).await;
        let mut changes: Vec<PipelineChange> = Vec::new();
        let (mut read, mut unreadable, mut after) = (0, 0, after.to_owned());
        for (job, answer) in jobs.iter().zip(learnt.answers) {
            match answer.said {
                Ok(PipelineAnswer::Pipeline(told)) => {
                    for error in &told.unreadable {
                        self.leave("a part of a pipeline", error);
                        unreadable += 1;
                    }
                    changes.extend(figures::change(self.app, job, told, answer.read_ms));
                    self.cursor.control = Some(job.external_id.clone());
                }
                // The next sweep finds the job gone, and passing emptiness over.
                Ok(PipelineAnswer::Gone | PipelineAnswer::Empty) => {}
                Err(error) => {
                    self.leave("a pipeline", &error.to_string());
                    unreadable += 1;
                }
            }
            read += 1;
            after.clone_from(&job.external_id);
        }
        self.write(&changes).await?;
        self.progress.pipelines += read;
        self.progress.unreadable += unreadable;
        self.has_advanced |= read > 0;
        self.cursor.at = At::Pipelines { after };
        learnt.failed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Writes pipelines, in batches that are not too long for a parameter.
    async fn write(&mut self, mut changes: &[PipelineChange]) -> Result<(), Halt> {
        while !changes.is_empty() {
            let mut moves = 0;
            let fits = |change: &&PipelineChange| {
                moves += change.moves.len();
                moves <= MOVES
            };
            let (now, later) = changes.split_at(changes.iter().take_while(fits).count().max(1));
            let written = pipelines::apply(now, Some(self.running.id), self.app.clock.now());
            let stmts = [vec![self.hold.clone()], written].concat();
            self.spend(stmts.len());
            self.app.db.batch(&Batch::idempotent(stmts)).await?;
            changes = later;
        }
        Ok(())
    }
}
