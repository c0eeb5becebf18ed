//! Interviews as RecruitOS reads and writes them (contract: "Data Models", Interview).

use deserr::Deserr;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::input::{
    FieldErrors, Limit, NO_OFFSET, Offset, Raw, USUAL_LIMIT, given, given_nullable, nullable, required,
};
use crate::domain::Invalid;
use crate::domain::candidate::CandidateId;
use crate::domain::interview::{
    Duration, InterviewNotes, InterviewPatch, InterviewStatus, InterviewType, Interviewer, NewInterview,
    Rating, USUAL_DURATION,
};
use crate::domain::time::{Day, Timestamp};
use crate::store::interviews::InterviewFilter;
use crate::store::{Page, View};

/// How RecruitOS names what an interview's row holds.
pub const INTERVIEW: View = &[
    ("id", "id"),
    ("candidateId", "candidate_id"),
    ("type", "type"),
    ("scheduledDate", "scheduled_at"),
    ("duration", "duration"),
    ("interviewer", "interviewer"),
    ("status", "status"),
    ("notes", "notes"),
    ("rating", "rating"),
];

/// An interview.
#[derive(Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interview {
    #[schema(example = 1)]
    pub id: i64,
    #[schema(example = 1)]
    pub candidate_id: i64,
    /// One of Phone, Video, In-Person, Technical.
    #[schema(example = "Phone")]
    pub r#type: String,
    #[schema(format = DateTime, example = "2024-01-21T14:00:00Z")]
    pub scheduled_date: String,
    /// Minutes.
    #[schema(example = 30)]
    pub duration: i64,
    #[schema(example = "John Smith")]
    pub interviewer: String,
    /// One of Scheduled, Completed, Cancelled.
    #[schema(example = "Scheduled")]
    pub status: String,
    #[schema(required, example = "Initial phone screening")]
    pub notes: Option<String>,
    /// 1 to 5.
    #[schema(required)]
    pub rating: Option<i64>,
}

/// A new interview.
#[derive(Deserr, ToSchema)]
#[serde(rename_all = "camelCase")]
#[deserr(rename_all = camelCase, error = FieldErrors)]
pub struct InterviewCreate {
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = i64, example = 1)]
    candidate_id: CandidateId,
    /// One of Phone, Video, In-Person, Technical.
    #[deserr(rename = "type", default = InterviewType::Phone, try_from(Raw) = required -> Invalid)]
    #[schema(rename = "type", value_type = String, required = false, default = "Phone")]
    #[schema(example = "Technical")]
    kind: InterviewType,
    /// Any offset; without one it is UTC.
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, format = DateTime, example = "2024-01-22T15:00:00Z")]
    scheduled_date: Timestamp,
    /// Minutes.
    #[deserr(default = USUAL_DURATION, try_from(Raw) = required -> Invalid)]
    #[schema(value_type = i64, required = false, minimum = 15, maximum = 480, default = 60)]
    duration: Duration,
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Jane Doe")]
    interviewer: Interviewer,
    /// One of Scheduled, Completed, Cancelled.
    #[deserr(default = InterviewStatus::Scheduled, try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, required = false, default = "Scheduled")]
    status: InterviewStatus,
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 100_000, example = "Technical coding interview")]
    notes: Option<InterviewNotes>,
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 5)]
    rating: Option<Rating>,
}

impl InterviewCreate {
    /// The interview it describes.
    pub fn into_new(self, uuid: Uuid) -> NewInterview {
        NewInterview {
            uuid,
            candidate_id: self.candidate_id,
            kind: self.kind,
            scheduled_at: self.scheduled_date,
            duration: self.duration,
            interviewer: self.interviewer,
            status: self.status,
            notes: self.notes,
            rating: self.rating,
        }
    }
}

/// A change to an interview: fields left out stay as they are, `null` or `""` clears an optional one.
#[derive(Deserr, ToSchema)]
#[serde(rename_all = "camelCase")]
#[deserr(rename_all = camelCase, error = FieldErrors)]
pub struct InterviewUpdate {
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = i64, required = false)]
    candidate_id: Option<CandidateId>,
    /// One of Phone, Video, In-Person, Technical.
    #[deserr(rename = "type", default, try_from(Raw) = given -> Invalid)]
    #[schema(rename = "type", value_type = String, required = false)]
    kind: Option<InterviewType>,
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, format = DateTime)]
    scheduled_date: Option<Timestamp>,
    /// Minutes.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = i64, required = false, minimum = 15, maximum = 480)]
    duration: Option<Duration>,
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    interviewer: Option<Interviewer>,
    /// One of Scheduled, Completed, Cancelled.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, example = "Completed")]
    status: Option<InterviewStatus>,
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 100_000)]
    notes: Option<Option<InterviewNotes>>,
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 5, example = 4)]
    rating: Option<Option<Rating>>,
}

impl From<InterviewUpdate> for InterviewPatch {
    fn from(update: InterviewUpdate) -> Self {
        Self {
            candidate_id: update.candidate_id,
            kind: update.kind,
            scheduled_at: update.scheduled_date,
            duration: update.duration,
            interviewer: update.interviewer,
            status: update.status,
            notes: update.notes,
            rating: update.rating,
        }
    }
}

/// Which interviews to list; all conditions must hold.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[deserr(rename_all = camelCase, error = FieldErrors)]
pub struct InterviewQuery {
    /// Interviews of one candidate.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<i64>)]
    candidate_id: Option<CandidateId>,
    /// A UTC day, `YYYY-MM-DD`; of a full instant, the day it falls on.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, example = "2024-01-21")]
    date: Option<Day>,
    /// One of Scheduled, Completed, Cancelled.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    status: Option<InterviewStatus>,
    /// The interviewer's whole name, in any case.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, max_length = 200)]
    interviewer: Option<Interviewer>,
    /// Number of results.
    #[deserr(default = USUAL_LIMIT, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    /// Results to skip.
    #[deserr(default = NO_OFFSET, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 0, default = 0)]
    offset: Offset,
}

impl InterviewQuery {
    /// The filter and the page it asks for.
    pub fn into_parts(self) -> (InterviewFilter, Page) {
        let filter = InterviewFilter {
            candidate_id: self.candidate_id,
            day: self.date,
            status: self.status,
            interviewer: self.interviewer.map(|name| name.as_str().to_owned()),
        };
        (filter, Page { limit: self.limit.number(), offset: self.offset.number() })
    }
}
