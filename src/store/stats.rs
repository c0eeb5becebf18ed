//! Figures of the dashboard, from counters and the day's index: never from the people themselves.

use serde::Deserialize;

use crate::domain::stage::RecruitosStatus;
use crate::domain::sync::SyncOutcome;
use crate::domain::time::Day;
use crate::ports::{Db, DbError, Stmt};

use super::word;

/// How many people stand where, and how the last sync went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    pub people: i64,
    pub in_phase_1: i64,
    pub in_phase_2: i64,
    pub hired: i64,
    /// Interviews of the day, whatever became of them.
    pub interviews_that_day: i64,
    /// How the last sync stands; `None` before the first.
    pub last_sync: Option<SyncOutcome>,
    /// When a sync last ended well.
    pub last_synced_at: Option<String>,
}

#[derive(Deserialize)]
struct StatsRow {
    people: i64,
    in_phase_1: i64,
    in_phase_2: i64,
    hired: i64,
    interviews_that_day: i64,
    last_sync: Option<String>,
    last_synced_at: Option<String>,
}

/// Reads them all at once.
///
/// # Errors
/// When the database fails.
pub async fn read(db: &dyn Db, day: Day) -> Result<Stats, DbError> {
    let stmt = Stmt::new(
        "SELECT coalesce(sum(people), 0) AS people, \
            coalesce(sum(people) FILTER (WHERE phase = 1), 0) AS in_phase_1, \
            coalesce(sum(people) FILTER (WHERE phase = 2), 0) AS in_phase_2, \
            coalesce(sum(people) FILTER (WHERE status = ?2), 0) AS hired, \
            (SELECT count(*) FROM interviews WHERE scheduled_day = ?1) AS interviews_that_day, \
            (SELECT status FROM sync_log INDEXED BY sync_log_sweeps WHERE system = 'recruiterflow' AND kind <> 'webhook' \
                ORDER BY id DESC LIMIT 1) AS last_sync, \
            (SELECT finished_at FROM sync_log INDEXED BY sync_log_sweeps WHERE system = 'recruiterflow' AND status = 'succeeded' \
                AND kind <> 'webhook' ORDER BY id DESC LIMIT 1) \
                AS last_synced_at \
         FROM candidate_counts",
    );
    let rows = db.read(&stmt.bind(day).bind(RecruitosStatus::Hired)).await?.parse::<StatsRow>()?;
    let row = rows.into_iter().next().ok_or_else(|| DbError::Row("no figures".to_owned()))?;
    Ok(Stats {
        people: row.people,
        in_phase_1: row.in_phase_1,
        in_phase_2: row.in_phase_2,
        hired: row.hired,
        interviews_that_day: row.interviews_that_day,
        last_sync: row.last_sync.as_deref().map(word).transpose()?,
        last_synced_at: row.last_synced_at,
    })
}
