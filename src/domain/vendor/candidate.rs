//! Candidates and custom fields as the vendor tells of them. Nothing of a candidate is kept but the id.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lenient::{boolean, elements, given, id, instant, text};
use crate::domain::time::Timestamp;

/// A user of the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
}

/// A stay of a candidate at a stage of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The stage before; `None` when the candidate came to the job.
    pub from: Option<String>,
    pub to: String,
    pub entered: Timestamp,
    /// `None` while the candidate is there.
    pub left: Option<Timestamp>,
    /// Who moved the candidate; the vendor does not always say.
    pub moved_by: Option<Person>,
}

/// The stays of a candidate in the pipeline of one job, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobMovements {
    pub job_id: String,
    pub transitions: Vec<Transition>,
}

/// All stays of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Movements {
    pub jobs: Vec<JobMovements>,
    /// What of the answer could not be read, and why.
    pub unreadable: Vec<String>,
}

impl Movements {
    /// Takes in a page of an answer. Gives how many transitions it has, readable or not; `None` when it is
    /// of another shape. What is there already is not taken again.
    pub fn take_in(&mut self, data: &Value) -> Option<usize> {
        let jobs = match data.as_object()?.get("jobs") {
            None | Some(Value::Null) => return Some(0),
            Some(jobs) => jobs.as_array()?,
        };
        let mut count = 0;
        for job in jobs {
            let transitions = elements(job.get("transitions"));
            count += transitions.len();
            match job.get("id").and_then(id) {
                Some(job_id) => self.take_in_job(job_id, transitions),
                None => self.note("a job has no id".to_owned()),
            }
        }
        Some(count)
    }

    /// How many transitions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.jobs.iter().map(|job| job.transitions.len()).sum::<usize>() + self.unreadable.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn take_in_job(&mut self, job_id: String, transitions: &[Value]) {
        let place = self.jobs.iter().position(|job| job.job_id == job_id).unwrap_or_else(|| {
            self.jobs.push(JobMovements { job_id, transitions: Vec::new() });
            self.jobs.len() - 1
        });
        for transition in transitions {
            let known = &mut self.jobs[place].transitions;
            match read_transition(transition) {
                Some(transition) if known.contains(&transition) => {}
                Some(transition) => known.push(transition),
                None => {
                    self.note(format!(
                        "a transition in job {} has no stage or time",
                        self.jobs[place].job_id
                    ));
                }
            }
        }
        self.jobs[place].transitions.sort_by_key(|transition| transition.entered);
    }

    fn note(&mut self, reason: String) {
        if !self.unreadable.contains(&reason) {
            self.unreadable.push(reason);
        }
    }
}

fn read_transition(transition: &Value) -> Option<Transition> {
    let transition = transition.as_object()?;
    Some(Transition {
        from: given(transition, "from").and_then(text),
        to: given(transition, "to").and_then(text)?,
        entered: given(transition, "entered").and_then(instant)?,
        left: given(transition, "left").and_then(instant),
        moved_by: given(transition, "stage_moved_by").and_then(person),
    })
}

/// Somebody of whom at least one thing is known.
fn person(value: &Value) -> Option<Person> {
    let person = value.as_object()?;
    let read = Person {
        id: given(person, "id").and_then(id),
        name: given(person, "name").and_then(text),
        email: given(person, "email").and_then(text),
    };
    (read.id.is_some() || read.name.is_some() || read.email.is_some()).then_some(read)
}

/// A job that a candidate is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandidateJob {
    pub job_id: String,
    pub stage_name: Option<String>,
    /// `None` when the answer does not tell.
    pub is_open: Option<bool>,
}

impl CandidateJob {
    /// The jobs of a candidate; `None` when the answer is of another shape. One without an id is left out.
    #[must_use]
    pub fn read_all(candidate: &Value) -> Option<Vec<Self>> {
        let jobs = match candidate.as_object()?.get("jobs") {
            None | Some(Value::Null) => return Some(Vec::new()),
            Some(jobs) => jobs.as_array()?,
        };
        let read = |job: &Value| {
            let job = job.as_object()?;
            Some(Self {
                job_id: given(job, "job_id").or_else(|| given(job, "id")).and_then(id)?,
                stage_name: given(job, "stage_name").and_then(text),
                is_open: given(job, "is_open").and_then(boolean),
            })
        };
        Some(jobs.iter().filter_map(read).collect())
    }
}

/// A custom field that jobs can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    pub id: String,
    pub name: String,
    /// `short_text`, `number`, `single_select`, ...; empty when the vendor does not say.
    pub kind: String,
    /// The id and name of each value that a select can have.
    pub choices: Vec<(String, String)>,
}

impl CustomField {
    /// Reads one; `None` when it has no id or name.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        let field = value.as_object()?;
        let choices = given(field, "choices").or_else(|| given(field, "options"));
        let choice = |choice: &Value| {
            let choice = choice.as_object()?;
            Some((given(choice, "id").and_then(id)?, given(choice, "name").and_then(text)?))
        };
        Some(Self {
            id: given(field, "id").and_then(id)?,
            name: given(field, "name").and_then(text)?,
            kind: given(field, "type").or_else(|| given(field, "x")).and_then(text).unwrap_or_default(),
            choices: elements(choices).iter().filter_map(choice).collect(),
        })
    }
}
