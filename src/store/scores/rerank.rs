//! Working out all rankings by the present weights, some jobs at a time.
//!
//! A score that is given meanwhile is left alone: whoever gives it reads the weights, and is refused when
//! they have changed since.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::submit::push;
use super::{LATEST, latest};
use crate::domain::event::NewEvent;
use crate::domain::scoring::{Ranking, Weights};
use crate::ports::{Batch, Db, DbError, Rows, Stmt};
use crate::store::jobs::event_data;
use crate::store::settings::{self, WEIGHTS, WEIGHTS_VERSION};
use crate::store::sql::Params;
use crate::store::tasks::enqueue_each;
use crate::store::{caching, events};

/// Jobs that one step looks at.
const STEP: i64 = 100;

/// One step: the statements for the batch that ends it, and where the next step begins.
#[derive(Debug)]
pub struct RerankStep {
    pub stmts: Vec<Stmt>,
    /// Nothing when this is the last.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct WeightsRow {
    weights: Option<String>,
    version: i64,
}

/// A job that has scores, as it stands.
#[derive(Deserialize)]
struct JobRow {
    id: i64,
    rank: Option<String>,
    /// The newest score there is, whoever gave it.
    newest: i64,
    scores: String,
    composite: Option<f64>,
    by_role: Option<String>,
}

/// A ranking that differs, as the statements read it.
#[derive(Serialize)]
struct New {
    job_id: i64,
    newest: i64,
    previous: Option<String>,
    composite: f64,
    rank: &'static str,
    day: String,
    by_role: String,
    scorers: i64,
}

/// How far it has come: the version of the weights, and the last job looked at.
fn place(cursor: Option<&str>) -> (i64, i64) {
    let numbers = cursor.and_then(|cursor| cursor.split_once(':'));
    let numbers = numbers.and_then(|(version, id)| Some((version.parse().ok()?, id.parse().ok()?)));
    numbers.unwrap_or((-1, 0))
}

/// Works out the next rankings. Weights that were changed on the way begin it anew. One round trip; the
/// statements make another.
///
/// # Errors
/// When the database fails.
pub async fn rerank_step(
    db: &dyn Db,
    cursor: Option<&str>,
    rank_changed: NewEvent,
    is_pushed: bool,
    now_ms: i64,
) -> Result<RerankStep, DbError> {
    let (version, after) = place(cursor);
    let known = Stmt::new(format!("SELECT {WEIGHTS} AS weights, {WEIGHTS_VERSION} AS version"));
    let jobs = Stmt::new(format!(
        "SELECT jobs.id, jobs.rank, (SELECT max(id) FROM job_scores WHERE job_id = jobs.id) AS newest, \
            {LATEST} AS scores, ranking.composite, ranking.by_role \
         FROM (SELECT DISTINCT job_id FROM job_scores \
            WHERE job_id > iif({WEIGHTS_VERSION} = ?1, ?2, 0) ORDER BY job_id LIMIT {STEP}) AS scored \
         CROSS JOIN jobs ON jobs.id = scored.job_id \
         LEFT JOIN job_rankings AS ranking ON ranking.id = ( \
            SELECT id FROM job_rankings WHERE job_id = jobs.id ORDER BY id DESC LIMIT 1) \
         ORDER BY jobs.id"
    ));
    let results = db.batch(&Batch::idempotent(vec![known, jobs.bind(version).bind(after)])).await?;
    let weights = Rows::first_of::<WeightsRow>(results.first())?;
    let weights = weights.ok_or_else(|| DbError::Row("no row of the weights".to_owned()))?;
    let jobs: Vec<JobRow> = results.get(1).map_or(Ok(Vec::new()), Rows::parse)?;
    let is_full = i64::try_from(jobs.len()) == Ok(STEP);
    let next = jobs.last().filter(|_| is_full).map(|job| format!("{}:{}", weights.version, job.id));
    let by = settings::weights(weights.weights.as_deref())?;
    let new: Vec<New> =
        jobs.into_iter().filter_map(|job| job.over(&by).transpose()).collect::<Result<_, _>>()?;
    let stmts = if new.is_empty() { Vec::new() } else { write(&new, rank_changed, is_pushed, now_ms)? };
    Ok(RerankStep { stmts, next })
}

impl JobRow {
    /// The ranking by these weights, if it is another than the present one.
    fn over(self, weights: &Weights) -> Result<Option<New>, DbError> {
        let Some(ranking) = Ranking::of(&latest(&self.scores)?, weights) else { return Ok(None) };
        let by_role = self.by_role.as_deref().map(serde_json::from_str::<Map<String, Json>>);
        let by_role = by_role.transpose().map_err(|error| DbError::Row(format!("by role: {error}")))?;
        if self.composite == Some(ranking.composite.number()) && by_role.as_ref() == Some(&ranking.by_role) {
            return Ok(None);
        }
        Ok(Some(New {
            job_id: self.id,
            newest: self.newest,
            previous: self.rank,
            composite: ranking.composite.number(),
            rank: ranking.rank.as_str(),
            day: ranking.day.to_string(),
            by_role: Json::Object(ranking.by_role).to_string(),
            scorers: ranking.scorers,
        }))
    }
}

/// The statements that write these rankings. A job that was scored since it was read is left out.
fn write(new: &[New], rank_changed: NewEvent, is_pushed: bool, now_ms: i64) -> Result<Vec<Stmt>, DbError> {
    let json = serde_json::to_string(new).map_err(|error| DbError::Row(error.to_string()))?;
    let rows = |params: &mut Params| {
        format!(
            "(SELECT CAST(value ->> 'job_id' AS INTEGER) AS job_id, value ->> 'previous' AS previous, \
                value ->> 'composite' AS new_composite, value ->> 'rank' AS new_rank, \
                value ->> 'day' AS day, value ->> 'by_role' AS by_role, value ->> 'scorers' AS scorers \
             FROM json_each({}) AS new WHERE NOT EXISTS (SELECT 1 FROM job_scores \
                WHERE job_scores.job_id = value ->> 'job_id' AND job_scores.id > value ->> 'newest')) AS new",
            params.bind(json.as_str())
        )
    };
    let at = rank_changed.at;
    let mut params = Params::default();
    let history = format!(
        "INSERT INTO job_rankings (job_id, scoring_date, composite, rank, by_role, scorers, reason, created_at) \
         SELECT job_id, day, new_composite, new_rank, by_role, scorers, 'weights', {} FROM {}",
        params.bind(at),
        rows(&mut params),
    );
    let history = params.into_stmt(history);
    let mut params = Params::default();
    let change = format!(
        "UPDATE jobs SET rank = new_rank, composite = new_composite, scoring_date = day, \
            version = version + 1, updated_at = {} FROM {} WHERE jobs.id = new.job_id",
        params.bind(at),
        rows(&mut params),
    );
    let change = params.into_stmt(change);
    let moved = |params: &mut Params| {
        format!("{} CROSS JOIN jobs ON jobs.id = new.job_id WHERE new_rank IS NOT previous", rows(params))
    };
    let mut params = Params::default();
    let from = moved(&mut params);
    let mut data = event_data::members();
    data.push(("previous_rank", "previous".to_owned()));
    let selection = events::select_each(rank_changed, &mut params, &from, &data);
    let mut stmts = vec![history, change, events::insert(params, &[selection]), caching::jobs_changed()];
    if is_pushed {
        let mut params = Params::default();
        let from = format!("{} AND jobs.source = 'recruiterflow'", moved(&mut params));
        stmts.push(enqueue_each(params, &push(&from, now_ms), at));
    }
    Ok(stmts)
}
