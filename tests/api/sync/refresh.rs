//! One job read anew while the caller waits.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Agency, Meddled};
use crate::fakes::recruiterflow::Fault;
use crate::support::{Answer, TestApp};

async fn refresh(agency: &Agency, id: u64) -> Answer {
    agency.post(&format!("/api/jobs/{}/refresh", agency.uuid(id)), json!({})).await
}

fn outcome(job: &str, pipeline: &str) -> Value {
    json!({ "job": job, "pipeline": pipeline })
}

#[tokio::test]
async fn a_refresh_says_what_differed() {
    let agency = Agency::with_jobs(2).await;
    let ids = agency.fake.job_ids(true);
    agency.news();
    let id = ids[0];
    assert_eq!(refresh(&agency, id).await.expect(200), outcome("same", "same"));
    assert_eq!(agency.news(), [""; 0]);
    agency.fake.change_job(id, json!({ "name": "Renamed" }));
    assert_eq!(refresh(&agency, id).await.expect(200), outcome("changed", "same"));
    agency.fake.add_to_job(id, None, None);
    assert_eq!(refresh(&agency, id).await.expect(200), outcome("same", "changed"));
    agency.fake.add_to_job(id, None, None);
    agency.fake.close_job(id);
    assert_eq!(
        refresh(&agency, id).await.expect(200),
        outcome("closed", "changed"),
        "who is in it stays known"
    );
    assert_eq!(refresh(&agency, id).await.expect(200), outcome("same", "same"));
    agency.fake.reopen_job(id, None);
    assert_eq!(refresh(&agency, id).await.expect(200), outcome("changed", "same"));
    agency.fake.delete_job(id);
    assert_eq!(refresh(&agency, id).await.expect(200), outcome("closed", "gone"));
    assert_eq!(refresh(&agency, id).await.expect(200), outcome("same", "gone"));
    let kinds: Vec<_> = agency.news().iter().map(|told| told.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(
        kinds,
        [
            "job.updated",
            "job.pipeline_changed",
            "job.updated",
            "job.closed",
            "job.pipeline_changed",
            "job.updated",
            "job.reopened",
            "job.updated",
            "job.closed",
        ]
    );
}

#[tokio::test]
async fn a_refresh_brings_the_description_and_a_sweep_keeps_it() {
    let agency = Agency::with_jobs(1).await;
    let id = agency.fake.job_ids(true)[0];
    agency.fake.change_job(
        id,
        json!({ "about_position": "<p>Fast things</p>", "expected_fee": {"currency": "EUR", "number": 5} }),
    );
    refresh(&agency, id).await.expect(200);
    assert_eq!(agency.job(id, "description"), "<p>Fast things</p>");
    agency.pass(Duration::from_mins(30)).await;
    let opened = agency.job(id, "opened_at");
    agency.sync().await;
    assert_eq!(agency.job(id, "description"), "<p>Fast things</p>", "the list does not have it");
    assert_eq!((agency.job(id, "fee"), agency.job(id, "opened_at")), ("5.0".to_owned(), opened.clone()));
    refresh(&agency, id).await.expect(200);
    assert_eq!(
        (agency.job(id, "fee"), agency.job(id, "opened_at")),
        ("5.0".to_owned(), opened),
        "alone, it tells neither"
    );
}

#[tokio::test]
async fn a_refresh_clears_what_is_cached() {
    let agency = Agency::with_jobs(2).await;
    let ids = agency.fake.job_ids(true);
    let path = format!("/api/jobs/{}/pipeline", agency.uuid(ids[1]));
    agency.get(&path).await.expect(200);
    assert_eq!(agency.get(&path).await.header("x-cache"), Some("hit"));
    refresh(&agency, ids[0]).await.expect(200);
    assert_eq!(agency.get(&path).await.header("x-cache"), Some("miss"));
}

#[tokio::test]
async fn what_the_system_does_not_answer_changes_nothing() {
    for (path, fault, status, after) in [
        ("job", Fault::Status { status: 500 }, 503, None),
        ("job", Fault::RetryAfter { status: 429, after: "90".to_owned() }, 503, Some("90")),
        ("job", Fault::Timeout, 503, None),
        ("job", Fault::Html, 502, None),
        ("job", Fault::Status { status: 401 }, 502, None),
        ("job", Fault::Status { status: 403 }, 502, None),
        ("job/pipeline", Fault::Refused, 503, None),
        ("job/pipeline", Fault::Html, 502, None),
    ] {
        let agency = Agency::with_jobs(1).await;
        let id = agency.fake.job_ids(true)[0];
        agency.fake.add_to_job(id, None, None);
        let before = agency.everything();
        agency.fake.fail(path, fault.clone(), None);
        let answer = refresh(&agency, id).await;
        let error = answer.expect(status)["error"].as_str().unwrap().to_owned();
        assert!(error.starts_with("Recruiterflow "), "{error}");
        if let Some(after) = after {
            assert_eq!(answer.header("retry-after").unwrap_or("0"), after, "{path} {fault:?}");
        }
        // Where the pipeline is not answered, the job was as it was, but is not known by the list any more.
        let without_hash = |rows: Vec<String>| {
            rows.into_iter().map(|row| row.split("\",\"").count().min(1)).collect::<Vec<_>>()
        };
        assert_eq!(without_hash(agency.everything()), without_hash(before), "{path} {fault:?}");
        assert_eq!(agency.number("SELECT count(*) FROM stage_moves"), 0);
        agency.fake.heal();
        assert_eq!(refresh(&agency, id).await.expect(200), outcome("same", "changed"));
    }
}

#[tokio::test]
async fn a_job_that_is_another_is_no_answer() {
    let agency = Agency::with_jobs(2).await;
    let ids = agency.fake.job_ids(true);
    agency.meddle(|uri, body| {
        if uri.contains("external/job?") {
            body["id"] = json!(7);
        }
        Meddled::Pass
    });
    refresh(&agency, ids[0]).await.expect(502);
    assert_eq!(agency.jobs(), ["Job 0 1", "Job 1 1"]);
}

#[tokio::test]
async fn who_may_refresh_and_what() {
    let agency = Agency::with_jobs(1).await;
    let path = format!("/api/jobs/{}/refresh", agency.uuid(agency.fake.job_ids(true)[0]));
    for (role, status) in [("admin", 200), ("recruiter", 200), ("readonly", 403)] {
        let token = agency.token_of_new(&format!("{role}@example.com"), role).await;
        agency.call_as(&token, "POST", &path, "").await.expect(status);
    }
    agency.knock("POST", &path, &[]).await.expect(401);
    let nobody = "/api/jobs/018d2680-1b40-7000-8000-00000000ffff/refresh";
    agency.post(nobody, json!({})).await.expect(404);
    agency.post("/api/jobs/7/refresh", json!({})).await.expect(400);
    agency.db.execute("UPDATE jobs SET source = 'native', external_id = NULL");
    let error = agency.post(&path, json!({})).await.expect(409);
    assert_eq!(error["error"], "The job is not one of Recruiterflow");
}

#[tokio::test]
async fn without_a_key_nothing_is_refreshed() {
    let app = TestApp::new();
    let uuid = "018d2680-1b40-7000-8000-000000000001";
    app.db.execute(&format!(
        "INSERT INTO jobs (uuid, source, external_id, title, search_text, is_active, created_at, updated_at) \
         VALUES ('{uuid}', 'recruiterflow', '1', 'Job', 'job', 1, '2024-01-20T11:00:00Z', '2024-01-20T11:00:00Z')"
    ));
    for path in ["refresh", "moves?movers=true&candidate_id=1"] {
        let method = if path == "refresh" { "POST" } else { "GET" };
        let answer = app.call(method, &format!("/api/jobs/{uuid}/{path}"), "").await;
        assert_eq!(
            answer.expect(503)["error"],
            "Not configured: the setting RECRUITERFLOW_API_KEY is missing"
        );
    }
}

#[tokio::test]
async fn one_answer_alone_closes_no_job() {
    let agency = Agency::with_jobs(1).await;
    let id = agency.fake.job_ids(false)[0];
    agency.meddle(|uri, _| if uri.contains("external/job?") { Meddled::Status(404) } else { Meddled::Pass });
    let answer = agency.post(&format!("/api/jobs/{}/refresh", agency.uuid(id)), json!({})).await;
    assert_eq!(
        answer.expect(502)["error"],
        "Recruiterflow gave an unexpected answer: no job, but a pipeline of it"
    );
    assert_eq!(agency.jobs(), ["Job 0 1"]);
}

#[tokio::test]
async fn a_job_that_is_gone_and_still_told_by_itself_is_not_reopened() {
    let agency = Agency::with_jobs(1).await;
    let id = agency.fake.job_ids(false)[0];
    let uuid = agency.uuid(id);
    agency.db.execute("UPDATE jobs SET is_active = 0");
    agency.meddle(|uri, _| if uri.contains("pipeline") { Meddled::Status(404) } else { Meddled::Pass });
    agency.news();
    agency.post(&format!("/api/jobs/{uuid}/refresh"), json!({})).await.expect(200);
    assert_eq!((agency.jobs(), agency.news()), (vec!["Job 0 0".to_owned()], vec![]));
    agency.meddle(|_, _| Meddled::Pass);
    agency.post(&format!("/api/jobs/{uuid}/refresh"), json!({})).await.expect(200);
    assert_eq!(agency.jobs(), ["Job 0 1"], "where it has a pipeline it is");
}
