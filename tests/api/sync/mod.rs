//! Keeping jobs as Recruiterflow has them: sweeps, one job, pipelines.

mod breaker;
mod edge_cases;
mod faults;
mod killed;
mod log;
mod meddling;
mod one_job_only;
mod pages;
mod pipelines;
mod refresh;
mod steps;
pub mod surface_calls;
mod sweep;
mod vanished;

use std::ops::Deref;
use std::time::Duration;

use edgehire::ports::Clock;
use serde_json::{Value, json};

pub use meddling::Meddled;
use meddling::Meddling;

use crate::fakes::recruiterflow::{Fake, KEY};
use crate::support::TestApp;

/// Where the vendor is.
const VENDOR: &str = "https://api.recruiterflow.com";

/// Every half hour.
const CRON: &str = "*/30 * * * *";

/// The names of the fields that an answer refuses, sorted.
pub fn fields(refused: &Value) -> Vec<&str> {
    let errors = refused["errors"].as_array().unwrap();
    let mut fields: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    fields
}

/// Edgehire beside a Recruiterflow, on one clock.
pub struct Agency {
    pub app: TestApp,
    pub fake: Fake,
    meddling: Meddling,
}

impl Deref for Agency {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl Agency {
    /// Without jobs.
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// With these settings beside the key.
    pub fn with(settings: &[(&str, &str)]) -> Self {
        let app = TestApp::with(&[&[("RECRUITERFLOW_API_KEY", KEY)], settings].concat());
        let clock = app.clock.clone();
        let fake = Fake::with_clock(move || clock.unix_ms() / 1000);
        let meddling = Meddling::new(app.clock.clone());
        app.http.serve(VENDOR, meddling.between(fake.router()));
        Self { app, fake, meddling }
    }

    /// With so many open jobs, which are synced.
    pub async fn with_jobs(count: usize) -> Self {
        let agency = Self::new();
        for number in 0..count {
            agency.open(&format!("Job {number}"));
        }
        agency.sync().await;
        agency
    }

    /// Opens a job there.
    pub fn open(&self, name: &str) -> u64 {
        self.fake.add_job(json!({ "name": name, "is_open": true }))
    }

    /// From now on answers are changed on their way, by their URL: what is JSON.
    pub fn meddle(&self, with: impl FnMut(&str, &mut Value) -> Meddled + Send + 'static) {
        self.meddling.with(with);
    }

    /// When calls began, in milliseconds since 1970.
    pub fn begun_ms(&self) -> Vec<i64> {
        self.meddling.begun_ms()
    }

    /// The clock fires, and nothing comes of it yet.
    pub async fn fire(&self) {
        edgehire::tasks::run_cron(&self.app.app, CRON).await;
    }

    /// One step of what is due; whether there was one.
    pub async fn step(&self) -> bool {
        edgehire::tasks::work(&self.app.app).await.unwrap().is_some()
    }

    /// The clock fires, and all that comes of it is done.
    pub async fn sync(&self) {
        self.fire().await;
        self.run_due_tasks().await;
    }

    /// The same, half an hour later, and again as long as steps wait for their time.
    pub async fn sync_patiently(&self) {
        self.fire().await;
        self.wait_for_the_end().await;
    }

    /// Time passes until no sync runs.
    pub async fn wait_for_the_end(&self) {
        self.run_due_tasks().await;
        for _ in 0..60 {
            if self.status().await["status"] != "syncing" {
                return;
            }
            self.run_tasks_after(Duration::from_secs(30)).await;
        }
        panic!("the sync does not end: {}", self.status().await);
    }

    /// How the sync stands.
    pub async fn status(&self) -> Value {
        self.get("/api/sync/status").await.expect(200)
    }

    /// The newest sync in the log.
    pub async fn last_sync(&self) -> Value {
        self.get("/api/sync/log?limit=1").await.expect(200)["syncs"][0].clone()
    }

    /// `title active` of each job here, in the order of the system's ids.
    pub fn jobs(&self) -> Vec<String> {
        self.db.texts("SELECT title || ' ' || is_active FROM jobs ORDER BY CAST(external_id AS INTEGER)")
    }

    /// A column of the job with this id of the system's.
    pub fn job(&self, id: u64, column: &str) -> String {
        self.db
            .texts(&format!("SELECT CAST({column} AS TEXT) FROM jobs WHERE external_id = '{id}'"))
            .remove(0)
    }

    /// The UUID of the job with this id of the system's.
    pub fn uuid(&self, id: u64) -> String {
        self.job(id, "uuid")
    }

    /// Events told since the last time, `type id-of-the-system`, without those of syncs.
    pub fn news(&self) -> Vec<String> {
        let news = self.db.texts(
            "SELECT type || ' ' || coalesce(data ->> '$.external_id', '') FROM events \
             WHERE subject_type = 'job' ORDER BY seq",
        );
        self.db.execute("DELETE FROM events WHERE subject_type = 'job'");
        news
    }

    /// The number that a query gives.
    pub fn number(&self, sql: &str) -> i64 {
        self.db.texts(&format!("SELECT CAST(({sql}) AS TEXT)"))[0].parse().unwrap()
    }

    /// The same without the events of syncs.
    pub fn state(&self) -> Vec<String> {
        self.everything().into_iter().filter(|row| !row.starts_with("sync.")).collect()
    }

    /// Rows of all tables about jobs, as text, without what a sync always leaves.
    pub fn everything(&self) -> Vec<String> {
        let jobs = self.db.texts(
            "SELECT json_array(external_id, title, client_name, status, is_active, opened_at, fee, details, pipeline, \
                list_hash, version) FROM jobs ORDER BY external_id",
        );
        let moves = self.db.texts(
            "SELECT json_array(external_id, candidate_ref, moved_at, from_stage, to_stage, reason) \
             FROM stage_moves JOIN jobs ON jobs.id = job_id ORDER BY 1",
        );
        let events = self.db.texts(
            "SELECT type || ' ' || coalesce(data ->> '$.external_id', '') FROM events WHERE type <> 'sync.failed' \
             ORDER BY 1",
        );
        [jobs, moves, events].concat()
    }
}
