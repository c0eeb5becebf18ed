//! Jobs that are closed, deleted, or only not in the list.

use std::time::Duration;

use serde_json::json;

use super::{Agency, Meddled};

#[tokio::test]
async fn a_job_that_is_closed_or_deleted_turns_inactive_and_stays() {
    let agency = Agency::with_jobs(5).await;
    let ids = agency.fake.job_ids(true);
    agency.news();
    agency.fake.close_job(ids[0]);
    agency.fake.change_job(ids[1], json!({ "job_visibility_id": 6 }));
    agency.fake.delete_job(ids[2]);
    agency.fake.vanish_job(ids[3], true);
    agency.sync().await;
    assert_eq!(agency.jobs(), ["Job 0 0", "Job 1 0", "Job 2 0", "Job 3 0", "Job 4 1"]);
    let closed = |id: &u64| [format!("job.closed {id}"), format!("job.updated {id}")];
    let mut expected: Vec<_> = ids[..4].iter().flat_map(closed).collect();
    expected.sort();
    let mut news = agency.news();
    news.sort();
    assert_eq!(news, expected);
    assert_eq!(agency.last_sync().await["deactivated"], 4);

    // Nothing more is told of them, and one comes back.
    agency.fake.vanish_job(ids[3], false);
    agency.sync().await;
    assert_eq!(agency.news(), [format!("job.updated {}", ids[3]), format!("job.reopened {}", ids[3])]);
    assert_eq!(agency.jobs()[3], "Job 3 1");
}

#[tokio::test]
async fn a_job_that_only_the_list_leaves_out_stays_as_it_is_told_by_itself() {
    let agency = Agency::with_jobs(3).await;
    let ids = agency.fake.job_ids(true);
    agency.fake.change_job(ids[1], json!({ "name": "Renamed" }));
    let missing = [json!(ids[0]), json!(ids[1])];
    agency.meddle(move |uri, body| {
        if uri.contains("job/list") {
            body["data"].as_array_mut().unwrap().retain(|job| !missing.contains(&job["id"]));
        }
        Meddled::Pass
    });
    agency.news();
    agency.sync().await;
    assert_eq!(agency.jobs(), ["Job 0 1", "Renamed 1", "Job 2 1"]);
    assert_eq!(agency.news(), [format!("job.updated {}", ids[1])]);
    assert_eq!(agency.last_sync().await["deactivated"], 0);
    assert_eq!(agency.fake.counts()["job"], 2);
}

#[tokio::test]
async fn a_job_that_is_told_by_itself_but_has_no_pipeline_is_gone() {
    let agency = Agency::with_jobs(2).await;
    let id = agency.fake.job_ids(true)[0];
    let shown = json!({ "id": id, "name": "Job 0", "is_open": true });
    agency.fake.delete_job(id);
    agency.meddle(move |uri, body| {
        if uri.contains(&format!("external/job?job_id={id}")) {
            *body = shown.clone();
            return Meddled::Status(200);
        }
        Meddled::Pass
    });
    agency.sync().await;
    assert_eq!(agency.last_sync().await["unreadable"], 0);
    assert_eq!(agency.jobs(), ["Job 0 0", "Job 1 1"]);
}

#[tokio::test]
async fn what_was_scored_and_learnt_stays_when_a_job_closes() {
    let agency = Agency::with_jobs(1).await;
    let id = agency.fake.job_ids(true)[0];
    agency.fake.add_to_job(id, None, None);
    agency.sync().await;
    let count = |agency: &Agency| {
        agency.number(
            "SELECT (SELECT count(*) FROM stage_moves) * 10 + (SELECT count(*) FROM pipeline_snapshots)",
        )
    };
    assert_eq!(count(&agency), 11);
    agency.fake.close_job(id);
    agency.pass(Duration::from_mins(30)).await;
    agency.sync().await;
    assert_eq!((agency.jobs(), count(&agency)), (vec!["Job 0 0".to_owned()], 11));
    assert!(agency.job(id, "pipeline").contains("Sourced"));
}
