//! Taking webhooks in: proven, stored, and answered before anything is done about them.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use http::HeaderMap;
use serde_json::{Map, Value};

use super::hook_schema::ReceivedWebhook;
use super::problems::{InvalidJson, Unproven};
use crate::api::error::ApiError;
use crate::api::front_door::{BodyTooLarge, MAX_BODY};
use crate::app::App;
use crate::domain::inbound_hook::{Hint, Proof};
use crate::store::inbound_hooks::{self, NewHook};

/// A webhook that has proven itself: its body, to the byte, as text and as an object.
pub struct Proven {
    text: String,
    object: Map<String, Value>,
    /// Recruiterflow's word for what happened.
    event_type: Option<String>,
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl<S: Send + Sync> FromRequest<S> for Proven {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let app = <App as axum::extract::FromRequestParts<()>>::from_request_parts(&mut parts, &()).await?;
        let is_too_large = parts.extensions.get::<BodyTooLarge>().is_some();
        let bytes = to_bytes(body, MAX_BODY).await.map_err(ApiError::internal)?;
        let query = parts.uri.query().unwrap_or_default();
        let told: Vec<_> = form_urlencoded::parse(query.as_bytes())
            .filter_map(|(name, value)| (name == "token").then_some(value))
            .collect();
        let token = header(&parts.headers, "x-rf-webhook-token");
        let signature = header(&parts.headers, "x-recruiterflow-signature");
        let proof =
            Proof { signature, tokens: token.into_iter().chain(told.iter().map(AsRef::as_ref)).collect() };
        let secrets = app.config.recruiterflow.webhook_secret.as_ref();
        let is_proven = secrets.is_some_and(|secrets| proof.is_good(secrets.reveal(), &bytes));
        // What a signature was made over can't be seen of a body that was not read.
        if is_too_large && secrets.is_some() && (is_proven || signature.is_some()) {
            return Err(ApiError::too_large(MAX_BODY));
        }
        if !is_proven {
            return Err(ApiError::invalid_signature());
        }
        let object = serde_json::from_slice(&bytes).map_err(ApiError::invalid_json)?;
        let text = String::from_utf8(bytes.into()).map_err(ApiError::invalid_json)?;
        let event_type = header(&parts.headers, "rf-event-type").map(str::to_owned);
        Ok(Self { text, object, event_type })
    }
}

/// Takes a webhook of Recruiterflow
///
/// It proves itself by any of these, under one of the secrets in `RECRUITERFLOW_WEBHOOK_SECRET`: the
/// HMAC-SHA256 of the body in hexadecimal digits in `X-Recruiterflow-Signature`, the secret itself in
/// `X-RF-Webhook-Token`, or in `?token=`. It is stored, answered, and then processed: the job or candidate that
/// it names is read anew from Recruiterflow, whatever else the body says. What happened stands in `event`,
/// `event_type` or `type` of the body or in the header `RF-Event-Type`, or is seen from the body's members:
/// `job.created`, `job.updated`, `job.archived`, `candidate.stage_changed`, `candidate.added_to_job`, or another
/// name.
#[utoipa::path(
    post, path = "/api/webhooks/recruiterflow", tag = "Recruiterflow: webhooks in", security(()),
    params(
        ("token" = Option<String>, Query, description = "The secret, where no header can be set"),
        ("X-RF-Webhook-Token" = Option<String>, Header, description = "The secret"),
        ("X-Recruiterflow-Signature" = Option<String>, Header, description = "The signature of the body"),
        ("RF-Event-Type" = Option<String>, Header, description = "What happened", example = "Updated"),
    ),
    request_body(content = Object, example = json!({"event": "job.updated", "data": {"job": {"id": 7}}})),
    responses((status = 200, body = ReceivedWebhook, description = "Stored"), InvalidJson, Unproven)
)]
pub async fn receive_webhook(app: App, hook: Proven) -> Result<Json<ReceivedWebhook>, ApiError> {
    let hint = Hint::read(&hook.object, hook.event_type.as_deref());
    let key = hint.repeat_key(hook.text.as_bytes());
    let new = NewHook { uuid: app.new_uuid(), hint, key, body: &hook.text, at_ms: app.clock.unix_ms() };
    let status = inbound_hooks::receive(&*app.db, &new).await?;
    Ok(Json(ReceivedWebhook { status: status.as_str().to_owned(), id: new.uuid.to_string() }))
}
