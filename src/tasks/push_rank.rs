//! Writes a job's rank into the custom field `current_rank` of the system that the job comes from.
//!
//! Idempotent: what is there is read first, and only another value is written.

use serde_json::{Value, json};

use super::engine::{Step, Stop, Task, Then};
use crate::app::App;
use crate::clients::recruiterflow::{Error, Recruiterflow};
use crate::domain::scoring::PushRank;
use crate::domain::vendor::{CustomField, VendorJob, is_rank_field};
use crate::ports::{Keep, Level};
use crate::store::jobs::{self, RankToPush};

/// How long a run may ask the system, in milliseconds.
const ASKS_FOR_MS: i64 = 20_000;

/// Under what the field is kept, and for how many seconds.
const FIELD_NAME: &str = "recruiterflow:rank-field";
const FIELD_FOR_S: u64 = 3_600;

/// One try.
pub async fn run(app: &App, task: &Task) -> Result<Step, Stop> {
    let PushRank { job_id } = task.payload()?;
    if app.config.recruiterflow.push_rank == Some(false) {
        return Ok(done("RECRUITERFLOW_PUSH_RANK is false"));
    }
    let Some(vendor) = Recruiterflow::open(app, app.clock.unix_ms() + ASKS_FOR_MS) else {
        return Ok(done("RECRUITERFLOW_API_KEY is not set"));
    };
    let Some(RankToPush { external_id, rank }) = jobs::rank_to_push(&*app.db, job_id).await? else {
        return Ok(done("the job has no rank, or is not of Recruiterflow"));
    };
    let Some(field) = rank_field(app, &vendor).await? else {
        return Ok(done("Recruiterflow has no custom field current_rank for jobs"));
    };
    let Some(job) = vendor.job(&external_id).await? else {
        return Ok(done("the job is gone"));
    };
    if !job.details.contains_key("custom_fields") {
        // What is not known can't be written back, and might be lost.
        return Err(Error::Unexpected("job: it was told without its custom fields".to_owned()).into());
    }
    let choice = field.choices.iter().find(|(_, name)| name.trim().eq_ignore_ascii_case(&rank));
    let present = job.rank_field.value().map(String::as_str);
    if present.is_some_and(|present| present == rank || choice.is_some_and(|(id, _)| present == id)) {
        return Ok(done("it is there already"));
    }
    let value = choice.map_or(rank.as_str(), |(_, name)| name);
    let mut written = vendor.update_job(&external_id, &values(&job, &field, value)).await;
    // A choice may be meant by its name or its id: the system does not say which.
    if let (Err(Error::Refused { status: 400, .. }), Some((id, _))) = (&written, choice) {
        written = vendor.update_job(&external_id, &values(&job, &field, id)).await;
    }
    match written {
        Ok(()) => Ok(done("written")),
        Err(Error::Refused { status: 404, .. }) => Ok(done("the job is gone")),
        Err(error) => Err(error.into()),
    }
}

fn done(outcome: &str) -> Step {
    Step::then(Then::Done { result: Some(json!({"rank": outcome}).to_string()) })
}

/// All custom fields of the job, with this value for the rank: whether the system keeps those that are not
/// named is unknown.
fn values(job: &VendorJob, field: &CustomField, rank: &str) -> Vec<(String, Value)> {
    let present = job.details.get("custom_fields").and_then(Value::as_array).into_iter().flatten();
    let others = present
        .filter_map(|field| Some((field.get("id")?.as_str()?.to_owned(), field.get("value")?.clone())));
    let others = others.filter(|(id, _)| *id != field.id);
    others.chain([(field.id.clone(), Value::from(rank))]).collect()
}

/// The field that ranks are written to, if there is one. It is kept for an hour; that there is none is not,
/// for then somebody is about to make it.
async fn rank_field(app: &App, vendor: &Recruiterflow<'_>) -> Result<Option<CustomField>, Stop> {
    match app.cache.get(FIELD_NAME).await {
        Ok(Some(kept)) => {
            if let Ok(field) = serde_json::from_slice(&kept) {
                return Ok(Some(field));
            }
        }
        Ok(None) => {}
        Err(error) => log(app, &error.to_string()),
    }
    let fields = vendor.job_custom_fields().await?;
    let field = fields.into_iter().find(|field| is_rank_field(&field.name));
    if let Some(field) = &field {
        let bytes = serde_json::to_vec(field).map_err(|error| Stop::Fail { error: error.to_string() })?;
        let keep = Keep { name: FIELD_NAME.to_owned(), bytes, for_s: FIELD_FOR_S };
        if let Err(error) = app.cache.put(&keep).await {
            log(app, &error.to_string());
        }
    }
    Ok(field)
}

fn log(app: &App, error: &str) {
    app.log(Level::Error, &json!({"cache": "did not answer", "error": error}));
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::Later { after_ms, .. } => Self::Retry { error: text, after_ms: Some(after_ms) },
            Error::Unavailable(_) | Error::Unexpected(_) => Self::Retry { error: text, after_ms: None },
            Error::Unauthorized(_) | Error::Refused { .. } => Self::Fail { error: text },
        }
    }
}
