//! Recruiterflow, the CRM that jobs come from: its external API, read leniently.
//!
//! A call is tried three times, at most six are under way at once, and none is begun or waited for that
//! would end after the moment the caller named. Answers are read by `domain::vendor`. The key is in no
//! error.

mod gate;
mod read;
mod transport;

use thiserror::Error;

use self::gate::Gate;
use crate::app::App;
use crate::config::Secret;
use crate::config::recruiterflow::RecruiterflowSettings;
use crate::domain::vendor::{VendorJob, VendorPipeline};

/// The most entries of a page that the vendor gives.
pub const PAGE: usize = 100;

/// The most calls that are under way at once.
pub const AT_ONCE: usize = 6;

/// Why a call came to nothing. The texts are for an operator.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Error {
    /// The vendor refuses the key.
    #[error("Recruiterflow refuses the API key: {0}")]
    Unauthorized(String),
    /// The vendor refuses the request; asking again won't help.
    #[error("Recruiterflow refused with {status}: {message}")]
    Refused { status: u16, message: String },
    /// There is no time left for it: try again after so many milliseconds. `error` says why it had to wait.
    #[error("Recruiterflow is to be asked again after {after_ms} ms: {error}")]
    Later { after_ms: i64, error: String },
    /// Three tries failed; this is what came of the last.
    #[error("Recruiterflow is unavailable: {0}")]
    Unavailable(String),
    /// It answered something that can't be read.
    #[error("Recruiterflow gave an unexpected answer: {0}")]
    Unexpected(String),
}

/// A page of the list of jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct JobsPage {
    pub jobs: Vec<VendorJob>,
    /// Why an entry could not be read, one each.
    pub unreadable: Vec<String>,
    /// Entries there were. Fewer than `PAGE`: it was the last page.
    pub rows: usize,
    /// Entries of all pages, if the vendor says.
    pub total: Option<u64>,
}

/// What the vendor has of the pipeline of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PipelineAnswer {
    /// There is no such job (any more).
    Gone,
    /// No stages, which no job is without. It passes; what is known stays.
    Empty,
    Pipeline(VendorPipeline),
}

/// What calls came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallUsage {
    /// Requests that were sent, the retries among them.
    pub calls: u32,
    /// Requests that were sent again.
    pub retries: u32,
    /// How long somebody waited for the vendor, waits before retries included; what was waited for at
    /// the same time counts once.
    pub ms: i64,
}

/// The vendor's API, for one piece of work.
pub struct Recruiterflow<'a> {
    app: &'a App,
    settings: &'a RecruiterflowSettings,
    api_key: &'a Secret,
    until_ms: i64,
    gate: Gate,
}

impl<'a> Recruiterflow<'a> {
    /// `None` without `RECRUITERFLOW_API_KEY`. No call is begun, and no wait made, that would end after
    /// `until_ms` (unix milliseconds).
    #[must_use]
    pub fn open(app: &'a App, until_ms: i64) -> Option<Self> {
        let settings = &app.config.recruiterflow;
        let api_key = settings.api_key.as_ref()?;
        Some(Self { app, settings, api_key, until_ms, gate: Gate::default() })
    }

    /// What the calls came to so far.
    pub fn usage(&self) -> CallUsage {
        self.gate.usage(self.app.clock.unix_ms())
    }
}
