//! Scores: giving them, and looking at them.

use axum::response::Response;
use deserr::Deserr;
use http::Uri;
use serde_json::Value;
use utoipa::IntoParams;
use uuid::Uuid;

use super::paging::{Limit, USUAL, listed, page};
use super::problems::{BadRequest, BadScore, Duplicate, NoJob, NotYours, Refused, UsersOnly};
use super::score_input::{self, JobScoreCreate, ScoreCreate};
use super::score_schema::{JOB_SCORE, JobScore, OWN_SCORE, OwnScore, Scored};
use super::submit::{named_scorer, submit, unknown_scorer};
use crate::api::auth::{SignedIn, Staff, Writer};
use crate::api::error::ApiError;
use crate::api::extract::{JsonObject, PathUuid, Query};
use crate::api::input::{FieldErrors, NO_OFFSET, Offset, Raw, required};
use crate::api::respond::JsonText;
use crate::app::App;
use crate::domain::Invalid;
use crate::domain::time::Day;
use crate::store::scores;

/// Which part of a list of scores.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query)]
#[deserr(error = FieldErrors)]
pub struct ScoresQuery {
    /// Most scores of the page. When there are more, `Link` says where.
    #[deserr(default = USUAL, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1000, default = 100)]
    limit: Limit,
    /// How many scores to pass over.
    #[deserr(default = NO_OFFSET, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 0, default = 0)]
    offset: Offset,
}

/// Lists the scores of a job
///
/// Newest first. The bearer may be a user's token, of any role.
#[utoipa::path(
    get, path = "/api/jobs/{jobId}/scores", tag = "Scoring",
    params(("jobId" = String, Path, format = Uuid), ScoresQuery),
    responses(
        (status = 200, body = Vec<JobScore>, description = "The scores of the page; with more, a `Link` to the next"),
        BadRequest, Refused, NoJob,
    )
)]
pub async fn list_scores(
    app: App,
    _: Staff,
    PathUuid(id): PathUuid,
    uri: Uri,
    Query(query): Query<ScoresQuery>,
) -> Result<Response, ApiError> {
    let page = page(query.limit, query.offset);
    let found = scores::of_job(&*app.db, id, page, JOB_SCORE).await?;
    found.map(|found| listed(found, &uri, page)).ok_or_else(|| ApiError::not_found("Job"))
}

/// Lists one's own scores
///
/// Newest first. The bearer is a user's token, of any role.
#[utoipa::path(
    get, path = "/api/scoring/my-scores", tag = "Scoring", params(ScoresQuery),
    responses(
        (status = 200, body = Vec<OwnScore>, description = "The scores of the page; with more, a `Link` to the next"),
        BadRequest, Refused, UsersOnly,
    )
)]
pub async fn list_my_scores(
    app: App,
    SignedIn { user, .. }: SignedIn,
    uri: Uri,
    Query(query): Query<ScoresQuery>,
) -> Result<Response, ApiError> {
    let page = page(query.limit, query.offset);
    let found = scores::of_user(&*app.db, user.id, page, OWN_SCORE).await?;
    Ok(listed(found, &uri, page))
}

/// Scores a job
///
/// Of each scorer the newest score counts; one a day. The answer has the ranking that comes of it. A job that
/// is closed can be scored, too: the message says so. The bearer may be a user's token, of the role
/// `recruiter` or `admin`.
#[utoipa::path(
    post, path = "/api/jobs/{jobId}/score", tag = "Scoring",
    params(("jobId" = String, Path, format = Uuid)), request_body = ScoreCreate,
    responses(
        (status = 200, body = Scored, description = "The score, and what it came to"),
        BadScore, Refused, NotYours, NoJob, Duplicate,
    )
)]
pub async fn score_job(
    app: App,
    Writer(staff): Writer,
    PathUuid(job): PathUuid,
    JsonObject(body): JsonObject,
) -> Result<JsonText, ApiError> {
    let given = read(&app, &staff, body)?;
    enter(&app, &staff, job, &given).await
}

/// Scores a job that the body names
///
/// As `POST /api/jobs/{jobId}/score`.
#[utoipa::path(
    post, path = "/api/scores", tag = "Scoring", request_body = JobScoreCreate,
    responses(
        (status = 200, body = Scored, description = "The score, and what it came to"),
        BadScore, Refused, NotYours, NoJob, Duplicate,
    )
)]
pub async fn create_score(
    app: App,
    Writer(staff): Writer,
    JsonObject(body): JsonObject,
) -> Result<JsonText, ApiError> {
    let job = score_input::job_of(&body);
    let (job, given) = score_input::both(job, read(&app, &staff, body))?;
    enter(&app, &staff, job, &given).await
}

/// Reads a score. Where it is tomorrow already, a score may be of tomorrow.
fn read(app: &App, staff: &Staff, body: Value) -> Result<ScoreCreate, ApiError> {
    score_input::read(body, staff.user().is_none(), app.clock.now().day().next())
}

async fn enter(app: &App, staff: &Staff, job: Uuid, given: &ScoreCreate) -> Result<JsonText, ApiError> {
    let scorer = named_scorer(staff, given.scorer_id.map(|id| id.0))?.ok_or_else(unknown_scorer)?;
    let day: Day = given.scoring_date.unwrap_or_else(|| app.clock.now().day());
    submit(app, job, scorer, day, given).await.map(JsonText::new)
}
