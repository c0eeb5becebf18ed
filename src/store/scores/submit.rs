//! Entering a score.

use serde::Deserialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{LATEST, latest, read};
use crate::domain::event::NewEvent;
use crate::domain::scoring::{Composite, Factors, Latest, Rank, Ranking, Suggested, Weights};
use crate::domain::task::Kind;
use crate::domain::time::{Day, Timestamp};
use crate::domain::user::ScoringRole;
use crate::ports::{Answering, Batch, Db, DbError, Stmt};
use crate::store::jobs::event_data;
use crate::store::settings::{self, WEIGHTS, WEIGHTS_VERSION};
use crate::store::sql::{Changes, Params};
use crate::store::tasks::{EachTask, enqueue_each};
use crate::store::{caching, events};

/// A job that is to be scored, and what is known of its scores.
#[derive(Debug, Clone)]
pub struct Standing {
    pub job_id: i64,
    version: i64,
    pub is_active: bool,
    /// The present letter.
    pub rank: Option<Rank>,
    pub suggested: Suggested,
    /// Nothing when there is no such user, or none that is active.
    pub scorer: Option<Scorer>,
    /// They have scored it on that day.
    pub is_scored: bool,
    /// The newest of each scorer.
    pub scores: Vec<Latest>,
    pub weights: Weights,
    weights_version: i64,
}

/// Who scores.
#[derive(Debug, Clone)]
pub struct Scorer {
    pub id: i64,
    pub uuid: String,
    pub name: String,
    pub role: ScoringRole,
}

#[derive(Deserialize)]
struct Row {
    id: i64,
    version: i64,
    is_active: u8,
    opened_at: Option<String>,
    fee: Option<f64>,
    rank: Option<String>,
    scorer_id: Option<i64>,
    scorer_uuid: Option<String>,
    scorer_name: Option<String>,
    scoring_role: Option<String>,
    is_scored: u8,
    weights: Option<String>,
    weights_version: i64,
    scores: String,
}

/// Looks at a job before it is scored by somebody on a day; nothing when there is no such job. One round
/// trip.
///
/// # Errors
/// When the database fails.
pub async fn look(
    db: &dyn Db,
    job: Uuid,
    scorer: Uuid,
    day: Day,
    today: Day,
) -> Result<Option<Standing>, DbError> {
    let sql = format!(
        "SELECT jobs.id, jobs.version, jobs.is_active, jobs.opened_at, jobs.fee, jobs.rank, \
            users.id AS scorer_id, users.uuid AS scorer_uuid, users.name AS scorer_name, \
            users.scoring_role, \
            EXISTS (SELECT 1 FROM job_scores WHERE job_id = jobs.id AND user_id = users.id \
                AND scoring_date = ?3) AS is_scored, \
            {WEIGHTS} AS weights, {WEIGHTS_VERSION} AS weights_version, {LATEST} AS scores \
         FROM jobs LEFT JOIN users ON users.uuid = ?2 AND users.is_active = 1 WHERE jobs.uuid = ?1"
    );
    let stmt = Stmt::new(sql).bind(job.to_string()).bind(scorer.to_string()).bind(day);
    let row = db.read(&stmt).await?.first::<Row>()?;
    row.map(|row| row.into_standing(today)).transpose()
}

impl Row {
    fn into_standing(self, today: Day) -> Result<Standing, DbError> {
        let opened = self.opened_at.as_deref().map(read).transpose()?;
        let scorer = match (self.scorer_id, self.scorer_uuid, self.scorer_name, self.scoring_role) {
            (Some(id), Some(uuid), Some(name), Some(role)) => {
                Some(Scorer { id, uuid, name, role: read(&role)? })
            }
            _ => None,
        };
        Ok(Standing {
            job_id: self.id,
            version: self.version,
            is_active: self.is_active != 0,
            rank: self.rank.as_deref().map(read).transpose()?,
            suggested: Suggested::of(opened, self.fee, today),
            scorer,
            is_scored: self.is_scored != 0,
            scores: latest(&self.scores)?,
            weights: settings::weights(self.weights.as_deref())?,
            weights_version: self.weights_version,
        })
    }
}

/// A score, and the ranking that it makes.
#[derive(Debug)]
pub struct Submission<'a> {
    pub uuid: Uuid,
    pub scorer: &'a Scorer,
    pub day: Day,
    pub factors: Factors,
    pub composite: Composite,
    pub ranking: Ranking,
    pub scored: NewEvent,
    pub rank_changed: NewEvent,
    /// The rank is to be written into the system that the job comes from, if it is another than before.
    pub is_pushed: bool,
    /// When, in milliseconds since 1970.
    pub now_ms: i64,
    /// What the request is answered, as JSON.
    pub answer: String,
}

/// Why a score was not entered.
#[derive(Debug)]
pub enum SubmitError {
    /// This user has scored this job on this day.
    Duplicate,
    /// The job, its scores or the weights are not as they were read. Nothing was written.
    Overtaken,
    Db(DbError),
}

impl From<DbError> for SubmitError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unique(columns) if columns.iter().any(|c| c == "job_scores.scoring_date") => {
                Self::Duplicate
            }
            DbError::Overtaken => Self::Overtaken,
            other => Self::Db(other),
        }
    }
}

/// Enters a score, and the ranking it makes, if all is as it was read. One round trip.
///
/// # Errors
/// `SubmitError`.
pub async fn submit(
    db: &dyn Db,
    standing: &Standing,
    submission: &Submission<'_>,
) -> Result<(), SubmitError> {
    let is_moved = standing.rank != Some(submission.ranking.rank);
    let mut stmts = vec![
        insert(standing.job_id, submission),
        change(standing, submission),
        history(standing.job_id, &submission.ranking, "score", submission.scored.at),
        tell(standing, submission, is_moved),
        caching::jobs_changed(),
    ];
    if is_moved && submission.is_pushed {
        let mut params = Params::default();
        let from = format!("jobs WHERE id = {} AND source = 'recruiterflow'", params.bind(standing.job_id));
        stmts.push(enqueue_each(params, &push(&from, submission.now_ms), submission.scored.at));
    }
    let answering = Answering::text(200, submission.answer.as_str(), None);
    db.batch(&Batch::once(stmts).answering(answering)).await?;
    Ok(())
}

/// What writes the ranks of these jobs into the system they come from, at this time in milliseconds since
/// 1970.
pub(super) fn push(rows: &str, due_ms: i64) -> EachTask<'_> {
    let (payload, dedupe_key) = ("json_object('job_id', id)", "'push_rank:' || id");
    EachTask { kind: Kind::PushRank, payload, dedupe_key, rows, due_ms }
}

fn insert(job_id: i64, submission: &Submission<'_>) -> Stmt {
    let Submission { uuid, scorer, day, factors, composite, scored, .. } = submission;
    let row = vec![
        ("uuid", uuid.to_string().into()),
        ("job_id", job_id.into()),
        ("user_id", scorer.id.into()),
        ("scoring_role", scorer.role.as_str().into()),
        ("scoring_date", (*day).into()),
        ("client_engagement", factors.client_engagement.into()),
        ("search_difficulty", factors.search_difficulty.into()),
        ("time_open", factors.time_open.into()),
        ("fee_size", factors.fee_size.into()),
        ("composite", composite.number().into()),
        ("created_at", scored.at.into()),
    ];
    Changes::from_pairs(row).insert_into("job_scores", "")
}

/// Gives the job its ranking, unless it, its scores or the weights have changed since they were read: then
/// nothing of the batch is done.
fn change(standing: &Standing, submission: &Submission<'_>) -> Stmt {
    let mut params = Params::default();
    let ranking = &submission.ranking;
    let sql = format!(
        "UPDATE jobs SET rank = {}, composite = {}, scoring_date = {}, updated_at = {}, \
            version = iif(version = {} AND {WEIGHTS_VERSION} = {}, version + 1, -1) WHERE id = {}",
        params.bind(ranking.rank.as_str()),
        params.bind(ranking.composite.number()),
        params.bind(ranking.day),
        params.bind(submission.scored.at),
        params.bind(standing.version),
        params.bind(standing.weights_version),
        params.bind(standing.job_id),
    );
    params.into_stmt(sql)
}

fn history(job_id: i64, ranking: &Ranking, reason: &str, at: Timestamp) -> Stmt {
    let row = vec![
        ("job_id", job_id.into()),
        ("scoring_date", ranking.day.into()),
        ("composite", ranking.composite.number().into()),
        ("rank", ranking.rank.as_str().into()),
        ("by_role", Json::Object(ranking.by_role.clone()).to_string().into()),
        ("scorers", ranking.scorers.into()),
        ("reason", reason.into()),
        ("created_at", at.into()),
    ];
    Changes::from_pairs(row).insert_into("job_rankings", "")
}

/// Tells of the score, and of the letter if it is another: of the job as it stands after the change.
fn tell(standing: &Standing, submission: &Submission<'_>, is_moved: bool) -> Stmt {
    let Submission { uuid, scorer, factors, composite, scored, rank_changed, .. } = submission;
    let mut params = Params::default();
    let from = format!("jobs WHERE id = {}", params.bind(standing.job_id));
    let number = |params: &mut Params, number: i64| format!("CAST({} AS INTEGER)", params.bind(number));
    let mut data = event_data::members();
    data.extend([
        ("score_id", params.bind(uuid.to_string())),
        ("scorer_id", params.bind(scorer.uuid.as_str())),
        ("scorer_name", params.bind(scorer.name.as_str())),
        ("scorer_role", params.bind(scorer.role.as_str())),
        ("score_date", params.bind(submission.day)),
        ("client_engagement", number(&mut params, factors.client_engagement.number())),
        ("search_difficulty", number(&mut params, factors.search_difficulty.number())),
        ("time_open", number(&mut params, factors.time_open.number())),
        ("fee_size", number(&mut params, factors.fee_size.number())),
        ("score", params.bind(composite.number())),
        ("scorers", number(&mut params, submission.ranking.scorers)),
    ]);
    let mut selections = vec![events::select(*scored, &mut params, &from, &data)];
    if is_moved {
        let mut data = event_data::members();
        data.push(("previous_rank", params.bind(standing.rank.map(Rank::as_str))));
        selections.push(events::select(*rank_changed, &mut params, &from, &data));
    }
    events::insert(params, &selections)
}
