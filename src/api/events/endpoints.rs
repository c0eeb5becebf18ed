//! Who is told of events.

use uuid::Uuid;

use super::delivery_schema::Delivery;
use super::endpoint_schema::{
    self, Endpoint, EndpointCreate, EndpointList, EndpointUpdate, Recover, Recovering, RotatedSecret,
};
use super::problems::{BadRequest, Disabled, NotFound, Refused};
use crate::api::auth::ApiKey;
use crate::api::error::ApiError;
use crate::api::extract::{Host, Input, JsonObject, PathUuid};
use crate::api::idempotency::Sealing;
use crate::api::openapi::NotModified;
use crate::api::respond::{Accepted, Created, JsonText, NoContent};
use crate::api::versions::{self, IfMatch, IfNoneMatch, Versioned};
use crate::app::App;
use crate::domain::endpoint::{
    EndpointPatch, MOST_ENDPOINTS, NewEndpoint, ROTATION_OVERLAP_MS, RecoverEndpoint, TEST_EVENT,
    highest_event_id, lowest_event_id,
};
use crate::domain::outbound_url::UrlRules;
use crate::domain::task::{NewTask, Priority};
use crate::domain::time::Timestamp;
use crate::domain::webhook::WebhookSecret;
use crate::store::Shown;
use crate::store::deliveries::{self, Message};
use crate::store::endpoints::{self, Standing};
use crate::store::tasks;

/// Lists endpoints
///
/// All there are, without their secrets.
#[utoipa::path(
    get, path = "/api/events/endpoints", tag = "Webhooks",
    responses((status = 200, body = EndpointList, description = "All, the oldest first"), Refused)
)]
pub async fn list_endpoints(app: App, _: ApiKey) -> Result<JsonText, ApiError> {
    let all: Vec<_> = endpoints::list(&*app.db).await?.into_iter().map(|shown| shown.json).collect();
    Ok(JsonText::new(format!(r#"{{"endpoints":[{}]}}"#, all.join(","))))
}

/// Shows an endpoint
#[utoipa::path(
    get, path = "/api/events/endpoints/{endpointId}", tag = "Webhooks",
    params(("endpointId" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = Endpoint, description = "The endpoint"),
        NotModified, BadRequest, Refused, NotFound,
    )
)]
pub async fn get_endpoint(
    app: App,
    _: ApiKey,
    PathUuid(id): PathUuid,
    known: IfNoneMatch,
) -> Result<Versioned, ApiError> {
    let found = endpoints::find(&*app.db, id).await?;
    found.map(|shown| known.answer(shown)).ok_or_else(not_found)
}

/// Creates an endpoint
///
/// It is told of what happens from then on. Its secret is shown in this answer and never again: only
/// with it can it be told that a webhook is ours. There are at most 50 endpoints.
#[utoipa::path(
    post, path = "/api/events/endpoints", tag = "Webhooks", request_body = EndpointCreate,
    responses((status = 201, body = Endpoint, description = "The new endpoint, with its secret"), BadRequest, Refused)
)]
pub async fn create_endpoint(
    app: App,
    _: ApiKey,
    host: Host,
    sealing: Sealing,
    JsonObject(body): JsonObject,
) -> Result<Created<Versioned>, ApiError> {
    let (create, url) = endpoint_schema::read::<EndpointCreate>(body, &rules(&app, host))?;
    let uuid = app.new_uuid();
    let now = app.clock.now();
    let (secret, sealed_secret) = new_secret(&app, uuid)?;
    let new = NewEndpoint {
        uuid,
        url: url.ok_or_else(|| ApiError::field("url", "must be a string"))?,
        description: create.description,
        types: create.types,
        enabled: create.enabled.0,
        sealed_secret,
    };
    let answer = serde_json::to_string(&Endpoint::created(&new, now, &secret)).map_err(ApiError::internal)?;
    let made = endpoints::insert(&*app.db, &new, now, sealing.seal(&app, &answer)?).await?;
    let made = made.ok_or_else(|| ApiError::too_many_endpoints(MOST_ENDPOINTS))?;
    Ok(Created(Versioned::new(Shown { json: answer, ..made })))
}

/// Updates an endpoint
///
/// A partial update: fields left out stay as they are. The secret is changed by `rotate-secret` only.
#[utoipa::path(
    patch, path = "/api/events/endpoints/{endpointId}", tag = "Webhooks",
    params(("endpointId" = String, Path, format = Uuid)), request_body = EndpointUpdate,
    responses(
        (status = 200, body = Endpoint, description = "The endpoint after the change"),
        BadRequest, Refused, NotFound,
    )
)]
pub async fn update_endpoint(
    app: App,
    _: ApiKey,
    host: Host,
    PathUuid(id): PathUuid,
    IfMatch(only_if): IfMatch,
    JsonObject(body): JsonObject,
) -> Result<Versioned, ApiError> {
    let (update, url) = endpoint_schema::read::<EndpointUpdate>(body, &rules(&app, host))?;
    let patch = EndpointPatch {
        url,
        description: update.description,
        types: update.types,
        enabled: update.enabled.map(|flag| flag.0),
    };
    let updated = endpoints::update(&*app.db, id, &only_if, &patch, app.clock.now()).await?;
    Versioned::written(updated, "Endpoint")
}

/// Deletes an endpoint
///
/// Its deliveries go with it. What is on its way at that moment may still arrive.
#[utoipa::path(
    delete, path = "/api/events/endpoints/{endpointId}", tag = "Webhooks",
    params(("endpointId" = String, Path, format = Uuid)),
    responses((status = 204, description = "Deleted"), BadRequest, Refused, NotFound)
)]
pub async fn delete_endpoint(
    app: App,
    _: ApiKey,
    PathUuid(id): PathUuid,
    IfMatch(only_if): IfMatch,
) -> Result<NoContent, ApiError> {
    let deleted = endpoints::delete(&*app.db, id, &only_if).await?;
    versions::done(deleted, "Endpoint").map(|()| NoContent)
}

/// Gives an endpoint a new secret
///
/// Shown in this answer and never again. For 24 hours webhooks carry two signatures, also one with the
/// secret before; that secret signs no longer after another rotation.
#[utoipa::path(
    post, path = "/api/events/endpoints/{endpointId}/rotate-secret", tag = "Webhooks",
    params(("endpointId" = String, Path, format = Uuid)),
    responses(
        (status = 200, body = RotatedSecret, description = "The new secret"),
        BadRequest, Refused, NotFound,
    )
)]
pub async fn rotate_secret(
    app: App,
    _: ApiKey,
    sealing: Sealing,
    PathUuid(id): PathUuid,
) -> Result<JsonText, ApiError> {
    let (secret, sealed_secret) = new_secret(&app, id)?;
    let until_ms = app.clock.unix_ms() + ROTATION_OVERLAP_MS;
    let rotated = RotatedSecret {
        id: id.to_string(),
        secret: secret.to_text(),
        previous_secret_until: Timestamp::from_unix_ms(until_ms).to_string(),
    };
    let answer = serde_json::to_string(&rotated).map_err(ApiError::internal)?;
    let kept = sealing.seal(&app, &answer)?;
    let is_there = endpoints::rotate(&*app.db, id, &sealed_secret, until_ms, app.clock.now(), kept).await?;
    if is_there { Ok(JsonText::new(answer)) } else { Err(not_found()) }
}

/// Sends an endpoint a test
///
/// A webhook of the type `endpoint.test`, whatever types the endpoint is told of, to it only. It is not in
/// the event log, and has no `sequence` and no `subject`. What becomes of it is among the deliveries.
#[utoipa::path(
    post, path = "/api/events/endpoints/{endpointId}/test", tag = "Webhooks",
    params(("endpointId" = String, Path, format = Uuid)),
    responses(
        (status = 202, body = Delivery, description = "It will be sent"),
        BadRequest, Refused, NotFound, Disabled,
    )
)]
pub async fn test_endpoint(app: App, _: ApiKey, PathUuid(id): PathUuid) -> Result<Accepted, ApiError> {
    let event = app.new_uuid();
    let now = app.clock.now();
    let body = format!(
        r#"{{"id":"{event}","type":"{TEST_EVENT}","timestamp":"{now}","data":{{"endpoint_id":"{id}"}}}}"#
    );
    let message = Message { id: event, kind: TEST_EVENT, body: &body };
    match deliveries::insert(&*app.db, id, &message, now, app.clock.unix_ms()).await? {
        Some(delivery) => Ok(Accepted(JsonText::new(delivery))),
        None => Err(endpoints::standing(&*app.db, id)
            .await?
            .map_or_else(not_found, |_| ApiError::endpoint_disabled())),
    }
}

/// Sends an endpoint what it missed
///
/// All events since the instant, of the types it is told of now, that it has not taken: those whose
/// delivery failed, and those of which there is no delivery, because they happened while it was disabled
/// or before it was made. What it has taken is not sent again.
#[utoipa::path(
    post, path = "/api/events/endpoints/{endpointId}/recover", tag = "Webhooks",
    params(("endpointId" = String, Path, format = Uuid)), request_body = Recover,
    responses(
        (status = 202, body = Recovering, description = "They will be sent"),
        BadRequest, Refused, NotFound, Disabled,
    )
)]
pub async fn recover_endpoint(
    app: App,
    _: ApiKey,
    PathUuid(id): PathUuid,
    Input(recover): Input<Recover>,
) -> Result<Accepted, ApiError> {
    let endpoint_id = match endpoints::standing(&*app.db, id).await? {
        None => return Err(not_found()),
        Some(Standing { enabled: 0, .. }) => return Err(ApiError::endpoint_disabled()),
        Some(standing) => standing.id,
    };
    let payload = RecoverEndpoint {
        endpoint_id,
        after: lowest_event_id(recover.since.unix_ms()).to_string(),
        // A little later than now: another isolate's clock may be ahead.
        until: highest_event_id(app.clock.unix_ms() + 60_000).to_string(),
    };
    let task = NewTask::new(&payload, app.clock.unix_ms()).map_err(ApiError::internal)?;
    let task = task.priority(Priority::Manual);
    let enqueue = tasks::enqueue(&*app.files, &task, app.new_uuid(), app.clock.now()).await;
    let task_id = tasks::write(&*app.db, enqueue.map_err(ApiError::internal)?).await?;
    Ok(Accepted(JsonText::new(format!(r#"{{"task_id":{task_id}}}"#))))
}

fn not_found() -> ApiError {
    ApiError::not_found("Endpoint")
}

/// The rules for URLs: the host by which we were called is one of ours.
fn rules(app: &App, Host(host): Host) -> UrlRules {
    let mut rules = app.config.url_rules.clone();
    // Locally, what listens to webhooks is on the same host as we are.
    if !rules.allow_loopback {
        rules.own_hosts.extend(host);
    }
    rules
}

/// A new secret, and how the database keeps it.
fn new_secret(app: &App, endpoint: Uuid) -> Result<(WebhookSecret, String), ApiError> {
    let mut bytes = [0; 32];
    app.random.fill(&mut bytes);
    let secret = WebhookSecret::from_bytes(bytes);
    let sealed = app.seal_secret(&endpoint.to_string(), &secret);
    Ok((secret, sealed.ok_or_else(|| ApiError::not_configured("ENCRYPTION_KEY"))?))
}
