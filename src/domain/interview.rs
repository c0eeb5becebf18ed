//! An interview in the recruiters' diary, between people.

use uuid::Uuid;

use super::candidate::CandidateId;
use super::text::{Invalid, Prose, Text};
use super::time::Timestamp;
use super::words::words;

/// The number by which an interview is known: positive, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InterviewId(pub i64);

/// Name of the person who interviews.
pub type Interviewer = Text<200>;
/// Notes on an interview.
pub type InterviewNotes = Prose<100_000>;

words! {
    /// How an interview is held (contract: RecruitOS `InterviewBase.type`).
    InterviewType {
        /// By phone.
        Phone = "Phone",
        /// By video.
        Video = "Video",
        /// In one room.
        InPerson = "In-Person",
        /// On technical matters, wherever held.
        Technical = "Technical",
    }
}

words! {
    /// What became of an interview (contract: RecruitOS `InterviewBase.status`).
    InterviewStatus {
        /// Planned.
        Scheduled = "Scheduled",
        /// Held.
        Completed = "Completed",
        /// Called off.
        Cancelled = "Cancelled",
    }
}

/// Length in minutes, 15 to 480.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration(i64);

impl Duration {
    /// What an interview takes when nobody says otherwise.
    pub const DEFAULT: Self = Self(60);

    /// How many minutes.
    #[must_use]
    pub const fn minutes(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Duration {
    type Error = Invalid;

    fn try_from(minutes: i64) -> Result<Self, Invalid> {
        match minutes {
            15..=480 => Ok(Self(minutes)),
            _ => Err(Invalid::because("must be between 15 and 480 minutes")),
        }
    }
}

/// The interviewer's verdict, 1 (worst) to 5 (best).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating(i64);

impl Rating {
    /// 1 to 5.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Rating {
    type Error = Invalid;

    fn try_from(number: i64) -> Result<Self, Invalid> {
        match number {
            1..=5 => Ok(Self(number)),
            _ => Err(Invalid::because("must be between 1 and 5")),
        }
    }
}

/// An interview to be entered, before the store gives a number.
#[derive(Debug, Clone)]
pub struct NewInterview {
    /// Version 7, made by the caller.
    pub uuid: Uuid,
    pub candidate_id: CandidateId,
    pub kind: InterviewType,
    pub scheduled_at: Timestamp,
    pub duration: Duration,
    pub interviewer: Interviewer,
    pub status: InterviewStatus,
    pub notes: Option<InterviewNotes>,
    pub rating: Option<Rating>,
}

/// A change to an interview: `None` keeps, `Some(None)` clears what may be empty.
#[derive(Debug, Clone, Default)]
pub struct InterviewPatch {
    pub candidate_id: Option<CandidateId>,
    pub kind: Option<InterviewType>,
    pub scheduled_at: Option<Timestamp>,
    pub duration: Option<Duration>,
    pub interviewer: Option<Interviewer>,
    pub status: Option<InterviewStatus>,
    pub notes: Option<Option<InterviewNotes>>,
    pub rating: Option<Option<Rating>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_ratings_have_bounds() {
        assert!(Duration::try_from(14).is_err() && Duration::try_from(481).is_err());
        assert_eq!(Duration::try_from(15).map(Duration::minutes), Ok(15));
        assert!(Rating::try_from(0).is_err() && Rating::try_from(6).is_err());
        assert_eq!(Rating::try_from(5).map(Rating::number), Ok(5));
    }
}
