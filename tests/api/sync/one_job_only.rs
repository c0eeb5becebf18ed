//! What is wrong with one job only does not keep a sweep from the others.

use serde_json::{Value, json};

use super::{Agency, Meddled};
use crate::fakes::recruiterflow::Fault;

/// How a call of one job goes wrong, again and again.
const WAYS: [Meddled; 6] = [
    Meddled::Status(500),
    Meddled::Status(429),
    Meddled::Status(403),
    Meddled::Status(400),
    Meddled::Status(204),
    Meddled::Hang,
];

/// From now on calls of this path for these jobs go wrong so.
fn break_one(agency: &Agency, path: &str, jobs: &[u64], way: Meddled) {
    let ends: Vec<_> = jobs.iter().map(|job| format!("{path}?job_id={job}")).collect();
    agency.meddle(move |uri, _| {
        let uri = uri.split('&').next().unwrap_or_default();
        if ends.iter().any(|end| uri.ends_with(&format!("/{end}"))) { way } else { Meddled::Pass }
    });
}

#[tokio::test]
async fn a_pipeline_that_is_never_answered_is_left_and_the_others_are_read() {
    for way in WAYS {
        // The first, one in the middle, the last, and two at the end.
        for broken in [&[0][..], &[3], &[8], &[7, 8]] {
            let agency = Agency::new();
            let ids: Vec<_> = (0..9).map(|number| agency.open(&format!("Job {number}"))).collect();
            let broken: Vec<_> = broken.iter().map(|at: &usize| ids[*at]).collect();
            break_one(&agency, "job/pipeline", &broken, way);
            agency.sync_patiently().await;
            let sync = agency.last_sync().await;
            assert_eq!(sync["status"], "succeeded", "{way:?} {broken:?}: {sync}");
            assert_eq!(
                (&sync["pipelines"], &sync["unreadable"], &sync["pipelines_changed"]),
                (&json!(9), &json!(broken.len()), &json!(9 - broken.len())),
                "{way:?} {broken:?}"
            );
            let unread = agency.db.texts("SELECT external_id FROM jobs WHERE pipeline IS NULL ORDER BY 1");
            assert_eq!(unread, broken.iter().map(u64::to_string).collect::<Vec<_>>(), "{way:?}");
            assert!(agency.log().iter().any(|line| line["what"] == "a pipeline"));
        }
    }
}

#[tokio::test]
async fn a_missing_job_that_is_never_answered_is_not_taken_for_gone() {
    for way in WAYS {
        let agency = Agency::with_jobs(4).await;
        let ids = agency.fake.job_ids(true);
        agency.fake.vanish_job(ids[0], true);
        agency.fake.vanish_job(ids[1], true);
        break_one(&agency, "job", &ids[1..2], way);
        agency.sync_patiently().await;
        let sync = agency.last_sync().await;
        assert_eq!(sync["status"], "succeeded", "{way:?}: {sync}");
        assert_eq!((&sync["deactivated"], &sync["unreadable"]), (&json!(1), &json!(1)), "{way:?}");
        assert_eq!(agency.jobs(), ["Job 0 0", "Job 1 1", "Job 2 1", "Job 3 1"], "{way:?}");
    }
}

#[tokio::test]
async fn the_only_missing_job_may_be_the_one_that_is_never_answered() {
    let agency = Agency::with_jobs(3).await;
    let ids = agency.fake.job_ids(true);
    agency.fake.vanish_job(ids[0], true);
    agency.fake.change_job(ids[1], json!({ "name": "Renamed" }));
    break_one(&agency, "job", &ids[..1], Meddled::Status(500));
    agency.sync_patiently().await;
    assert_eq!(agency.last_sync().await["status"], "succeeded");
    assert_eq!(agency.jobs(), ["Job 0 1", "Renamed 1", "Job 2 1"]);
}

#[tokio::test]
async fn what_is_read_before_the_system_stops_answering_is_kept_and_counted_once() {
    let agency = Agency::new();
    for number in 0..70 {
        agency.open(&format!("Job {number}"));
    }
    let mut pipelines = 0;
    agency.meddle(move |uri, _| {
        pipelines += i32::from(uri.contains("job/pipeline"));
        // For a while, everything is refused.
        if (40..60).contains(&pipelines) { Meddled::Status(503) } else { Meddled::Pass }
    });
    agency.fire().await;
    agency.run_due_tasks().await;
    let read = agency.status().await["progress"]["pipelines_read"].as_i64().unwrap();
    assert!((30..40).contains(&read), "{read}");
    assert_eq!(agency.number("SELECT count(*) FROM jobs WHERE pipeline IS NOT NULL"), read);
    agency.wait_for_the_end().await;
    let sync = agency.last_sync().await;
    for (member, expected) in [
        ("status", json!("succeeded")),
        ("pipelines", json!(70)),
        ("pipelines_changed", json!(70)),
        ("unreadable", json!(0)),
    ] {
        assert_eq!(sync[member], expected, "{member}: {sync}");
    }
    assert_eq!(sync["calls"], agency.fake.calls().len());
}

#[tokio::test]
async fn a_part_of_a_pipeline_that_cannot_be_read_takes_nothing_away() {
    let agency = Agency::new();
    let id = agency.open("Job");
    let candidate = agency.fake.add_to_job(id, None, Some("2024-01-01T00:00:00Z"));
    agency.fake.move_candidate(id, candidate, "Offer", None, Some("2024-01-02T00:00:00Z"));
    agency.sync().await;
    assert_eq!(agency.number("SELECT count(*) FROM stage_moves"), 2);
    agency.fake.add_to_job(id, None, Some("2024-01-03T00:00:00Z"));
    agency.meddle(|uri, body| {
        if uri.contains("job/pipeline") {
            body["detail"][0]["stages"][1]["time"] = json!("yesterday");
        }
        Meddled::Pass
    });
    agency.sync().await;
    assert_eq!(agency.number("SELECT count(*) FROM stage_moves"), 3);
    assert_eq!(agency.last_sync().await["unreadable"], 1);
    agency.meddle(|_, _| Meddled::Pass);
    agency.fake.delete_job(id);
    agency.fake.add_job(json!({ "id": id, "name": "Job", "is_open": true }));
    agency.sync().await;
    assert_eq!(agency.number("SELECT count(*) FROM stage_moves"), 0, "all could be read, and none is there");
}

#[tokio::test]
async fn a_pipeline_of_very_many_moves_is_kept() {
    let agency = Agency::new();
    let id = agency.open("Job");
    agency.meddle(|uri, body| {
        if uri.contains("job/pipeline") {
            let reason = "Зарплатные ожидания ".repeat(5);
            let step = |n: u64| json!({"to": "Sourced", "time": "2024-01-01T00:00:00+0000", "reason": reason, "from": n.to_string()});
            let member = |n: u64| json!({"candidate": {"id": n + 1}, "stages": [step(n)]});
            body["detail"] = (0..12_000).map(member).collect::<Vec<Value>>().into();
        }
        Meddled::Pass
    });
    agency.sync().await;
    assert_eq!(agency.last_sync().await["status"], "succeeded");
    assert_eq!(agency.number("SELECT count(*) FROM stage_moves"), 12_000);
    // A second time, with one more and one less.
    agency.fake.change_job(id, json!({ "name": "Renamed" }));
    agency.meddle(|uri, body| {
        if uri.contains("job/pipeline") {
            let step = json!([{"to": "Sourced", "time": "2024-01-01T00:00:00+0000"}]);
            let member = |n: u64| json!({"candidate": {"id": n + 2}, "stages": step});
            body["detail"] = (0..12_000).map(member).collect::<Vec<Value>>().into();
        }
        Meddled::Pass
    });
    agency.sync().await;
    let refs = "SELECT min(CAST(candidate_ref AS INTEGER)) * 100000 + max(CAST(candidate_ref AS INTEGER)) FROM stage_moves";
    assert_eq!(agency.number(refs), 212_001);
}

#[tokio::test]
async fn jobs_with_very_long_descriptions_are_kept() {
    let agency = Agency::with_jobs(30).await;
    let long = "Описание ".repeat(12_000);
    for id in agency.fake.job_ids(true) {
        agency.fake.change_job(id, json!({ "about_position": long }));
    }
    // The list does not tell of some: each is asked for by itself, and tells its description.
    agency.meddle(|uri, body| {
        if uri.contains("job/list") {
            body["data"].as_array_mut().unwrap().truncate(5);
            body["total_items"] = json!(5);
        }
        Meddled::Pass
    });
    agency.post("/api/sync/recruiterflow", json!({})).await.expect(202);
    agency.run_due_tasks().await;
    assert_eq!(agency.last_sync().await["status"], "succeeded");
    assert_eq!(agency.number("SELECT count(*) FROM jobs WHERE length(description) > 90000"), 25);
    // And all of them change at once.
    agency.meddle(|_, _| Meddled::Pass);
    for id in agency.fake.job_ids(true) {
        agency.fake.change_job(id, json!({ "department": "Other" }));
    }
    agency.fake.fail("job/list", Fault::Slow { ms: 100 }, None);
    agency.sync().await;
    assert_eq!(agency.last_sync().await["changed"], 30);
}
