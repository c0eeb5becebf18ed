//! Jobs as they are shown and asked for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::score_schema::{JobScore, Ranking, RankingLine};
use crate::store::View;

/// What is shown of a job in lists and alone.
macro_rules! job_view {
    ($($more:expr),* $(,)?) => {
        &[
            ("id", "jobs.uuid"),
            ("recruiterflow_job_id", "iif(jobs.source = 'recruiterflow', jobs.external_id, NULL)"),
            ("client_name", "jobs.client_name"),
            ("job_title", "jobs.title"),
            ("date_opened", "jobs.opened_at"),
            ("status", "jobs.status"),
            ("estimated_fee", "jobs.fee"),
            ("fee_currency", "jobs.fee_currency"),
            ("last_synced", "jobs.synced_at"),
            ("location", "jobs.location"),
            ("source", "jobs.source"),
            ("is_active", "json(iif(jobs.is_active, 'true', 'false'))"),
            $($more),*
        ]
    };
}

/// How a list names what a job's row holds.
pub const JOB_LINE: View = job_view![
    ("current_rank", "jobs.rank"),
    ("composite_score", "jobs.composite"),
    ("scoring_date", "jobs.scoring_date"),
];

/// The same, of jobs that wait for a score.
pub const PENDING_JOB: View = job_view![
    ("current_rank", "jobs.rank"),
    ("composite_score", "jobs.composite"),
    ("scoring_date", "jobs.scoring_date"),
    ("last_scored", "last_scored"),
];

/// How a single job names what its row holds.
pub const JOB: View = job_view![
    ("details", "json(jobs.details)"),
    ("description", "jobs.description"),
    ("created_at", "jobs.created_at"),
    ("updated_at", "jobs.updated_at"),
];

/// A job in a list.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobLine {
    /// A UUID.
    #[schema(example = "018d2680-1b40-7000-8000-000000000000")]
    pub id: String,
    /// The id that Recruiterflow has for it; `null` for jobs from elsewhere.
    #[schema(required, example = "102")]
    pub recruiterflow_job_id: Option<String>,
    #[schema(required, example = "Acme")]
    pub client_name: Option<String>,
    #[schema(example = "Backend Developer")]
    pub job_title: String,
    #[schema(required, format = DateTime, example = "2024-01-02T09:00:00Z")]
    pub date_opened: Option<String>,
    /// The label that the system it comes from gives it.
    #[schema(required, example = "Sourcing")]
    pub status: Option<String>,
    #[schema(required, example = 32_000.0)]
    pub estimated_fee: Option<f64>,
    #[schema(required, example = "USD")]
    pub fee_currency: Option<String>,
    /// When the system last told something that was not known. A sync that finds a job as it was leaves it; how
    /// old all may be says `GET /api/sync/status`.
    #[schema(required, format = DateTime)]
    pub last_synced: Option<String>,
    #[schema(required, example = "Berlin, Germany")]
    pub location: Option<String>,
    /// `recruiterflow`, `native`, `workday` or `interviewer`.
    #[schema(example = "recruiterflow")]
    pub source: String,
    pub is_active: bool,
    /// `A`, `B` or `C`; `null` before the first score.
    #[schema(required, example = "A")]
    pub current_rank: Option<String>,
    /// From 1 to 5, two decimals.
    #[schema(required, example = 4.25)]
    pub composite_score: Option<f64>,
    /// The day of the newest score that counts.
    #[schema(required, format = Date, example = "2024-01-20")]
    pub scoring_date: Option<String>,
    /// `null` before the pipeline was first read.
    #[schema(required)]
    pub pipeline_snapshot: Option<PipelineFigures>,
}

/// How a job's pipeline stands.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineFigures {
    /// Candidates, those who are out included.
    #[schema(example = 21)]
    pub total_candidates: u32,
    /// Candidates who are not out.
    #[schema(example = 9)]
    pub active_candidates: u32,
    /// Mean days for which the active ones have been where they are; one decimal.
    #[schema(required, example = 6.5)]
    pub staleness_days: Option<f64>,
    /// The stage with the longest mean stay, where at least two candidates are.
    #[schema(required, example = "Client Interview")]
    pub bottleneck: Option<String>,
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
}

/// A job that waits for somebody's score.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PendingJob {
    /// A UUID.
    pub id: String,
    #[schema(required)]
    pub recruiterflow_job_id: Option<String>,
    #[schema(required)]
    pub client_name: Option<String>,
    pub job_title: String,
    #[schema(required, format = DateTime)]
    pub date_opened: Option<String>,
    #[schema(required)]
    pub status: Option<String>,
    #[schema(required)]
    pub estimated_fee: Option<f64>,
    #[schema(required)]
    pub fee_currency: Option<String>,
    #[schema(required, format = DateTime)]
    pub last_synced: Option<String>,
    #[schema(required)]
    pub location: Option<String>,
    pub source: String,
    pub is_active: bool,
    #[schema(required)]
    pub current_rank: Option<String>,
    #[schema(required)]
    pub composite_score: Option<f64>,
    #[schema(required, format = Date)]
    pub scoring_date: Option<String>,
    /// The day of their newest score; `null` when they never scored it.
    #[schema(required, format = Date)]
    pub last_scored: Option<String>,
    #[schema(required, example = 9)]
    pub days_since_scored: Option<i64>,
    pub suggested_scores: SuggestedScores,
    #[schema(required)]
    pub pipeline_snapshot: Option<PipelineFigures>,
}

/// What the job itself suggests.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuggestedScores {
    /// By the days since it was opened; `null` when that is unknown.
    #[schema(required, example = 4)]
    pub time_open_score: Option<i64>,
    /// By the fee; `null` when that is unknown.
    #[schema(required, example = 3)]
    pub fee_size_score: Option<i64>,
}

/// A job, with its scores and its pipeline.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobDetail {
    pub job: Job,
    /// `null` before the first score.
    #[schema(required)]
    pub current_ranking: Option<Ranking>,
    /// Newest first, at most 100.
    pub ranking_history: Vec<RankingLine>,
    /// Newest first, at most 100: `GET /api/jobs/{jobId}/scores` has them all.
    pub score_history: Vec<JobScore>,
    /// A line a stage and day, the newest day first: of the newest 30 days on which the pipeline changed.
    pub pipeline_snapshots: Vec<StageSnapshot>,
    pub suggested_scores: SuggestedScores,
}

/// What there is to work on.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the contract's name")]
pub struct Job {
    /// A UUID.
    #[schema(example = "018d2680-1b40-7000-8000-000000000000")]
    pub id: String,
    #[schema(required, example = "102")]
    pub recruiterflow_job_id: Option<String>,
    #[schema(required, example = "Acme")]
    pub client_name: Option<String>,
    #[schema(example = "Backend Developer")]
    pub job_title: String,
    #[schema(required, format = DateTime)]
    pub date_opened: Option<String>,
    #[schema(required, example = "Sourcing")]
    pub status: Option<String>,
    #[schema(required, example = 32_000.0)]
    pub estimated_fee: Option<f64>,
    #[schema(required, example = "USD")]
    pub fee_currency: Option<String>,
    #[schema(required, format = DateTime)]
    pub last_synced: Option<String>,
    #[schema(required)]
    pub location: Option<String>,
    #[schema(example = "recruiterflow")]
    pub source: String,
    pub is_active: bool,
    /// What else the system says of it: department, salary, team, custom fields, ...
    #[schema(value_type = Object)]
    pub details: serde_json::Map<String, serde_json::Value>,
    /// HTML, as the system has it.
    #[schema(required)]
    pub description: Option<String>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// A stage of the pipeline as it stood on a day.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageSnapshot {
    #[schema(format = Date, example = "2024-01-20")]
    pub snapshot_date: String,
    #[schema(example = "Client Interview")]
    pub stage_name: String,
    #[schema(example = 3)]
    pub candidate_count: u32,
    /// One decimal; `null` when nobody has been there.
    #[schema(required, example = 4.5)]
    pub avg_days_in_stage: Option<f64>,
}
