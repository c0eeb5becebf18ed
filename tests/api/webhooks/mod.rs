//! Webhooks in: how they prove themselves, what is stored, what is read anew, and what becomes of failures.

mod alerts;
mod bodies;
mod candidates;
mod failed;
mod failing;
mod killed;
mod meanwhile;
mod plans;
mod processing;
mod proof;
mod pruning;
mod repeats;
pub mod surface_calls;

use std::time::Duration;

use edgehire::api::Payload;
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, HOOK_SECRET, Reply, TestApp};

/// Where they come in.
pub const HOOKS: &str = "/api/webhooks/recruiterflow";

/// Those that failed.
pub const FAILED: &str = "/api/webhooks/recruiterflow/failed";

/// How long a webhook waits for others about the same.
pub const SECOND: Duration = Duration::from_secs(1);

/// Longer than all tries of a task together.
const HOUR: Duration = Duration::from_hours(1);

const API: &str = "https://api.recruiterflow.com/api/external";

/// With a key for Recruiterflow.
pub fn app() -> TestApp {
    app_with(&[])
}

/// With a key for Recruiterflow and these settings.
fn app_with(settings: &[(&str, &str)]) -> TestApp {
    TestApp::with(&[settings, &[("RECRUITERFLOW_API_KEY", "rf-key")]].concat())
}

/// Recruiterflow's URL of a job by itself.
fn job_url(id: u64) -> String {
    format!("{API}/job?job_id={id}&include_stages=1")
}

/// Recruiterflow's URL of a job's pipeline.
fn pipeline_url(id: u64) -> String {
    format!("{API}/job/pipeline?job_id={id}")
}

/// Recruiterflow's URL of a candidate.
fn candidate_url(id: u64) -> String {
    format!("{API}/candidate/get?id={id}")
}

fn reply(status: u16, body: &Value) -> Reply {
    Reply::Body(status, body.to_string().into_bytes())
}

/// A job as Recruiterflow has it.
fn vendor_job(id: u64, title: &str, is_open: bool) -> Value {
    json!({"id": id, "name": title, "company": {"id": 3, "name": "Example"}, "is_open": is_open})
}

/// A pipeline with so many candidates at its only stage.
fn vendor_pipeline(candidates: u64) -> Value {
    json!({"detail": [], "summary": [{"id": 1, "name": "Sourced", "count": candidates}]})
}

/// The body of a stage move, as Recruiterflow was seen to send it.
pub fn stage_move(job: u64, candidate: u64, time: &str) -> Value {
    json!({
        "event_time": time,
        "candidate": {
            "id": candidate, "rf_link": format!("https://recruiterflow.com/prospect/{candidate}"),
            "name": "Anna Petrova", "first_name": "Anna", "last_name": "Petrova",
            "email": "anna@example.com", "phone_number": "", "source": "LinkedIn", "tags": "", "skills": ""
        },
        "job": {"id": job, "name": "Engineer", "title": "Engineer", "company": {"id": 3, "name": "Example"}},
        "from_stage": "Sourced",
        "to_stage": "Recruiter Screen"
    })
}

/// A webhook of this kind about a job.
fn about_job(kind: &str, job: u64) -> Value {
    json!({"event": kind, "data": {"job": {"id": job}}})
}

impl TestApp {
    /// Sends a webhook as Recruiterflow does, without an API key: these headers, this body.
    pub async fn hook_as(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
        let request = Request::builder().method("POST").uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.body(Payload::Whole(body.into().into())).unwrap()).await
    }

    /// Sends a webhook with the secret in a header; gives how it stands.
    pub async fn hook(&self, body: &Value) -> String {
        let answer = self.hook_as(HOOKS, &[("x-rf-webhook-token", HOOK_SECRET)], body.to_string()).await;
        answer.expect(200)["status"].as_str().unwrap().to_owned()
    }

    /// Recruiterflow has this job, with this pipeline.
    pub fn rf_has(&self, id: u64, title: &str, is_open: bool, candidates: u64) {
        self.http.always(&job_url(id), reply(200, &vendor_job(id, title, is_open)));
        self.http.always(&pipeline_url(id), reply(200, &vendor_pipeline(candidates)));
    }

    /// Recruiterflow does not have this job any more.
    pub fn rf_has_not(&self, id: u64) {
        for url in [job_url(id), pipeline_url(id)] {
            self.http.always(&url, reply(404, &json!({"message": "Not found"})));
        }
    }

    /// Recruiterflow has a candidate in these jobs, which are open or not.
    fn rf_has_candidate(&self, id: u64, jobs: &[(u64, bool)]) {
        let jobs: Vec<_> = jobs.iter().map(|(id, open)| json!({"job_id": id, "is_open": open})).collect();
        self.http.always(&candidate_url(id), reply(200, &json!({"id": id, "jobs": jobs})));
    }

    /// Recruiterflow answers this about a job and its pipeline.
    fn rf_answers(&self, id: u64, status: u16) {
        for url in [job_url(id), pipeline_url(id)] {
            self.http.always(&url, reply(status, &json!({"message": "no"})));
        }
    }

    /// What Recruiterflow was asked, in order: `job?job_id=7...` shortened to `job 7`.
    pub fn asked(&self) -> Vec<String> {
        let sent = self.http.sent();
        let asked = sent.iter().filter_map(|sent| sent.url.strip_prefix(API)?.strip_prefix('/'));
        let short = |path: &str| {
            let (path, query) = path.split_once('?').unwrap();
            let id = query.split('&').next().unwrap().split_once('=').unwrap().1;
            format!("{path} {id}")
        };
        asked.map(short).collect()
    }

    /// How the webhooks stand, in the order in which they came: `kind status`.
    pub fn hooks(&self) -> Vec<String> {
        self.db.texts("SELECT coalesce(kind, '-') || ' ' || status FROM inbound_hooks ORDER BY id")
    }

    /// Webhooks about which something is still to be done, failed or not.
    pub fn open_hooks(&self) -> Vec<String> {
        self.db.texts("SELECT status FROM inbound_hooks WHERE processed_at IS NULL ORDER BY id")
    }

    /// The jobs by Recruiterflow's number: `number title active candidates`.
    pub fn jobs(&self) -> Vec<String> {
        self.db.texts(
            "SELECT external_id || ' ' || title || ' ' || iif(is_active, 'open', 'closed') || ' ' || \
                coalesce((SELECT total_candidates FROM pipeline_snapshots WHERE job_id = jobs.id \
                    ORDER BY id DESC LIMIT 1), '-') \
             FROM jobs ORDER BY CAST(external_id AS INTEGER)",
        )
    }

    /// The lines of webhooks in the log of syncs: status, jobs read, created, changed, deactivated, pipelines
    /// read and changed, calls, retries, error.
    pub fn synced(&self) -> Vec<Value> {
        let lines = self.db.texts(
            "SELECT json_array(status, seen, created, changed, deactivated, pipelines, pipelines_changed, calls, \
                retries, error) FROM sync_log WHERE kind = 'webhook' AND finished_at IS NOT NULL ORDER BY id",
        );
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The tasks that wait or ended badly: `kind status`.
    fn tasks_left(&self) -> Vec<String> {
        self.db.texts("SELECT kind || ' ' || status FROM tasks WHERE status <> 'completed' ORDER BY id")
    }

    /// Lets all tries of what waits fail or go well.
    pub async fn run_all_tries(&self) {
        for _ in 0..8 {
            self.run_tasks_after(HOUR / 4).await;
        }
    }
}
