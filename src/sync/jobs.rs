//! Writing what a system says of jobs.

use std::collections::HashMap;

use crate::app::App;
use crate::domain::event::EventType;
use crate::domain::job::{Change, JobSource, Reading};
use crate::ports::{Batch, DbError, Stmt};
use crate::store::jobs::sync;

/// How often it is tried with what is there then, when somebody else writes the same jobs.
const TRIES: usize = 3;

/// What the system says of a job.
#[derive(Debug, Clone)]
pub enum Told {
    /// It is so.
    Job(Box<Reading>),
    /// There is none (any more), as of this time in milliseconds since 1970.
    Gone { external_id: String, read_ms: i64 },
}

impl Told {
    /// The system's id of the job.
    #[must_use]
    pub fn external_id(&self) -> &str {
        match self {
            Self::Job(reading) => &reading.job.external_id,
            Self::Gone { external_id, .. } => external_id,
        }
    }
}

/// What writing came to, in jobs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub created: i64,
    /// Changed in a way that can be seen, and still or again worked on.
    pub changed: i64,
    /// Not worked on any more.
    pub deactivated: i64,
}

impl Tally {
    fn of(changes: &[Change]) -> Self {
        let mut tally = Self::default();
        for change in changes {
            if change.is_new() {
                tally.created += 1;
            } else if change.events.contains(&EventType::JobClosed) {
                tally.deactivated += 1;
            } else if change.is_visible() {
                tally.changed += 1;
            }
        }
        tally
    }
}

/// Writes what a system says of jobs, each once and at most 100, with the events that tell of it. The
/// statements of `beside` are given what it comes to, and are in the same batch, first. Two round trips.
///
/// # Errors
/// When the database fails; nothing of it is written then. `DbError::Overtaken` when others kept writing the
/// same jobs, or a statement of `beside` fails so.
pub async fn write(
    app: &App,
    source: JobSource,
    told: Vec<Told>,
    beside: impl Fn(&Tally) -> Vec<Stmt>,
) -> Result<Tally, DbError> {
    let mut tries = 1;
    loop {
        let changes = changes(app, source, told.clone()).await?;
        let tally = Tally::of(&changes);
        let written = sync::apply(source, &changes, app.clock.now(), || app.new_uuid())?;
        let batch = Batch::idempotent([beside(&tally), written].concat());
        match app.db.batch(&batch).await {
            Err(DbError::Overtaken) if tries < TRIES => tries += 1,
            outcome => return outcome.map(|_| tally),
        }
    }
}

/// What becomes of the jobs, by what is known of them.
async fn changes(app: &App, source: JobSource, told: Vec<Told>) -> Result<Vec<Change>, DbError> {
    let ids: Vec<_> = told.iter().map(Told::external_id).collect();
    let known = sync::known(&*app.db, source, &ids).await?.into_iter();
    let mut known: HashMap<_, _> = known.map(|job| (job.external_id.clone(), job)).collect();
    let change = |told: Told| {
        let known = known.remove(told.external_id());
        match told {
            Told::Job(reading) => reading.over(known, app.new_uuid()),
            Told::Gone { read_ms, .. } => known?.gone(read_ms),
        }
    };
    Ok(told.into_iter().filter_map(change).collect())
}
