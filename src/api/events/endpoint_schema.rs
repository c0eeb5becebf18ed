//! Endpoints as they are shown, made and changed.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::error::{ApiError, FieldError};
use crate::api::extract;
use crate::api::input::{FieldErrors, Flag, Raw, given, given_nullable, nullable, required};
use crate::domain::Invalid;
use crate::domain::endpoint::{Description, DisabledReason, NewEndpoint};
use crate::domain::event::EventType;
use crate::domain::outbound_url::{OutboundUrl, UrlRules};
use crate::domain::text::Prose;
use crate::domain::time::Timestamp;
use crate::domain::webhook::WebhookSecret;

/// A URL that is told of events, by webhooks.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// A UUID.
    #[schema(example = "018d2680-1b40-7000-8000-000000000000")]
    pub id: String,
    /// In its normal spelling, which may differ from the one that was given.
    #[schema(example = "https://hooks.example.com/edgehire")]
    pub url: String,
    /// For people.
    #[schema(required, example = "The data warehouse")]
    pub description: Option<String>,
    /// The types of events it is told of; `null` means all.
    #[schema(required)]
    pub types: Option<Vec<String>>,
    /// Whether it is told of events.
    pub enabled: bool,
    /// `manual` (by this API), `gone` (it answered 410) or `failing` (it failed for days); `null` while it
    /// is enabled.
    #[schema(required)]
    pub disabled_reason: Option<String>,
    /// The first failed try since one went well, or since a day without any; `null` when none has failed
    /// since.
    #[schema(required, format = DateTime)]
    pub failing_since: Option<String>,
    /// Until when the secret before the last rotation signs too; `null` before the first rotation.
    #[schema(required, format = DateTime)]
    pub previous_secret_until: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// What its webhooks are signed with. Only in the answer that makes the endpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: Option<String>,
}

impl Endpoint {
    /// A new one, with its secret.
    pub fn created(new: &NewEndpoint, now: Timestamp, secret: &WebhookSecret) -> Self {
        let words = |types: &Vec<EventType>| types.iter().map(|kind| kind.as_str().to_owned()).collect();
        Self {
            id: new.uuid.to_string(),
            url: new.url.as_str().to_owned(),
            description: new.description.as_ref().map(|text| text.as_str().to_owned()),
            types: new.types.as_ref().map(words),
            enabled: new.enabled,
            disabled_reason: (!new.enabled).then(|| DisabledReason::Manual.as_str().to_owned()),
            failing_since: None,
            previous_secret_until: None,
            created_at: now.to_string(),
            updated_at: now.to_string(),
            secret: Some(secret.to_text()),
        }
    }
}

/// A new secret.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotatedSecret {
    /// The endpoint's id.
    pub id: String,
    /// The new secret, shown now and never again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
    /// Until then the secret before it signs too.
    #[schema(format = DateTime)]
    pub previous_secret_until: String,
}

/// All endpoints.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointList {
    /// At most 50.
    pub endpoints: Vec<Endpoint>,
}

/// A new endpoint.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct EndpointCreate {
    /// Where webhooks go: `https`, a public host name, port 443, 2053, 2083, 2087, 2096 or 8443; no
    /// address in numbers, no user name, no fragment, and not this service.
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, max_length = 2048, example = "https://hooks.example.com/edgehire")]
    #[expect(dead_code, reason = "read with the rules for URLs, beside")]
    url: Prose<10_000>,
    /// For people.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 200, example = "The data warehouse")]
    pub description: Option<Description>,
    /// The types of events to be told of, at least one; left out or `null` means all, also types that are
    /// added to Edgehire later.
    #[deserr(default, try_from(Raw) = event_types -> Invalid)]
    #[schema(value_type = Option<Vec<String>>, example = json!(["candidate.created"]))]
    pub types: Option<Vec<EventType>>,
    /// Disabled, it is told nothing until it is enabled.
    #[deserr(default = Flag(true), try_from(Raw) = required -> Invalid)]
    #[schema(value_type = bool, required = false, default = true)]
    pub enabled: Flag,
}

/// A change to an endpoint: fields left out stay as they are.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct EndpointUpdate {
    /// As when it is made. What waits to be sent goes to the new one.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, max_length = 2048)]
    #[expect(dead_code, reason = "read with the rules for URLs, beside")]
    url: Option<Prose<10_000>>,
    /// For people; `null` clears it.
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub description: Option<Option<Description>>,
    /// The types of events to be told of from now on; `null` means all.
    #[deserr(default, try_from(Raw) = given_event_types -> Invalid)]
    #[schema(value_type = Option<Vec<String>>)]
    pub types: Option<Option<Vec<EventType>>>,
    /// Disabled, it is told nothing, and what waits to be sent has failed. Enabled again, it is told of
    /// what happens from then on: `recover` sends what it missed.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = bool, required = false)]
    pub enabled: Option<Flag>,
}

/// From when on to send what was missed.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct Recover {
    /// Events of this instant and later, as far as the log goes back.
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, format = DateTime, example = "2024-01-20T10:30:00Z")]
    pub since: Timestamp,
}

/// The task that sees to it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recovering {
    /// The number under which the operator finds it in the Worker's log.
    #[schema(example = 7)]
    pub task_id: i64,
}

fn event_types(raw: Raw) -> Result<Option<Vec<EventType>>, Invalid> {
    let list = match raw {
        Raw::Null => return Ok(None),
        Raw::List(list) if !list.is_empty() => list,
        _ => return Err(Invalid::because("must be a list of event types, or null for all")),
    };
    list.into_iter().map(required).collect::<Result<_, _>>().map(Some)
}

fn given_event_types(raw: Raw) -> Result<Option<Option<Vec<EventType>>>, Invalid> {
    event_types(raw).map(Some)
}

/// Reads a body whose `url` must follow the rules, and reports every bad field, that one included.
pub fn read<T: Deserr<FieldErrors>>(
    body: Value,
    rules: &UrlRules,
) -> Result<(T, Option<OutboundUrl>), ApiError> {
    let url = body.get("url").and_then(Value::as_str).map(|text| OutboundUrl::check(text, rules));
    let url_error = |reason: Invalid| FieldError { field: "url".to_owned(), message: reason.to_string() };
    match (extract::read::<T>(body), url.transpose()) {
        (Ok(input), Ok(url)) => Ok((input, url)),
        (Ok(_), Err(reason)) => Err(ApiError::validation(vec![url_error(reason)])),
        (Err(error), Ok(_)) => Err(error),
        (Err(mut error), Err(reason)) => {
            if error.fields.iter().all(|bad| bad.field != "url") {
                error.fields.push(url_error(reason));
            }
            Err(error)
        }
    }
}
