//! RecruitOS, "Interviews".

use super::interview_schema::{INTERVIEW, Interview, InterviewCreate, InterviewQuery, InterviewUpdate};
use crate::api::auth::ApiKey;
use crate::api::error::ApiError;
use crate::api::extract::{Input, PathId, Query};
use crate::api::openapi::{BadRequest, NotFound, NotModified, Refused};
use crate::api::respond::{Created, JsonText, NoContent};
use crate::api::versions::{self, IfMatch, IfNoneMatch, Versioned};
use crate::app::App;
use crate::domain::event::EventType;
use crate::domain::interview::{InterviewId, InterviewPatch};
use crate::store::UpdateEvents;
use crate::store::interviews::{self, WriteError};

/// Lists interviews
///
/// In the order of their ids. All filters combine with AND.
#[utoipa::path(
    get, path = "/api/interviews", tag = "RecruitOS: interviews", params(InterviewQuery),
    responses(
        (status = 200, body = Vec<Interview>, description = "The interviews of the page"),
        BadRequest, Refused,
    )
)]
pub async fn list_interviews(
    app: App,
    _: ApiKey,
    Query(query): Query<InterviewQuery>,
) -> Result<JsonText, ApiError> {
    let (filter, page) = query.into_parts();
    Ok(JsonText::new(interviews::list(&*app.db, &filter, page, INTERVIEW).await?))
}

/// Shows an interview
#[utoipa::path(
    get, path = "/api/interviews/{interviewId}", tag = "RecruitOS: interviews",
    params(("interviewId" = i64, Path)),
    responses(
        (status = 200, body = Interview, description = "The interview"),
        NotModified, BadRequest, Refused, NotFound,
    )
)]
pub async fn get_interview(
    app: App,
    _: ApiKey,
    PathId(id): PathId,
    known: IfNoneMatch,
) -> Result<Versioned, ApiError> {
    let found = interviews::find(&*app.db, InterviewId(id), INTERVIEW).await?;
    found.map(|shown| known.answer(shown)).ok_or_else(|| ApiError::not_found("Interview"))
}

/// Creates an interview
#[utoipa::path(
    post, path = "/api/interviews", tag = "RecruitOS: interviews", request_body = InterviewCreate,
    responses((status = 201, body = Interview, description = "The new interview"), BadRequest, Refused)
)]
pub async fn create_interview(
    app: App,
    _: ApiKey,
    Input(create): Input<InterviewCreate>,
) -> Result<Created<Versioned>, ApiError> {
    let new = create.into_new(app.new_uuid());
    let scheduled = app.new_event(EventType::InterviewScheduled);
    Ok(Created(Versioned::new(interviews::insert(&*app.db, &new, scheduled, INTERVIEW).await?)))
}

/// Updates an interview
///
/// A partial update: fields left out stay as they are.
#[utoipa::path(
    put, path = "/api/interviews/{interviewId}", tag = "RecruitOS: interviews",
    params(("interviewId" = i64, Path)), request_body = InterviewUpdate,
    responses(
        (status = 200, body = Interview, description = "The interview after the change"),
        BadRequest, Refused, NotFound,
    )
)]
pub async fn update_interview(
    app: App,
    _: ApiKey,
    PathId(id): PathId,
    IfMatch(only_if): IfMatch,
    Input(update): Input<InterviewUpdate>,
) -> Result<Versioned, ApiError> {
    let events = UpdateEvents {
        updated: app.new_event(EventType::InterviewUpdated),
        status_changed: app.new_event(EventType::InterviewStatusChanged),
    };
    let patch = InterviewPatch::from(update);
    let id = InterviewId(id);
    let outcome = interviews::update(&*app.db, id, &only_if, &patch, events, INTERVIEW).await?;
    Versioned::written(outcome, "Interview")
}

/// Deletes an interview
#[utoipa::path(
    delete, path = "/api/interviews/{interviewId}", tag = "RecruitOS: interviews",
    params(("interviewId" = i64, Path)),
    responses((status = 204, description = "Deleted"), BadRequest, Refused, NotFound)
)]
pub async fn delete_interview(
    app: App,
    _: ApiKey,
    PathId(id): PathId,
    IfMatch(only_if): IfMatch,
) -> Result<NoContent, ApiError> {
    let deleted = app.new_event(EventType::InterviewDeleted);
    let outcome = interviews::delete(&*app.db, InterviewId(id), &only_if, deleted).await?;
    versions::done(outcome, "Interview").map(|()| NoContent)
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::UnknownCandidate => Self::field("candidateId", "Candidate not found"),
            WriteError::Db(error) => error.into(),
        }
    }
}
