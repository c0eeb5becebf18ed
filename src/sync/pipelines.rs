//! Writing what a system says of pipelines.

use crate::app::App;
use crate::domain::pipeline::{self, Pipeline};
use crate::domain::vendor::VendorPipeline;
use crate::store::jobs::pipelines::{Piped, PipelineChange};

/// What differs of a job's pipeline, when the system was asked at this time (milliseconds since 1970);
/// nothing when it is as it was.
#[must_use]
pub fn change(app: &App, job: &Piped, told: VendorPipeline, read_ms: i64) -> Option<PipelineChange> {
    let hash = pipeline::hash(&told);
    (job.pipeline_hash.as_ref() != Some(&hash)).then(|| PipelineChange {
        job_id: job.id,
        hash,
        read_ms,
        pipeline: Pipeline::of(&told),
        is_complete: told.unreadable.is_empty(),
        moves: told.moves,
        uuid: app.new_uuid(),
    })
}
