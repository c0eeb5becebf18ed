//! The event log as it is read: order, cursors, types, what an event looks like.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{each, refused_fields};
use crate::api::recruitos::{candidate, interview, names};
use crate::support::{TestApp, query};

/// The log after a cursor.
async fn after(app: &TestApp, cursor: &Value) -> Value {
    app.get(&format!("/api/events?after={}", cursor.as_str().unwrap())).await.expect(200)
}

#[tokio::test]
async fn an_event_is_shown_as_it_is_stored_with_its_place_its_id_and_its_subject() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    let id = app.db.texts("SELECT id FROM events");
    let page = app.get("/api/events").await.expect(200);
    assert_eq!(
        page["events"],
        json!([{
            "id": id[0], "sequence": 1, "type": "candidate.created", "timestamp": "2024-01-20T11:00:00Z",
            "subject": {"type": "candidate", "id": 1}, "data": app.events()[0].2
        }])
    );
    assert_eq!(names(&page), ["events", "has_more", "next"]);
    assert_eq!(names(&page["events"][0]), ["data", "id", "sequence", "subject", "timestamp", "type"]);
}

#[tokio::test]
async fn everything_that_happens_to_candidates_and_interviews_is_in_the_log_in_order() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    app.put("/api/candidates/1", json!({"status": "Hired"})).await.expect(200);
    app.enter_interview(interview(1)).await;
    app.put("/api/interviews/1", json!({"status": "Completed"})).await.expect(200);
    app.enter_interview(interview(1)).await;
    app.delete("/api/interviews/1").await.expect(204);
    app.delete("/api/candidates/1").await.expect(204);
    let page = app.get("/api/events").await.expect(200);
    assert_eq!(
        each(&page["events"], "type"),
        [
            "candidate.created",
            "candidate.updated",
            "candidate.status_changed",
            "interview.scheduled",
            "interview.updated",
            "interview.status_changed",
            "interview.scheduled",
            "interview.deleted",
            "interview.deleted",
            "candidate.deleted",
        ]
    );
    let stored = app.db.texts(
        "SELECT json_array(seq, id, json_object('type', subject_type, 'id', subject_id), json(data)) \
         FROM events ORDER BY seq",
    );
    let shown: Vec<_> = page["events"].as_array().unwrap().iter().collect();
    assert_eq!(stored.len(), shown.len());
    for (stored, shown) in stored.iter().zip(shown) {
        let stored: Value = serde_json::from_str(stored).unwrap();
        assert_eq!(stored, json!([shown["sequence"], shown["id"], shown["subject"], shown["data"]]));
    }
}

#[tokio::test]
async fn a_cursor_reads_on_where_the_page_ended_without_gap_or_repetition() {
    let app = TestApp::new();
    app.write_events(1, 25, "candidate.updated");
    let (mut seen, mut path) = (Vec::new(), "/api/events?limit=10".to_owned());
    loop {
        let page = app.get(&path).await.expect(200);
        seen.extend(each(&page["events"], "sequence").iter().map(|seq| seq.as_i64().unwrap()));
        assert_eq!(page["has_more"], seen.len() < 25, "after {}", seen.len());
        path = query("/api/events", &[("limit", "10"), ("after", page["next"].as_str().unwrap())]);
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen, (1..=25).collect::<Vec<_>>());
    app.write_events(26, 26, "candidate.deleted");
    let page = app.get(&path).await.expect(200);
    assert_eq!(each(&page["events"], "sequence"), [26]);
}

#[tokio::test]
async fn next_is_given_on_an_empty_log_and_an_empty_page_and_holds() {
    let app = TestApp::new();
    let empty = app.get("/api/events").await.expect(200);
    assert_eq!((&empty["events"], &empty["has_more"]), (&json!([]), &json!(false)));
    let again = after(&app, &empty["next"]).await;
    assert_eq!(again, empty);
    app.write_events(1, 2, "candidate.updated");
    let two = after(&app, &empty["next"]).await;
    assert_eq!(each(&two["events"], "sequence"), [1, 2]);
    let none = after(&app, &two["next"]).await;
    assert_eq!(none, json!({"events": [], "next": two["next"], "has_more": false}));
}

#[tokio::test]
async fn latest_gives_nothing_but_the_place_from_which_all_that_follows_is_read() {
    let app = TestApp::new();
    let empty = app.get("/api/events?after=latest").await.expect(200);
    assert_eq!((&empty["events"], &empty["has_more"]), (&json!([]), &json!(false)));
    app.write_events(1, 1200, "candidate.updated");
    let latest = app.get("/api/events?after=latest").await.expect(200);
    assert_eq!((&latest["events"], &latest["has_more"]), (&json!([]), &json!(false)));
    app.write_events(1201, 1202, "candidate.updated");
    assert_eq!(each(&after(&app, &latest["next"]).await["events"], "sequence"), [1201, 1202]);
    assert_eq!(after(&app, &empty["next"]).await["events"][0]["sequence"], 1);
}

#[tokio::test]
async fn a_page_holds_only_the_types_asked_for_and_reads_on_after_the_others() {
    let app = TestApp::new();
    for (seq, kind) in
        ["candidate.created", "candidate.updated", "interview.scheduled", "sync.completed"].iter().enumerate()
    {
        let seq = i64::try_from(seq).unwrap() + 1;
        app.write_events(seq, seq, kind);
    }
    for (types, expected) in [
        ("interview.scheduled", vec![3]),
        ("sync.completed,candidate.created", vec![1, 4]),
        (" candidate.updated , interview.scheduled ,", vec![2, 3]),
        ("endpoint.disabled", vec![]),
        ("", vec![1, 2, 3, 4]),
    ] {
        let page = app.get(&query("/api/events", &[("types", types)])).await.expect(200);
        assert_eq!(each(&page["events"], "sequence"), expected, "{types}");
        assert_eq!(after(&app, &page["next"]).await["events"], json!([]), "{types}");
    }
}

#[tokio::test]
async fn an_unknown_type_is_refused_with_the_words_there_are() {
    let app = TestApp::new();
    for types in ["candidate.hired", "candidate.created,nope", "endpoint.test"] {
        let refused = app.get(&query("/api/events", &[("types", types)])).await.expect(400);
        assert_eq!(refused["error"], "Validation error");
        assert_eq!(each(&refused["errors"], "field"), ["types"]);
        let message = refused["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("candidate.status_changed, candidate.deleted"), "{message}");
    }
}

#[tokio::test]
async fn a_page_holds_a_hundred_unless_asked_for_1_to_500() {
    let app = TestApp::new();
    app.write_events(1, 600, "candidate.updated");
    for (path, count) in [("", 100), ("?limit=1", 1), ("?limit=500", 500), ("?limit=", 100)] {
        let page = app.get(&format!("/api/events{path}")).await.expect(200);
        assert_eq!(page["events"].as_array().unwrap().len(), count, "{path}");
        assert_eq!(page["has_more"], true, "{path}");
    }
    for limit in ["0", "501", "-1", "x", "1.5"] {
        let refused = app.get(&format!("/api/events?limit={limit}")).await.expect(400);
        assert_eq!(each(&refused["errors"], "field"), ["limit"], "{limit}");
    }
}

#[tokio::test]
async fn a_cursor_that_no_answer_gave_is_refused() {
    let app = TestApp::new();
    let text = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for bad in [
        "x".to_owned(),
        "5".to_owned(),
        "a b".to_owned(),
        "LATEST".to_owned(),
        text("null"),
        text("\"1\""),
        text("1.5"),
        text("[1]"),
        text("-1"),
        text("9007199254740992"),
        text("9223372036854775807"),
        text("99999999999999999999"),
        "A".repeat(101),
    ] {
        let refused = app.get(&query("/api/events", &[("after", &bad)])).await;
        assert_eq!(refused_fields(&refused), ["after"], "{bad}");
    }
}

#[tokio::test]
async fn every_bad_parameter_is_named_at_once() {
    let app = TestApp::new();
    let refused = app.get("/api/events?limit=0&types=x").await;
    assert_eq!(refused_fields(&refused), ["limit", "types"]);
    assert_eq!(names(&refused.json()), ["error", "errors"]);
}

#[tokio::test]
async fn the_log_is_read_with_a_key_only_in_one_round_trip() {
    let app = TestApp::new();
    let refused = app.knock("GET", "/api/events", &[]).await;
    assert_eq!(names(&refused.expect(401)), ["error"]);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    app.write_events(1, 3, "candidate.updated");
    for path in ["/api/events", "/api/events?after=latest", "/api/events?types=sync.completed&limit=1"] {
        let answer = app.get(path).await;
        assert!(answer.header("server-timing").unwrap().starts_with("d1_trips;desc=\"1\""), "{path}");
    }
}

#[tokio::test]
async fn what_the_log_has_shown_never_changes() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    app.enter_interview(interview(1)).await;
    let before = app.get("/api/events").await.expect(200);
    app.put("/api/candidates/1", json!({"firstName": "Mia", "status": "Hired"})).await.expect(200);
    app.delete("/api/candidates/1").await.expect(204);
    let now = app.get("/api/events").await.expect(200);
    let (before, now) = (before["events"].as_array().unwrap(), now["events"].as_array().unwrap());
    assert_eq!(&now[..before.len()], &before[..]);
    let numbers: Vec<_> = now.iter().map(|event| event["sequence"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=6).collect::<Vec<_>>());
}
