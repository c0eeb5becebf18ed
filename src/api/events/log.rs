//! Reading the event log: for whoever was away, or trusts no webhook.

use std::str::FromStr;

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problems::{BadRequest, Gone, Refused};
use crate::api::auth::ApiKey;
use crate::api::cursor;
use crate::api::error::ApiError;
use crate::api::extract::Query;
use crate::api::input::{FieldErrors, Raw, nullable, required};
use crate::api::respond::JsonText;
use crate::app::App;
use crate::domain::Invalid;
use crate::domain::event::EventType;
use crate::domain::number::Bounded;
use crate::store::event_log::{self, LogRead, ReadFrom};

/// How many events a page holds.
type EventLimit = Bounded<1, 500>;

const USUAL_LIMIT: EventLimit = EventLimit::nearest(100);

/// An event: also the body of the webhook that tells of it. Only an `endpoint.test`, which is not in the
/// log, comes without `sequence` and `subject`.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Its name for life, here and as `webhook-id`: a UUID, version 7.
    #[schema(example = "018d2680-1b40-7000-8000-000000000000")]
    pub id: String,
    /// The place in the log: later events have higher numbers.
    #[schema(example = 42)]
    pub sequence: i64,
    /// What happened: `candidate.created`, `candidate.updated`, `candidate.status_changed`,
    /// `candidate.deleted`, `interview.scheduled`, `interview.updated`, `interview.status_changed`,
    /// `interview.deleted`, `sync.completed`, `endpoint.disabled`, `user.created`, `user.updated`,
    /// `user.deactivated`, `job.scored` or `job.rank_changed`. There may be more in time: pass over what you don't know.
    #[schema(example = "candidate.created")]
    pub r#type: String,
    /// When it happened, to the second.
    #[schema(format = DateTime, example = "2024-01-20T10:30:00Z")]
    pub timestamp: String,
    pub subject: EventSubject,
    /// The subject after the change; what was deleted, as it was before. The names are those of the
    /// database, the same whichever contract made the change. There may be more in time.
    #[schema(value_type = Object)]
    pub data: serde_json::Map<String, serde_json::Value>,
}

/// What an event is about.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventSubject {
    /// `candidate`, `interview`, `job`, `sync`, `endpoint` or `user`.
    #[schema(example = "candidate")]
    pub r#type: String,
    /// Of candidates and interviews, their `id`. Of an endpoint and a user, a number that nothing else
    /// shows: the endpoint's id is `data.id`, the user's `data.uuid`.
    #[schema(example = 1)]
    pub id: i64,
}

/// A part of the log.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventPage {
    /// In order. May be empty, or fewer than `limit`, although there is more: `has_more` says so.
    pub events: Vec<Event>,
    /// Where to read on: give it as `after`. Keep it once you have dealt with the events of this page. It
    /// is there at the end of the log too.
    pub next: String,
    /// Whether there is more to read at once.
    pub has_more: bool,
}

/// Which events to read.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query)]
#[deserr(error = FieldErrors)]
pub struct EventQuery {
    /// `next` of the page before. Or `latest`: a page without events, whose `next` is the end of the log.
    /// Without it, from the oldest event there is.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    after: Option<After>,
    /// Only events of these types, separated by commas.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, example = "candidate.created,candidate.updated")]
    types: Option<EventTypes>,
    /// Most events of the page.
    #[deserr(default = USUAL_LIMIT, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 500, default = 100)]
    limit: EventLimit,
}

/// Where to read on.
enum After {
    Latest,
    Event(i64),
}

impl FromStr for After {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        if raw == "latest" { Ok(Self::Latest) } else { cursor::read(raw, |seq| *seq).map(Self::Event) }
    }
}

/// Types of events, separated by commas.
struct EventTypes(Vec<EventType>);

impl FromStr for EventTypes {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let words = raw.split(',').filter(|word| !word.trim().is_empty());
        let types: Vec<_> = words.map(str::parse).collect::<Result<_, _>>()?;
        if types.is_empty() { Err(Invalid::because("must name event types")) } else { Ok(Self(types)) }
    }
}

/// Reads the event log
///
/// In order, and nothing is put in later: what was once shown before an event is all there will ever be
/// before it. Read until `has_more` is false, and again whenever you like. Events are kept for 90 days,
/// unless the operator chose otherwise; a cursor that is further behind is answered with 410.
#[utoipa::path(
    get, path = "/api/events", tag = "Events", params(EventQuery),
    responses((status = 200, body = EventPage, description = "The next part of the log"), BadRequest, Refused, Gone)
)]
pub async fn list_events(app: App, _: ApiKey, Query(query): Query<EventQuery>) -> Result<JsonText, ApiError> {
    let from = match query.after {
        None => ReadFrom::Oldest,
        Some(After::Latest) => ReadFrom::Newest,
        Some(After::Event(seq)) => ReadFrom::After(seq),
    };
    let types = query.types.map(|types| types.0).unwrap_or_default();
    match event_log::read(&*app.db, from, &types, query.limit.number()).await? {
        LogRead::Unknown => Err(ApiError::field("after", cursor::UNKNOWN)),
        LogRead::Gone => Err(ApiError::gone(
            "Events after this cursor are past their retention and have been removed. Read what you need by \
             the other endpoints, then begin again without a cursor",
        )),
        LogRead::Page(page) => {
            let next = cursor::write(&page.next).map_err(ApiError::internal)?;
            Ok(JsonText::new(format!(
                r#"{{"events":[{}],"next":"{next}","has_more":{}}}"#,
                page.events.join(","),
                page.has_more
            )))
        }
    }
}
