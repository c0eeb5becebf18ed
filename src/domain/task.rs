//! Background tasks: the table of kinds with their rules, and what is asked of the queue.
//!
//! Invariant: whatever stands in this table is safe to run twice and to be killed anywhere; each kind
//! says by what.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::number::MAX_INTEGER;
use super::words::words;

words! {
    /// What a task does.
    Kind {
        /// Sends what is due to one webhook endpoint.
        Deliver = "deliver",
        /// Makes an endpoint's missed events due again.
        RecoverEndpoint = "recover_endpoint",
        /// Sends one signed request, with headers and a body of its own.
        SendCallback = "send_callback",
        /// Reads anew what webhooks of others are about.
        ProcessHooks = "process_hooks",
        /// Tells the operator that something should be looked at.
        SendAlert = "send_alert",
        /// Writes a job's rank into the system the job comes from.
        PushRank = "push_rank",
        /// Works out all rankings by the present weights.
        RerankJobs = "rerank_jobs",
        /// Reads all jobs of Recruiterflow and the pipelines of those that are worked on.
        SweepRecruiterflow = "sweep_recruiterflow",
    }
}

words! {
    /// How a task stands.
    TaskStatus {
        /// Waits for its time.
        Pending = "pending",
        /// Has been claimed.
        Running = "running",
        /// Ended well.
        Completed = "completed",
        /// Ended badly: trying again would not help.
        Failed = "failed",
        /// Ended badly: its tries are used up.
        Dead = "dead",
    }
}

/// What goes first: the higher, then the older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// By the clock.
    Scheduled = 0,
    /// Asked for by the system, or again by a person.
    Usual = 5,
    /// A person waits.
    Manual = 10,
}

impl Priority {
    /// All, the highest first.
    pub const ALL: [Self; 3] = [Self::Manual, Self::Usual, Self::Scheduled];
}

/// The wait before another try, in milliseconds: `first` x 2^(n-1) after the nth, at most `longest`.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    first_ms: i64,
    longest_ms: i64,
}

impl Backoff {
    /// The wait after so many tries.
    #[must_use]
    pub const fn after(self, tries: u32) -> i64 {
        let doublings = if tries == 0 { 0 } else { tries - 1 };
        let doublings = if doublings > 20 { 20 } else { doublings };
        let wait = self.first_ms << doublings;
        if wait > self.longest_ms { self.longest_ms } else { wait }
    }
}

/// A kind's rules.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Tries of one step; after the last the task is dead.
    pub attempts: i64,
    pub backoff: Backoff,
    /// The longest a run may take before another is started in its place.
    pub lease_ms: i64,
    /// Whether a task that went well is kept until its retention, for whoever asks. One whose traces stand
    /// elsewhere need not be.
    pub keeps_record: bool,
    /// Whether the kind has something to write when a task ends badly: then its code is asked, also after
    /// a run that was cut off.
    pub has_last_words: bool,
    /// Why it may run twice and be killed anywhere.
    pub idempotent_by: &'static str,
}

/// What a kind has when it has no reason for anything else: three tries with 30 and 60 seconds between,
/// and half an hour for each.
const USUAL: Rules = Rules {
    attempts: 3,
    backoff: Backoff { first_ms: 30_000, longest_ms: 3_600_000 },
    lease_ms: 30 * 60_000,
    keeps_record: true,
    has_last_words: false,
    idempotent_by: "",
};

impl Kind {
    /// The table of kinds.
    #[must_use]
    pub const fn rules(self) -> Rules {
        match self {
            // As long as an endpoint has something due, its task lives: the deliveries count the tries.
            Self::Deliver => Rules {
                attempts: MAX_INTEGER,
                backoff: Backoff { first_ms: 5_000, longest_ms: 300_000 },
                lease_ms: 40_000,
                keeps_record: false,
                has_last_words: false,
                idempotent_by: "a delivery is sent until a try is recorded, always under the event's id",
            },
            Self::RecoverEndpoint => Rules {
                lease_ms: 60_000,
                idempotent_by: "the deliveries of a step and its cursor are one batch",
                ..USUAL
            },
            // A run ends within 20 seconds; what it did not reach, the next one does.
            Self::SweepRecruiterflow => Rules {
                lease_ms: 60_000,
                keeps_record: false,
                has_last_words: true,
                idempotent_by: "what is read again and is the same is not written again",
                ..USUAL
            },
            // The tries and the waits are those of the webhook schedule, which has at most 20.
            Self::SendCallback | Self::SendAlert => Rules {
                attempts: 20,
                lease_ms: 40_000,
                idempotent_by: "every try carries the same id and the same bytes",
                ..USUAL
            },
            // About a quarter of an hour of tries. What it did stands in the log of syncs.
            Self::ProcessHooks => Rules {
                attempts: 6,
                lease_ms: 60_000,
                keeps_record: false,
                has_last_words: true,
                idempotent_by: "what is read again is the same or newer, and hooks are marked with the step's end",
                ..USUAL
            },
            Self::PushRank => Rules {
                attempts: 6,
                lease_ms: 60_000,
                idempotent_by: "what is there is read first, and only another value is written",
                ..USUAL
            },
            // Half a day of tries: nobody asks for it again, for the weights are set already.
            Self::RerankJobs => Rules {
                attempts: 20,
                lease_ms: 60_000,
                idempotent_by: "the rankings of a step and its cursor are one batch, and what is the same \
                    is left",
                ..USUAL
            },
        }
    }
}

/// What a task is told, as JSON.
pub trait Payload: Serialize + DeserializeOwned {
    /// The kind that reads it.
    const KIND: Kind;
}

/// What to do when the same task is already running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenRunning {
    /// It will do.
    Join,
    /// It may have missed what this is about: it runs once more.
    RunAgain,
}

/// At most one task with this key is pending or running.
#[derive(Debug, Clone)]
pub struct Dedupe {
    pub key: String,
    pub when_running: WhenRunning,
}

/// A task to be written.
#[derive(Debug, Clone)]
pub struct NewTask {
    pub kind: Kind,
    /// JSON.
    pub payload: String,
    pub priority: Priority,
    /// When it may run, in milliseconds since 1970.
    pub due_ms: i64,
    pub dedupe: Option<Dedupe>,
}

impl NewTask {
    /// A task that may run at once.
    ///
    /// # Errors
    /// When the payload can't be written as JSON.
    pub fn new<P: Payload>(payload: &P, now_ms: i64) -> Result<Self, serde_json::Error> {
        let payload = serde_json::to_string(payload)?;
        Ok(Self { kind: P::KIND, payload, priority: Priority::Usual, due_ms: now_ms, dedupe: None })
    }

    /// The same with another priority.
    #[must_use]
    pub fn priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// The same, once.
    #[must_use]
    pub fn once(self, key: String, when_running: WhenRunning) -> Self {
        Self { dedupe: Some(Dedupe { key, when_running }), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits: Vec<_> = (1..=9).map(|tries| USUAL.backoff.after(tries) / 1000).collect();
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(USUAL.backoff.after(u32::MAX), 3_600_000);
    }

    #[test]
    fn every_kind_says_why_it_may_run_twice() {
        for kind in Kind::ALL {
            let rules = kind.rules();
            assert!(rules.attempts >= 1 && rules.lease_ms >= 1_000 && !rules.idempotent_by.is_empty());
        }
    }
}
