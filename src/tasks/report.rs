//! Log lines of sweeps and runs.

use serde::Serialize;

/// The log line of a sweep that went wrong.
#[derive(Serialize)]
pub(super) struct SweepLine {
    pub sweep: &'static str,
    pub error: String,
}

/// The log line of a run.
#[derive(Serialize)]
pub(super) struct TaskLine<'a> {
    pub task: i64,
    pub kind: &'a str,
    pub status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<i64>,
    /// From before the claim until the end was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d1_trips: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d1_rows_read: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d1_rows_written: Option<u64>,
    /// Of `ms`, those in which the database was waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub d1_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl<'a> TaskLine<'a> {
    /// Of a task that has no run to tell of.
    pub const fn new(task: i64, kind: &'a str, status: &'a str) -> Self {
        Self {
            task,
            kind,
            status,
            run: None,
            attempts: None,
            ms: None,
            d1_trips: None,
            d1_rows_read: None,
            d1_rows_written: None,
            d1_ms: None,
            error: None,
        }
    }
}
