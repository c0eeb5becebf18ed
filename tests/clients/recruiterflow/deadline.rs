//! The moment after which nothing may end.

use edgehire::clients::recruiterflow::Error;

use super::{beside_the_fake, client_for};
use crate::fakes::recruiterflow::Fault;

fn later(after_ms: i64, error: &str) -> Error {
    Error::Later { after_ms, error: error.to_owned() }
}

#[tokio::test]
async fn no_call_is_begun_without_time_for_it() {
    let (app, fake) = beside_the_fake();
    for ms in [-5, 0, 999] {
        assert_eq!(client_for(&app, ms).jobs_page(1).await, Err(later(0, "no time is left")));
    }
    assert!(fake.calls().is_empty());
    assert_eq!(client_for(&app, 0).usage().calls, 0);
    assert!(client_for(&app, 1000).jobs_page(1).await.is_ok());
}

#[tokio::test]
async fn a_call_is_given_up_when_the_time_is_over() {
    let (app, fake) = beside_the_fake();
    fake.fail("*", Fault::Timeout, None);
    let started_ms = app.app.clock.unix_ms();
    let error = client_for(&app, 3000).jobs_page(1).await.unwrap_err();
    assert_eq!(error, later(0, "job/list: no answer in the time that was left"));
    assert_eq!(app.app.clock.unix_ms() - started_ms, 3000);
    // The second try has 8 of its usual 10 seconds.
    let started_ms = app.app.clock.unix_ms();
    let error = client_for(&app, 20_000).jobs_page(1).await.unwrap_err();
    assert_eq!(error, later(0, "job/list: no answer in the time that was left"));
    assert_eq!((app.app.clock.unix_ms() - started_ms, fake.calls().len()), (20_000, 3));
}

#[tokio::test]
async fn no_wait_is_begun_that_ends_too_late_for_another_call() {
    let (app, fake) = beside_the_fake();
    fake.fail("*", Fault::Status { status: 500 }, None);
    let now_ms = || app.app.clock.unix_ms();
    let started_ms = now_ms();
    let error = client_for(&app, 2999).jobs_page(1).await.unwrap_err();
    assert_eq!((error, now_ms()), (later(2000, "job/list: 500 (a web page)"), started_ms));
    let error = client_for(&app, 6999).jobs_page(1).await.unwrap_err();
    assert_eq!((error, now_ms()), (later(4000, "job/list: 500 (a web page)"), started_ms + 2000));
    let error = client_for(&app, 7000).jobs_page(1).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn a_long_retry_after_is_for_another_time() {
    let (app, fake) = beside_the_fake();
    for (after, ms) in
        [("120", 120_000), ("Sat, 20 Jan 2024 12:00:00 GMT", 3_600_000), ("99999999999999999999", 86_400_000)]
    {
        fake.fail("*", Fault::RetryAfter { status: 429, after: after.to_owned() }, Some(1));
        let error = client_for(&app, 60_000).jobs_page(1).await.unwrap_err();
        assert_eq!(error, later(ms, "job/list: 429 Too many requests"));
    }
    assert_eq!(fake.calls().len(), 3);
}

#[tokio::test]
async fn the_time_may_have_no_end() {
    let (app, fake) = beside_the_fake();
    fake.fail("*", Fault::Status { status: 500 }, Some(1));
    let client = edgehire::clients::recruiterflow::Recruiterflow::open(&app.app, i64::MAX).unwrap();
    assert!(client.jobs_page(1).await.is_ok());
}
