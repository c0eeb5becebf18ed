//! What is known of a job's pipeline: figures, history, who moved whom, and what is cached of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::Agency;
use crate::fakes::recruiterflow::Fault;

/// A job with three candidates, as of 2024-01-20T11:00:00Z:
///
/// | candidate | Sourced | Recruiter Screen | Client Interview | Disqualified |
/// |---|---|---|---|---|
/// | 1 | 10 January, 2 days | 12 January, 3 days | since 15 January, 5 days | |
/// | 2 | 11 January, 1 day | 12 January, 4 days | since 16 January, 4 days | |
/// | 3 | 18 January, 1 day | | | since 19 January |
///
/// all at 11:00.
async fn example() -> (Agency, u64, [u64; 3]) {
    let agency = Agency::new();
    let job = agency.open("Job");
    let at = |day: u8| format!("2024-01-{day}T11:00:00Z");
    let enter = |day| agency.fake.add_to_job(job, None, Some(&at(day)));
    let go = |who, to: &str, reason, day| agency.fake.move_candidate(job, who, to, reason, Some(&at(day)));
    let candidates = [enter(10), enter(11), enter(18)];
    go(candidates[0], "Recruiter Screen", None, 12);
    go(candidates[0], "Client Interview", None, 15);
    go(candidates[1], "Recruiter Screen", None, 12);
    go(candidates[1], "Client Interview", None, 16);
    go(candidates[2], "Disqualified", Some("Salary expectations"), 19);
    agency.sync().await;
    (agency, job, candidates)
}

/// What tells who moved a candidate.
const MOVEMENTS: &str = "candidate/activities/stage-movement/list";

fn path(agency: &Agency, job: u64) -> String {
    format!("/api/jobs/{}/pipeline", agency.uuid(job))
}

#[tokio::test]
async fn a_pipeline_shows_the_figures_that_are_worked_out_by_hand() {
    let (agency, job, _) = example().await;
    let shown = agency.get(&path(&agency, job)).await.expect(200);
    let stage = |name: &str, count: u32, days: Value, is_out: bool| json!({ "stage_name": name, "candidate_count": count, "avg_days_in_stage": days, "is_out": is_out });
    let stages = json!([
        // (2 + 1 + 1) / 3
        stage("Sourced", 0, json!(1.3), false),
        stage("Applied", 0, json!(null), false),
        // (3 + 4) / 2
        stage("Recruiter Screen", 0, json!(3.5), false),
        stage("Submitted to Client", 0, json!(null), false),
        // (5 + 4) / 2
        stage("Client Interview", 2, json!(4.5), false),
        stage("On Hold", 0, json!(null), false),
        stage("Withdrawn", 0, json!(null), true),
        stage("Disqualified", 1, json!(1.0), true),
        stage("Offer", 0, json!(null), false),
        stage("Hired", 0, json!(null), true),
    ]);
    assert_eq!(
        shown,
        json!({
            "job_id": agency.uuid(job), "total_candidates": 3, "active_candidates": 2, "staleness_days": 4.5,
            "bottleneck": "Client Interview", "updated_at": "2024-01-20T11:00:00Z", "stages": stages,
            "disqualification_reasons": [{ "reason": "Salary expectations", "count": 1 }],
            "history": [{
                "snapshot_date": "2024-01-20", "total_candidates": 3, "staleness_days": 4.5, "stages": stages,
            }],
        })
    );
    // Two days later, and nobody has moved.
    agency.pass(Duration::from_hours(48)).await;
    let shown = agency.get(&path(&agency, job)).await.expect(200);
    assert_eq!(
        (&shown["staleness_days"], &shown["stages"][4]["avg_days_in_stage"]),
        (&json!(6.5), &json!(6.5))
    );
    assert_eq!(shown["stages"][0]["avg_days_in_stage"], 1.3, "who has left, has left");
    assert_eq!(shown["history"][0]["staleness_days"], 4.5, "as it stood then");
}

#[tokio::test]
async fn the_history_has_the_end_of_each_day_on_which_it_changed() {
    let (agency, job, [first, second, _]) = example().await;
    agency.pass(Duration::from_hours(1)).await;
    agency.fake.move_candidate(job, first, "Offer", None, None);
    agency.sync().await;
    agency.pass(Duration::from_hours(24)).await;
    agency.sync().await;
    agency.pass(Duration::from_hours(24)).await;
    agency.fake.move_candidate(job, second, "Disqualified", Some("Not enough experience"), None);
    agency.fake.add_to_job(job, None, None);
    agency.sync().await;
    let shown = agency.get(&path(&agency, job)).await.expect(200);
    let days: Vec<_> = shown["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| {
            json!([day["snapshot_date"], day["total_candidates"], day["stages"][8]["candidate_count"]])
        })
        .collect();
    assert_eq!(days, [json!(["2024-01-22", 4, 1]), json!(["2024-01-20", 3, 1])]);
    let reasons = &shown["disqualification_reasons"];
    assert_eq!(reasons.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_pipeline_that_was_never_read_is_empty() {
    let agency = Agency::with_jobs(0).await;
    let id = agency.fake.add_job(json!({ "name": "Closed", "is_open": false }));
    agency.sync().await;
    let shown = agency.get(&path(&agency, id)).await.expect(200);
    assert_eq!(
        (
            &shown["total_candidates"],
            &shown["stages"],
            &shown["updated_at"],
            &shown["bottleneck"],
            &shown["history"]
        ),
        (&json!(0), &json!([]), &json!(null), &json!(null), &json!([]))
    );
}

/// Whether the answer was cached.
async fn x_cache(agency: &Agency, path: &str, headers: &[(&str, &str)]) -> String {
    let answer = agency.call_with("GET", path, headers, "").await;
    answer.expect(200);
    answer.header("x-cache").unwrap().to_owned()
}

#[tokio::test]
async fn a_pipeline_is_cached_for_fifteen_minutes_and_not_longer() {
    let (agency, job, _) = example().await;
    let path = path(&agency, job);
    assert_eq!(x_cache(&agency, &path, &[]).await, "miss");
    let first = agency.get(&path).await;
    agency.pass(Duration::from_secs(899)).await;
    let cached = agency.get(&path).await;
    assert_eq!((cached.header("x-cache"), &cached.body), (Some("hit"), &first.body));
    assert_eq!(agency.trips(), 1);
    agency.pass(Duration::from_secs(1)).await;
    assert_eq!(x_cache(&agency, &path, &[]).await, "miss");
    assert_eq!(x_cache(&agency, &path, &[]).await, "hit");
    for header in ["no-cache", "max-age=0, No-Cache", "no-store"] {
        assert_eq!(x_cache(&agency, &path, &[("cache-control", header)]).await, "miss", "{header}");
    }
    assert_eq!(x_cache(&agency, &path, &[("cache-control", "max-age=60")]).await, "hit");
}

#[tokio::test]
async fn whatever_changes_of_the_job_a_cached_pipeline_is_never_shown_after() {
    let (agency, job, [first, ..]) = example().await;
    let other = agency.open("Other");
    agency.sync().await;
    let path = path(&agency, job);
    x_cache(&agency, &path, &[]).await;
    agency.fake.change_job(other, json!({ "name": "Renamed" }));
    agency.sync().await;
    assert_eq!(x_cache(&agency, &path, &[]).await, "hit", "another job is no reason");
    agency.fake.change_job(job, json!({ "name": "Renamed" }));
    agency.sync().await;
    assert_eq!(x_cache(&agency, &path, &[]).await, "miss");
    agency.fake.move_candidate(job, first, "Offer", None, None);
    agency.sync().await;
    let answer = agency.get(&path).await;
    assert_eq!(
        (answer.header("x-cache"), &answer.json()["stages"][8]["candidate_count"]),
        (Some("miss"), &json!(1))
    );
}

#[tokio::test]
async fn a_cache_that_fails_costs_time_and_no_answer() {
    let (agency, job, _) = example().await;
    let path = path(&agency, job);
    agency.cache.fail(true);
    for _ in 0..2 {
        assert_eq!(x_cache(&agency, &path, &[]).await, "miss");
    }
    assert!(agency.log().iter().any(|line| line["cache"] == "did not answer"));
    agency.cache.fail(false);
    assert_eq!(x_cache(&agency, &path, &[]).await, "miss");
    assert_eq!(x_cache(&agency, &path, &[]).await, "hit");
    assert_eq!(agency.cache.names().len(), 1);
}

#[tokio::test]
async fn moves_are_listed_from_the_newest_and_by_candidate() {
    let (agency, job, [first, _, third]) = example().await;
    let path = format!("/api/jobs/{}/moves", agency.uuid(job));
    let list = async |query: &str| {
        let moves = agency.get(&format!("{path}{query}")).await.expect(200);
        moves.as_array().unwrap().clone()
    };
    let all = list("").await;
    assert_eq!(all.len(), 8);
    let times: Vec<_> = all.iter().map(|step| step["moved_at"].as_str().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "{times:?}");
    assert_eq!(
        all[0],
        json!({
            "candidate_id": third.to_string(), "moved_at": "2024-01-19T11:00:00Z", "from": "Sourced",
            "to": "Disqualified", "reason": "Salary expectations", "moved_by": null,
        })
    );
    assert_eq!(list("?limit=3&offset=2").await, all[2..5]);
    assert_eq!(list("?offset=8").await, [] as [Value; 0]);
    let own = list(&format!("?candidate_id={first}")).await;
    let stages: Vec<_> = own.iter().map(|step| json!([step["from"], step["to"]])).collect();
    assert_eq!(
        stages,
        [
            json!(["Recruiter Screen", "Client Interview"]),
            json!(["Sourced", "Recruiter Screen"]),
            json!([null, "Sourced"])
        ]
    );
    assert_eq!(list("?candidate_id=nobody").await, [] as [Value; 0]);
}

#[tokio::test]
async fn who_moved_a_candidate_is_asked_for_and_kept() {
    let (agency, job, [first, second, _]) = example().await;
    let path = format!("/api/jobs/{}/moves", agency.uuid(job));
    let movers = |moves: &Value| {
        moves.as_array().unwrap().iter().map(|step| step["moved_by"].clone()).collect::<Vec<_>>()
    };
    let asked = agency.get(&format!("{path}?candidate_id={first}&movers=true")).await.expect(200);
    let known = movers(&asked);
    assert!(known.len() == 3 && known.iter().all(Value::is_string), "{asked}");
    assert_eq!(agency.fake.counts()[MOVEMENTS], 1);
    // It is kept, also when the pipeline is read anew.
    agency.fake.move_candidate(job, first, "Offer", None, None);
    agency.sync().await;
    let kept = movers(&agency.get(&format!("{path}?candidate_id={first}")).await.expect(200));
    assert_eq!((&kept[0], &kept[1..]), (&json!(null), &known[..]));
    let others = movers(&agency.get(&format!("{path}?candidate_id={second}")).await.expect(200));
    assert_eq!(others, [json!(null), json!(null), json!(null)]);
    assert_eq!(agency.fake.counts()[MOVEMENTS], 1);
    // Somebody whom the system does not know has no movers, and that is no error.
    agency.get(&format!("{path}?candidate_id=999999&movers=true")).await.expect(200);
}

#[tokio::test]
async fn moves_that_cannot_be_listed() {
    let (agency, job, [first, ..]) = example().await;
    let path = format!("/api/jobs/{}/moves", agency.uuid(job));
    let error = agency.get(&format!("{path}?movers=true")).await.expect(400);
    assert_eq!(super::fields(&error), ["candidate_id"]);
    let error = agency.get(&format!("{path}?limit=0&offset=-1&movers=perhaps")).await.expect(400);
    assert_eq!(super::fields(&error), ["limit", "movers", "offset"]);
    let with_movers = format!("{path}?candidate_id={first}&movers=true");
    for (fault, status) in [(Fault::Html, 502), (Fault::Status { status: 401 }, 502), (Fault::Refused, 503)] {
        agency.fake.fail(MOVEMENTS, fault, None);
        agency.get(&with_movers).await.expect(status);
        agency.fake.heal();
    }
    let nobody = "/api/jobs/018d2680-1b40-7000-8000-00000000ffff";
    for what in ["pipeline", "moves", "moves?candidate_id=1&movers=true"] {
        agency.get(&format!("{nobody}/{what}")).await.expect(404);
        agency.get(&format!("/api/jobs/7/{what}")).await.expect(400);
        agency.knock("GET", &format!("{nobody}/{what}"), &[]).await.expect(401);
    }
    let token = agency.token_of_new("readonly@example.com", "readonly").await;
    agency.call_as(&token, "GET", &path, "").await.expect(200);
    agency.db.execute("UPDATE jobs SET source = 'native', external_id = NULL");
    agency.get(&with_movers).await.expect(409);
    agency.get(&path).await.expect(200);
}
