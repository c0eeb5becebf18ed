//! Reading what is known of a job's pipeline.

use serde::Deserialize;
use uuid::Uuid;

use crate::domain::pipeline::{Pipeline, Stage};
use crate::ports::{Batch, Db, DbError, Stmt};
use crate::store::caching;
use crate::store::sql::{Conditions, Params};

/// Snapshots that are shown, the newest.
const SNAPSHOTS: i64 = 90;

/// What reading a pipeline gives.
#[derive(Debug, Clone, PartialEq)]
pub enum PipelineRead {
    /// There is no such job.
    Missing,
    /// What the caller has still counts.
    Same,
    New {
        stamp: String,
        /// Nothing before it was read for the first time.
        pipeline: Option<Pipeline>,
        updated_at: Option<String>,
        /// The newest first.
        snapshots: Vec<Snapshot>,
    },
}

/// A pipeline at the end of a day.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Snapshot {
    pub day: String,
    pub taken_at: String,
    pub total_candidates: i64,
    pub stages: Vec<Stage>,
}

#[derive(Deserialize)]
struct PipelineRow {
    stamp: String,
    is_same: i64,
    pipeline: Option<String>,
    pipeline_at: Option<String>,
    snapshots: Option<String>,
}

/// What is known of the pipeline of a job; `known` is the stamp of what the caller has. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn read(db: &dyn Db, job: Uuid, known: Option<&str>) -> Result<PipelineRead, DbError> {
    let sql = format!(
        "SELECT stamp, stamp IS ?2 AS is_same, iif(stamp IS ?2, NULL, pipeline) AS pipeline, pipeline_at, \
            iif(stamp IS ?2, NULL, ( \
                SELECT json_group_array(json_object('day', day, 'taken_at', taken_at, \
                    'total_candidates', total_candidates, 'stages', json(stages))) \
                FROM (SELECT * FROM pipeline_snapshots WHERE job_id = job.id ORDER BY day DESC LIMIT {SNAPSHOTS}) \
            )) AS snapshots \
         FROM (SELECT id, pipeline, pipeline_at, {} AS stamp FROM jobs WHERE uuid = ?1) AS job",
        caching::job_stamp("version"),
    );
    let stmt = Stmt::new(sql).bind(job.to_string()).bind(known);
    let Some(row) = db.read(&stmt).await?.first::<PipelineRow>()? else { return Ok(PipelineRead::Missing) };
    if row.is_same == 1 {
        return Ok(PipelineRead::Same);
    }
    let json = |error: serde_json::Error| DbError::Row(error.to_string());
    Ok(PipelineRead::New {
        stamp: row.stamp,
        pipeline: row.pipeline.map(|text| serde_json::from_str(&text)).transpose().map_err(json)?,
        updated_at: row.pipeline_at,
        snapshots: serde_json::from_str(&row.snapshots.unwrap_or_else(|| "[]".to_owned())).map_err(json)?,
    })
}

/// Which moves to list.
#[derive(Debug, Clone, Default)]
pub struct MoveFilter {
    /// The system's id of the candidate.
    pub candidate: Option<String>,
    pub limit: i64,
    pub offset: i64,
}

/// Moves of candidates of a job, the newest first, as a JSON array; nothing when there is no such job. One
/// round trip.
///
/// # Errors
/// When the database fails.
pub async fn moves(db: &dyn Db, job: Uuid, filter: &MoveFilter) -> Result<Option<String>, DbError> {
    #[derive(Deserialize)]
    struct MovesRow {
        json: String,
    }
    let exists = Stmt::new("SELECT id FROM jobs WHERE uuid = ?1").bind(job.to_string());
    let mut params = Params::default();
    let mut conditions = Conditions::default();
    let job = params.bind(job.to_string());
    conditions.holds(format!("job_id = (SELECT id FROM jobs WHERE uuid = {job})"));
    conditions.equal(&mut params, "candidate_ref", filter.candidate.clone());
    let sql = format!(
        "SELECT coalesce(json_group_array(json_object('candidate_id', candidate_ref, 'moved_at', moved_at, \
            'from', from_stage, 'to', to_stage, 'reason', reason, 'moved_by', moved_by)), '[]') AS json \
         FROM (SELECT * FROM stage_moves {} ORDER BY moved_at DESC, candidate_ref, to_stage LIMIT {} OFFSET {})",
        conditions.to_sql(),
        params.bind(filter.limit),
        params.bind(filter.offset),
    );
    let results = db.batch(&Batch::idempotent(vec![exists, params.into_stmt(sql)])).await?;
    let [job, moves] = results.as_slice() else { return Err(DbError::Row("not two results".to_owned())) };
    if job.is_empty() {
        return Ok(None);
    }
    Ok(moves.first::<MovesRow>()?.map(|row| row.json))
}

/// Keeps who moved a candidate of a job: each a time, a stage and a name. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn keep_movers(
    db: &dyn Db,
    job_id: i64,
    candidate: &str,
    movers: &[(String, String, String)],
) -> Result<(), DbError> {
    let movers = serde_json::to_string(movers).map_err(|error| DbError::Other(error.to_string()))?;
    let stmt = Stmt::new(
        "UPDATE stage_moves SET moved_by = told.name \
         FROM (SELECT value ->> 0 AS at, value ->> 1 AS stage, value ->> 2 AS name FROM json_each(?3)) AS told \
         WHERE job_id = ?1 AND candidate_ref = ?2 AND moved_at = told.at AND to_stage = told.stage \
            AND moved_by IS NOT told.name",
    );
    db.batch(&Batch::idempotent(vec![stmt.bind(job_id).bind(candidate).bind(movers)])).await.map(|_| ())
}
