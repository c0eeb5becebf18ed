//! The edge cases that the contract asks to be tested, by its names.

use std::time::Duration;

use edgehire::clients::recruiterflow::Recruiterflow;
use edgehire::domain::pipeline::Pipeline;
use edgehire::ports::{Batch, Clock, Db};
use edgehire::store::jobs::pipelines::{self, PipelineChange};
use edgehire::sync::refresh;
use serde_json::json;
use uuid::Uuid;

use super::{Agency, CRON};
use crate::fakes::recruiterflow::Fault;

/// A hint: the job is read anew, and its pipeline.
async fn hint(agency: &Agency, id: u64) {
    let system = Recruiterflow::open(&agency.app.app, agency.clock.unix_ms() + 20_000).unwrap();
    let id = id.to_string();
    refresh::job(&agency.app.app, &system, &id, None).await.unwrap();
    refresh::pipeline(&agency.app.app, &system, &id, None).await.unwrap();
}

/// One step of the sweep.
async fn step(agency: &Agency) {
    edgehire::tasks::sweep(&agency.app.app).await.unwrap();
    assert!(agency.step().await);
}

async fn phase(agency: &Agency) -> String {
    agency.status().await["progress"]["phase"].as_str().unwrap_or("none").to_owned()
}

#[tokio::test]
async fn api_rate_limit_exceeded() {
    let agency = Agency::with_jobs(30).await;
    let ids = agency.fake.job_ids(true);
    agency.fake.add_to_job(ids[20], None, None);
    let before = agency.clock.unix_ms();
    // The list, and then the pipelines, twenty times in a row.
    agency.fake.fail("job/list", Fault::RetryAfter { status: 429, after: "120".to_owned() }, Some(1));
    agency.fake.fail("job/pipeline", Fault::RetryAfter { status: 429, after: "60".to_owned() }, Some(20));
    agency.sync_patiently().await;
    let sync = agency.last_sync().await;
    assert_eq!((&sync["status"], &sync["pipelines"]), (&json!("succeeded"), &json!(30)), "{sync}");
    assert_eq!((&sync["pipelines_changed"], &sync["unreadable"]), (&json!(1), &json!(0)));
    assert!(agency.clock.unix_ms() - before >= 180_000);
}

#[tokio::test]
async fn network_timeout_during_sync() {
    for path in ["job/list", "job/pipeline"] {
        let agency = Agency::with_jobs(10).await;
        let id = agency.fake.job_ids(true)[4];
        agency.fake.change_job(id, json!({ "name": "Renamed" }));
        agency.fake.add_to_job(id, None, None);
        agency.fake.fail(path, Fault::Timeout, Some(5));
        agency.sync_patiently().await;
        let sync = agency.last_sync().await;
        assert_eq!(
            (&sync["status"], &sync["changed"], &sync["pipelines_changed"], &sync["pipelines"]),
            (&json!("succeeded"), &json!(1), &json!(1), &json!(10)),
            "{path}: {sync}"
        );
        assert_eq!(agency.status().await["status"], "synced");
    }
}

#[tokio::test]
async fn webhook_received_while_sync_in_progress() {
    // The list is read in the first step, and applied in the next.
    let agency = Agency::with_jobs(250).await;
    let ids = agency.fake.job_ids(true);
    let [hinted, later, first] = [ids[0], ids[249], ids[100]];
    let candidate = agency.fake.add_to_job(hinted, None, None);
    agency.news();
    agency.pass(Duration::from_mins(30)).await;
    agency.fake.change_job(hinted, json!({ "name": "As the sweep reads it" }));
    agency.fake.change_job(first, json!({ "name": "As it was hinted first" }));
    hint(&agency, first).await;
    agency.fake.change_job(first, json!({ "name": "As the sweep reads it later" }));
    agency.fake.fail("job/list", Fault::Slow { ms: 4_000 }, None);
    edgehire::tasks::run_cron(&agency.app.app, CRON).await;
    step(&agency).await;
    assert_eq!(
        (phase(&agency).await.as_str(), agency.number("SELECT count(*) FROM staged_jobs")),
        ("missing", 2)
    );

    agency.fake.change_job(hinted, json!({ "name": "As it is hinted" }));
    agency.fake.move_candidate(hinted, candidate, "Offer", None, None);
    agency.fake.close_job(later);
    hint(&agency, hinted).await;
    hint(&agency, later).await;
    // From here on in steps of a few pipelines.
    agency.fake.fail("job/pipeline", Fault::Slow { ms: 700 }, None);
    step(&agency).await;
    assert_eq!(phase(&agency).await, "pipelines");
    assert_eq!(agency.job(hinted, "title"), "As it is hinted");
    assert_eq!(agency.job(first, "title"), "As the sweep reads it later");
    assert_eq!(agency.job(later, "is_active"), "0", "the list had it as open");
    // One whose pipeline has been read, one whose has not.
    let [read, unread] = [ids[1], ids[240]];
    for id in [read, unread] {
        agency.fake.add_to_job(id, None, None);
        hint(&agency, id).await;
    }
    agency.wait_for_the_end().await;
    assert_eq!(agency.last_sync().await["status"], "succeeded");
    for id in [read, unread, hinted] {
        let moves = format!(
            "SELECT count(*) FROM stage_moves JOIN jobs ON jobs.id = job_id WHERE external_id = '{id}'"
        );
        assert_eq!(agency.number(&moves), if id == hinted { 2 } else { 1 });
        let told = format!(
            "SELECT count(*) FROM events WHERE type = 'job.pipeline_changed' AND data ->> '$.external_id' = '{id}'"
        );
        assert_eq!(agency.number(&told), 1, "told once");
    }
    // Nothing is left for the next one, and it comes to what a sweep without hints comes to.
    agency.fake.heal();
    let state = |agency: &Agency| {
        agency.db.texts("SELECT json_array(external_id, title, is_active, pipeline) FROM jobs ORDER BY 1")
    };
    let before = state(&agency);
    agency.sync().await;
    assert_eq!(state(&agency), before);
    let sync = agency.last_sync().await;
    assert_eq!(
        (&sync["changed"], &sync["deactivated"], &sync["pipelines_changed"]),
        (&json!(0), &json!(0), &json!(0))
    );
}

#[tokio::test]
async fn a_hint_that_finds_a_pipeline_as_it_was_keeps_what_was_read_before_from_overwriting_it() {
    let agency = Agency::with_jobs(1).await;
    let id = agency.fake.job_ids(true)[0];
    let job_id = agency.job(id, "id").parse().unwrap();
    let read_ms = agency.clock.unix_ms() + 1_000;
    let older = PipelineChange {
        job_id,
        hash: "older".to_owned(),
        read_ms,
        pipeline: Pipeline::default(),
        moves: Vec::new(),
        is_complete: true,
        uuid: Uuid::from_u128(1),
    };
    let write = async |change: &PipelineChange| {
        let stmts = pipelines::apply(std::slice::from_ref(change), None, agency.clock.now());
        agency.db.batch(&Batch::idempotent(stmts)).await.unwrap();
    };
    agency.pass(Duration::from_secs(2)).await;
    hint(&agency, id).await;
    write(&older).await;
    assert_ne!(agency.job(id, "pipeline_hash"), "older");
    let newer = PipelineChange { read_ms: agency.clock.unix_ms() + 1, hash: "newer".to_owned(), ..older };
    let version = agency.number("SELECT version FROM jobs");
    for _ in 0..2 {
        write(&newer).await;
        assert_eq!(agency.job(id, "pipeline_hash"), "newer");
        assert_eq!(agency.number("SELECT version FROM jobs"), version + 1, "to write it twice does no harm");
    }
}

#[tokio::test]
async fn job_deleted_in_rf_while_being_scored() {
    let agency = Agency::with_jobs(2).await;
    let id = agency.fake.job_ids(true)[0];
    agency.enter_user("scorer@example.com", "recruiter").await;
    let score = format!(
        "INSERT INTO job_scores (uuid, job_id, user_id, scoring_role, scoring_date, client_engagement, \
            search_difficulty, time_open, fee_size, composite, created_at) \
         SELECT 'score', jobs.id, users.id, 'other', '2024-01-20', 5, 4, 3, 2, 3.5, '2024-01-20T11:00:00Z' \
         FROM jobs, users WHERE external_id = '{id}';
         INSERT INTO job_rankings (job_id, scoring_date, composite, rank, by_role, scorers, reason, created_at) \
         SELECT id, '2024-01-20', 3.5, 'B', '{{}}', 1, 'score', '2024-01-20T11:00:00Z' FROM jobs WHERE external_id = '{id}';
         UPDATE jobs SET rank = 'B', composite = 3.5, scoring_date = '2024-01-20', version = version + 1 WHERE external_id = '{id}'"
    );
    agency.fake.delete_job(id);
    // It is scored between two steps of the sweep that finds it gone.
    agency.fake.fail("job/list", Fault::Slow { ms: 9_500 }, None);
    edgehire::tasks::run_cron(&agency.app.app, CRON).await;
    step(&agency).await;
    assert_eq!(phase(&agency).await, "missing");
    agency.db.execute(&score);
    agency.run_due_tasks().await;
    assert_eq!(agency.jobs(), ["Job 0 0", "Job 1 1"]);
    assert_eq!((agency.job(id, "rank"), agency.job(id, "composite")), ("B".to_owned(), "3.5".to_owned()));
    assert_eq!(
        agency.number("SELECT (SELECT count(*) FROM job_scores) + (SELECT count(*) FROM job_rankings)"),
        2
    );
    let told = agency.db.texts("SELECT data ->> '$.rank' FROM events WHERE type = 'job.closed'");
    assert_eq!(told, ["B"]);
}
