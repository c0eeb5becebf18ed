//! Answers in every wrapping and spelling.

use edgehire::clients::recruiterflow::{Error, Recruiterflow};
use edgehire::domain::vendor::Said;
use serde_json::{Value, json};

use super::{beside_the_fake, client};
use crate::fakes::recruiterflow::{Fake, Fault, KEY};
use crate::support::{Reply, TestApp};

fn answers(fake: &Fake, body: &Value) {
    fake.fail("*", Fault::Body { status: 200, body: body.to_string() }, Some(1));
}

#[tokio::test]
async fn a_list_is_read_bare_and_wrapped() {
    let (app, fake) = beside_the_fake();
    let jobs = json!([{"id": 1, "name": "A"}, {"job_id": "2", "title": "B"}]);
    for (body, total) in [
        (jobs.clone(), None),
        (json!({"data": jobs}), None),
        (json!({"data": jobs, "total_items": 2}), Some(2)),
    ] {
        answers(&fake, &body);
        let page = client(&app).jobs_page(1).await.unwrap();
        let titles: Vec<_> = page.jobs.iter().map(|job| (&*job.external_id, &*job.title)).collect();
        assert_eq!((titles, page.total), (vec![("1", "A"), ("2", "B")], total));
    }
    fake.fail("job/list", Fault::EmptyList, Some(1));
    let page = client(&app).jobs_page(1).await.unwrap();
    assert_eq!((page.rows, page.total), (0, Some(0)));
}

#[tokio::test]
async fn json_that_is_no_list_is_an_error_and_not_an_empty_one() {
    let (app, fake) = beside_the_fake();
    for body in
        [json!({}), json!({"data": null}), json!({"data": {}}), json!(null), json!("x"), json!({"jobs": []})]
    {
        answers(&fake, &body);
        let error = client(&app).jobs_page(1).await.unwrap_err();
        assert_eq!(error, Error::Unexpected("job/list: JSON of another shape".to_owned()), "{body}");
    }
    fake.fail("*", Fault::Body { status: 200, body: "{'id': 1}".to_owned() }, Some(1));
    let error = client(&app).jobs_page(1).await.unwrap_err().to_string();
    assert!(error.contains("job/list: no JSON: key must be a string"), "{error}");
}

#[tokio::test]
async fn a_job_is_read_in_every_wrapping() {
    let (app, fake) = beside_the_fake();
    let job = json!({"id": "101", "name": "A", "is_open": "true", "data": {"id": 5}});
    for body in [
        job.clone(),
        json!([job]),
        json!({"job": job}),
        json!({"data": job}),
        json!({"data": [job]}),
        json!([{"job": job}]),
    ] {
        answers(&fake, &body);
        let found = client(&app).job("101").await.unwrap().unwrap();
        assert_eq!((&*found.title, found.is_open), ("A", Some(true)), "{body}");
    }
}

#[tokio::test]
async fn only_a_404_says_that_a_job_is_gone() {
    let (app, fake) = beside_the_fake();
    for (body, told) in [
        (json!([]), "job: JSON of another shape"),
        (json!({"data": []}), "job: JSON of another shape"),
        (json!({}), "job: it has no id"),
        (json!(null), "job: it is no object"),
        (json!({"id": 7, "name": "Another"}), "job: asked for 101, got 7"),
    ] {
        answers(&fake, &body);
        assert_eq!(client(&app).job("101").await, Err(Error::Unexpected(told.to_owned())), "{body}");
    }
}

#[tokio::test]
async fn times_are_read_in_every_spelling() {
    let (app, fake) = beside_the_fake();
    for (created_at, opened_at) in [
        (json!("2024-01-02T03:04:05+0000"), Some("2024-01-02T03:04:05Z")),
        (json!("2024-01-02T03:04:05.678901+00:00"), Some("2024-01-02T03:04:05Z")),
        (json!("2024-01-02T03:04:05-06:00"), Some("2024-01-02T09:04:05Z")),
        (json!("2024-01-02T03:04:05Z"), Some("2024-01-02T03:04:05Z")),
        (json!("2024-01-02"), Some("2024-01-02T00:00:00Z")),
        // Then it is the day of `last_opened`, as it is written.
        (json!("None"), Some("2024-01-09T00:00:00Z")),
        (json!(null), Some("2024-01-09T00:00:00Z")),
        (json!("last week"), Some("2024-01-09T00:00:00Z")),
    ] {
        let body = json!({"id": 101, "created_at": created_at, "last_opened": "2024-01-09T23:30:00+05:30"});
        answers(&fake, &body);
        let job = client(&app).job("101").await.unwrap().unwrap();
        assert_eq!(job.opened_at.map(|at| at.to_string()).as_deref(), opened_at, "{created_at}");
        assert_eq!((&*job.title, job.is_open, job.fee), ("Untitled job", None, Said::Nothing));
    }
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read_by_halves() {
    let app = TestApp::with(&[("RECRUITERFLOW_API_KEY", KEY)]);
    let client = Recruiterflow::open(&app.app, i64::MAX).unwrap();
    let url = "https://api.recruiterflow.com/api/external/job/custom-field/list";
    let most = 16 * 1024 * 1024;
    let padded = |length: usize| [b"[]".as_slice(), &vec![b' '; length - 2]].concat();
    app.http.reply(url, [Reply::Body(200, padded(most)), Reply::Body(200, padded(most + 1))]);
    assert_eq!(client.job_custom_fields().await, Ok(Vec::new()));
    let error = client.job_custom_fields().await.unwrap_err();
    assert_eq!(error, Error::Unexpected("job/custom-field/list: more than 16777216 bytes".to_owned()));
}

#[tokio::test]
async fn ids_are_encoded_in_urls() {
    let (app, fake) = beside_the_fake();
    assert_eq!(client(&app).job("1&only_open=1#").await, Ok(None));
    assert_eq!(fake.calls()[0].query["job_id"], "1&only_open=1#");
}
