//! The list of jobs: read, compared, and written when all of it has been read.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::{At, Halt, Sweep};
use crate::clients::recruiterflow::{AT_ONCE, Error, JobsPage, PAGE};
use crate::domain::job::{self, Reading};
use crate::domain::sync::{Progress, is_mass_disappearance};
use crate::ports::Batch;
use crate::store::jobs::sync as store;
use crate::store::syncs;
use crate::sync::RECRUITERFLOW;
use crate::sync::jobs::{self as writing, Tally, Told};

/// Jobs written in a batch, and the statements that takes.
const AT_A_TIME: i64 = 100;
const STATEMENTS: usize = 8;

impl Sweep<'_> {
    /// Reads the next pages, as many at once as there may be, and keeps what differs.
    pub(super) async fn read_list(&mut self, page: u32, last: Option<u32>) -> Result<(), Halt> {
        // Until the first page has told how many there are, it is one at a time.
        let most = u32::try_from(AT_ONCE).unwrap_or(1);
        let until = last.map_or(page, |last| last.min(page + most - 1));
        let read_ms = self.app.clock.unix_ms();
        let pages = join_all((page..=until).map(|page| self.system.jobs_page(page))).await;
        let (mut next, mut last) = (page, last);
        let mut failed = None;
        let mut read = BTreeMap::new();
        for page in pages {
            match page {
                Ok(page) => {
                    last = last_page(next, &page).or(last);
                    next += 1;
                    self.take(page, &mut read);
                }
                // Those after it are read again: they may have moved.
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        if next > page {
            self.keep(read, read_ms).await?;
            self.has_advanced = true;
            self.cursor.at = match last {
                Some(last) if next > last => At::Missing,
                last => At::List { page: next, last },
            };
        }
        if matches!(self.cursor.at, At::Missing) {
            self.look_before_writing().await?;
        }
        failed.map_or(Ok(()), |error: Error| Err(error.into()))
    }

    /// Notes the jobs of a page. A job that moved to another page while they were read comes twice.
    fn take(&mut self, page: JobsPage, read: &mut BTreeMap<String, crate::domain::vendor::VendorJob>) {
        for error in &page.unreadable {
            self.leave("a job of the list", error);
        }
        self.progress.seen += i64::try_from(page.jobs.len()).unwrap_or(0);
        self.progress.total = page.total.and_then(|total| i64::try_from(total).ok()).or(self.progress.total);
        for job in page.jobs {
            self.cursor.unseen.remove(&job.external_id);
            read.insert(job.external_id.clone(), job);
        }
    }

    /// Keeps those that are not here as the list told them.
    async fn keep(
        &mut self,
        mut read: BTreeMap<String, crate::domain::vendor::VendorJob>,
        read_ms: i64,
    ) -> Result<(), Halt> {
        let hashes: Vec<_> = read.iter().map(|(id, told)| (id.clone(), job::list_hash(told))).collect();
        let told: Vec<_> = hashes.iter().map(|(id, hash)| (id.as_str(), hash.as_str())).collect();
        let differing = store::differing(&*self.app.db, RECRUITERFLOW, &told).await?;
        self.spend(1);
        let mut hashes: BTreeMap<_, _> = hashes.into_iter().collect();
        let differing: Vec<_> = differing
            .into_iter()
            .filter_map(|id| Some(Reading { job: read.remove(&id)?, read_ms, list_hash: hashes.remove(&id) }))
            .collect();
        let stmts = differing.chunks(PAGE).map(store::stage).collect::<Result<Vec<_>, _>>()?;
        if !stmts.is_empty() {
            self.spend(stmts.len() + 1);
            self.app.db.batch(&Batch::idempotent([vec![self.hold.clone()], stmts].concat())).await?;
        }
        Ok(())
    }

    /// When all has been read: whether it may be written.
    async fn look_before_writing(&mut self) -> Result<(), Halt> {
        let outlook = store::outlook(&*self.app.db, RECRUITERFLOW).await?;
        self.spend(1);
        let missing = u64::try_from(self.cursor.unseen.len()).unwrap_or(u64::MAX);
        let deactivating = outlook.closing + missing;
        if self.running.is_forced == 0 && is_mass_disappearance(deactivating, outlook.active) {
            return Err(Halt::Disappearance(format!(
                "stopped, and nothing was changed: of {} active jobs {deactivating} would be deactivated, \
                 {} closed and {missing} not in the list any more. If that is right, force a sync: \
                 POST /api/sync/recruiterflow",
                outlook.active, outlook.closing,
            )));
        }
        Ok(())
    }

    /// Writes a part of what differs.
    pub(super) async fn apply(&mut self) -> Result<(), Halt> {
        let staged = store::staged(&*self.app.db, AT_A_TIME).await?;
        self.spend(STATEMENTS);
        let told: Vec<_> = if staged.is_empty() {
            let gone = self.cursor.gone.iter().take(usize::try_from(AT_A_TIME).unwrap_or(1));
            let told =
                |(id, read_ms): &(String, i64)| Told::Gone { external_id: id.clone(), read_ms: *read_ms };
            gone.map(told).collect()
        } else {
            staged.into_iter().map(|reading| Told::Job(Box::new(reading))).collect()
        };
        if told.is_empty() {
            self.cursor.at = At::Pipelines { after: String::new() };
            return Ok(());
        }
        let ids: Vec<_> = told.iter().map(|told| told.external_id().to_owned()).collect();
        let unstage = store::unstage(&ids.iter().map(String::as_str).collect::<Vec<_>>())?;
        let beside = |tally: &Tally| {
            let Tally { created, changed, deactivated } = *tally;
            let counted = Progress { created, changed, deactivated, ..Progress::default() };
            vec![self.hold.clone(), unstage.clone(), syncs::count(self.running.id, &counted)]
        };
        writing::write(self.app, RECRUITERFLOW, told, beside).await?;
        self.cursor.gone.retain(|(id, _)| !ids.contains(id));
        Ok(())
    }
}

/// The last page there is, after this one has come.
fn last_page(number: u32, page: &JobsPage) -> Option<u32> {
    if page.rows < PAGE {
        return Some(number);
    }
    let total = usize::try_from(page.total?).ok()?;
    u32::try_from(total.div_ceil(PAGE)).ok().map(|last| last.max(number))
}
