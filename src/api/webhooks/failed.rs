//! Webhooks that could not be processed: looking at them, and sending them through again.

use axum::Json;

use super::hook_schema::{
    FailedWebhook, FailedWebhookList, FailedWebhookQuery, ReplayedWebhook, ReplayedWebhooks,
};
use super::problems::NotFailed;
use crate::api::auth::{Staff, Writer};
use crate::api::cursor;
use crate::api::error::ApiError;
use crate::api::extract::{PathUuid, Query};
use crate::api::problems::{BadRequest, Forbidden, NotFound, Refused};
use crate::api::respond::{Accepted, JsonText};
use crate::app::App;
use crate::store::inbound_hooks;

/// Lists webhooks that failed
///
/// The last to fail first. A webhook has failed when what it is about could not be read from Recruiterflow in
/// about a quarter of an hour of tries. It stays here until it is replayed, or a later webhook about the same
/// job is processed; at most as long as events are kept.
#[utoipa::path(
    get, path = "/api/webhooks/recruiterflow/failed", tag = "Recruiterflow: webhooks in",
    params(FailedWebhookQuery),
    responses((status = 200, body = FailedWebhookList, description = "The page"), BadRequest, Refused)
)]
pub async fn list_failed_webhooks(
    app: App,
    _: Staff,
    Query(query): Query<FailedWebhookQuery>,
) -> Result<Json<FailedWebhookList>, ApiError> {
    let (after, limit) = query.into_parts();
    let page = inbound_hooks::list_failed(&*app.db, after, limit).await?;
    let next = page.next.map(|place| cursor::write(&place)).transpose().map_err(ApiError::internal)?;
    Ok(Json(FailedWebhookList { failed: page.hooks.into_iter().map(Into::into).collect(), next }))
}

/// Gets a webhook that failed
#[utoipa::path(
    get, path = "/api/webhooks/recruiterflow/failed/{webhookId}", tag = "Recruiterflow: webhooks in",
    params(("webhookId" = String, Path, format = Uuid)),
    responses((status = 200, body = FailedWebhook, description = "The webhook"), BadRequest, Refused, NotFound)
)]
pub async fn get_failed_webhook(
    app: App,
    _: Staff,
    PathUuid(id): PathUuid,
) -> Result<Json<FailedWebhook>, ApiError> {
    let hook = inbound_hooks::find_failed(&*app.db, id).await?;
    hook.map(|hook| Json(hook.into())).ok_or_else(not_found)
}

/// Sends a webhook that failed through again
#[utoipa::path(
    post, path = "/api/webhooks/recruiterflow/failed/{webhookId}/replay", tag = "Recruiterflow: webhooks in",
    params(("webhookId" = String, Path, format = Uuid)),
    responses(
        (status = 202, body = ReplayedWebhook, description = "It will be processed"),
        BadRequest, Refused, Forbidden, NotFound, NotFailed,
    )
)]
pub async fn replay_webhook(app: App, _: Writer, PathUuid(id): PathUuid) -> Result<Accepted, ApiError> {
    let answer = serde_json::to_string(&ReplayedWebhook { status: "received".to_owned() });
    let answer = answer.map_err(ApiError::internal)?;
    if inbound_hooks::replay(&*app.db, id, &answer, app.clock.now()).await? {
        return Ok(Accepted(JsonText::new(answer)));
    }
    let is_known = inbound_hooks::is_known(&*app.db, id).await?;
    Err(if is_known { ApiError::webhook_not_failed() } else { not_found() })
}

/// Sends all webhooks that failed through again
///
/// However many there are, each job is read once.
#[utoipa::path(
    post, path = "/api/webhooks/recruiterflow/failed/replay", tag = "Recruiterflow: webhooks in",
    responses((status = 202, body = ReplayedWebhooks, description = "They will be processed"), Refused, Forbidden)
)]
pub async fn replay_all_webhooks(app: App, _: Writer) -> Result<Accepted, ApiError> {
    let replayed = inbound_hooks::replay_all(&*app.db, app.clock.now()).await?;
    let answer = serde_json::to_string(&ReplayedWebhooks { replayed }).map_err(ApiError::internal)?;
    Ok(Accepted(JsonText::new(answer)))
}

fn not_found() -> ApiError {
    ApiError::not_found("Webhook")
}
