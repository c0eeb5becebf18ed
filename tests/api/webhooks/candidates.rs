//! Webhooks that name a candidate and no job: the pipelines of the candidate's open jobs are read.

use std::time::Duration;

use serde_json::{Value, json};

use super::{SECOND, about_job, app, candidate_url, reply};
use crate::support::{Reply, TestApp};

/// The candidate as Recruiterflow's recipes send it, flat.
fn flat(candidate: u64) -> Value {
    json!({"id": candidate, "rf_link": "", "email": "anna@example.com", "first_name": "Anna"})
}

/// With jobs of these numbers, here and there.
async fn with_jobs(numbers: &[u64]) -> TestApp {
    let app = app();
    for number in numbers {
        app.rf_has(*number, "Engineer", true, 1);
        app.hook(&about_job("job.created", *number)).await;
    }
    app.run_tasks_after(SECOND).await;
    app
}

#[tokio::test]
async fn the_pipelines_of_all_open_jobs_are_read_once_whatever_came() {
    let app = with_jobs(&[7, 9, 10]).await;
    let before = app.asked().len();
    app.rf_has_candidate(24, &[(10, true), (7, true), (8, false), (7, true)]);
    for number in 0..5 {
        let mut body = flat(24);
        body["number"] = json!(number);
        assert_eq!(app.hook(&body).await, "received");
    }
    app.rf_has(7, "Engineer", true, 5);
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked()[before..], ["candidate/get 24", "job/pipeline 7", "job/pipeline 10"]);
    assert_eq!(app.jobs(), ["7 Engineer open 5", "9 Engineer open 1", "10 Engineer open 1"]);
    assert!(app.open_hooks().is_empty());
    assert_eq!(app.synced().last().unwrap(), &json!(["succeeded", 0, 0, 0, 0, 2, 1, 3, 0, null]));
}

#[tokio::test]
async fn a_job_of_theirs_that_is_new_here_is_read_too() {
    let app = app();
    app.rf_has(7, "Engineer", true, 2);
    app.rf_has_candidate(24, &[(7, true)]);
    app.hook(&flat(24)).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked(), ["candidate/get 24", "job 7", "job/pipeline 7"]);
    assert_eq!(app.jobs(), ["7 Engineer open 2"]);
}

#[tokio::test]
async fn one_without_jobs_and_one_that_is_gone_are_nothing_to_do() {
    let app = app();
    app.rf_has_candidate(24, &[]);
    app.http.always(&candidate_url(25), reply(404, &json!({"message": "Not found"})));
    app.hook(&flat(24)).await;
    app.hook(&flat(25)).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked(), ["candidate/get 24", "candidate/get 25"]);
    assert!(app.open_hooks().is_empty() && app.tasks_left().is_empty());
}

#[tokio::test]
async fn when_recruiterflow_is_slow_the_jobs_are_read_in_several_steps() {
    let numbers: Vec<u64> = (1..=8).collect();
    let app = with_jobs(&numbers).await;
    let before = app.asked().len();
    let jobs: Vec<_> = numbers.iter().map(|number| (*number, true)).collect();
    app.rf_has_candidate(24, &jobs);
    // Each pipeline comes at the third try only, six seconds later.
    for number in &numbers {
        app.http.reply(&super::pipeline_url(*number), [Reply::Status(502), Reply::Status(502)]);
    }
    app.hook(&flat(24)).await;
    let runs = app.run_tasks_after(SECOND).await;
    assert!((4..=8).contains(&runs), "{runs}");
    let asked = app.asked();
    let pipelines = asked[before..].iter().filter(|asked| asked.starts_with("job/pipeline")).count();
    assert_eq!(pipelines, 24, "no job is read twice: {asked:?}");
    assert!(app.open_hooks().is_empty());
    let line = app.synced().pop().unwrap();
    assert_eq!((&line[0], &line[5], &line[8]), (&json!("succeeded"), &json!(8), &json!(16)), "{line}");
}

#[tokio::test]
async fn what_comes_between_two_steps_has_its_own_reading() {
    let app = with_jobs(&[1, 2, 3]).await;
    let before = app.asked().len();
    app.rf_has_candidate(24, &[(1, true), (2, true), (3, true)]);
    for number in 1..=3 {
        app.http.reply(&super::pipeline_url(number), [Reply::Status(502), Reply::Status(502)]);
    }
    app.hook(&flat(24)).await;
    app.pass(SECOND).await;
    edgehire::tasks::work(&app.app).await.unwrap();
    assert_eq!(app.tasks_left(), ["process_hooks pending"], "another step is to come");
    let mut other = flat(24);
    other["tags"] = json!("hot");
    assert_eq!(app.hook(&other).await, "received");
    app.run_tasks_after(Duration::from_secs(2)).await;
    assert!(app.open_hooks().is_empty() && app.tasks_left().is_empty());
    let read = app.asked()[before..].iter().filter(|asked| *asked == "job/pipeline 1").count();
    assert_eq!(read, 4, "thrice for the first webhook, once for the second");
    assert_eq!(app.synced().len(), 5);
}
