//! Candidates: their jobs and their moves; custom fields.

use edgehire::clients::recruiterflow::Error;
use serde_json::json;

use super::{beside_the_fake, client};
use crate::fakes::recruiterflow::Fault;

fn answer(body: &serde_json::Value) -> Fault {
    Fault::Body { status: 200, body: body.to_string() }
}

#[tokio::test]
async fn a_candidate_is_found_with_their_jobs() {
    let (app, _) = beside_the_fake();
    let jobs = client(&app).candidate_jobs("5001").await.unwrap().unwrap();
    let told: Vec<_> =
        jobs.iter().map(|job| (&*job.job_id, job.stage_name.as_deref(), job.is_open)).collect();
    assert_eq!(told, [("101", Some("Client Interview"), Some(true)), ("108", Some("Applied"), Some(true))]);
}

#[tokio::test]
async fn a_candidate_is_read_in_every_wrapping() {
    let (app, fake) = beside_the_fake();
    let bare =
        json!({"id": 9, "jobs": [{"job_id": "7", "stage_name": "None", "is_open": null}, {"name": "?"}]});
    for body in [bare.clone(), json!([bare]), json!({"candidate": bare}), json!({"data": [bare]})] {
        fake.fail("candidate/get", answer(&body), Some(1));
        let jobs = client(&app).candidate_jobs("9").await.unwrap().unwrap();
        assert_eq!(jobs.len(), 1, "{body}");
        assert_eq!((&*jobs[0].job_id, &jobs[0].stage_name, jobs[0].is_open), ("7", &None, None));
    }
    for (body, jobs) in
        [(json!([]), None), (json!({"id": 9, "jobs": null}), Some(0)), (json!({"id": 9}), Some(0))]
    {
        fake.fail("candidate/get", answer(&body), Some(1));
        let found = client(&app).candidate_jobs("9").await.unwrap();
        assert_eq!(found.map(|jobs| jobs.len()), jobs, "{body}");
    }
    fake.fail("candidate/get", answer(&json!({"id": 9, "jobs": "many"})), Some(1));
    assert!(matches!(client(&app).candidate_jobs("9").await, Err(Error::Unexpected(_))));
    assert_eq!(client(&app).candidate_jobs("9").await, Ok(None));
}

#[tokio::test]
async fn the_moves_of_a_candidate_tell_when_and_by_whom() {
    let (app, _) = beside_the_fake();
    let jobs = client(&app).stage_movements("5001").await.unwrap().unwrap();
    let ids: Vec<_> = jobs.iter().map(|job| (&*job.job_id, job.transitions.len())).collect();
    assert_eq!(ids, [("101", 4), ("108", 1)]);
    let first = &jobs[0].transitions[0];
    assert_eq!((&first.from, &*first.to), (&None, "Sourced"));
    assert_eq!(first.left, Some(jobs[0].transitions[1].entered));
    let mover = first.moved_by.as_ref().unwrap();
    assert_eq!(mover.email.as_deref(), Some("maria.orlova@agency.example.com"));
    let last = &jobs[0].transitions[3];
    assert_eq!((last.from.as_deref(), last.left, &last.moved_by), (Some("Submitted to Client"), None, &None));
    assert_eq!(client(&app).stage_movements("1").await, Ok(None));
}

#[tokio::test]
async fn moves_of_all_pages_are_put_together() {
    let (app, fake) = beside_the_fake();
    for hour in 0..250 {
        let stage = ["Recruiter Screen", "Client Interview"][hour % 2];
        let at = format!("2024-01-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24);
        fake.move_candidate(103, 5006, stage, None, Some(&at));
    }
    let jobs = client(&app).stage_movements("5006").await.unwrap().unwrap();
    assert_eq!((jobs.len(), jobs[0].transitions.len()), (1, 252));
    assert!(jobs[0].transitions.is_sorted_by_key(|transition| transition.entered));
    assert_eq!(fake.counts()["candidate/activities/stage-movement/list"], 3);
}

#[tokio::test]
async fn a_vendor_that_knows_no_pages_is_not_asked_for_ever() {
    let (app, fake) = beside_the_fake();
    let stays: Vec<_> = (0..100)
        .map(|minute| json!({"from": null, "to": "Sourced", "entered": format!("2024-01-01T01:{:02}:{:02}+0000", minute / 60, minute % 60)}))
        .collect();
    let body = json!({"data": {"id": "24", "jobs": [{"id": 1, "transitions": stays}]}});
    // Asked once more than it should be, the fake knows nobody.
    fake.fail("*", answer(&body), Some(2));
    let jobs = client(&app).stage_movements("24").await.unwrap().unwrap();
    assert_eq!((jobs[0].transitions.len(), fake.calls().len()), (100, 2));
}

#[tokio::test]
async fn moves_that_cannot_be_read_are_an_error_and_none_are_none() {
    let (app, fake) = beside_the_fake();
    for (body, error) in [
        (
            json!({"data": {"jobs": [{"id": 1, "transitions": [{"to": "A"}]}]}}),
            "a transition in job 1 has no stage or time",
        ),
        (json!({"data": {"jobs": [{"transitions": []}]}}), "a job has no id"),
        (json!({"data": {"jobs": 5}}), "JSON of another shape"),
        (json!({"data": "x"}), "JSON of another shape"),
        (json!({"jobs": []}), "JSON of another shape"),
    ] {
        fake.fail("*", answer(&body), Some(1));
        let found = client(&app).stage_movements("5001").await;
        let path = "candidate/activities/stage-movement/list";
        assert_eq!(found, Err(Error::Unexpected(format!("{path}: {error}"))), "{body}");
    }
    for body in [
        json!({"data": []}),
        json!({"data": {}}),
        json!({"data": null}),
        json!({"data": {"id": 1, "jobs": []}}),
    ] {
        fake.fail("*", answer(&body), Some(1));
        assert_eq!(client(&app).stage_movements("5001").await, Ok(Some(Vec::new())), "{body}");
    }
}

#[tokio::test]
async fn custom_fields_are_listed_with_their_choices() {
    let (app, fake) = beside_the_fake();
    let fields = client(&app).job_custom_fields().await.unwrap();
    let told: Vec<_> = fields.iter().map(|field| (&*field.id, &*field.name, &*field.kind)).collect();
    assert_eq!(
        told[..3],
        [
            ("11", "Budget code", "short_text"),
            ("12", "Priority", "single_select"),
            ("13", "current_rank", "short_text")
        ]
    );
    assert_eq!(fields[1].choices[2], ("123".to_owned(), "Urgent".to_owned()));
    let bare =
        json!([{"id": "1", "name": "Rank", "x": "single_select", "options": [{"id": 5, "name": "A"}]}]);
    fake.fail("*", answer(&bare), Some(1));
    let fields = client(&app).job_custom_fields().await.unwrap();
    assert_eq!((&*fields[0].kind, fields[0].choices.len()), ("single_select", 1));
    fake.fail("*", answer(&json!({"data": [{"id": 1}]})), Some(1));
    assert!(matches!(client(&app).job_custom_fields().await, Err(Error::Unexpected(_))));
}
