//! The calls there are, and how their answers are unwrapped: the vendor wraps some in `{data}`, some in
//! an array of one, and some only when a count is asked for.

use serde_json::{Value, json};

use super::transport::Call;
use super::{Error, JobsPage, PAGE, PipelineAnswer, Recruiterflow};
use crate::domain::vendor::{
    CandidateJob, CustomField, JobMovements, Movements, VendorJob, VendorPipeline, nothing, whole,
};

impl Recruiterflow<'_> {
    /// A page of all jobs, open and closed, from page 1; without descriptions, which would make it many
    /// times as large. A page after the last has no rows.
    ///
    /// # Errors
    /// See `Error`.
    pub async fn jobs_page(&self, page: u32) -> Result<JobsPage, Error> {
        let (page, items) = (page.to_string(), PAGE.to_string());
        let query = [("items_per_page", &*items), ("current_page", &page), ("include_count", "true")];
        let answer = self.call(&get("job/list", &query)).await?;
        let total = answer.get("total_items").and_then(whole);
        let rows = list(&answer).ok_or_else(|| shape("job/list"))?;
        let mut found = JobsPage { jobs: Vec::new(), unreadable: Vec::new(), rows: rows.len(), total };
        for (place, row) in rows.iter().enumerate() {
            match VendorJob::read(row) {
                Ok(job) => found.jobs.push(job),
                Err(reason) => {
                    found.unreadable.push(format!("job/list, page {page}: entry {} {reason}", place + 1));
                }
            }
        }
        Ok(found)
    }

    /// A job by itself, with its description; `None` when there is none (any more).
    ///
    /// # Errors
    /// See `Error`.
    pub async fn job(&self, id: &str) -> Result<Option<VendorJob>, Error> {
        let query = [("job_id", id), ("include_stages", "1")];
        let Ok(answer) = self.find(&get("job", &query)).await? else { return Ok(None) };
        // Only a 404 says that a job is gone.
        let job = single(&answer, "job").ok_or_else(|| shape("job"))?;
        let job = VendorJob::read(job).map_err(|reason| Error::Unexpected(format!("job: it {reason}")))?;
        if job.external_id != id {
            return Err(Error::Unexpected(format!("job: asked for {id}, got {}", job.external_id)));
        }
        Ok(Some(job))
    }

    /// The pipeline of a job.
    ///
    /// # Errors
    /// See `Error`.
    pub async fn pipeline(&self, job_id: &str) -> Result<PipelineAnswer, Error> {
        let Ok(answer) = self.find(&get("job/pipeline", &[("job_id", job_id)])).await? else {
            return Ok(PipelineAnswer::Gone);
        };
        let answer = answer.get("data").filter(|data| data.is_object()).unwrap_or(&answer);
        let pipeline = VendorPipeline::read(answer).ok_or_else(|| shape("job/pipeline"))?;
        if pipeline.stages.is_empty() && pipeline.unreadable.is_empty() {
            return Ok(PipelineAnswer::Empty);
        }
        Ok(PipelineAnswer::Pipeline(pipeline))
    }

    /// The jobs that a candidate is in; `None` when there is no such candidate (any more).
    ///
    /// # Errors
    /// See `Error`.
    pub async fn candidate_jobs(&self, candidate_id: &str) -> Result<Option<Vec<CandidateJob>>, Error> {
        let Ok(answer) = self.find(&get("candidate/get", &[("id", candidate_id)])).await? else {
            return Ok(None);
        };
        let Some(candidate) = single(&answer, "candidate") else { return Ok(None) };
        CandidateJob::read_all(candidate).map(Some).ok_or_else(|| shape("candidate/get"))
    }

    /// Where a candidate has been in each pipeline, from all pages; `None` when there is no such candidate
    /// (any more).
    ///
    /// # Errors
    /// See `Error`; also when a part of the answer could not be read, for the stays would have gaps.
    pub async fn stage_movements(&self, candidate_id: &str) -> Result<Option<Vec<JobMovements>>, Error> {
        const PATH: &str = "candidate/activities/stage-movement/list";
        let items = PAGE.to_string();
        let mut movements = Movements::default();
        for page in 1_u32.. {
            let page = page.to_string();
            let query = [("id", candidate_id), ("items_per_page", &items), ("current_page", &page)];
            let Ok(answer) = self.find(&get(PATH, &query)).await? else { return Ok(None) };
            let before = movements.len();
            let data = answer.get("data").ok_or_else(|| shape(PATH))?;
            let rows = if nothing(data) || data.as_array().is_some_and(Vec::is_empty) {
                0
            } else {
                movements.take_in(data).ok_or_else(|| shape(PATH))?
            };
            // A page that tells nothing new is the last, too: the vendor might not know pages.
            if rows < PAGE || movements.len() == before {
                break;
            }
        }
        match movements.unreadable.first() {
            Some(reason) => Err(Error::Unexpected(format!("{PATH}: {reason}"))),
            None => Ok(Some(movements.jobs)),
        }
    }

    /// The custom fields that jobs can have.
    ///
    /// # Errors
    /// See `Error`.
    pub async fn job_custom_fields(&self) -> Result<Vec<CustomField>, Error> {
        const PATH: &str = "job/custom-field/list";
        let answer = self.call(&get(PATH, &[])).await?;
        let fields = list(&answer).ok_or_else(|| shape(PATH))?;
        fields.iter().map(|field| CustomField::read(field).ok_or_else(|| shape(PATH))).collect()
    }

    /// Sets custom fields of a job, each by its id. Whether the vendor keeps those that are not named is
    /// unknown: a caller that must not lose them names them all.
    ///
    /// # Errors
    /// See `Error`. A job that is not there is `Refused` with 404.
    pub async fn update_job(&self, job_id: &str, custom_fields: &[(String, Value)]) -> Result<(), Error> {
        let fields = custom_fields.iter().map(|(id, value)| json!({"id": own_id(id), "value": value}));
        let body = json!({"job_id": own_id(job_id), "custom_fields": fields.collect::<Vec<_>>()});
        let call = Call { method: "POST", path: "job/update", query: &[], body: Some(&body) };
        self.call(&call).await.map(|_| ())
    }
}

fn get<'c>(path: &'c str, query: &'c [(&'c str, &'c str)]) -> Call<'c> {
    Call { method: "GET", path, query, body: None }
}

fn shape(path: &str) -> Error {
    Error::Unexpected(format!("{path}: JSON of another shape"))
}

/// The entries of a list, in `data` or bare.
fn list(answer: &Value) -> Option<&Vec<Value>> {
    answer.get("data").unwrap_or(answer).as_array()
}

/// The one thing of an answer: bare, in `name`, in `data`, or the only element of an array in any of them.
/// `None` when the array is empty.
fn single<'v>(answer: &'v Value, name: &str) -> Option<&'v Value> {
    let wrapped = |value: &'v Value| match value.get("id") {
        None => [name, "data"].iter().find_map(|name| value.get(*name)),
        Some(_) => None,
    };
    let mut value = answer;
    // An array of a wrapped object, or a wrapped array: two layers are the most there have been.
    for _ in 0..2 {
        value = match value {
            Value::Array(elements) => elements.first()?,
            other => wrapped(other).filter(|inner| inner.is_object() || inner.is_array()).unwrap_or(other),
        };
    }
    match value {
        Value::Array(elements) => elements.first(),
        other => Some(other),
    }
}

/// An id as the vendor has it: a number, where it is one.
fn own_id(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| Value::from(id), Value::from)
}
