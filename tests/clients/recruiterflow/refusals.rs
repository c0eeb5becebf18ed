//! What is not tried again: the key, the request, answers of another kind.

use edgehire::clients::recruiterflow::{Error, Recruiterflow};

use super::{BASE, beside_the_fake, client, client_for};
use crate::fakes::recruiterflow::{Fake, Fault, KEY};
use crate::support::TestApp;

#[test]
fn without_a_key_there_is_no_client() {
    let app = TestApp::new();
    assert!(Recruiterflow::open(&app.app, i64::MAX).is_none());
}

#[tokio::test]
async fn a_wrong_key_is_told_apart_from_a_refused_request() {
    let app = TestApp::with(&[("RECRUITERFLOW_API_KEY", "another-key")]);
    let fake = Fake::new("2024-01-20T11:00:00Z");
    app.http.serve(BASE, fake.router());
    let client = client(&app);
    assert_eq!(client.jobs_page(1).await, Err(Error::Unauthorized("Invalid API key".to_owned())));
    let missing = r#"{"message":"Please supply an API key"}"#.to_owned();
    fake.fail("*", Fault::Body { status: 400, body: missing }, Some(1));
    let refused = client.jobs_page(1).await;
    assert_eq!(refused, Err(Error::Unauthorized("Please supply an API key".to_owned())));
    assert_eq!(client.usage().calls, 2);
}

#[tokio::test]
async fn no_other_4xx_is_tried_again() {
    let (app, fake) = beside_the_fake();
    for status in [400, 402, 403, 405, 408, 409, 410, 422, 451] {
        fake.fail("*", Fault::Status { status }, Some(1));
        let client = client(&app);
        let message = "Something went wrong".to_owned();
        assert_eq!(client.jobs_page(1).await, Err(Error::Refused { status, message }));
        assert_eq!((client.usage().calls, client.usage().retries), (1, 0));
    }
}

#[tokio::test]
async fn messages_are_read_from_every_kind_of_body_and_kept_short() {
    let (app, fake) = beside_the_fake();
    let long = "x".repeat(300);
    for (body, message) in [
        (r#"{"RESULT":"FAILURE","message":"Invalid activity type id."}"#, "Invalid activity type id."),
        (r#"{"error":"No"}"#, "No"),
        ("<html>Forbidden</html>", "(a web page)"),
        (" plain\ntext ", "plaintext"),
        ("", ""),
        (&*long, &long[..200]),
    ] {
        fake.fail("*", Fault::Body { status: 403, body: body.to_owned() }, Some(1));
        let refused = Err(Error::Refused { status: 403, message: message.to_owned() });
        assert_eq!(client(&app).jobs_page(1).await, refused);
    }
}

#[tokio::test]
async fn a_web_page_is_not_the_api_whatever_its_status() {
    let (app, fake) = beside_the_fake();
    let question = "is RECRUITERFLOW_BASE_URL right?";
    fake.fail("*", Fault::Html, Some(1));
    let page = client(&app).jobs_page(1).await.unwrap_err();
    assert_eq!(page, Error::Unexpected(format!("job/list: a web page, not the API: {question}")));
    // A 404 of somebody else must not make a job look deleted.
    for body in ["<!doctype html><h1>404</h1>", "\u{feff} \n<html>"] {
        fake.fail("*", Fault::Body { status: 404, body: body.to_owned() }, Some(1));
        let page = client(&app).job("101").await.unwrap_err();
        assert_eq!(page, Error::Unexpected(format!("job: 404 and a web page, not the API: {question}")));
    }
    let wrong =
        TestApp::with(&[("RECRUITERFLOW_API_KEY", KEY), ("RECRUITERFLOW_BASE_URL", "https://example.com/x")]);
    wrong.http.serve("https://example.com/x", fake.router());
    let error = client(&wrong).jobs_page(1).await.unwrap_err().to_string();
    assert!(error.contains(question), "{error}");
}

#[tokio::test]
async fn redirects_and_other_statuses_are_unexpected() {
    let (app, fake) = beside_the_fake();
    for status in [204, 301, 302, 304] {
        fake.fail("*", Fault::Body { status, body: String::new() }, Some(1));
        let error = client(&app).jobs_page(1).await.unwrap_err();
        assert!(matches!(&error, Error::Unexpected(text) if text.contains(&status.to_string())), "{error}");
    }
}

#[tokio::test]
async fn a_failure_that_says_200_is_a_failure() {
    let (app, fake) = beside_the_fake();
    for (body, told) in [
        (r#"{"RESULT":"FAILURE","message":"Not in your account"}"#, "Not in your account"),
        (r#"{"RESULT":"FAILURE"}"#, r#"{"RESULT":"FAILURE"}"#),
    ] {
        fake.fail("*", Fault::Body { status: 200, body: body.to_owned() }, Some(1));
        assert_eq!(client(&app).job("101").await, Err(Error::Unexpected(format!("job: {told}"))));
    }
}

#[tokio::test]
async fn the_key_is_sent_in_its_header_and_shown_nowhere() {
    let (app, fake) = beside_the_fake();
    let echo = format!(r#"{{"message":"who is {KEY}?"}}"#);
    let mut shown = Vec::new();
    for status in [200, 400, 401, 403, 404, 500] {
        fake.fail("*", Fault::Body { status, body: echo.clone() }, Some(3));
        let client = client_for(&app, 60_000);
        shown.push(format!("{:?}", client.jobs_page(1).await));
        fake.heal();
    }
    fake.fail("*", Fault::Body { status: 200, body: format!("{{{KEY}") }, Some(1));
    shown.push(format!("{:?}", client(&app).jobs_page(1).await));
    let sent = app.http.sent();
    assert!(sent.iter().all(|sent| sent.headers["rf-api-key"] == KEY && !sent.url.contains(KEY)));
    shown.extend(app.log().iter().map(ToString::to_string));
    shown.push(format!("{:?}", app.app.config));
    assert!(shown.iter().all(|text| !text.contains(KEY)), "{shown:?}");
    assert!(shown[1].contains("who is [key]?"), "{}", shown[1]);
}
