//! A person who applied or was sourced.

use uuid::Uuid;

use super::Invalid;
use super::number::Bounded;
use super::stage::RecruitosStatus;
use super::text::{Email, Link, Prose, Text};
use super::words::words;

/// The number by which a person is known: positive, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CandidateId(pub i64);

impl TryFrom<i64> for CandidateId {
    type Error = Invalid;

    fn try_from(number: i64) -> Result<Self, Invalid> {
        if number > 0 { Ok(Self(number)) } else { Err(Invalid::because("must be a positive integer")) }
    }
}

/// First or last name.
pub type Name = Text<100>;
/// The position a person is considered for.
pub type Position = Text<200>;
/// A phone number, as written.
pub type Phone = Text<20>;
/// Skills, as one text.
pub type Skills = Prose<10_000>;
/// Notes of recruiters. The limits of the long texts together keep a row far under D1's 2 MB.
pub type Notes = Prose<100_000>;

words! {
    /// Where a person was found (contract: RecruitOS `CandidateBase.source`).
    Source {
        /// LinkedIn.
        LinkedIn = "LinkedIn",
        /// Indeed.
        Indeed = "Indeed",
        /// Somebody's recommendation.
        Referral = "Referral",
        /// The organisation's own site.
        Website = "Website",
    }
}

/// Half of the RecruitOS process: 1 (screening) or 2 (interviews and offer).
pub type Phase = Bounded<1, 2>;

/// Where everybody starts.
pub const FIRST_PHASE: Phase = Phase::nearest(1);

/// Whole years of experience.
pub type Years = Bounded<0, 100>;

/// Someone new, before the store gives a number.
#[derive(Debug, Clone)]
pub struct NewCandidate {
    /// Version 7, made by the caller.
    pub uuid: Uuid,
    pub first_name: Name,
    pub last_name: Name,
    pub email: Email,
    pub phone: Option<Phone>,
    pub position: Position,
    pub phase: Phase,
    pub status: RecruitosStatus,
    pub source: Source,
    pub skills: Option<Skills>,
    pub experience: Option<Years>,
    pub notes: Option<Notes>,
    pub resume_url: Option<Link>,
    pub linkedin_url: Option<Link>,
}

/// A change to a person: `None` keeps, `Some(None)` clears what may be empty.
#[derive(Debug, Clone, Default)]
pub struct CandidatePatch {
    pub first_name: Option<Name>,
    pub last_name: Option<Name>,
    pub email: Option<Email>,
    pub phone: Option<Option<Phone>>,
    pub position: Option<Position>,
    pub phase: Option<Phase>,
    pub status: Option<RecruitosStatus>,
    pub source: Option<Source>,
    pub skills: Option<Option<Skills>>,
    pub experience: Option<Option<Years>>,
    pub notes: Option<Option<Notes>>,
    pub resume_url: Option<Option<Link>>,
    pub linkedin_url: Option<Option<Link>>,
}
