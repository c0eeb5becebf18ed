//! Webhooks as Recruiterflow sends them: static headers that the customer chose, no signature, no id of
//! the delivery. The body of a stage move is the real one; those of the five named events are of the kind
//! that is expected.

use serde_json::{Value, json};

use super::{Fake, stamp};

/// The events with a name.
pub const EVENTS: &[&str] =
    &["job.created", "job.updated", "job.archived", "candidate.stage_changed", "candidate.added_to_job"];

/// A webhook to be sent, as often as one likes: the vendor repeats itself to the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Hook {
    /// A webhook with these headers beside the content type.
    pub fn new(body: &Value, headers: &[(&str, &str)]) -> Self {
        let all = [("content-type", "application/json")].iter().chain(headers);
        let headers = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { headers, body: body.to_string().into_bytes() }
    }
}

impl Fake {
    /// The webhook of a candidate's last move in a job, without any name of an event.
    pub fn stage_move_hook(&self, job: u64, candidate: u64, headers: &[(&str, &str)]) -> Hook {
        let (job_body, candidate_body) = (self.hook_job(job), self.hook_candidate(candidate));
        let mut state = self.state();
        let members = &state.job(job).members;
        let member = members.iter().find(|member| member.candidate == candidate).unwrap();
        let step = member.moves.last().unwrap();
        // A candidate who comes is told as moved from the stage to itself.
        let from = step.from.as_ref().unwrap_or(&step.to);
        let body = json!({
            "event_time": stamp(step.at_s), "candidate": candidate_body, "job": job_body,
            "from_stage": from, "to_stage": step.to,
        });
        Hook::new(&body, headers)
    }

    /// The webhook of an event with a name: `{event, data: {job, candidate}}`.
    pub fn event_hook(
        &self,
        event: &str,
        job: u64,
        candidate: Option<u64>,
        headers: &[(&str, &str)],
    ) -> Hook {
        let mut data = json!({"job": self.hook_job(job)});
        if let Some(candidate) = candidate {
            data["candidate"] = self.hook_candidate(candidate);
        }
        let at = stamp(self.state().at(None));
        Hook::new(&json!({"event": event, "event_time": at, "data": data}), headers)
    }

    /// A job that is gone has its id only.
    fn hook_job(&self, id: u64) -> Value {
        let state = self.state();
        let Some(job) = state.jobs.get(&id) else { return json!({"id": id}) };
        let company = job.listed.get("company");
        let company = json!({"id": company.map(|c| &c["id"]), "name": company.map(|c| &c["name"])});
        json!({"id": id, "name": job.listed.get("name"), "title": job.listed.get("title"), "company": company})
    }

    fn hook_candidate(&self, id: u64) -> Value {
        let state = self.state();
        let candidate = &state.candidates[&id];
        let (first, last) = candidate.name.split_once(' ').unwrap_or((&candidate.name, ""));
        json!({
            "id": id, "rf_link": format!("https://recruiterflow.com/prospect/{id}"), "name": candidate.name,
            "first_name": first, "last_name": last, "email": candidate.email(), "phone_number": "",
            "current_organization": "Example GmbH", "current_title": "Engineer",
            "location": {"name": "Berlin, Germany", "city": "Berlin", "state": null, "country": "Germany"},
            "linkedin_profile": format!("https://www.linkedin.com/in/example-{id}"),
            "lead_owner": {"name": "Maria Orlova", "email": "maria.orlova@agency.example.com"},
            "added_by": {"name": "Maria Orlova", "email": "maria.orlova@agency.example.com"},
            "source": "LinkedIn", "tags": "", "skills": "Rust, SQL",
        })
    }
}
