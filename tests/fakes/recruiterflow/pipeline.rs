//! Pipelines: who is in a job, and how they moved.

use serde_json::{Value, json};

use super::serve::{Answer, Query};
use super::{Fake, State, stamp};

/// The stages that every job has. Disqualified is not the last.
pub(super) const STAGES: &[&str] = &[
    "Sourced",
    "Applied",
    "Recruiter Screen",
    "Submitted to Client",
    "Client Interview",
    "On Hold",
    "Withdrawn",
    "Disqualified",
    "Offer",
    "Hired",
];

/// A candidate in a job.
#[derive(Debug, Clone)]
pub struct Member {
    pub candidate: u64,
    /// The first is from nowhere.
    pub moves: Vec<Move>,
}

/// A move.
#[derive(Debug, Clone)]
pub struct Move {
    pub from: Option<String>,
    pub to: String,
    /// In seconds since 1970.
    pub at_s: i64,
    pub reason: Option<String>,
    /// The place in `USERS` of who did it; `None` where the vendor does not say.
    pub by: Option<usize>,
}

impl Member {
    /// Where the candidate is: where the latest move went.
    pub fn stage(&self) -> &str {
        self.moves.iter().max_by_key(|step| step.at_s).map_or("Sourced", |step| &step.to)
    }
}

impl Fake {
    /// Adds a candidate to a job, a new one or one who is in another, at this time or now; gives the id.
    pub fn add_to_job(&self, job: u64, candidate: Option<u64>, at: Option<&str>) -> u64 {
        let mut state = self.state();
        let at_s = state.at(at);
        let candidate = candidate.unwrap_or_else(|| state.add_candidate());
        state.enter(job, candidate, "Sourced", at_s);
        candidate
    }

    /// Whether a candidate is in a job that has this stage.
    pub fn can_move(&self, job: u64, candidate: u64, to: &str) -> bool {
        let state = self.state();
        let job = &state.jobs[&job];
        job.members.iter().any(|member| member.candidate == candidate)
            && job.stages.iter().any(|(_, name)| name == to)
    }

    /// Moves a candidate to a stage of a job, at this time or now. The reason is for a disqualification.
    pub fn move_candidate(&self, job: u64, candidate: u64, to: &str, reason: Option<&str>, at: Option<&str>) {
        let mut state = self.state();
        let at_s = state.at(at);
        state.move_to(job, candidate, to, reason, at_s);
    }
}

impl State {
    pub(super) fn enter(&mut self, job: u64, candidate: u64, stage: &str, at_s: i64) {
        let step = Move { from: None, to: stage.to_owned(), at_s, reason: None, by: Some(0) };
        self.job(job).members.push(Member { candidate, moves: vec![step] });
        self.candidates.get_mut(&candidate).unwrap().jobs.push(job);
    }

    pub(super) fn move_to(&mut self, job: u64, candidate: u64, to: &str, reason: Option<&str>, at_s: i64) {
        let job = self.job(job);
        assert!(job.stages.iter().any(|(_, name)| name == to), "there is no stage {to}");
        let member = job.members.iter_mut().find(|member| member.candidate == candidate);
        let member = member.unwrap_or_else(|| panic!("candidate {candidate} is not in job {}", job.id));
        // Each fourth move does not say who did it.
        let by = (member.moves.len() % 4 != 3).then_some(member.moves.len());
        member.moves.push(Move {
            from: Some(member.stage().to_owned()),
            to: to.to_owned(),
            at_s,
            reason: reason.map(str::to_owned),
            by,
        });
    }

    /// `GET /job/pipeline`.
    pub(super) fn show_pipeline(&self, query: &Query, is_empty: bool) -> Answer {
        let Some(job) = self.visible(query.get("job_id")) else {
            return Answer::failure(404, "Job not found.");
        };
        if is_empty {
            return Answer::json(200, json!({"detail": [], "summary": []}).to_string());
        }
        let summary = job.stages.iter().map(|(id, name)| {
            let count = job.members.iter().filter(|member| member.stage() == name).count();
            json!({"id": id, "name": name, "count": count})
        });
        let detail = job.members.iter().map(|member| {
            let steps: Vec<Value> = member.moves.iter().map(shown).collect();
            let name = self.candidates.get(&member.candidate).map(|candidate| candidate.name.clone());
            json!({"candidate": {"id": member.candidate, "name": name}, "stages": steps})
        });
        let (summary, detail) = (summary.collect::<Vec<_>>(), detail.collect::<Vec<_>>());
        Answer::json(200, json!({"detail": detail, "summary": summary}).to_string())
    }
}

fn shown(step: &Move) -> Value {
    let mut shown = json!({"from": step.from, "to": step.to, "time": stamp(step.at_s)});
    if let Some(reason) = &step.reason {
        shown["reason"] = reason.as_str().into();
    }
    shown
}
