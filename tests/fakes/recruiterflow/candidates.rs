//! Candidates: one by itself, and their moves.

use serde_json::{Value, json};

use super::pipeline::{Member, Move};
use super::serve::{Answer, Query};
use super::{State, USERS, stamp};

const FIRST: &[&str] =
    &["Anna", "Boris", "Chloe", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Irina", "Jonas"];
const LAST: &[&str] =
    &["Petrova", "Smirnov", "Dubois", "Keller", "Aydin", "Novak", "Lindqvist", "Costa", "Meyer"];

/// A candidate.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: u64,
    pub name: String,
    /// The jobs they are in.
    pub jobs: Vec<u64>,
}

impl Candidate {
    pub fn email(&self) -> String {
        format!("{}.{}@example.com", self.name.to_lowercase().replace(' ', "."), self.id)
    }
}

impl State {
    /// A new candidate.
    pub(super) fn add_candidate(&mut self) -> u64 {
        let id = self.candidates.keys().next_back().map_or(5001, |last| last + 1);
        let place = usize::try_from(id).unwrap();
        let name = format!("{} {}", FIRST[place % FIRST.len()], LAST[place % LAST.len()]);
        self.candidates.insert(id, Candidate { id, name, jobs: Vec::new() });
        id
    }

    fn candidate(&self, query: &Query) -> Option<&Candidate> {
        self.candidates.get(&query.get("id")?.parse().ok()?)
    }

    /// The jobs of a candidate that can be seen, each with their place in it.
    fn stays<'s>(
        &'s self,
        candidate: &'s Candidate,
    ) -> impl Iterator<Item = (&'s super::Job, &'s Member)> + 's {
        candidate.jobs.iter().filter_map(|id| {
            let job = self.jobs.get(id).filter(|job| !job.has_vanished)?;
            Some((job, job.members.iter().find(|member| member.candidate == candidate.id)?))
        })
    }

    /// `GET /candidate/get`: an array of one.
    pub(super) fn show_candidate(&self, query: &Query) -> Answer {
        let Some(candidate) = self.candidate(query) else {
            return Answer::failure(404, "Candidate not found.");
        };
        let jobs = self.stays(candidate).map(|(job, member)| {
            let listed = |name: &str| job.listed.get(name).cloned().unwrap_or_default();
            let added = member.moves.iter().map(|step| step.at_s).min().unwrap_or_default();
            let moved = member.moves.iter().map(|step| step.at_s).max().unwrap_or_default();
            let stages = job.stages.iter().zip(1..);
            let stages: Vec<_> = stages
                .map(|((id, name), rank): (_, u64)| json!({"id": id, "name": name, "rank": rank}))
                .collect();
            json!({
                "job_id": job.id, "name": listed("name"), "title": listed("title"),
                "stage_name": member.stage(), "stage_moved": stamp(moved), "added_time": stamp(added),
                "is_open": listed("is_open"), "job_visibility_id": listed("job_visibility_id"),
                "client_company_name": listed("company")["name"], "locations": listed("locations"),
                "disqualification_reason": member.moves.last().and_then(|step| step.reason.clone()),
                "stages": stages,
            })
        });
        let jobs: Vec<Value> = jobs.collect();
        let (first, last) = candidate.name.split_once(' ').unwrap_or((&candidate.name, ""));
        let shown = json!([{
            "id": candidate.id, "prospect_id": candidate.id, "name": candidate.name, "first_name": first,
            "last_name": last, "email": [candidate.email()], "phone_number": [], "jobs": jobs,
            "lead_owner": {"id": null}, "tags": [], "skills": [],
        }]);
        Answer::json(200, shown.to_string())
    }

    /// `GET /candidate/activities/stage-movement/list`: pages count transitions.
    pub(super) fn list_movements(&self, query: &Query) -> Answer {
        let bounds = ["after", "before"].map(|name| query.get(name));
        if bounds.iter().flatten().any(|bound| bound.contains('.')) {
            return Answer::failure(400, "Invalid time format.");
        }
        let Some(candidate) = self.candidate(query) else {
            return Answer::failure(404, "Candidate not found.");
        };
        let bound = |bound: Option<&str>, open: i64| match bound.map(str::parse) {
            None => Some(open),
            Some(Ok(at)) => Some(edgehire::domain::time::Timestamp::unix_ms(at) / 1000),
            Some(Err(_)) => None,
        };
        let pages = (query.number("current_page", 1), query.number("items_per_page", 100));
        let ((Some(page @ 1..), Some(items)), (Some(after), Some(before))) =
            (pages, (bound(bounds[0], i64::MIN), bound(bounds[1], i64::MAX)))
        else {
            return Answer::failure(400, "Invalid parameters.");
        };
        let items = items.clamp(1, 100);
        let stays = self.stays(candidate).flat_map(|(job, member)| {
            member.moves.iter().enumerate().map(move |(place, step)| (job, member, place, step))
        });
        let stays: Vec<_> = stays.filter(|(.., step)| (after..=before).contains(&step.at_s)).collect();
        let total = stays.len();
        let mut jobs: Vec<Value> = Vec::new();
        for (job, member, place, step) in stays.into_iter().skip((page - 1) * items).take(items) {
            if jobs.last().is_none_or(|last| last["id"] != job.id) {
                jobs.push(json!({
                    "id": job.id, "name": job.listed.get("name"), "added_time": stamp(member.moves[0].at_s),
                    "added_by": by(0), "transitions": [],
                }));
            }
            let left = member.moves.get(place + 1).map(|next| stamp(next.at_s));
            let transitions = jobs.last_mut().and_then(|job| job["transitions"].as_array_mut());
            transitions.unwrap().push(transition(step, left.as_deref()));
        }
        let mut answer = json!({"data": {"id": candidate.id, "name": candidate.name, "jobs": jobs}});
        if query.is_set("include_count") {
            answer["total_items"] = total.into();
        }
        Answer::json(200, answer.to_string())
    }
}

fn transition(step: &Move, left: Option<&str>) -> Value {
    let mut shown = json!({"from": step.from, "to": step.to, "entered": stamp(step.at_s), "left": left});
    if let Some(user) = step.by {
        shown["stage_moved_by"] = by(user);
    }
    shown
}

fn by(user: usize) -> Value {
    let (id, name, email, ..) = USERS[user % USERS.len()];
    json!({"id": id, "name": name, "email": email})
}
