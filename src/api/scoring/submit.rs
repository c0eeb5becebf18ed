//! Submitting a score: from what the job is like now to the ranking that comes of it.

use uuid::Uuid;

use super::score_input::ScoreCreate;
use super::score_schema::{NewScore, Ranking, Scored};
use crate::api::auth::Staff;
use crate::api::error::ApiError;
use crate::app::App;
use crate::domain::event::EventType;
use crate::domain::number::Bounded;
use crate::domain::scoring::{self, Latest};
use crate::domain::time::Day;
use crate::store::scores::{self, Scorer, Standing, Submission, SubmitError};

pub use super::score_input::unknown_scorer;

/// How often it is tried when others score the same job at the same time.
const TRIES: usize = 5;

/// Who is meant: whoever is named; oneself where nobody is. Nothing when nobody is known.
///
/// # Errors
/// 403 for a user who names somebody else and is no admin.
pub fn named_scorer(staff: &Staff, named: Option<Uuid>) -> Result<Option<Uuid>, ApiError> {
    let Some(user) = staff.user() else { return Ok(named) };
    match named {
        Some(named) if named != user.uuid && !user.role.is_admin() => {
            Err(ApiError::forbidden("Users score as themselves: only an admin may score for others"))
        }
        named => Ok(Some(named.unwrap_or(user.uuid))),
    }
}

/// Enters a score; gives the answer as JSON. Two round trips, more when others score at the same time.
///
/// # Errors
/// 400, 404 and 409 as they are described; 503 when others were faster each time.
pub async fn submit(
    app: &App,
    job: Uuid,
    scorer: Uuid,
    day: Day,
    given: &ScoreCreate,
) -> Result<String, ApiError> {
    for _ in 0..TRIES {
        let standing = scores::look(&*app.db, job, scorer, day, app.clock.now().day()).await?;
        let standing = standing.ok_or_else(|| ApiError::not_found("Job"))?;
        let scorer = standing.scorer.as_ref().ok_or_else(unknown_scorer)?;
        if standing.is_scored {
            return Err(ApiError::duplicate_score());
        }
        let submission = submission(app, job, day, given, &standing, scorer)?;
        match scores::submit(&*app.db, &standing, &submission).await {
            Ok(()) => return Ok(submission.answer),
            Err(SubmitError::Overtaken) => {}
            Err(SubmitError::Duplicate) => return Err(ApiError::duplicate_score()),
            Err(SubmitError::Db(error)) => return Err(error.into()),
        }
    }
    Err(ApiError::busy("the job was changed while it was scored, each time"))
}

/// What is to be written, and what it will be answered.
fn submission<'a>(
    app: &App,
    job: Uuid,
    day: Day,
    given: &ScoreCreate,
    standing: &Standing,
    scorer: &'a Scorer,
) -> Result<Submission<'a>, ApiError> {
    let factors = given.factors(&standing.suggested)?;
    let new = Latest { scorer: scorer.id, role: scorer.role, day, factors };
    let latest = scoring::with(standing.scores.clone(), new);
    let ranking = scoring::Ranking::of(&latest, &standing.weights);
    let ranking = ranking.ok_or_else(|| ApiError::internal("a score made no ranking"))?;
    let (uuid, composite) = (app.new_uuid(), factors.composite(&standing.weights));
    let message = if standing.is_active {
        "Score submitted successfully"
    } else {
        "Score submitted successfully. The job is closed: the score is kept in its history"
    };
    let answer = Scored {
        success: true,
        message: message.to_owned(),
        score: NewScore {
            id: uuid.to_string(),
            job_id: job.to_string(),
            scorer_id: scorer.uuid.clone(),
            scoring_date: day.to_string(),
            client_engagement_score: Bounded::number(factors.client_engagement),
            search_difficulty_score: Bounded::number(factors.search_difficulty),
            time_open_score: Bounded::number(factors.time_open),
            fee_size_score: Bounded::number(factors.fee_size),
            composite_score: composite.number(),
        },
        ranking: Ranking::from(&ranking),
    };
    Ok(Submission {
        uuid,
        scorer,
        day,
        factors,
        composite,
        ranking,
        scored: app.new_event(EventType::JobScored),
        rank_changed: app.new_event(EventType::JobRankChanged),
        is_pushed: app.config.recruiterflow.pushes_rank(),
        now_ms: app.clock.unix_ms(),
        answer: serde_json::to_string(&answer).map_err(ApiError::internal)?,
    })
}
