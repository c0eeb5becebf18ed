//! What is tried again, and the waits before.

use edgehire::clients::recruiterflow::Error;

use super::{beside_the_fake, client};
use crate::fakes::recruiterflow::Fault;

/// What the clock shows that a call took, in milliseconds, when it goes well in the end.
async fn took_ms(faults: &[(Fault, usize)]) -> (i64, u32) {
    let (app, fake) = beside_the_fake();
    for (fault, times) in faults {
        fake.fail("job/list", fault.clone(), Some(*times));
    }
    let client = client(&app);
    let started_ms = app.app.clock.unix_ms();
    assert_eq!(client.jobs_page(1).await.unwrap().rows, 12);
    let ms = app.app.clock.unix_ms() - started_ms;
    assert_eq!(client.usage().ms, ms);
    (ms, client.usage().calls)
}

fn retry_after(after: &str) -> Fault {
    Fault::RetryAfter { status: 429, after: after.to_owned() }
}

#[tokio::test]
async fn what_passes_is_tried_again_after_two_and_four_seconds() {
    for fault in [
        Fault::Status { status: 429 },
        Fault::Status { status: 500 },
        Fault::Status { status: 502 },
        Fault::Status { status: 503 },
        Fault::Status { status: 504 },
        Fault::Status { status: 520 },
        Fault::Refused,
        Fault::Cut,
        Fault::Truncated,
        Fault::Body { status: 200, body: String::new() },
    ] {
        assert_eq!(took_ms(&[(fault.clone(), 1)]).await, (2000, 2), "{fault:?}");
        assert_eq!(took_ms(&[(fault.clone(), 2)]).await, (6000, 3), "{fault:?}");
    }
    assert_eq!(took_ms(&[]).await, (0, 1));
}

#[tokio::test]
async fn a_call_without_an_answer_is_tried_again_after_ten_seconds() {
    assert_eq!(took_ms(&[(Fault::Timeout, 1)]).await, (12_000, 2));
    assert_eq!(took_ms(&[(Fault::Slow { ms: 10_000 }, 2)]).await, (26_000, 3));
    assert_eq!(took_ms(&[(Fault::Slow { ms: 9_999 }, 1)]).await, (9_999, 1));
}

#[tokio::test]
async fn retry_after_wins_in_seconds_and_as_a_date() {
    assert_eq!(took_ms(&[(retry_after("7"), 2)]).await, (14_000, 3));
    assert_eq!(took_ms(&[(retry_after("0"), 1)]).await, (0, 2));
    assert_eq!(took_ms(&[(retry_after("Sat, 20 Jan 2024 11:00:30 GMT"), 1)]).await, (30_000, 2));
    assert_eq!(took_ms(&[(retry_after("soon"), 1)]).await, (2000, 2));
    let down = Fault::RetryAfter { status: 503, after: "1".to_owned() };
    assert_eq!(took_ms(&[(down, 1), (Fault::Status { status: 500 }, 1)]).await, (5000, 3));
}

#[tokio::test]
async fn after_three_tries_it_is_unavailable_and_says_why() {
    for (fault, told) in [
        (Fault::Status { status: 502 }, "job: 502 (a web page)"),
        (Fault::Status { status: 429 }, "job: 429 Something went wrong"),
        (Fault::Refused, "job: connection refused"),
        (Fault::Timeout, "job: no answer in time"),
        (Fault::Cut, "job: the answer broke off: the connection broke off"),
        (Fault::Body { status: 200, body: "{\"id\":".to_owned() }, "job: the answer broke off after 6 bytes"),
    ] {
        let (app, fake) = beside_the_fake();
        fake.fail("job", fault, None);
        let client = client(&app);
        assert_eq!(client.job("101").await, Err(Error::Unavailable(told.to_owned())));
        assert_eq!((client.usage().calls, client.usage().retries), (3, 2));
        assert_eq!(fake.counts()["job"], 3);
    }
}

#[tokio::test]
async fn a_404_between_failures_still_means_gone() {
    let (app, fake) = beside_the_fake();
    fake.fail("job", Fault::Status { status: 500 }, Some(1));
    assert_eq!(client(&app).job("999").await, Ok(None));
}

#[tokio::test]
async fn usage_counts_every_call() {
    let (app, fake) = beside_the_fake();
    fake.fail("job", Fault::Status { status: 500 }, Some(1));
    fake.fail("job/pipeline", Fault::Slow { ms: 1500 }, Some(1));
    let client = client(&app);
    client.jobs_page(1).await.unwrap();
    client.job("101").await.unwrap();
    client.pipeline("101").await.unwrap();
    let usage = client.usage();
    assert_eq!((usage.calls, usage.retries, usage.ms), (4, 1, 3500));
}
