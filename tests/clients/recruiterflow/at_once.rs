//! At most six calls are under way at once.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use edgehire::clients::recruiterflow::AT_ONCE;
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;

use super::{beside_an_empty_fake, beside_the_fake, client};
use crate::fakes::recruiterflow::{Fault, seed};

#[tokio::test]
async fn six_calls_are_under_way_at_once_and_no_more() {
    let (app, fake) = beside_an_empty_fake();
    seed::agency(&fake, 60, 60, 2);
    let client = client(&app);
    let ids = fake.job_ids(true);
    let answers = join_all(ids.iter().map(|id| async { client.pipeline(&id.to_string()).await })).await;
    assert!(answers.iter().all(Result::is_ok) && answers.len() == 60);
    assert_eq!((fake.most_at_once(), AT_ONCE, client.usage().calls), (6, 6, 60));
}

#[tokio::test]
async fn a_caller_may_buffer_as_many() {
    let (app, fake) = beside_the_fake();
    let client = &client(&app);
    let pages = stream::iter(1..=20).map(|page| client.jobs_page(page)).buffer_unordered(AT_ONCE);
    assert_eq!(pages.filter(|page| std::future::ready(page.is_ok())).count().await, 20);
    assert_eq!(fake.most_at_once(), AT_ONCE);
}

#[tokio::test]
async fn one_that_waits_to_try_again_keeps_its_place() {
    let (app, fake) = beside_the_fake();
    fake.fail("*", Fault::Status { status: 429 }, Some(6));
    let client = client(&app);
    let answers = join_all((0..12).map(|_| client.jobs_page(1))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((client.usage().calls, client.usage().retries, fake.most_at_once()), (18, 6, 6));
}

#[tokio::test]
async fn one_who_gives_up_waiting_holds_up_nobody() {
    let (app, fake) = beside_the_fake();
    let client = client(&app);
    {
        // Six are under way, six wait; all are given up.
        let mut all = pin!(join_all((0..12).map(|_| client.jobs_page(1))));
        assert!(all.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    let answers = join_all((0..12).map(|_| client.jobs_page(1))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!((fake.calls().len(), fake.most_at_once()), (12, AT_ONCE));
}

#[tokio::test]
async fn time_that_is_waited_together_counts_once() {
    let (app, fake) = beside_the_fake();
    fake.fail("*", Fault::Slow { ms: 500 }, Some(1));
    let client = client(&app);
    let started_ms = app.app.clock.unix_ms();
    join_all((0..4).map(|_| client.jobs_page(1))).await;
    assert_eq!((client.usage().ms, app.app.clock.unix_ms() - started_ms), (500, 500));
}
