//! Reading the log of syncs.

use serde::Deserialize;

use crate::domain::sync::{SyncKind, SyncOutcome};
use crate::ports::{Db, DbError, Stmt};
use crate::store::row_json::{self, Member};
use crate::store::sql::{Conditions, Params};
use crate::store::word;

/// How the sync with a system stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Of the last sweep; nothing before the first.
    pub last_status: Option<SyncOutcome>,
    pub last_success_at: Option<String>,
    /// Of the last sweep that ended badly.
    pub last_error: Option<String>,
    pub last_error_at: Option<String>,
    pub running: Option<RunningSweep>,
    /// Webhooks of the system that could not be processed.
    pub failed_hooks: i64,
}

/// A sweep that runs, as far as it has been counted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RunningSweep {
    pub id: i64,
    pub kind: String,
    pub phase: String,
    pub started_at: String,
    pub seen: i64,
    pub total: Option<i64>,
    pub pipelines: i64,
    pub pipelines_total: Option<i64>,
}

#[derive(Deserialize)]
struct StandingRow {
    last_status: Option<String>,
    last_success_at: Option<String>,
    failed: Option<String>,
    running: Option<String>,
    failed_hooks: i64,
}

#[derive(Default, Deserialize)]
struct FailedSweep {
    error: Option<String>,
    finished_at: Option<String>,
}

/// How the sync with a system stands. One round trip; it reads the newest sweeps, back to the last that
/// ended well and the last that ended badly.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &dyn Db, system: &str) -> Result<Standing, DbError> {
    let sweep = |columns: &str, status: Option<SyncOutcome>| {
        let filter = SyncFilter { kind: Some(SyncKind::Full), status, after: None };
        let status = status.map_or_else(String::new, |status| format!(" AND status = '{}'", status.as_str()));
        format!(
            "(SELECT {columns} FROM {} WHERE system = ?1 AND kind <> 'webhook'{status} ORDER BY id DESC LIMIT 1)",
            filter.source()
        )
    };
    let names = ["id", "kind", "phase", "started_at", "seen", "total", "pipelines", "pipelines_total"];
    let members: Vec<Member> = names.into_iter().map(|name| (name, name.to_owned())).collect();
    let sql = format!(
        "SELECT {} AS last_status, {} AS last_success_at, {} AS failed, {} AS running, \
            (SELECT count(*) FROM inbound_hooks WHERE system = ?1 AND status = 'failed') AS failed_hooks",
        sweep("status", None),
        sweep("finished_at", Some(SyncOutcome::Succeeded)),
        sweep("json_object('error', error, 'finished_at', finished_at)", Some(SyncOutcome::Failed)),
        sweep(&row_json::object(&members), Some(SyncOutcome::Running)),
    );
    let row = db.read(&Stmt::new(sql).bind(system)).await?.first::<StandingRow>()?;
    let row = row.ok_or_else(|| DbError::Row("no standing".to_owned()))?;
    let json = |error: serde_json::Error| DbError::Row(error.to_string());
    let failed: FailedSweep = row
        .failed
        .map_or_else(|| Ok(FailedSweep::default()), |text| serde_json::from_str(&text))
        .map_err(json)?;
    Ok(Standing {
        last_status: row.last_status.as_deref().map(word).transpose()?,
        last_success_at: row.last_success_at,
        last_error: failed.error,
        last_error_at: failed.finished_at,
        running: row.running.map(|text| serde_json::from_str(&text)).transpose().map_err(json)?,
        failed_hooks: row.failed_hooks,
    })
}

/// Which syncs to list; all conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct SyncFilter {
    pub kind: Option<SyncKind>,
    pub status: Option<SyncOutcome>,
    /// Only those before this one.
    pub after: Option<i64>,
}

impl SyncFilter {
    /// SQL of the table, by the index that holds the fewest of the others. Most syncs are those of webhooks
    /// that went well: who asks for these goes through the table itself.
    fn source(&self) -> &'static str {
        match (self.kind, self.status) {
            (_, Some(SyncOutcome::Failed)) => "sync_log INDEXED BY sync_log_failed",
            // Only sweeps stand so.
            (_, Some(SyncOutcome::Running)) => "sync_log INDEXED BY sync_log_running",
            (Some(SyncKind::Full | SyncKind::Manual), _) => "sync_log INDEXED BY sync_log_sweeps",
            (Some(SyncKind::Webhook) | None, Some(SyncOutcome::Succeeded) | None) => "sync_log",
        }
    }

    /// SQL that says of a row what its index is about: without it the index can't be used.
    fn told(&self) -> &'static str {
        match (self.kind, self.status) {
            (_, Some(SyncOutcome::Failed)) => "status = 'failed'",
            (_, Some(SyncOutcome::Running)) => "status = 'running' AND kind <> 'webhook'",
            (Some(SyncKind::Full | SyncKind::Manual), _) => "kind <> 'webhook'",
            (Some(SyncKind::Webhook) | None, Some(SyncOutcome::Succeeded) | None) => "true",
        }
    }
}

/// A part of the log, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncPage {
    /// JSON objects.
    pub syncs: Vec<String>,
    /// The sync to read on after; nothing at the end.
    pub next: Option<i64>,
}

#[derive(Deserialize)]
struct SyncRow {
    id: i64,
    json: String,
}

/// What the log shows, and events tell.
pub(super) const SHOWN: [&str; 17] = [
    "id",
    "system",
    "kind",
    "status",
    "started_at",
    "finished_at",
    "error",
    "seen",
    "created",
    "changed",
    "deactivated",
    "pipelines",
    "pipelines_changed",
    "unreadable",
    "calls",
    "retries",
    "ms",
];

/// Lists syncs, the newest first. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &dyn Db, filter: &SyncFilter, limit: i64) -> Result<SyncPage, DbError> {
    let mut params = Params::default();
    let mut conditions = Conditions::default();
    conditions.holds(filter.told().to_owned());
    conditions.equal(&mut params, "kind", filter.kind.map(SyncKind::as_str));
    conditions.equal(&mut params, "status", filter.status.map(SyncOutcome::as_str));
    conditions.below(&mut params, "id", filter.after);
    let members: Vec<Member> =
        SHOWN.into_iter().chain(["vendor_ms"]).map(|name| (name, name.to_owned())).collect();
    let sql = format!(
        "SELECT id, {} AS json FROM {} {} ORDER BY id DESC LIMIT {}",
        row_json::object(&members),
        filter.source(),
        conditions.to_sql(),
        params.bind(limit),
    );
    let rows = db.read(&params.into_stmt(sql)).await?.parse::<SyncRow>()?;
    let is_full = i64::try_from(rows.len()) == Ok(limit);
    let next = rows.last().filter(|_| is_full).map(|row| row.id);
    Ok(SyncPage { syncs: rows.into_iter().map(|row| row.json).collect(), next })
}
