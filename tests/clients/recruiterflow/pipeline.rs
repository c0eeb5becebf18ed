//! Pipelines.

use edgehire::clients::recruiterflow::{Error, PipelineAnswer};
use edgehire::domain::vendor::VendorPipeline;
use serde_json::json;

use super::{beside_the_fake, client};
use crate::fakes::recruiterflow::Fault;
use crate::support::TestApp;

async fn pipeline(app: &TestApp, job: &str) -> VendorPipeline {
    match client(app).pipeline(job).await.unwrap() {
        PipelineAnswer::Pipeline(pipeline) => pipeline,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn stages_come_in_the_order_of_the_job_with_those_that_nobody_is_at() {
    let (app, _) = beside_the_fake();
    let pipeline = pipeline(&app, "101").await;
    let counts: Vec<_> = pipeline.stages.iter().map(|stage| (&*stage.name, stage.count)).collect();
    assert_eq!(
        counts,
        [
            ("Sourced", 1),
            ("Applied", 0),
            ("Recruiter Screen", 1),
            ("Submitted to Client", 0),
            ("Client Interview", 1),
            ("On Hold", 0),
            ("Withdrawn", 0),
            ("Disqualified", 1),
            ("Offer", 0),
            ("Hired", 0),
        ]
    );
    assert_eq!(pipeline.stages[0].id.as_deref(), Some("10101"));
}

#[tokio::test]
async fn moves_come_oldest_first_with_the_reason_of_a_disqualification() {
    let (app, _) = beside_the_fake();
    let pipeline = pipeline(&app, "101").await;
    assert!(pipeline.moves.is_sorted_by_key(|step| step.at) && pipeline.unreadable.is_empty());
    let first = &pipeline.moves[0];
    assert_eq!((&first.from, &*first.to, &*first.candidate_id), (&None, "Sourced", "5001"));
    let disqualified: Vec<_> = pipeline.moves.iter().filter(|step| step.reason.is_some()).collect();
    assert_eq!(disqualified.len(), 1);
    assert_eq!(disqualified[0].reason.as_deref(), Some("Salary expectations"));
    assert_eq!(disqualified[0].at.to_string(), "2024-01-07T11:00:00Z");
    // Nobody's name is kept.
    let kept = serde_json::to_string(&pipeline).unwrap();
    assert!(!kept.contains("Smirnov") && kept.contains("5001"), "{kept}");
}

#[tokio::test]
async fn a_pipeline_that_is_gone_or_empty_is_told_apart() {
    let (app, fake) = beside_the_fake();
    let client = client(&app);
    fake.fail("job/pipeline", Fault::EmptySummary, Some(1));
    assert_eq!(client.pipeline("101").await, Ok(PipelineAnswer::Empty));
    assert_eq!(client.pipeline("999").await, Ok(PipelineAnswer::Gone));
    fake.delete_job(101);
    assert_eq!(client.pipeline("101").await, Ok(PipelineAnswer::Gone));
}

#[tokio::test]
async fn other_names_and_spellings_are_read_and_what_cannot_be_is_told() {
    let (app, fake) = beside_the_fake();
    let body = json!({
        "summary": [
            {"id": "7", "name": " Screen ", "candidate_count": "2"}, {"id": 8, "name": "Offer", "count": 0},
            {"id": 9, "name": null, "count": 1}, {"name": "Hired", "count": "many"},
        ],
        "detail": [
            {"candidate": {"id": "5"}, "stages": [
                {"from": "None", "to": "Screen", "time": "2024-01-02T10:00:00.250+0300", "reason": ""},
                {"from": "Screen", "to": "Offer", "time": "2024-01-03T10:00:00Z"},
                {"from": "Offer", "to": null, "time": "2024-01-04T10:00:00Z"},
                {"from": "Offer", "to": "Hired", "time": "yesterday"},
            ]},
            {"candidate": {}, "stages": []},
            {"candidate": {"id": 6}, "stages": null},
        ],
    });
    fake.fail("job/pipeline", Fault::Body { status: 200, body: body.to_string() }, Some(1));
    let pipeline = pipeline(&app, "101").await;
    assert_eq!(pipeline.stages.len(), 2);
    assert_eq!((&*pipeline.stages[0].name, pipeline.stages[0].count), ("Screen", 2));
    assert_eq!(pipeline.moves.len(), 2);
    assert_eq!((&pipeline.moves[0].from, &pipeline.moves[0].reason), (&None, &None));
    assert_eq!(pipeline.moves[0].at.to_string(), "2024-01-02T07:00:00Z");
    let moves = "a move of candidate 5 has no stage or time";
    let stages = "a stage has no name or no count";
    assert_eq!(pipeline.unreadable, [stages, stages, moves, moves, "a candidate has no id"]);
}

#[tokio::test]
async fn json_that_is_no_pipeline_is_an_error() {
    let (app, fake) = beside_the_fake();
    for body in ["[]", "{}", "null", "5", r#"{"summary": {}}"#, r#"{"summary": [], "detail": 3}"#] {
        fake.fail("job/pipeline", Fault::Body { status: 200, body: body.to_owned() }, Some(1));
        let error = client(&app).pipeline("101").await.unwrap_err();
        assert_eq!(error, Error::Unexpected("job/pipeline: JSON of another shape".to_owned()), "{body}");
    }
    let wrapped = r#"{"data": {"summary": [{"id": 1, "name": "A", "count": 0}], "detail": []}}"#;
    fake.fail("job/pipeline", Fault::Body { status: 200, body: wrapped.to_owned() }, Some(1));
    assert_eq!(pipeline(&app, "101").await.stages.len(), 1);
}
