//! RecruitOS, "Candidates".

use super::candidate_schema::{CANDIDATE, Candidate, CandidateCreate, CandidateQuery, CandidateUpdate};
use crate::api::auth::ApiKey;
use crate::api::error::ApiError;
use crate::api::extract::{Input, PathId, Query};
use crate::api::openapi::{BadRequest, NotFound, NotModified, Refused};
use crate::api::respond::{Created, JsonText, NoContent};
use crate::api::versions::{self, IfMatch, IfNoneMatch, Versioned};
use crate::app::App;
use crate::domain::candidate::{CandidateId, CandidatePatch};
use crate::domain::event::EventType;
use crate::store::UpdateEvents;
use crate::store::candidates::{self, WriteError};

/// Lists candidates
///
/// In the order of their ids. All filters combine with AND.
#[utoipa::path(
    get, path = "/api/candidates", tag = "RecruitOS: candidates", params(CandidateQuery),
    responses(
        (status = 200, body = Vec<Candidate>, description = "The candidates of the page"),
        BadRequest, Refused,
    )
)]
pub async fn list_candidates(
    app: App,
    _: ApiKey,
    Query(query): Query<CandidateQuery>,
) -> Result<JsonText, ApiError> {
    let (filter, page) = query.into_parts();
    Ok(JsonText::new(candidates::list(&*app.db, &filter, page, CANDIDATE).await?))
}

/// Shows a candidate
#[utoipa::path(
    get, path = "/api/candidates/{candidateId}", tag = "RecruitOS: candidates",
    params(("candidateId" = i64, Path)),
    responses(
        (status = 200, body = Candidate, description = "The candidate"),
        NotModified, BadRequest, Refused, NotFound,
    )
)]
pub async fn get_candidate(
    app: App,
    _: ApiKey,
    PathId(id): PathId,
    known: IfNoneMatch,
) -> Result<Versioned, ApiError> {
    let found = candidates::find(&*app.db, CandidateId(id), CANDIDATE).await?;
    found.map(|shown| known.answer(shown)).ok_or_else(|| ApiError::not_found("Candidate"))
}

/// Creates a candidate
#[utoipa::path(
    post, path = "/api/candidates", tag = "RecruitOS: candidates", request_body = CandidateCreate,
    responses((status = 201, body = Candidate, description = "The new candidate"), BadRequest, Refused)
)]
pub async fn create_candidate(
    app: App,
    _: ApiKey,
    Input(create): Input<CandidateCreate>,
) -> Result<Created<Versioned>, ApiError> {
    let new = create.into_new(app.new_uuid());
    let created = app.new_event(EventType::CandidateCreated);
    Ok(Created(Versioned::new(candidates::insert(&*app.db, &new, created, CANDIDATE).await?)))
}

/// Updates a candidate
///
/// A partial update: fields left out stay as they are.
#[utoipa::path(
    put, path = "/api/candidates/{candidateId}", tag = "RecruitOS: candidates",
    params(("candidateId" = i64, Path)), request_body = CandidateUpdate,
    responses(
        (status = 200, body = Candidate, description = "The candidate after the change"),
        BadRequest, Refused, NotFound,
    )
)]
pub async fn update_candidate(
    app: App,
    _: ApiKey,
    PathId(id): PathId,
    IfMatch(only_if): IfMatch,
    Input(update): Input<CandidateUpdate>,
) -> Result<Versioned, ApiError> {
    let events = UpdateEvents {
        updated: app.new_event(EventType::CandidateUpdated),
        status_changed: app.new_event(EventType::CandidateStatusChanged),
    };
    let patch = CandidatePatch::from(update);
    let id = CandidateId(id);
    let outcome = candidates::update(&*app.db, id, &only_if, &patch, events, CANDIDATE).await?;
    Versioned::written(outcome, "Candidate")
}

/// Deletes a candidate
///
/// Their interviews go with them.
#[utoipa::path(
    delete, path = "/api/candidates/{candidateId}", tag = "RecruitOS: candidates",
    params(("candidateId" = i64, Path)),
    responses((status = 204, description = "Deleted"), BadRequest, Refused, NotFound)
)]
pub async fn delete_candidate(
    app: App,
    _: ApiKey,
    PathId(id): PathId,
    IfMatch(only_if): IfMatch,
) -> Result<NoContent, ApiError> {
    let deleted = app.new_event(EventType::CandidateDeleted);
    let interview_deleted = app.new_event(EventType::InterviewDeleted);
    let outcome = candidates::delete(&*app.db, CandidateId(id), &only_if, deleted, interview_deleted).await?;
    versions::done(outcome, "Candidate").map(|()| NoContent)
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::EmailTaken => Self::field("email", "A candidate with this email already exists"),
            WriteError::Db(error) => error.into(),
        }
    }
}
