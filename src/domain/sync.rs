//! Syncs with outside systems: their kinds, how far they have come, and when they must not go on.

use serde::{Deserialize, Serialize};

use super::task::{Kind, Payload};
use super::words::words;

/// Asks for a sweep of Recruiterflow. What else there is to know stands in the log of syncs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SweepRecruiterflow {}

impl Payload for SweepRecruiterflow {
    const KIND: Kind = Kind::SweepRecruiterflow;
}

words! {
    /// What began a sync.
    SyncKind {
        /// The clock: everything is looked at.
        Full = "full",
        /// A person: everything is looked at.
        Manual = "manual",
        /// A hint of the system: one job is.
        Webhook = "webhook",
    }
}

words! {
    /// How a sync stands.
    SyncOutcome {
        /// Under way.
        Running = "running",
        /// Ended well.
        Succeeded = "succeeded",
        /// Ended badly.
        Failed = "failed",
    }
}

words! {
    /// What a sweep is doing.
    Phase {
        /// Reads the list of jobs.
        Jobs = "jobs",
        /// Asks for those that the list did not have.
        Missing = "missing",
        /// Writes what differs.
        Apply = "apply",
        /// Reads the pipelines of the jobs that are worked on.
        Pipelines = "pipelines",
    }
}

/// What a sync did since it was last counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub phase: Option<Phase>,
    /// Jobs the system says it has.
    pub total: Option<i64>,
    /// Jobs read.
    pub seen: i64,
    pub created: i64,
    pub changed: i64,
    pub deactivated: i64,
    /// Pipelines there are to read.
    pub pipelines_total: Option<i64>,
    /// Pipelines read.
    pub pipelines: i64,
    pub pipelines_changed: i64,
    /// What could not be read and was left as it was.
    pub unreadable: i64,
    /// Requests to the system, repeats included.
    pub calls: i64,
    pub retries: i64,
    /// Milliseconds at work, and of those waiting for the system.
    pub ms: i64,
    pub vendor_ms: i64,
}

impl Progress {
    /// What is added up, by the name of its column.
    #[must_use]
    pub const fn counts(&self) -> [(&'static str, i64); 11] {
        [
            ("seen", self.seen),
            ("created", self.created),
            ("changed", self.changed),
            ("deactivated", self.deactivated),
            ("pipelines", self.pipelines),
            ("pipelines_changed", self.pipelines_changed),
            ("unreadable", self.unreadable),
            ("calls", self.calls),
            ("retries", self.retries),
            ("ms", self.ms),
            ("vendor_ms", self.vendor_ms),
        ]
    }
}

/// Up to so many jobs may be deactivated at once, however few there are.
const FEW: u64 = 5;

/// Whether a sweep that would deactivate so many of the jobs that are worked on must stop: more than 5, and
/// more than a fifth. Then it is likelier that the system is wrong than that it is right.
#[must_use]
pub const fn is_mass_disappearance(deactivating: u64, active: u64) -> bool {
    deactivating > FEW && deactivating * 5 > active
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mass_disappearance_is_more_than_five_and_more_than_a_fifth() {
        for (deactivating, active, is_mass) in [
            (5, 5, false),
            (6, 6, true),
            (6, 30, false),
            (6, 29, true),
            (20, 100, false),
            (21, 100, true),
            (0, 0, false),
        ] {
            assert_eq!(is_mass_disappearance(deactivating, active), is_mass, "{deactivating} of {active}");
        }
    }
}
