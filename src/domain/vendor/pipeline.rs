//! The pipeline of a job: how many candidates are at each stage, and how they got there.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lenient::{elements, given, id, instant, text, whole};
use crate::domain::time::Timestamp;

/// How many candidates are at a stage now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCount {
    pub id: Option<String>,
    pub name: String,
    pub count: u32,
}

/// A move of a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorMove {
    pub candidate_id: String,
    /// The stage before; `None` when the candidate came to the job.
    pub from: Option<String>,
    /// The stage after. That of a candidate's last move is where they are now.
    pub to: String,
    pub at: Timestamp,
    /// Why, of some moves: a disqualification has it.
    pub reason: Option<String>,
}

/// A pipeline. It has stages: the vendor gives those that nobody is at, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorPipeline {
    /// In the job's own order.
    pub stages: Vec<StageCount>,
    /// Oldest first.
    pub moves: Vec<VendorMove>,
    /// What of the answer could not be read, and why.
    pub unreadable: Vec<String>,
}

impl VendorPipeline {
    /// Reads an answer `{detail, summary}`; `None` when it has no such members. The stages are empty when
    /// the summary is, which passes: no job is without stages.
    #[must_use]
    pub fn read(answer: &Value) -> Option<Self> {
        let summary = answer.get("summary")?.as_array()?;
        let detail = answer.get("detail").filter(|detail| !detail.is_null());
        let mut pipeline = Self { stages: Vec::new(), moves: Vec::new(), unreadable: Vec::new() };
        for stage in summary {
            match stage_count(stage) {
                Some(stage) => pipeline.stages.push(stage),
                None => pipeline.unreadable.push("a stage has no name or no count".to_owned()),
            }
        }
        if detail.is_some_and(|detail| !detail.is_array()) {
            return None;
        }
        for member in elements(detail) {
            pipeline.read_member(member);
        }
        pipeline.moves.sort_by_key(|step| step.at);
        Some(pipeline)
    }

    fn read_member(&mut self, member: &Value) {
        let candidate = member.get("candidate").and_then(|candidate| candidate.get("id")).and_then(id);
        let Some(candidate_id) = candidate else {
            self.unreadable.push("a candidate has no id".to_owned());
            return;
        };
        for step in elements(member.get("stages")) {
            match read_move(&candidate_id, step) {
                Some(step) => self.moves.push(step),
                None => {
                    self.unreadable.push(format!("a move of candidate {candidate_id} has no stage or time"));
                }
            }
        }
    }
}

fn stage_count(stage: &Value) -> Option<StageCount> {
    let stage = stage.as_object()?;
    let count = given(stage, "count").or_else(|| given(stage, "candidate_count")).and_then(whole)?;
    Some(StageCount {
        id: given(stage, "id").and_then(id),
        name: given(stage, "name").and_then(text)?,
        count: u32::try_from(count).ok()?,
    })
}

fn read_move(candidate_id: &str, step: &Value) -> Option<VendorMove> {
    let step = step.as_object()?;
    Some(VendorMove {
        candidate_id: candidate_id.to_owned(),
        from: given(step, "from").and_then(text),
        to: given(step, "to").and_then(text)?,
        at: given(step, "time").and_then(instant)?,
        reason: given(step, "reason").and_then(text),
    })
}
