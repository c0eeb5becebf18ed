//! One job with all that is told of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::pipeline::Stage;
use crate::domain::time::Timestamp;
use crate::ports::{Db, DbError, Stmt};
use crate::store::View;
use crate::store::caching;
use crate::store::row_json::{self, Member};

/// Most rankings and most scores shown with a job, the newest.
const HISTORY: i64 = 100;

/// Most days of pipelines shown with a job, the newest.
const SNAPSHOT_DAYS: i64 = 30;

/// How a contract shows a job, a ranking of it and a score of it.
#[derive(Debug, Clone, Copy)]
pub struct JobViews {
    /// Columns of `jobs`.
    pub job: View,
    /// Columns of `job_rankings`.
    pub ranking: View,
    /// Columns of `job_scores` and `users`.
    pub score: View,
}

/// What looking for a job gives.
#[derive(Debug)]
pub enum Detail {
    /// What the caller has still counts.
    Same,
    /// It does not, or the caller has nothing.
    New(Box<JobDetail>),
}

/// A job as it stands. JSON, as the views show it.
#[derive(Debug)]
pub struct JobDetail {
    /// By which it will be told whether this still counts.
    pub stamp: String,
    pub job: String,
    /// Newest first, at most 100.
    pub rankings: String,
    /// Newest first, at most 100.
    pub scores: String,
    /// Newest day first, at most 30 days; of a day the stages in their order.
    pub snapshots: Vec<StageSnapshot>,
    pub opened_at: Option<String>,
    pub fee: Option<f64>,
}

/// A stage of a job's pipeline as it stood on a day.
#[derive(Debug, Serialize)]
pub struct StageSnapshot {
    pub snapshot_date: String,
    pub stage_name: String,
    pub candidate_count: u32,
    /// One decimal; nothing when nobody has been there.
    pub avg_days_in_stage: Option<f64>,
}

#[derive(Deserialize)]
struct Row {
    stamp: String,
    job: Option<String>,
    rankings: Option<String>,
    scores: Option<String>,
    snapshots: Option<String>,
    opened_at: Option<String>,
    fee: Option<f64>,
}

/// A pipeline as it was kept on a day.
#[derive(Deserialize)]
struct Snapshot {
    day: String,
    taken_at: String,
    stages: Vec<Stage>,
}

/// Looks for a job, and shows it unless what is known is the same; nothing when there is none. One round
/// trip.
///
/// # Errors
/// When the database fails.
pub async fn find(
    db: &dyn Db,
    uuid: Uuid,
    known: Option<&str>,
    views: &JobViews,
) -> Result<Option<Detail>, DbError> {
    // Where the stamp is the same, no row is joined, and nothing else is read.
    let sql = format!(
        "SELECT found.stamp, iif(jobs.id IS NULL, NULL, {}) AS job, {} AS rankings, {} AS scores, \
            {} AS snapshots, jobs.opened_at, jobs.fee \
         FROM (SELECT id, {} AS stamp FROM jobs WHERE uuid = ?1) AS found \
         LEFT JOIN jobs ON jobs.id = found.id AND found.stamp IS NOT ?2",
        object(views.job),
        history(
            &object(views.ranking),
            &format!(
                "(SELECT * FROM job_rankings WHERE job_rankings.job_id = jobs.id \
                ORDER BY id DESC LIMIT {HISTORY}) AS job_rankings"
            )
        ),
        history(
            &object(views.score),
            &format!(
                "(SELECT * FROM job_scores WHERE job_scores.job_id = jobs.id \
                ORDER BY scoring_date DESC, id DESC LIMIT {HISTORY}) AS job_scores \
                CROSS JOIN users ON users.id = job_scores.user_id"
            )
        ),
        history(
            "json_object('day', day, 'taken_at', taken_at, 'stages', json(stages))",
            &format!(
                "(SELECT day, taken_at, stages FROM pipeline_snapshots \
                WHERE pipeline_snapshots.job_id = jobs.id ORDER BY day DESC LIMIT {SNAPSHOT_DAYS})"
            )
        ),
        caching::job_stamp("version"),
    );
    let row = db.read(&Stmt::new(sql).bind(uuid.to_string()).bind(known)).await?.first::<Row>()?;
    let Some(row) = row else { return Ok(None) };
    let Some(job) = row.job else { return Ok(Some(Detail::Same)) };
    let none = || "[]".to_owned();
    Ok(Some(Detail::New(Box::new(JobDetail {
        stamp: row.stamp,
        job,
        rankings: row.rankings.unwrap_or_else(none),
        scores: row.scores.unwrap_or_else(none),
        snapshots: stages(row.snapshots.as_deref())?,
        opened_at: row.opened_at,
        fee: row.fee,
    }))))
}

/// SQL of a JSON array of rows that come in order.
fn history(object: &str, from: &str) -> String {
    format!("iif(jobs.id IS NULL, NULL, (SELECT json_group_array({object}) FROM {from}))")
}

fn object(view: View) -> String {
    let members: Vec<Member> = view.iter().map(|(key, column)| (*key, (*column).to_owned())).collect();
    row_json::object(&members)
}

/// A line a stage, with the figures of the moment at which it was kept.
fn stages(snapshots: Option<&str>) -> Result<Vec<StageSnapshot>, DbError> {
    let odd = |error: String| DbError::Row(format!("a snapshot of a pipeline: {error}"));
    let snapshots: Vec<Snapshot> =
        serde_json::from_str(snapshots.unwrap_or("[]")).map_err(|error| odd(error.to_string()))?;
    let mut lines = Vec::new();
    for Snapshot { day, taken_at, stages } in snapshots {
        let at: Timestamp = taken_at.parse().map_err(|_| odd(taken_at.clone()))?;
        lines.extend(stages.into_iter().map(|stage| StageSnapshot {
            snapshot_date: day.clone(),
            avg_days_in_stage: stage.mean_days(at.unix_ms()),
            candidate_count: stage.count,
            stage_name: stage.name,
        }));
    }
    Ok(lines)
}
