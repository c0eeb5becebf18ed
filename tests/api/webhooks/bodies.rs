//! What is stored of a webhook, and how it is answered.

use serde_json::{Value, json};

use super::{HOOKS, SECOND, about_job, app, stage_move};
use crate::support::{HOOK_SECRET, TestApp};

const TOKEN: (&str, &str) = ("x-rf-webhook-token", HOOK_SECRET);

/// The stored webhook of a body, with this header: kind, job, candidate, status.
async fn stored(app: &TestApp, body: Value, header: Option<&str>) -> Value {
    let headers: Vec<_> =
        [Some(TOKEN), header.map(|word| ("rf-event-type", word))].into_iter().flatten().collect();
    let answer = app.hook_as(HOOKS, &headers, body.to_string()).await.expect(200);
    let id = answer["id"].as_str().unwrap();
    let row = app.db.texts(&format!(
        "SELECT json_array(kind, job_ref, candidate_ref, status) FROM inbound_hooks WHERE uuid = '{id}'"
    ));
    serde_json::from_str(&row[0]).unwrap()
}

#[tokio::test]
async fn invalid_or_corrupted_webhook_payload() {
    let app = app();
    let whole = stage_move(7, 24, "2024-01-20T10:59:00+0000").to_string();
    let deep = "[".repeat(5_000);
    let bad: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"no JSON".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"7".to_vec(),
        b"\"{}\"".to_vec(),
        br#"[{"job_id": 7}]"#.to_vec(),
        br#"{"job_id": 7"#.to_vec(),
        br#"{"job_id": 7} x"#.to_vec(),
        b"job_id=7&event=job.updated".to_vec(),
        b"{\"job_id\": 7, \"name\": \"\xff\xfe\"}".to_vec(),
        b"{\"job_id\": 7, \"name\": \"a\0b\"}".to_vec(),
        format!(r#"{{"job_id": 7, "x": {deep}"#).into_bytes(),
        whole.as_bytes()[..whole.len() / 2].to_vec(),
    ];
    for body in bad {
        let refused = app.hook_as(HOOKS, &[TOKEN], body.clone()).await.expect(400);
        assert_eq!(refused["error"], "Invalid JSON", "{:?}", String::from_utf8_lossy(&body));
        assert_eq!(refused["errors"][0]["field"], "body");
    }
    assert!(app.hooks().is_empty() && app.tasks_left().is_empty());
    // And the next one is taken as if nothing had been.
    app.rf_has(7, "Engineer", true, 3);
    assert_eq!(app.hook(&serde_json::from_str(&whole).unwrap()).await, "received");
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.jobs(), ["7 Engineer open 3"]);
}

#[tokio::test]
async fn members_of_odd_types_are_passed_over() {
    let app = app();
    app.leave_undrained();
    for (body, expected) in [
        (json!({}), json!([null, null, null, "ignored"])),
        (json!({"event": {"x": 1}, "job": [], "candidate": "Anna"}), json!([null, null, null, "ignored"])),
        (json!({"event": 5, "job_id": 7}), json!([null, "7", null, "received"])),
        (json!({"event": null, "job": null, "job_id": "7 "}), json!([null, "7", null, "duplicate"])),
        (
            json!({"type": "x", "job": {"id": -1}, "candidate": {"id": 24}}),
            json!(["x", null, "24", "received"]),
        ),
    ] {
        let row = stored(&app, body.clone(), None).await;
        if expected[3] == "duplicate" {
            // Another body: no repeat.
            assert_eq!(row, json!([null, "7", null, "received"]));
        } else {
            assert_eq!(row, expected, "{body}");
        }
    }
}

#[tokio::test]
async fn each_kind_is_known_wherever_it_stands() {
    let app = app();
    app.leave_undrained();
    let sourced = |to: &str| {
        let mut body = stage_move(7, 24, "2024-01-20T10:59:00+0000");
        body["to_stage"] = json!(to);
        body
    };
    for (body, header, expected) in [
        (about_job("JOB_CREATED", 1), None, json!(["job.created", "1", null, "received"])),
        (
            json!({"event_type": "job.archived", "job_id": "2"}),
            None,
            json!(["job.archived", "2", null, "received"]),
        ),
        (json!({"job": {"id": 3}}), Some("Updated"), json!(["job.updated", "3", null, "received"])),
        (sourced("Screen"), Some("Updated"), json!(["candidate.stage_changed", "7", "24", "received"])),
        (sourced("Sourced"), None, json!(["candidate.added_to_job", "7", "24", "received"])),
        (
            json!({"id": 25, "email": "b@example.com"}),
            Some("Created"),
            json!(["candidate.created", null, "25", "received"]),
        ),
        (json!({"event": "offer.sent", "job_id": 4}), None, json!(["offer.sent", "4", null, "received"])),
        (json!({"event": "ping", "id": 5}), None, json!(["ping", null, null, "ignored"])),
    ] {
        assert_eq!(stored(&app, body.clone(), header).await, expected, "{body} {header:?}");
    }
}

#[tokio::test]
async fn the_answer_names_the_webhook_and_takes_one_round_trip() {
    let app = app();
    app.leave_undrained();
    let body = r#"{ "event" : "job.updated", "job_id" : 7, "note" : "Ж\u0000\n" }"#;
    let answer = app.hook_as(HOOKS, &[TOKEN], body).await.expect(200);
    assert_eq!(answer["status"], "received");
    assert_eq!(app.log().pop().unwrap()["d1_trips"], 1);
    let row = app.db.texts("SELECT uuid FROM inbound_hooks");
    assert_eq!(answer, json!({"status": "received", "id": row[0]}));
    assert_eq!(app.db.texts("SELECT body FROM inbound_hooks"), [body]);
    assert_eq!(app.db.texts("SELECT received_at FROM inbound_hooks"), ["2024-01-20T11:00:00Z"]);
    assert!(app.http.sent().is_empty(), "Recruiterflow is not asked before the answer");
}

#[tokio::test]
async fn what_names_neither_job_nor_candidate_is_stored_and_nothing_else() {
    let app = app();
    assert_eq!(app.hook(&json!({"event": "ping"})).await, "ignored");
    assert_eq!(app.hook(&json!({"event": "ping"})).await, "ignored");
    assert_eq!(app.hooks(), ["ping ignored", "ping ignored"]);
    assert!(app.tasks_left().is_empty() && app.open_hooks().is_empty());
}

#[tokio::test]
async fn when_the_database_is_away_the_sender_is_told_to_try_again() {
    let app = app();
    let lost = edgehire::ports::DbError::Transient("Network connection lost".to_owned());
    app.db.fail_next([lost.clone(), lost.clone(), lost]);
    app.hook_as(HOOKS, &[TOKEN], about_job("job.updated", 7).to_string()).await.expect(503);
    assert!(app.hooks().is_empty());
    // The answer of a batch is lost: it is asked again, and nothing is written twice.
    app.db.lose_next_answer();
    app.rf_has(7, "Engineer", true, 3);
    assert_eq!(app.hook(&about_job("job.updated", 7)).await, "received");
    assert_eq!(app.hooks(), ["job.updated received"]);
    app.run_tasks_after(SECOND).await;
    assert_eq!(app.asked(), ["job 7", "job/pipeline 7"]);
}
