//! Sweeps of Recruiterflow: asking for one, how things stand, and what became of them.

use axum::Json;

use super::log_schema::{StartSync, SyncList, SyncLogQuery, SyncStarted, SyncStatus};
use super::problems::Unavailable;
use crate::api::auth::{Admin, Staff};
use crate::api::cursor;
use crate::api::error::ApiError;
use crate::api::extract::{InputOrNone, Query};
use crate::api::problems::{BadRequest, Forbidden, Refused};
use crate::api::respond::{Accepted, JsonText};
use crate::app::App;
use crate::domain::sync::SyncKind;
use crate::store::syncs;
use crate::sync::{self, RECRUITERFLOW};

/// Starts a sync
///
/// Of all jobs and the pipelines of those that are worked on, in the background. While one runs, that one
/// is joined. It is forced unless the body says otherwise: then it may deactivate any number of jobs, which a
/// sync by the clock does not.
#[utoipa::path(
    post, path = "/api/sync/recruiterflow", tag = "Sync", request_body = StartSync,
    responses(
        (status = 202, body = SyncStarted, description = "It runs, or will in a moment"),
        BadRequest, Refused, Forbidden, Unavailable,
    )
)]
pub async fn start_sync(
    app: App,
    _: Admin,
    InputOrNone(input): InputOrNone<StartSync>,
) -> Result<Accepted, ApiError> {
    if app.config.recruiterflow.api_key.is_none() {
        return Err(ApiError::not_configured("RECRUITERFLOW_API_KEY"));
    }
    let answer = sync::start(&app, SyncKind::Manual, input.force.is_none_or(|force| force.0)).await;
    Ok(Accepted(JsonText::new(answer?)))
}

/// Shows how the sync stands
#[utoipa::path(
    get, path = "/api/sync/status", tag = "Sync",
    responses((status = 200, body = SyncStatus, description = "How it stands"), Refused)
)]
pub async fn get_status(app: App, _: Staff) -> Result<Json<SyncStatus>, ApiError> {
    let standing = syncs::standing(&*app.db, RECRUITERFLOW.as_str()).await?;
    let is_configured = app.config.recruiterflow.api_key.is_some();
    Ok(Json(SyncStatus::of(standing, is_configured, app.clock.unix_ms())))
}

/// Lists syncs
///
/// The newest first: sweeps, and what webhooks brought.
#[utoipa::path(
    get, path = "/api/sync/log", tag = "Sync", params(SyncLogQuery),
    responses((status = 200, body = SyncList, description = "The syncs of the page"), BadRequest, Refused)
)]
pub async fn list_syncs(app: App, _: Staff, Query(query): Query<SyncLogQuery>) -> Result<JsonText, ApiError> {
    let (filter, limit) = query.into_parts();
    let page = syncs::list(&*app.db, &filter, limit).await?;
    let next = cursor::write_next(page.next.as_ref()).map_err(ApiError::internal)?;
    Ok(JsonText::new(format!(r#"{{"syncs":[{}],"next":{next}}}"#, page.syncs.join(","))))
}
