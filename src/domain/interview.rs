//! An interview in the recruiters' diary, between people.

use uuid::Uuid;

use super::candidate::CandidateId;
use super::number::Bounded;
use super::text::{Prose, Text};
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

/// Length in minutes.
pub type Duration = Bounded<15, 480>;

/// What an interview takes when nobody says otherwise.
pub const USUAL_DURATION: Duration = Duration::nearest(60);

/// The interviewer's verdict, 1 (worst) to 5 (best).
pub type Rating = Bounded<1, 5>;

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
