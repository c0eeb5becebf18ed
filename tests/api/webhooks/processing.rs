//! What webhooks about jobs make us read, and what that brings.

use serde_json::json;

use super::{SECOND, about_job, app, pipeline_url, reply, stage_move};

#[tokio::test]
async fn twenty_webhooks_about_a_job_make_one_reading_of_it_and_of_its_pipeline() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.created", 7)).await;
    app.run_tasks_after(SECOND).await;
    let before = app.asked().len();
    let kinds = ["job.updated", "candidate.stage_changed", "candidate.added_to_job", "custom.kind"];
    for number in 0..20 {
        let mut body = about_job(kinds[number % 4], 7);
        body["number"] = json!(number);
        assert_eq!(app.hook(&body).await, "received");
    }
    assert_eq!(app.tasks_left(), ["process_hooks pending"]);
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked()[before..], ["job 7", "job/pipeline 7"]);
    assert_eq!(app.hooks().len(), 21);
    assert!(app.hooks().iter().all(|hook| hook.ends_with(" processed")), "{:?}", app.hooks());
    assert!(app.tasks_left().is_empty());
}

#[tokio::test]
async fn a_burst_is_gathered_for_a_second_and_no_longer() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.updated", 7)).await;
    app.pass(SECOND / 2).await;
    app.hook(&about_job("job.archived", 7)).await;
    assert_eq!(app.run_due_tasks().await, 0);
    assert_eq!(app.run_tasks_after(SECOND / 2).await, 1, "the later one does not put the first one off");
    assert!(app.open_hooks().is_empty());
}

#[tokio::test]
async fn each_kind_asks_for_what_it_is_about() {
    for (kind, asked) in [
        ("job.created", vec!["job 7"]),
        ("job.updated", vec!["job 7"]),
        ("job.archived", vec!["job 7"]),
        ("candidate.stage_changed", vec!["job/pipeline 7"]),
        ("candidate.added_to_job", vec!["job/pipeline 7"]),
        ("candidate.rejected", vec!["job 7", "job/pipeline 7"]),
        ("", vec!["job 7", "job/pipeline 7"]),
    ] {
        let app = app();
        app.rf_has(7, "Engineer", true, 3);
        app.hook(&about_job("job.created", 7)).await;
        app.run_tasks_after(SECOND).await;
        let before = app.asked().len();
        let mut body = about_job(kind, 7);
        body["again"] = json!(true);
        app.hook(&body).await;
        app.run_tasks_after(SECOND).await;
        assert_eq!(app.asked()[before..], asked, "{kind}");
    }
}

#[tokio::test]
async fn a_job_that_is_new_here_comes_with_its_pipeline_whatever_told_of_it() {
    for kind in ["job.created", "job.updated", "candidate.stage_changed", "candidate.added_to_job"] {
        let app = app();
        app.rf_has(7, "Engineer", true, 3);
        app.hook(&about_job(kind, 7)).await;
        app.run_tasks_after(SECOND).await;
        assert_eq!(app.asked(), ["job 7", "job/pipeline 7"], "{kind}");
        assert_eq!(app.jobs(), ["7 Engineer open 3"]);
        assert_eq!(app.event_kinds()[0], "job.created");
        assert_eq!(app.synced(), [json!(["succeeded", 1, 1, 0, 0, 1, 1, 2, 0, null])]);
    }
}

#[tokio::test]
async fn a_change_is_read_and_counted_in_the_log_of_syncs() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.created", 7)).await;
    app.run_tasks_after(SECOND).await;
    app.rf_has(7, "Senior Engineer", true, 4);
    app.hook(&about_job("job.updated", 7)).await;
    app.run_tasks_after(SECOND).await;
    app.hook(&stage_move(7, 24, "2024-01-20T11:00:00+0000")).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.jobs(), ["7 Senior Engineer open 4"]);
    assert_eq!(
        app.synced()[1..],
        [
            json!(["succeeded", 1, 0, 1, 0, 0, 0, 1, 0, null]),
            json!(["succeeded", 0, 0, 0, 0, 1, 1, 1, 0, null])
        ]
    );
}

#[tokio::test]
async fn a_job_that_was_closed_there_is_inactive_here() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.created", 7)).await;
    app.run_tasks_after(SECOND).await;
    app.rf_has(7, "Engineer", false, 3);
    app.hook(&about_job("job.archived", 7)).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.jobs(), ["7 Engineer closed 3"]);
    assert_eq!(app.synced()[1], json!(["succeeded", 1, 0, 0, 1, 0, 0, 1, 0, null]));
    assert_eq!(app.event_kinds().last().unwrap(), "job.closed");
}

#[tokio::test]
async fn job_deleted_in_rf_while_being_scored() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.created", 7)).await;
    app.run_tasks_after(SECOND).await;
    app.enter_user("anna@example.com", "recruiter").await;
    app.db.execute(
        "INSERT INTO job_scores (uuid, job_id, user_id, scoring_role, scoring_date, client_engagement, \
            search_difficulty, time_open, fee_size, composite, created_at) \
         VALUES ('s', 1, 1, 'ceo', '2024-01-20', 5, 4, 3, 2, 3.5, ''); \
         INSERT INTO job_rankings (job_id, scoring_date, composite, rank, by_role, scorers, reason, created_at) \
         VALUES (1, '2024-01-20', 3.5, 'B', '{}', 1, 'score', ''); \
         UPDATE jobs SET rank = 'B', composite = 3.5, scoring_date = '2024-01-20';",
    );
    app.rf_has_not(7);
    app.hook(&about_job("job.archived", 7)).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.jobs(), ["7 Engineer closed 3"]);
    assert_eq!(app.db.texts("SELECT json_array(rank, composite) FROM jobs"), [r#"["B",3.5]"#]);
    assert_eq!(app.db.texts("SELECT uuid FROM job_scores"), ["s"]);
    assert_eq!(app.db.texts("SELECT rank FROM job_rankings"), ["B"]);
    assert!(app.open_hooks().is_empty());
}

#[tokio::test]
async fn a_candidate_of_a_job_that_is_gone_makes_the_job_inactive() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.created", 7)).await;
    app.run_tasks_after(SECOND).await;
    app.rf_has_not(7);
    app.hook(&stage_move(7, 24, "2024-01-20T11:00:00+0000")).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked()[2..], ["job/pipeline 7", "job 7", "job/pipeline 7"]);
    assert_eq!(app.jobs(), ["7 Engineer closed 3"]);
}

#[tokio::test]
async fn a_job_that_is_neither_here_nor_there_is_nothing_to_do() {
    let app = app();
    app.rf_has_not(7);
    for body in [about_job("job.updated", 7), stage_move(7, 24, "2024-01-20T11:00:00+0000")] {
        app.hook(&body).await;
        app.run_tasks_after(SECOND).await;
    }
    assert!(app.jobs().is_empty() && app.open_hooks().is_empty());
    assert_eq!(app.synced().len(), 2);
}

#[tokio::test]
async fn a_pipeline_that_comes_empty_for_a_moment_leaves_what_is_known() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.hook(&about_job("job.created", 7)).await;
    app.run_tasks_after(SECOND).await;
    app.http.always(&pipeline_url(7), reply(200, &json!({"detail": [], "summary": []})));
    app.hook(&stage_move(7, 24, "2024-01-20T11:00:00+0000")).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.jobs(), ["7 Engineer open 3"]);
    assert!(app.open_hooks().is_empty());
}

#[tokio::test]
async fn jobs_do_not_wait_for_each_other() {
    let app = app();
    app.rf_has(7, "Engineer", true, 3);
    app.rf_answers(8, 503);
    app.hook(&about_job("job.updated", 8)).await;
    app.hook(&about_job("job.updated", 7)).await;
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.jobs(), ["7 Engineer open 3"]);
    assert_eq!(app.hooks(), ["job.updated received", "job.updated processed"]);
}
