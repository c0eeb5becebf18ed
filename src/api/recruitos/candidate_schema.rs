//! Candidates as RecruitOS reads and writes them (contract: "Data Models", Candidate).

use deserr::Deserr;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::input::{
    FieldErrors, Limit, NO_OFFSET, Offset, Raw, USUAL_LIMIT, given, given_nullable, nullable, required,
};
use crate::domain::Invalid;
use crate::domain::candidate::{
    CandidatePatch, FIRST_PHASE, Name, NewCandidate, Notes, Phase, Phone, Position, Skills, Source, Years,
};
use crate::domain::stage::RecruitosStatus;
use crate::domain::text::{Email, Link};
use crate::store::candidates::CandidateFilter;
use crate::store::{Page, View};

/// How RecruitOS names what a candidate's row holds.
pub const CANDIDATE: View = &[
    ("id", "id"),
    ("firstName", "first_name"),
    ("lastName", "last_name"),
    ("email", "email"),
    ("phone", "phone"),
    ("position", "position"),
    ("phase", "phase"),
    ("status", "status"),
    ("source", "source"),
    ("appliedDate", "applied_at"),
    ("lastUpdated", "updated_at"),
    ("skills", "skills"),
    ("experience", "experience"),
    ("notes", "notes"),
    ("resumeUrl", "resume_url"),
    ("linkedinUrl", "linkedin_url"),
];

/// A candidate.
#[derive(Debug, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Candidate {
    #[schema(example = 1)]
    pub id: i64,
    #[schema(example = "Sarah")]
    pub first_name: String,
    #[schema(example = "Johnson")]
    pub last_name: String,
    #[schema(example = "sarah.johnson@email.com")]
    pub email: String,
    #[schema(required, example = "+1 (555) 123-4567")]
    pub phone: Option<String>,
    #[schema(example = "Frontend Developer")]
    pub position: String,
    /// 1 (screening) or 2 (interviews and offer).
    #[schema(example = 1, minimum = 1, maximum = 2)]
    pub phase: i64,
    /// One of New, Screened, Phone Interview, Rejected, Technical Interview, Final Interview, Offer
    /// Extended, Hired.
    #[schema(example = "New")]
    pub status: String,
    /// One of LinkedIn, Indeed, Referral, Website.
    #[schema(example = "LinkedIn")]
    pub source: String,
    #[schema(format = DateTime, example = "2024-01-15T09:00:00Z")]
    pub applied_date: String,
    #[schema(format = DateTime, example = "2024-01-20T10:30:00Z")]
    pub last_updated: String,
    #[schema(required, example = "React, TypeScript, CSS")]
    pub skills: Option<String>,
    /// Whole years.
    #[schema(required, example = 3)]
    pub experience: Option<i64>,
    #[schema(required)]
    pub notes: Option<String>,
    #[schema(required)]
    pub resume_url: Option<String>,
    #[schema(required)]
    pub linkedin_url: Option<String>,
}

/// A new candidate. Blanks around short texts are dropped; `""` for an optional field means none.
#[derive(Deserr, ToSchema)]
#[serde(rename_all = "camelCase")]
#[deserr(rename_all = camelCase, error = FieldErrors)]
pub struct CandidateCreate {
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "John")]
    first_name: Name,
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Doe")]
    last_name: Name,
    /// Nobody else's, in upper or lower case.
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, format = Email, max_length = 255, example = "john.doe@email.com")]
    email: Email,
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 20, example = "+1 (555) 987-6543")]
    phone: Option<Phone>,
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, min_length = 1, max_length = 200, example = "Backend Developer")]
    position: Position,
    #[deserr(default = FIRST_PHASE, try_from(Raw) = required -> Invalid)]
    #[schema(value_type = i64, required = false, minimum = 1, maximum = 2, default = 1)]
    phase: Phase,
    /// One of New, Screened, Phone Interview, Rejected, Technical Interview, Final Interview, Offer
    /// Extended, Hired.
    #[deserr(default = RecruitosStatus::New, try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, required = false, default = "New")]
    status: RecruitosStatus,
    /// One of LinkedIn, Indeed, Referral, Website, in any case.
    #[deserr(default = Source::LinkedIn, try_from(Raw) = required -> Invalid)]
    #[schema(value_type = String, required = false, default = "LinkedIn")]
    source: Source,
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 10_000, example = "Python, FastAPI, PostgreSQL")]
    skills: Option<Skills>,
    /// Whole years.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 100, example = 5)]
    experience: Option<Years>,
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 100_000, example = "Strong backend experience")]
    notes: Option<Notes>,
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 500, example = "https://example.com/cv.pdf")]
    resume_url: Option<Link>,
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 500, example = "https://linkedin.com/in/example")]
    linkedin_url: Option<Link>,
}

impl CandidateCreate {
    /// The person it describes.
    pub fn into_new(self, uuid: Uuid) -> NewCandidate {
        NewCandidate {
            uuid,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            phone: self.phone,
            position: self.position,
            phase: self.phase,
            status: self.status,
            source: self.source,
            skills: self.skills,
            experience: self.experience,
            notes: self.notes,
            resume_url: self.resume_url,
            linkedin_url: self.linkedin_url,
        }
    }
}

/// A change to a candidate: fields left out stay as they are, `null` or `""` clears an optional one.
#[derive(Deserr, ToSchema)]
#[serde(rename_all = "camelCase")]
#[deserr(rename_all = camelCase, error = FieldErrors)]
pub struct CandidateUpdate {
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    first_name: Option<Name>,
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    last_name: Option<Name>,
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, format = Email, max_length = 255)]
    email: Option<Email>,
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 20)]
    phone: Option<Option<Phone>>,
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 200)]
    position: Option<Position>,
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = i64, required = false, minimum = 1, maximum = 2)]
    phase: Option<Phase>,
    /// One of the eight statuses.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false, example = "Phone Interview")]
    status: Option<RecruitosStatus>,
    /// One of LinkedIn, Indeed, Referral, Website, in any case.
    #[deserr(default, try_from(Raw) = given -> Invalid)]
    #[schema(value_type = String, required = false)]
    source: Option<Source>,
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 10_000)]
    skills: Option<Option<Skills>>,
    /// Whole years.
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 100)]
    experience: Option<Option<Years>>,
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 100_000, example = "Updated notes after phone screening")]
    notes: Option<Option<Notes>>,
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 500)]
    resume_url: Option<Option<Link>>,
    #[deserr(default, try_from(Raw) = given_nullable -> Invalid)]
    #[schema(value_type = Option<String>, max_length = 500)]
    linkedin_url: Option<Option<Link>>,
}

impl From<CandidateUpdate> for CandidatePatch {
    fn from(update: CandidateUpdate) -> Self {
        Self {
            first_name: update.first_name,
            last_name: update.last_name,
            email: update.email,
            phone: update.phone,
            position: update.position,
            phase: update.phase,
            status: update.status,
            source: update.source,
            skills: update.skills,
            experience: update.experience,
            notes: update.notes,
            resume_url: update.resume_url,
            linkedin_url: update.linkedin_url,
        }
    }
}

/// Which candidates to list; all conditions must hold.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query)]
#[deserr(error = FieldErrors)]
pub struct CandidateQuery {
    /// 1 or 2.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 2)]
    phase: Option<Phase>,
    /// Part of the first name, last name, e-mail or position, in any case and script.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, max_length = 500)]
    search: Option<crate::domain::text::Text<500>>,
    /// One of the eight statuses.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    status: Option<RecruitosStatus>,
    /// One of LinkedIn, Indeed, Referral, Website, in any case.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    source: Option<Source>,
    /// Number of results.
    #[deserr(default = USUAL_LIMIT, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    /// Results to skip.
    #[deserr(default = NO_OFFSET, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 0, default = 0)]
    offset: Offset,
}

impl CandidateQuery {
    /// The filter and the page it asks for.
    pub fn into_parts(self) -> (CandidateFilter, Page) {
        let filter = CandidateFilter {
            phase: self.phase,
            status: self.status,
            source: self.source,
            search: self.search.map(|text| text.as_str().to_owned()),
        };
        (filter, Page { limit: self.limit.number(), offset: self.offset.number() })
    }
}
