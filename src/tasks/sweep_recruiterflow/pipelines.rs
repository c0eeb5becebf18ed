//! The pipelines of the jobs that are worked on.

use futures_util::future::join_all;

use super::{At, Halt, Sweep};
use crate::clients::recruiterflow::{Error, PipelineAnswer};
use crate::domain::sync::Progress;
use crate::ports::Batch;
use crate::store::jobs::pipelines::{self, PipelineChange};
use crate::store::jobs::sync as store;
use crate::store::syncs;
use crate::sync::{RECRUITERFLOW, pipelines as figures};

/// Jobs whose pipelines are read between two looks at the clock.
const AT_A_TIME: i64 = 60;

/// Moves that are written in a batch; a single pipeline may have more.
const MOVES: usize = 5_000;

/// Statements of a batch.
const STATEMENTS: usize = 8;

impl Sweep<'_> {
    /// Reads some of them, and writes those that differ.
    pub(super) async fn read_pipelines(&mut self, after: &str) -> Result<(), Halt> {
        if after.is_empty() {
            let active = store::outlook(&*self.app.db, RECRUITERFLOW).await?.active;
            self.progress.pipelines_total = i64::try_from(active).ok();
        }
        let jobs = pipelines::next(&*self.app.db, RECRUITERFLOW, after, AT_A_TIME).await?;
        self.spend(2);
        let Some(last) = jobs.last() else {
            self.cursor.at = At::Done;
            return Ok(());
        };
        let after = last.external_id.clone();
        let read_ms = self.app.clock.unix_ms();
        let told = join_all(jobs.iter().map(|job| self.system.pipeline(&job.external_id))).await;
        let mut changes: Vec<PipelineChange> = Vec::new();
        let mut read = 0;
        for (job, told) in jobs.iter().zip(told) {
            match told {
                Ok(PipelineAnswer::Pipeline(told)) => {
                    for error in &told.unreadable {
                        self.leave("a part of a pipeline", error);
                    }
                    changes.extend(figures::change(self.app, job, told, read_ms));
                }
                // The next sweep finds the job gone, and passing emptiness over.
                Ok(PipelineAnswer::Gone | PipelineAnswer::Empty) => {}
                Err(Error::Unexpected(error)) => self.leave("a pipeline", &error),
                Err(Error::Refused { status, message }) => {
                    self.leave("a pipeline", &format!("{status} {message}"));
                }
                Err(error) => return Err(error.into()),
            }
            read += 1;
        }
        self.write(&changes).await?;
        self.progress.pipelines += read;
        self.cursor.at = At::Pipelines { after };
        Ok(())
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
            let changed = i64::try_from(now.len()).unwrap_or(0);
            let counted = Progress { pipelines_changed: changed, ..Progress::default() };
            let before = vec![self.hold.clone(), syncs::count(self.running.id, &counted)];
            let written = pipelines::apply(now, self.app.clock.now());
            self.spend(STATEMENTS);
            self.app.db.batch(&Batch::idempotent([before, written].concat())).await?;
            changes = later;
        }
        Ok(())
    }
}
