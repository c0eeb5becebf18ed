//! Pipelines of jobs as a sync writes them.

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::event_data;
use super::parts::parts;
use crate::domain::event::EventType;
use crate::domain::job::JobSource;
use crate::domain::pipeline::Pipeline;
use crate::domain::time::Timestamp;
use crate::domain::vendor::VendorMove;
use crate::ports::{Db, DbError, Stmt};
use crate::store::caching;
use crate::store::row_json;

/// A job whose pipeline may be read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Piped {
    pub id: i64,
    pub external_id: String,
    /// Of the pipeline as it is known.
    pub pipeline_hash: Option<String>,
}

/// The next jobs of a system that are worked on, after this id of the system's. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn next(db: &dyn Db, source: JobSource, after: &str, limit: i64) -> Result<Vec<Piped>, DbError> {
    let stmt = Stmt::new(
        "SELECT id, external_id, pipeline_hash FROM jobs \
         WHERE source = ?1 AND is_active = 1 AND external_id > ?2 ORDER BY external_id LIMIT ?3",
    );
    db.read(&stmt.bind(source.as_str()).bind(after).bind(limit)).await?.parse()
}

/// The job that a system has under this id. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &dyn Db, source: JobSource, external_id: &str) -> Result<Option<Piped>, DbError> {
    let stmt =
        Stmt::new("SELECT id, external_id, pipeline_hash FROM jobs WHERE source = ?1 AND external_id = ?2");
    db.read(&stmt.bind(source.as_str()).bind(external_id)).await?.first()
}

/// A pipeline that is not as it was.
#[derive(Debug, Clone)]
pub struct PipelineChange {
    pub job_id: i64,
    pub hash: String,
    /// When the system was asked, in milliseconds since 1970.
    pub read_ms: i64,
    pub pipeline: Pipeline,
    pub moves: Vec<VendorMove>,
    /// All moves there are could be read: one that is known and not among them is no more.
    pub is_complete: bool,
    /// Of the event.
    pub uuid: Uuid,
}

#[derive(Serialize)]
struct Row<'a> {
    job_id: i64,
    hash: &'a str,
    read_ms: i64,
    total: u32,
    pipeline: &'a Pipeline,
    is_complete: bool,
    uuid: String,
    /// What the event tells beside the job.
    more: serde_json::Value,
}

/// The jobs whose pipelines are written: those of which nothing newer is known, and not this already. `?1`
/// are the rows.
const CHANGED: &str = "json_each(?1) AS change CROSS JOIN jobs ON jobs.id = change.value ->> '$.job_id' \
     AND jobs.pipeline_ms <= change.value ->> '$.read_ms' \
     AND jobs.pipeline_hash IS NOT change.value ->> '$.hash'";

/// The statement that notes that a pipeline was as it is known, when the system was asked at this time
/// (milliseconds since 1970): what was read before does not overwrite it any more.
#[must_use]
pub fn confirm(job_id: i64, read_ms: i64) -> Stmt {
    let stmt = Stmt::new("UPDATE jobs SET pipeline_ms = ?2 WHERE id = ?1 AND pipeline_ms < ?2");
    stmt.bind(job_id).bind(read_ms)
}

/// Statements that write pipelines, their moves and the snapshot of the day, and tell of them; those that
/// are written are counted in the log of syncs, where a sync is given. A pipeline of which something newer
/// is known is left as it is. To be run twice does no harm.
#[must_use]
pub fn apply(changes: &[PipelineChange], sync: Option<i64>, now: Timestamp) -> Vec<Stmt> {
    let row = |change: &PipelineChange| {
        let counts =
            change.pipeline.stages.iter().map(|stage| json!({ "name": stage.name, "count": stage.count }));
        let total = change.pipeline.stages.iter().map(|stage| stage.count).sum();
        let stages: Vec<_> = counts.collect();
        json!(Row {
            job_id: change.job_id,
            hash: &change.hash,
            read_ms: change.read_ms,
            total,
            pipeline: &change.pipeline,
            is_complete: change.is_complete,
            uuid: change.uuid.to_string(),
            more: json!({ "total_candidates": total, "stages": stages }),
        })
    };
    let moves = changes.iter().flat_map(|change| {
        change.moves.iter().map(|step| {
            let at = step.at.to_string();
            json!([change.job_id, step.candidate_id, at, step.to, step.from, step.reason]).to_string()
        })
    });
    let rows = serde_json::Value::Array(changes.iter().map(row).collect()).to_string();
    let moves = parts(moves);
    let told = (0..moves.len()).map(|part| {
        format!("SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?{})", part + 2)
    });
    let forget = format!(
        "DELETE FROM stage_moves \
         WHERE job_id IN (SELECT jobs.id FROM {CHANGED} WHERE change.value ->> '$.is_complete') \
            AND (job_id, candidate_ref, moved_at, to_stage) NOT IN ({})",
        told.collect::<Vec<_>>().join(" UNION ALL "),
    );
    let keep = format!(
        "INSERT INTO stage_moves (job_id, candidate_ref, moved_at, to_stage, from_stage, reason) \
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?2) \
         WHERE value ->> 0 IN (SELECT jobs.id FROM {CHANGED}) \
         ON CONFLICT DO UPDATE SET from_stage = excluded.from_stage, reason = excluded.reason \
            WHERE from_stage IS NOT excluded.from_stage OR reason IS NOT excluded.reason"
    );
    let snapshot = format!(
        "INSERT INTO pipeline_snapshots (job_id, day, taken_at, total_candidates, stages) \
         SELECT jobs.id, substr(?2, 1, 10), ?2, change.value ->> '$.total', change.value -> '$.pipeline.stages' \
         FROM {CHANGED} WHERE true \
         ON CONFLICT (job_id, day) DO UPDATE SET taken_at = excluded.taken_at, \
            total_candidates = excluded.total_candidates, stages = excluded.stages"
    );
    let tell = format!(
        "INSERT INTO events (id, type, at, subject_type, subject_id, data) \
         SELECT change.value ->> '$.uuid', '{}', ?2, 'job', jobs.id, \
            json_patch({}, change.value -> '$.more') \
         FROM {CHANGED} ORDER BY change.key",
        EventType::JobPipelineChanged.as_str(),
        row_json::object(&event_data::members()),
    );
    let update = "UPDATE jobs SET pipeline = told.pipeline, pipeline_hash = told.hash, pipeline_at = ?2, \
            pipeline_ms = told.read_ms, version = version + 1 \
         FROM (SELECT value ->> '$.job_id' AS job_id, value -> '$.pipeline' AS pipeline, \
            value ->> '$.hash' AS hash, value ->> '$.read_ms' AS read_ms FROM json_each(?1)) AS told \
         WHERE jobs.id = told.job_id AND jobs.pipeline_ms <= told.read_ms AND jobs.pipeline_hash IS NOT told.hash";
    let now = now.to_string();
    let count = format!(
        "UPDATE sync_log SET pipelines_changed = pipelines_changed + (SELECT count(*) FROM {CHANGED}) WHERE id = ?2"
    );
    let count = sync.map(|sync| Stmt::new(count).bind(rows.clone()).bind(sync));
    let forget = Stmt::new(forget).bind(rows.clone());
    let forget = moves.iter().fold(forget, |forget, part| forget.bind(part.clone()));
    let keep = moves.into_iter().map(|part| Stmt::new(keep.clone()).bind(rows.clone()).bind(part));
    // The jobs last: until then they tell which pipelines are written.
    count
        .into_iter()
        .chain([forget])
        .chain(keep)
        .chain([
            Stmt::new(snapshot).bind(rows.clone()).bind(now.clone()),
            Stmt::new(tell).bind(rows.clone()).bind(now.clone()),
            Stmt::new(update).bind(rows.clone()).bind(now),
            caching::jobs_changed(),
        ])
        .collect()
}
