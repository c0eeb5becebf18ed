//! What can go wrong with a call.

use serde::{Deserialize, Serialize};

/// How a call goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// This status: from 500 with the page of the edge, below with a message.
    Status {
        status: u16,
    },
    /// This status, with `Retry-After`.
    RetryAfter {
        status: u16,
        after: String,
    },
    /// Exactly this answer.
    Body {
        status: u16,
        body: String,
    },
    /// 200 and the marketing site.
    Html,
    /// The status, half of the answer, and the connection breaks off.
    Cut,
    /// Half of the answer, with a clean end.
    Truncated,
    /// The answer comes after so many milliseconds.
    Slow {
        ms: u64,
    },
    Timeout,
    Refused,
    /// `job/pipeline` without stages.
    EmptySummary,
    /// A list without entries.
    EmptyList,
}

/// The faults to come.
#[derive(Default)]
pub(super) struct Faults(Vec<(String, Fault, Option<usize>)>);

impl Faults {
    pub(super) fn plan(&mut self, path: &str, fault: Fault, times: Option<usize>) {
        self.0.push((path.to_owned(), fault, times));
    }

    /// The fault of a call of this path, if one was planned: the first that is left.
    pub(super) fn take(&mut self, path: &str) -> Option<Fault> {
        let place = self.0.iter().position(|(planned, ..)| planned == path || planned == "*")?;
        let (_, fault, times) = &mut self.0[place];
        let fault = fault.clone();
        if let Some(times) = times {
            *times -= 1;
            if *times == 0 {
                self.0.remove(place);
            }
        }
        Some(fault)
    }
}
