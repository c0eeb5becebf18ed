//! How much each factor counts, and what becomes of rankings when that changes.

use std::time::Duration;

use edgehire::domain::user::Role;
use edgehire::tasks;
use serde_json::{Value, json};

use super::super::events::each;
use super::{path, with_scorers};
use crate::support::TestApp;

const PATH: &str = "/api/scoring/weights";

fn weights(each: [f64; 4]) -> Value {
    let [client_engagement, search_difficulty, time_open, fee_size] = each;
    json!({
        "client_engagement": client_engagement, "search_difficulty": search_difficulty,
        "time_open": time_open, "fee_size": fee_size
    })
}

#[tokio::test]
async fn they_are_a_quarter_each_until_they_are_set() {
    let app = TestApp::new();
    let first = app.get(PATH).await;
    assert_eq!((first.expect(200), first.header("etag")), (weights([0.25; 4]), Some("\"w-0\"")));
    let set = app.put(PATH, weights([0.4, 0.3, 0.2, 0.1])).await;
    assert_eq!((set.expect(200), set.header("etag")), (weights([0.4, 0.3, 0.2, 0.1]), Some("\"w-1\"")));
    assert_eq!(app.trips(), 1);
    let read = app.get(PATH).await;
    assert_eq!((read.expect(200), read.header("etag")), (weights([0.4, 0.3, 0.2, 0.1]), Some("\"w-1\"")));
    app.run_due_tasks().await;
}

#[tokio::test]
async fn shares_are_numbers_from_0_to_1_that_come_to_1() {
    let app = TestApp::new();
    let odd = json!({"client_engagement": 1.1, "search_difficulty": -0.1, "time_open": "0.5"});
    let refused = app.put(PATH, odd).await.expect(400);
    let mut fields = each(&refused["errors"], "field");
    fields.sort_by_key(ToString::to_string);
    assert_eq!(fields, ["client_engagement", "fee_size", "search_difficulty", "time_open"]);
    for off in [[0.25, 0.25, 0.25, 0.2502], [0.1; 4], [1.0; 4]] {
        let refused = app.put(PATH, weights(off)).await.expect(400);
        assert_eq!(refused["errors"][0]["field"], "weights", "{off:?}");
    }
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM settings"), ["0"]);
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM tasks"), ["0"]);
    for good in [[0.25, 0.25, 0.25, 0.2501], [1.0, 0.0, 0.0, 0.0]] {
        app.put(PATH, weights(good)).await.expect(200);
    }
    app.put(PATH, json!({"client_engagement": 1, "search_difficulty": 0, "time_open": 0, "fee_size": 0}))
        .await
        .expect(200);
    app.run_due_tasks().await;
}

#[tokio::test]
async fn only_an_admin_sets_them_and_for_the_version_that_was_read() {
    let app = with_scorers();
    let token = app.token_of_scorer(1, Role::Recruiter);
    let body = weights([0.4, 0.3, 0.2, 0.1]).to_string();
    assert_eq!(app.call_as(&token, "GET", PATH, "").await.status, 200);
    assert_eq!(app.call_as(&token, "PUT", PATH, body.clone()).await.status, 403);
    let put_if = async |tag: &str, body: &Value| {
        app.call_with("PUT", PATH, &[("if-match", tag)], body.to_string()).await
    };
    let (first, second) = (weights([0.4, 0.3, 0.2, 0.1]), weights([0.1, 0.2, 0.3, 0.4]));
    assert_eq!(put_if("\"w-0\"", &first).await.status, 200);
    assert_eq!(put_if("\"w-0\"", &second).await.status, 412);
    assert_eq!(put_if("\"w-0\"", &first).await.status, 412);
    let same = put_if("\"w-1\"", &first).await;
    assert_eq!((same.status, same.header("etag")), (200, Some("\"w-1\"")));
    let known = app.call_with("GET", PATH, &[("if-none-match", "\"w-1\"")], "").await;
    assert_eq!(known.status, 304);
    let admin = app.token_of_scorer(3, Role::Admin);
    assert_eq!(app.call_as(&admin, "PUT", PATH, second.to_string()).await.status, 200);
    app.run_due_tasks().await;
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM tasks"), ["1"], "asked for together");
}

#[tokio::test]
async fn the_same_weights_again_are_no_change() {
    let app = with_scorers();
    app.score(1, 1, "2024-01-20", [5, 4, 4, 4]).await;
    let before = app.standing(1);
    assert_eq!(app.put(PATH, weights([0.25; 4])).await.header("etag"), Some("\"w-0\""));
    assert_eq!(app.db.texts("SELECT count(*) || '' FROM tasks"), ["0"]);
    assert_eq!(app.standing(1), before);
}

#[tokio::test]
async fn rankings_follow_and_scores_stay() {
    let app = with_scorers();
    app.enter_job(2, json!({}));
    app.enter_job(3, json!({"is_active": false}));
    app.enter_job(4, json!({}));
    app.score(1, 1, "2024-01-18", [1, 5, 5, 5]).await;
    app.score(1, 2, "2024-01-19", [2, 5, 5, 5]).await;
    app.score(2, 1, "2024-01-19", [4, 4, 4, 4]).await;
    app.score(3, 1, "2024-01-19", [5, 1, 1, 1]).await;
    let told = app.event_kinds().len();
    let lists = app.get("/api/jobs").await;
    app.put(PATH, weights([1.0, 0.0, 0.0, 0.0])).await.expect(200);
    app.clock.set("2024-01-20T12:00:00Z");
    app.run_due_tasks().await;
    assert_eq!(app.standing(1), "C 1.5 2024-01-19");
    assert_eq!(app.standing(2), "A 4.0 2024-01-19");
    assert_eq!(app.standing(3), "A 5.0 2024-01-19");
    assert_eq!(app.standing(4), "- - -");
    let history = app.db.texts(
        "SELECT job_id || ' ' || rank || ' ' || composite || ' ' || by_role || ' ' || scorers || ' ' || created_at \
         FROM job_rankings WHERE reason = 'weights' ORDER BY job_id",
    );
    assert_eq!(
        history,
        [
            "1 C 1.5 {\"account_manager\":1.0,\"sales_person\":2.0} 2 2024-01-20T12:00:00Z",
            "3 A 5.0 {\"account_manager\":5.0} 1 2024-01-20T12:00:00Z"
        ]
    );
    assert_eq!(app.db.texts("SELECT composite || '' FROM job_scores ORDER BY id").len(), 4);
    let events = app.events().split_off(told);
    let told: Vec<_> = events
        .iter()
        .map(|(kind, job, data)| format!("{kind} {job} {} {}", data["previous_rank"], data["rank"]))
        .collect();
    assert_eq!(told, ["job.rank_changed 1 \"A\" \"C\"", "job.rank_changed 3 \"C\" \"A\""]);
    assert_eq!(events[0].2["uuid"], super::job_id(1));
    let after = app.get("/api/jobs").await;
    assert_eq!((lists.header("x-cache"), after.header("x-cache")), (Some("miss"), Some("miss")));
    assert_eq!(app.get(&path(1, "")).await.json()["ranking_history"][0]["reason"], "weights");
}

/// Enters so many jobs with one score each.
fn enter_scored(app: &TestApp, count: u32) {
    for number in 1..=count {
        app.enter_job(1000 + number, json!({"rank": "C", "composite": 2, "scoring_date": "2024-01-19"}));
    }
    app.db.execute(
        "INSERT INTO job_scores (uuid, job_id, user_id, scoring_role, scoring_date, client_engagement, \
            search_difficulty, time_open, fee_size, composite, created_at) \
         SELECT 's' || id, id, 1, 'ceo', '2024-01-19', 5, 1, 1, 1, 2.0, 'x' FROM jobs WHERE id > 1000",
    );
}

#[tokio::test]
async fn many_jobs_take_steps_and_weights_that_change_between_begin_them_anew() {
    let app = with_scorers();
    enter_scored(&app, 250);
    app.put(PATH, weights([1.0, 0.0, 0.0, 0.0])).await.expect(200);
    let composites =
        || app.db.texts("SELECT composite || ' ' || count(*) FROM jobs WHERE id > 1000 GROUP BY composite");
    tasks::sweep(&app.app).await.unwrap();
    tasks::work(&app.app).await.unwrap().unwrap();
    assert_eq!(composites(), ["2.0 150", "5.0 100"]);
    app.put(PATH, weights([0.5, 0.5, 0.0, 0.0])).await.expect(200);
    app.queue.take();
    app.run_due_tasks().await;
    assert_eq!(composites(), ["3.0 250"]);
    let ids = app.db.texts("SELECT count(DISTINCT id) || '' FROM events WHERE type = 'job.rank_changed'");
    assert_eq!(ids, app.db.texts("SELECT count(*) || '' FROM events WHERE type = 'job.rank_changed'"));
}

#[tokio::test]
async fn a_step_that_is_killed_is_done_again_once() {
    for (trips, commits) in [(1, false), (2, false), (2, true)] {
        let app = with_scorers();
        enter_scored(&app, 3);
        app.put(PATH, weights([1.0, 0.0, 0.0, 0.0])).await.expect(200);
        tasks::sweep(&app.app).await.unwrap();
        app.db.die_after(trips, commits);
        drop(tasks::work(&app.app).await);
        assert!(app.db.revive(), "{trips}");
        app.queue.take();
        app.run_tasks_after(std::time::Duration::from_mins(2)).await;
        assert_eq!(
            app.db.texts("SELECT count(*) || '' FROM job_rankings WHERE composite = 5"),
            ["3"],
            "{trips} {commits}"
        );
        assert_eq!(app.db.texts("SELECT count(*) || '' FROM jobs WHERE composite = 5"), ["3"]);
    }
}

#[tokio::test]
async fn a_score_between_a_step_and_its_end_is_left_alone() {
    let app = with_scorers();
    app.score(1, 1, "2024-01-18", [5, 1, 1, 1]).await;
    app.put(PATH, weights([1.0, 0.0, 0.0, 0.0])).await.expect(200);
    tasks::sweep(&app.app).await.unwrap();
    let path = path(1, "/score");
    let (ran, answer) =
        tokio::join!(tasks::work(&app.app), app.post(&path, super::score(2, "2024-01-19", [3, 1, 1, 1])));
    ran.unwrap();
    answer.expect(200);
    app.run_due_tasks().await;
    assert_eq!(app.standing(1), "A 4.0 2024-01-19");
}

#[tokio::test]
async fn rankings_follow_the_weights_however_long_that_did_not_go_well() {
    let app = with_scorers();
    app.score(1, 1, "2024-01-18", [1, 5, 5, 5]).await;
    app.put(PATH, weights([1.0, 0.0, 0.0, 0.0])).await.expect(200);
    app.db.execute("ALTER TABLE settings RENAME TO away");
    for _ in 0..5 {
        app.run_tasks_after(Duration::from_mins(10)).await;
    }
    app.db.execute("ALTER TABLE away RENAME TO settings");
    app.run_tasks_after(Duration::from_mins(10)).await;
    assert_eq!(app.standing(1), "C 1.0 2024-01-18");
}
