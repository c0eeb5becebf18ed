//! Keeping jobs as Recruiterflow has them: sweeps, one job, pipelines.

mod sweep;

use std::ops::Deref;
use std::time::Duration;

use edgehire::ports::Clock;
use serde_json::{Value, json};

use crate::fakes::recruiterflow::{Fake, KEY};
use crate::support::TestApp;

/// Where the vendor is.
const VENDOR: &str = "https://api.recruiterflow.com";

/// Every half hour.
const CRON: &str = "*/30 * * * *";

/// Edgehire beside a Recruiterflow, on one clock.
pub struct Agency {
    pub app: TestApp,
    pub fake: Fake,
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
        app.http.serve(VENDOR, fake.router());
        Self { app, fake }
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

    /// The clock fires, and all that comes of it is done.
    pub async fn sync(&self) {
        edgehire::tasks::run_cron(&self.app.app, CRON).await;
        self.run_due_tasks().await;
    }

    /// The same, half an hour later, and again as long as steps wait for their time.
    pub async fn sync_patiently(&self) {
        edgehire::tasks::run_cron(&self.app.app, CRON).await;
        for _ in 0..40 {
            self.run_tasks_after(Duration::from_secs(30)).await;
            if self.status().await["status"] != "syncing" {
                return;
            }
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
