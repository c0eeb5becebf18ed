//! Lists that are not true: totals that are wrong, entries that come twice or move, entries without an id,
//! and no end.

use serde_json::{Value, json};

use super::{Agency, Meddled};
use crate::fakes::recruiterflow::seed;

/// The number of the page that is asked for.
fn page(uri: &str) -> Option<u64> {
    let page = uri.split(['?', '&']).find_map(|part| part.strip_prefix("current_page="))?;
    page.parse().ok()
}

#[tokio::test]
async fn all_jobs_are_read_whatever_the_total_says() {
    let mut calls = 0;
    let totals: [Box<dyn FnMut() -> Value + Send>; 7] = [
        Box::new(|| json!(99)),
        Box::new(|| json!(0)),
        Box::new(|| json!(120)),
        Box::new(|| json!(5_000)),
        Box::new(|| json!(null)),
        Box::new(|| json!("many")),
        Box::new(move || {
            calls += 1;
            json!([250, 90, 300, 10][calls % 4])
        }),
    ];
    for (at, mut total) in totals.into_iter().enumerate() {
        let agency = Agency::new();
        seed::agency(&agency.fake, 250, 10, 1);
        agency.meddle(move |uri, body| {
            if uri.contains("job/list") {
                body["total_items"] = total();
            }
            Meddled::Pass
        });
        agency.sync().await;
        let sync = agency.last_sync().await;
        assert_eq!(
            (&sync["status"], &sync["seen"], &sync["created"]),
            (&json!("succeeded"), &json!(250), &json!(250)),
            "{at}"
        );
        assert!(agency.fake.counts()["job/list"] <= 9, "{at}: {:?}", agency.fake.counts());
        assert!(!agency.fake.counts().contains_key("job"), "{at}");
    }
}

#[tokio::test]
async fn a_page_that_is_short_in_the_middle_does_not_end_the_list() {
    let agency = Agency::new();
    seed::agency(&agency.fake, 250, 250, 1);
    agency.sync().await;
    agency.meddle(|uri, body| {
        if page(uri) == Some(2) {
            body["data"].as_array_mut().unwrap().truncate(70);
        }
        Meddled::Pass
    });
    agency.fake.forget_calls();
    agency.sync().await;
    let sync = agency.last_sync().await;
    assert_eq!(
        (&sync["status"], &sync["seen"], &sync["deactivated"]),
        (&json!("succeeded"), &json!(220), &json!(0))
    );
    assert_eq!(agency.fake.counts()["job"], 30, "those that were left out are asked for");
}

#[tokio::test]
async fn a_job_that_comes_twice_counts_once() {
    let agency = Agency::new();
    seed::agency(&agency.fake, 250, 5, 1);
    let mut moved = Value::Null;
    agency.meddle(move |uri, body| {
        let Some(jobs) = body["data"].as_array_mut().filter(|_| uri.contains("job/list")) else {
            return Meddled::Pass;
        };
        match page(uri) {
            Some(2) => moved = jobs[7].clone(),
            Some(3) => jobs.push(moved.clone()),
            _ => {}
        }
        Meddled::Pass
    });
    agency.sync().await;
    let sync = agency.last_sync().await;
    assert_eq!((&sync["seen"], &sync["created"]), (&json!(250), &json!(250)));
    assert_eq!(agency.number("SELECT count(*) FROM events WHERE type = 'job.created'"), 250);
}

#[tokio::test]
async fn a_job_that_moves_to_a_page_that_has_been_read_is_not_taken_for_gone() {
    let agency = Agency::new();
    for number in 0..150 {
        agency.open(&format!("Job {number}"));
    }
    agency.sync().await;
    let fake = agency.fake.clone();
    agency.pass(std::time::Duration::from_mins(30)).await;
    // The list is by when a job was opened last: the lowest number is on the second page.
    let moving = agency.fake.job_ids(true)[0];
    let mut has_moved = false;
    agency.meddle(move |uri, _| {
        if page(uri) == Some(1) && !std::mem::replace(&mut has_moved, true) {
            fake.reopen_job(moving, None);
        }
        Meddled::Pass
    });
    agency.fake.forget_calls();
    agency.sync().await;
    assert_eq!(agency.fake.counts()["job"], 1);
    assert_eq!(agency.last_sync().await["deactivated"], 0);
    assert_eq!(agency.job(moving, "is_active"), "1");
}

#[tokio::test]
async fn an_entry_without_an_id_is_told_of_and_the_others_are_read() {
    let agency = Agency::with_jobs(3).await;
    let ids = agency.fake.job_ids(true);
    agency.fake.change_job(ids[1], json!({ "name": "Renamed" }));
    agency.meddle(|uri, body| {
        if uri.contains("job/list") {
            let jobs = body["data"].as_array_mut().unwrap();
            jobs[0].as_object_mut().unwrap().remove("id");
            jobs.push(json!("a text"));
        }
        Meddled::Pass
    });
    agency.sync().await;
    let sync = agency.last_sync().await;
    assert_eq!(
        (&sync["status"], &sync["unreadable"], &sync["seen"], &sync["deactivated"]),
        (&json!("succeeded"), &json!(2), &json!(2), &json!(0))
    );
    assert_eq!(agency.jobs(), ["Job 0 1", "Renamed 1", "Job 2 1"]);
}

#[tokio::test]
async fn a_list_without_an_end_ends_the_sweep() {
    let agency = Agency::new();
    // Nothing of use, and of that a full page each time.
    let jobs = vec![json!({}); 100];
    agency.meddle(move |_, body| {
        *body = json!({ "data": jobs, "total_items": 250 });
        Meddled::Pass
    });
    agency.sync_patiently().await;
    let sync = agency.last_sync().await;
    assert_eq!(
        (&sync["status"], &sync["error"]),
        (&json!("failed"), &json!("the list of jobs does not end after 1000 pages"))
    );
    assert!(agency.jobs().is_empty());
}
