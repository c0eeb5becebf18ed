//! The list of jobs: read, compared, and written when all of it has been read.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use super::{At, Halt, STOPPED, Sweep};
use crate::clients::recruiterflow::{AT_ONCE, Error, JobsPage, PAGE};
use crate::domain::job::{self, Reading};
use crate::domain::sync::{Progress, is_mass_disappearance};
use crate::domain::vendor::VendorJob;
use crate::ports::Batch;
use crate::store::jobs::sync::{self as store, Outlook};
use crate::store::syncs;
use crate::sync::RECRUITERFLOW;
use crate::sync::jobs::{self as writing, Tally, Told};
use crate::tasks::engine::Stop;

/// Jobs written in a batch, and the statements that takes.
const AT_A_TIME: i64 = 100;
const STATEMENTS: usize = 9;

/// Pages after which a list counts as one without end.
const PAGES: u32 = 1_000;

/// Pages that have been read and not yet kept.
struct Pages {
    /// The one after them.
    next: u32,
    /// The last there is, once it is known.
    last: Option<u32>,
    /// A job that moved to another page while they were read comes once.
    jobs: BTreeMap<String, VendorJob>,
    /// Jobs the system says it has.
    total: Option<i64>,
    unreadable: Vec<String>,
}

impl Pages {
    fn take(&mut self, page: JobsPage) {
        self.last = last_page(self.next, &page).or(self.last);
        self.next += 1;
        self.total = page.total.and_then(|total| i64::try_from(total).ok()).or(self.total);
        self.unreadable.extend(page.unreadable);
        self.jobs.extend(page.jobs.into_iter().map(|job| (job.external_id.clone(), job)));
    }
}

impl Sweep<'_> {
    /// Reads the next pages, as many at once as there may be, and keeps what differs.
    pub(super) async fn read_list(&mut self, page: u32, last: Option<u32>) -> Result<(), Halt> {
        if page > PAGES {
            let error = format!("the list of jobs does not end after {PAGES} pages");
            return Err(Halt::Stop(Stop::Fail { error }));
        }
        // Until the first page has told how many there are, it is one at a time.
        let most = u32::try_from(AT_ONCE).unwrap_or(1);
        let until = last.map_or(page, |last| last.min(page + most - 1));
        let read_ms = self.app.clock.unix_ms();
        let answers = join_all((page..=until).map(|page| self.system.jobs_page(page))).await;
        let mut pages =
            Pages { next: page, last, jobs: BTreeMap::new(), total: None, unreadable: Vec::new() };
        let mut failed = None;
        for answer in answers {
            match answer {
                Ok(page) => pages.take(page),
                // Those after it are read again: they may have moved.
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        if pages.next > page {
            self.keep(pages, read_ms).await?;
            self.has_advanced = true;
        }
        failed.map_or(Ok(()), |error: Error| Err(error.into()))
    }

    /// Keeps the jobs that are not here as the list told them. Nothing is counted before they are kept.
    async fn keep(&mut self, pages: Pages, read_ms: i64) -> Result<(), Halt> {
        let Pages { next, last, mut jobs, total, unreadable } = pages;
        let seen = i64::try_from(jobs.len()).unwrap_or(0);
        let hashes: Vec<_> = jobs.iter().map(|(id, told)| (id.clone(), job::list_hash(told))).collect();
        let told: Vec<_> = hashes.iter().map(|(id, hash)| (id.as_str(), hash.as_str())).collect();
        let differing = store::differing(&*self.app.db, RECRUITERFLOW, &told).await?;
        self.spend(1);
        for (id, job) in &jobs {
            if self.cursor.unseen.remove(id) && job.is_open != Some(false) {
                self.cursor.control = Some(id.clone());
            }
        }
        let mut hashes: BTreeMap<_, _> = hashes.into_iter().collect();
        let differing: Vec<_> = differing
            .into_iter()
            .filter_map(|id| Some(Reading { job: jobs.remove(&id)?, read_ms, list_hash: hashes.remove(&id) }))
            .collect();
        if !differing.is_empty() {
            let stmts = [vec![self.hold.clone()], store::stage(&differing)?].concat();
            self.spend(stmts.len());
            self.app.db.batch(&Batch::idempotent(stmts)).await?;
        }
        let at = match last {
            Some(last) if next > last => At::Missing,
            last => At::List { page: next, last },
        };
        let looked = if matches!(at, At::Missing) { self.look_before_writing().await } else { Ok(()) };
        if matches!(looked, Err(Halt::Error(_))) {
            return looked;
        }
        for error in &unreadable {
            self.leave("a job of the list", error);
        }
        self.progress.seen += seen;
        self.progress.unreadable += i64::try_from(unreadable.len()).unwrap_or(0);
        self.progress.total = total.or(self.progress.total);
        self.cursor.at = at;
        looked
    }

    /// When all has been read: whether it may be written.
    async fn look_before_writing(&mut self) -> Result<(), Halt> {
        let outlook = store::outlook(&*self.app.db, RECRUITERFLOW).await?;
        self.spend(2);
        let missing = u64::try_from(self.cursor.unseen.len()).unwrap_or(u64::MAX);
        let deactivating = outlook.closing + missing;
        if !is_mass_disappearance(deactivating, outlook.active) {
            return Ok(());
        }
        // It may have been forced since the step began.
        let running = syncs::running(&*self.app.db, RECRUITERFLOW.as_str()).await?;
        if running.is_some_and(|running| running.is_forced == 1) {
            return Ok(());
        }
        let Outlook { active, closing } = outlook;
        let stopped = format!(
            "{STOPPED}: of {active} active jobs {deactivating} would be deactivated, {closing} \
             closed and {missing} not in the list any more. If that is right, force a sync: \
             POST /api/sync/recruiterflow"
        );
        Err(Halt::Stop(Stop::Fail { error: stopped }))
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

/// The last page there is, after this one has come. What the system says of how many there are is a hint: it
/// may be wrong, and jobs come and go while their list is read. A full page is followed by another unless the
/// pages so far have just as many as it says; an empty one is the last.
fn last_page(number: u32, page: &JobsPage) -> Option<u32> {
    if page.rows == 0 || page.total == Some(u64::from(number) * PAGE as u64) {
        return Some(number);
    }
    let is_full = page.rows >= PAGE;
    let told = page.total.and_then(|total| u32::try_from(total.div_ceil(PAGE as u64)).ok());
    match told {
        Some(told) => Some(told.max(number + u32::from(is_full))),
        None => (!is_full).then_some(number),
    }
}
