//! Pipelines as they are shown.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::input::{FieldErrors, Limit, NO_OFFSET, Offset, Raw, USUAL_LIMIT, nullable, required};
use crate::domain::Invalid;
use crate::domain::pipeline::{Pipeline, Stage};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::store::jobs::pipeline_view::{MoveFilter, Snapshot};

/// A job's pipeline, as Recruiterflow last told it and as it stands now.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineView {
    pub job_id: String,
    #[schema(example = 14)]
    pub total_candidates: u32,
    /// Those who are not out of the process (hired, disqualified).
    #[schema(example = 9)]
    pub active_candidates: u32,
    /// Mean days for which those who are not out have been at their stage; `null` when there are none.
    #[schema(required, example = 6.5)]
    pub staleness_days: Option<f64>,
    /// The stage with the longest mean stay at which at least two candidates are.
    #[schema(required, example = "Client Interview")]
    pub bottleneck: Option<String>,
    /// When it last changed; `null` before it was read for the first time.
    #[schema(required, format = DateTime)]
    pub updated_at: Option<String>,
    /// In the order that the job has in Recruiterflow.
    pub stages: Vec<StageView>,
    /// Why candidates are out, the most frequent first.
    pub disqualification_reasons: Vec<ReasonCount>,
    /// The end of each day on which it changed, the newest first, at most 90.
    pub history: Vec<SnapshotView>,
}

/// A stage.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageView {
    #[schema(example = "Client Interview")]
    pub stage_name: String,
    #[schema(example = 3)]
    pub candidate_count: u32,
    /// Mean days of a stay, those that last still included; `null` when nobody was ever there.
    #[schema(required, example = 6.5)]
    pub avg_days_in_stage: Option<f64>,
    /// Who is there is out of the process.
    #[schema(example = false)]
    pub is_out: bool,
}

/// How many candidates are out for a reason.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonCount {
    #[schema(example = "Salary expectations")]
    pub reason: String,
    #[schema(example = 2)]
    pub count: u32,
}

/// A pipeline at the end of a day.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SnapshotView {
    #[schema(format = Date, example = "2026-01-20")]
    pub snapshot_date: String,
    #[schema(example = 14)]
    pub total_candidates: i64,
    #[schema(required, example = 6.5)]
    pub staleness_days: Option<f64>,
    /// As they stood then.
    pub stages: Vec<StageView>,
}

impl StageView {
    fn of(stage: &Stage, now_ms: i64) -> Self {
        Self {
            stage_name: stage.name.clone(),
            candidate_count: stage.count,
            avg_days_in_stage: stage.mean_days(now_ms),
            is_out: stage.is_out,
        }
    }
}

impl SnapshotView {
    fn of(snapshot: Snapshot) -> Self {
        let taken_ms = snapshot.taken_at.parse::<Timestamp>().map_or(0, Timestamp::unix_ms);
        let pipeline = Pipeline { stages: snapshot.stages, ..Pipeline::default() };
        Self {
            snapshot_date: snapshot.day,
            total_candidates: snapshot.total_candidates,
            staleness_days: pipeline.at(taken_ms).staleness_days,
            stages: pipeline.stages.iter().map(|stage| StageView::of(stage, taken_ms)).collect(),
        }
    }
}

impl PipelineView {
    /// How it stands at this moment, in milliseconds since 1970.
    pub fn of(
        job_id: String,
        pipeline: &Pipeline,
        updated_at: Option<String>,
        snapshots: Vec<Snapshot>,
        now_ms: i64,
    ) -> Self {
        let standing = pipeline.at(now_ms);
        let reason = |(reason, count): (&String, &u32)| ReasonCount { reason: reason.clone(), count: *count };
        let mut reasons: Vec<_> = pipeline.reasons.iter().map(reason).collect();
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
        Self {
            job_id,
            total_candidates: standing.total,
            active_candidates: standing.active,
            staleness_days: standing.staleness_days,
            bottleneck: standing.bottleneck,
            updated_at,
            stages: pipeline.stages.iter().map(|stage| StageView::of(stage, now_ms)).collect(),
            disqualification_reasons: reasons,
            history: snapshots.into_iter().map(SnapshotView::of).collect(),
        }
    }
}

/// Which moves to list.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors)]
#[into_params(parameter_in = Query)]
pub struct MoveQuery {
    /// Recruiterflow's id of a candidate.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, example = "24")]
    pub candidate_id: Option<Text<100>>,
    /// With `candidate_id`: asks Recruiterflow who moved the candidate, and keeps it.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<bool>, default = false)]
    pub movers: Option<Switch>,
    #[deserr(default = USUAL_LIMIT, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    #[deserr(default = NO_OFFSET, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 0, default = 0)]
    offset: Offset,
}

/// True or false, as a query says it.
#[derive(Debug, Clone, Copy)]
pub struct Switch(pub bool);

impl std::str::FromStr for Switch {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.trim().parse().map(Self).map_err(|_| Invalid::because("must be true or false"))
    }
}

impl MoveQuery {
    /// What to list.
    pub fn filter(&self) -> MoveFilter {
        MoveFilter {
            candidate: self.candidate_id.as_ref().map(|id| id.as_str().to_owned()),
            limit: self.limit.number(),
            offset: self.offset.number(),
        }
    }
}

/// A move of a candidate.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveView {
    /// Recruiterflow's.
    #[schema(example = "24")]
    pub candidate_id: String,
    #[schema(format = DateTime)]
    pub moved_at: String,
    /// `null` when the candidate came to the job.
    #[schema(required, example = "Sourced")]
    pub from: Option<String>,
    #[schema(example = "Recruiter Screen")]
    pub to: String,
    #[schema(required)]
    pub reason: Option<String>,
    /// Who moved the candidate, where it was asked for.
    #[schema(required, example = "Ivan Orlov")]
    pub moved_by: Option<String>,
}
