//! Events: the names of what can happen, written to the one log with the change they tell of.

use uuid::Uuid;

use super::time::Timestamp;
use super::words::words;

words! {
    /// What happened, as `resource.past_tense`.
    EventType {
        /// A person is new here.
        CandidateCreated = "candidate.created",
        /// Anything of a person changed.
        CandidateUpdated = "candidate.updated",
        /// A person's status changed; comes beside `candidate.updated`.
        CandidateStatusChanged = "candidate.status_changed",
        /// A person was removed, with all that hung on them.
        CandidateDeleted = "candidate.deleted",
        /// An interview was entered.
        InterviewScheduled = "interview.scheduled",
        /// Anything of an interview changed.
        InterviewUpdated = "interview.updated",
        /// An interview was held or called off; comes beside `interview.updated`.
        InterviewStatusChanged = "interview.status_changed",
        /// An interview was removed.
        InterviewDeleted = "interview.deleted",
        /// A job is new here.
        JobCreated = "job.created",
        /// Anything of a job changed.
        JobUpdated = "job.updated",
        /// A job is not worked on any more; comes beside `job.updated`.
        JobClosed = "job.closed",
        /// A job that was closed is worked on again; comes beside `job.updated`.
        JobReopened = "job.reopened",
        /// Candidates of a job moved, came or went.
        JobPipelineChanged = "job.pipeline_changed",
        /// A job waits for its first scores: told once a job.
        JobNeedsScoring = "job.needs_scoring",
        /// Somebody scored a job.
        JobScored = "job.scored",
        /// A job got its first rank, or another one.
        JobRankChanged = "job.rank_changed",
        /// A sync with an outside system ended well.
        SyncCompleted = "sync.completed",
        /// A sync with an outside system ended badly.
        SyncFailed = "sync.failed",
        /// A webhook endpoint was disabled because it failed for days or is gone.
        EndpointDisabled = "endpoint.disabled",
        /// Somebody may sign in now.
        UserCreated = "user.created",
        /// Anything of a user changed.
        UserUpdated = "user.updated",
        /// A user may sign in no longer; comes beside `user.updated`.
        UserDeactivated = "user.deactivated",
    }
}

words! {
    /// The kind of thing an event is about: the word for it, in the log and in feeds.
    Subject {
        /// A person.
        Candidate = "candidate",
        /// An interview of the diary.
        Interview = "interview",
        /// A job.
        Job = "job",
        /// A sync.
        Sync = "sync",
        /// A webhook endpoint.
        Endpoint = "endpoint",
        /// Somebody who signs in.
        User = "user",
    }
}

impl EventType {
    /// What it is about.
    #[must_use]
    pub const fn subject(self) -> Subject {
        match self {
            Self::CandidateCreated
            | Self::CandidateUpdated
            | Self::CandidateStatusChanged
            | Self::CandidateDeleted => Subject::Candidate,
            Self::InterviewScheduled
            | Self::InterviewUpdated
            | Self::InterviewStatusChanged
            | Self::InterviewDeleted => Subject::Interview,
            Self::JobCreated
            | Self::JobUpdated
            | Self::JobClosed
            | Self::JobReopened
            | Self::JobPipelineChanged
            | Self::JobNeedsScoring
            | Self::JobScored
            | Self::JobRankChanged => Subject::Job,
            Self::SyncCompleted | Self::SyncFailed => Subject::Sync,
            Self::EndpointDisabled => Subject::Endpoint,
            Self::UserCreated | Self::UserUpdated | Self::UserDeactivated => Subject::User,
        }
    }
}

/// An event to be written: its name for life, what happened and when.
#[derive(Debug, Clone, Copy)]
pub struct NewEvent {
    /// Version 7.
    pub uuid: Uuid,
    pub kind: EventType,
    pub at: Timestamp,
}
