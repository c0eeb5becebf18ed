//! `Idempotency-Key`: a POST is done once, whatever happens on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router, middleware};
use edgehire::api::Payload;
use edgehire::ports::{DbError, Level};
use edgehire::store::idempotency;
use futures_util::future;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::recruitos::{candidate, interview, with};
use crate::support::app::with_key;
use crate::support::{Answer, KEY, TestApp};

fn lost() -> DbError {
    DbError::Transient("Network connection lost".to_owned())
}

impl TestApp {
    /// Posts with an idempotency key.
    async fn once(&self, key: &str, path: &str, body: &Value) -> Answer {
        self.call_with("POST", path, &[("idempotency-key", key)], body.to_string()).await
    }

    /// Enters a candidate with the key `k`.
    async fn enter_once(&self, email: &str) -> Answer {
        self.once("k", "/api/candidates", &candidate(email)).await
    }

    /// What is remembered: key and status of each.
    fn remembered(&self) -> Vec<String> {
        self.db.texts("SELECT key || ' ' || status FROM idempotency_keys ORDER BY seq")
    }
}

/// Expects an answer to be an earlier one, given again.
#[track_caller]
fn is_replay(answer: &Answer, first: &Answer) {
    assert_eq!((answer.status, &answer.body), (first.status, &first.body));
    assert_eq!(answer.header("idempotency-replayed"), Some("true"));
    for name in ["etag", "content-type"] {
        assert_eq!(answer.header(name), first.header(name), "{name}");
    }
}

#[track_caller]
fn is_still_running(answer: &Answer) {
    let refusal = json!({"detail": "A request with this Idempotency-Key is still running"});
    assert_eq!((answer.expect(409), answer.header("retry-after")), (refusal, Some("1")));
}

#[tokio::test]
async fn the_same_request_with_the_same_key_is_done_once_and_answered_twice() {
    let app = TestApp::new();
    let first = app.enter_once("a@b.co").await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    is_replay(&app.enter_once("a@b.co").await, &first);
    let scheduled = app.once("i", "/api/interviews", &interview(1)).await;
    is_replay(&app.once("i", "/api/interviews", &interview(1)).await, &scheduled);
    assert_eq!(app.get("/api/candidates").await.ids(), [1]);
    assert_eq!(app.get("/api/interviews").await.ids(), [1]);
    assert_eq!(app.event_kinds(), ["candidate.created", "interview.scheduled"]);
    assert_eq!(app.remembered(), ["k done", "i done"]);
}

#[tokio::test]
async fn a_replay_is_the_first_answer_even_when_things_have_changed_since() {
    let app = TestApp::new();
    let first = app.enter_once("a@b.co").await;
    app.put("/api/candidates/1", json!({"status": "Hired"})).await.expect(200);
    is_replay(&app.enter_once("a@b.co").await, &first);
    app.delete("/api/candidates/1").await.expect(204);
    is_replay(&app.enter_once("a@b.co").await, &first);
    assert_eq!(app.get("/api/candidates").await.ids().len(), 0);
}

#[tokio::test]
async fn a_replay_has_the_bytes_of_the_first_answer_whatever_the_texts_hold() {
    let app = TestApp::new();
    let controls: String = (0..0x20_u8).chain([0x7f]).map(char::from).collect();
    let odd =
        format!("{controls}Ёж \"'\\/ 👩\u{200d}💻 \u{80}\u{2028}\u{2029}\u{feff}\u{fffd}\u{10ffff}</script>");
    let texts = json!({
        "firstName": format!("x{odd}x"), "lastName": "O'Нил \"Ё\"", "position": "開発者 🚀",
        "skills": odd, "notes": odd, "experience": 7, "phase": 2, "status": "Offer Extended",
        "resumeUrl": "https://пример.рф/?x=1&y='2'"
    });
    for body in [candidate("a@b.co"), with(candidate("b@b.co"), &texts)] {
        let key = body["email"].as_str().unwrap();
        let first = app.once(key, "/api/candidates", &body).await;
        assert_eq!(first.status, 201);
        is_replay(&app.once(key, "/api/candidates", &body).await, &first);
    }
    for (key, notes) in [("1", json!(null)), ("2", json!(odd))] {
        let body = with(interview(1), &json!({"notes": notes, "rating": 5, "interviewer": "Ж \"'"}));
        let first = app.once(key, "/api/interviews", &body).await;
        assert_eq!(first.status, 201);
        is_replay(&app.once(key, "/api/interviews", &body).await, &first);
    }
}

#[tokio::test]
async fn the_longest_texts_are_remembered_too() {
    let app = TestApp::new();
    let longest = json!({"notes": "\u{0}".repeat(100_000), "skills": "\u{1}".repeat(10_000)});
    let body = with(candidate("a@b.co"), &longest);
    let first = app.once("k", "/api/candidates", &body).await;
    assert_eq!(first.status, 201);
    is_replay(&app.once("k", "/api/candidates", &body).await, &first);
}

#[tokio::test]
async fn the_key_of_another_request_is_409() {
    let app = TestApp::new();
    let first = app.enter_once("a@b.co").await;
    let refusal = json!({"detail": "This Idempotency-Key was used with another request"});
    let body = candidate("a@b.co").to_string();
    for (path, body) in [
        ("/api/candidates", candidate("b@b.co").to_string()),
        ("/api/candidates", format!("{body} ")),
        ("/api/candidates", String::new()),
        ("/api/candidates?x=1", body.clone()),
        ("/api/interviews", body.clone()),
        ("/api/nope", body.clone()),
    ] {
        let answer = app.call_with("POST", path, &[("idempotency-key", "k")], body).await;
        assert_eq!((answer.status, answer.header("retry-after")), (409, None), "{path}");
        assert!(path == "/api/nope" || answer.json() == refusal, "{path}");
    }
    let cut = with_key("POST", "/api/candidates").header("idempotency-key", "k");
    assert_eq!(app.send(cut.body(Payload::TooLarge).unwrap()).await.expect(409), refusal);
    is_replay(&app.enter_once("a@b.co").await, &first);
    assert_eq!(app.event_kinds().len(), 1);
}

#[tokio::test]
async fn a_refused_key_is_told_in_the_style_of_the_contract() {
    let app = TestApp::new();
    app.enter_once("a@b.co").await;
    let reused = app.once("k", "/api/v1/health", &json!({})).await.expect(409);
    let text = "This Idempotency-Key was used with another request";
    assert_eq!(reused, json!({"error": {"code": "IDEMPOTENCY_KEY_REUSED", "message": text, "details": []}}));
    let odd = app.once("", "/api/v1/health", &json!({})).await.expect(400);
    assert_eq!(odd["error"]["details"][0]["field"], "Idempotency-Key");
    assert_eq!(app.once("k", "/nope", &json!({})).await.expect(409), json!({"error": text}));
    app.once("new", "/api/v1/health", &json!({})).await.expect(405);
    assert_eq!(app.remembered(), ["k done"]);
}

#[tokio::test]
async fn keys_of_different_callers_are_different_keys() {
    let app = TestApp::with(&[("API_KEY", "one,two")]);
    let post = async |headers: [(&str, &str); 2], email: &str| {
        let request = Request::builder().method("POST").uri("/api/candidates");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        app.send(request.body(Payload::Whole(candidate(email).to_string().into())).unwrap()).await
    };
    let first = post([("x-api-key", "one"), ("idempotency-key", "k")], "a@b.co").await;
    let second = post([("x-api-key", "two"), ("idempotency-key", "k")], "b@b.co").await;
    assert_eq!((&first.expect(201)["id"], &second.expect(201)["id"]), (&json!(1), &json!(2)));
    is_replay(&post([("authorization", "Bearer one"), ("idempotency-key", "k")], "a@b.co").await, &first);
    is_replay(&post([("authorization", "Bearer two"), ("idempotency-key", "k")], "b@b.co").await, &second);
    let callers = app.db.texts("SELECT DISTINCT caller FROM idempotency_keys");
    assert!(callers.len() == 2 && callers.iter().all(|caller| caller.len() == 64), "{callers:?}");
}

#[tokio::test]
async fn a_stranger_learns_nothing_by_a_key_and_costs_no_database() {
    let app = TestApp::new();
    app.enter_once("a@b.co").await;
    for key in ["k", ""] {
        for headers in [&[("idempotency-key", key)][..], &[("idempotency-key", key), ("x-api-key", "wrong")]]
        {
            let answer = app.knock("POST", "/api/candidates", headers).await;
            assert_eq!((answer.status, app.trips()), (401, 0), "{headers:?}");
        }
    }
    assert_eq!(app.remembered(), ["k done"]);
}

#[tokio::test]
async fn only_posts_have_keys() {
    let app = TestApp::new();
    app.enter_once("a@b.co").await;
    for (method, path, body) in [
        ("GET", "/api/candidates", ""),
        ("PUT", "/api/candidates/1", "{}"),
        ("DELETE", "/api/candidates/1", ""),
    ] {
        let answer = app.call_with(method, path, &[("idempotency-key", "k")], body).await;
        assert!(answer.status < 300 && app.trips() == 1, "{method} {answer:?}");
    }
}

#[tokio::test]
async fn a_key_of_the_wrong_shape_is_400() {
    let app = TestApp::new();
    let (longest, longer) = ("x".repeat(255), "x".repeat(256));
    for fit in ["a", " ~ !\"", &longest] {
        let body = candidate(&format!("{}@b.co", fit.len()));
        assert_eq!(app.once(fit, "/api/candidates", &body).await.status, 201, "{fit}");
    }
    for odd in ["", &longer, "a\tb", "ключ"] {
        let answer = app.once(odd, "/api/candidates", &candidate("odd@b.co")).await;
        assert_eq!(answer.refused_fields(), ["Idempotency-Key"], "{odd}");
        assert_eq!(app.trips(), 0);
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    let answer = app.call_with("POST", "/api/candidates", &twice, candidate("odd@b.co").to_string()).await;
    assert_eq!(answer.refused_fields(), ["Idempotency-Key"]);
}

#[tokio::test]
async fn a_key_costs_one_trip_more_and_a_replay_one() {
    let app = TestApp::new();
    for (path, body) in [("/api/candidates", candidate("a@b.co")), ("/api/interviews", interview(1))] {
        let first = app.once(path, path, &body).await;
        assert_eq!((first.status, app.trips()), (201, 2), "{path}");
        assert!(first.header("server-timing").unwrap().starts_with("d1_trips;desc=\"2\""));
        is_replay(&app.once(path, path, &body).await, &first);
        assert_eq!(app.trips(), 1, "{path}");
    }
    app.post("/api/candidates", candidate("b@b.co")).await.expect(201);
    assert_eq!(app.trips(), 1);
    assert_eq!(app.remembered().len(), 2);
}

#[tokio::test]
async fn what_is_still_running_is_409_with_a_time_to_come_back() {
    let app = TestApp::new();
    app.enter_once("a@b.co").await;
    app.db.execute("UPDATE idempotency_keys SET status = 'running', body = NULL");
    is_still_running(&app.enter_once("a@b.co").await);
    let other = app.enter_once("b@b.co").await;
    assert_eq!(other.expect(409)["detail"], "This Idempotency-Key was used with another request");
    assert_eq!(other.header("retry-after"), None);
}

#[tokio::test]
async fn what_runs_for_a_minute_counts_as_crashed() {
    let app = TestApp::new();
    // The reservation is made, then the database is gone: also for giving the key back.
    app.db.pass_next();
    app.db.fail_next([lost(), lost(), lost(), lost()]);
    app.enter_once("a@b.co").await.expect(503);
    assert_eq!((app.trips(), app.remembered()), (5, vec!["k running".to_owned()]));
    app.clock.set("2024-01-20T11:00:59Z");
    is_still_running(&app.enter_once("a@b.co").await);
    app.clock.set("2024-01-20T11:01:01Z");
    let first = app.enter_once("a@b.co").await;
    assert_eq!(first.status, 201);
    is_replay(&app.enter_once("a@b.co").await, &first);
    assert_eq!(app.event_kinds(), ["candidate.created"]);
}

#[tokio::test]
async fn an_answer_is_remembered_for_a_day() {
    let app = TestApp::new();
    let first = app.enter_once("a@b.co").await;
    app.delete("/api/candidates/1").await.expect(204);
    app.clock.set("2024-01-21T10:59:59Z");
    is_replay(&app.enter_once("a@b.co").await, &first);
    app.clock.set("2024-01-21T11:00:00Z");
    let second = app.enter_once("a@b.co").await;
    assert_eq!((second.header("idempotency-replayed"), &second.expect(201)["id"]), (None, &json!(2)));
    app.clock.set("2024-01-22T10:59:59Z");
    is_replay(&app.enter_once("a@b.co").await, &second);
    app.clock.set("2024-01-22T11:00:00Z");
    assert_eq!(app.enter_once("b@b.co").await.expect(201)["id"], 3, "another request, too");
    assert_eq!(app.remembered(), ["k done"]);
}

#[tokio::test]
async fn what_was_refused_can_be_tried_again_with_the_same_key() {
    let app = TestApp::new();
    app.enter_candidate(candidate("taken@b.co")).await;
    let large = || with_key("POST", "/api/candidates").header("idempotency-key", "k").body(Payload::TooLarge);
    app.send(large().unwrap()).await.expect(413);
    for (body, status) in [("{", 400), ("{}", 400), ("[]", 400)] {
        let answer = app.call_with("POST", "/api/candidates", &[("idempotency-key", "k")], body).await;
        assert_eq!((answer.status, app.trips(), app.remembered().len()), (status, 2, 0), "{body}");
    }
    app.enter_once("taken@b.co").await.expect(400);
    assert_eq!(app.trips(), 3);
    app.once("k", "/api/nope", &json!({})).await.expect(404);
    app.db.pass_next();
    app.db.fail_next([DbError::Other("broken".to_owned())]);
    app.enter_once("a@b.co").await.expect(500);
    app.db.pass_next();
    app.db.fail_next([lost()]);
    app.enter_once("a@b.co").await.expect(503);
    assert_eq!((app.remembered().len(), app.event_kinds().len()), (0, 1));
    app.enter_once("a@b.co").await.expect(201);
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_is_answered_when_it_is_repeated() {
    let app = TestApp::new();
    app.db.lose_answer_after(1);
    app.enter_once("a@b.co").await.expect(503);
    assert_eq!(app.remembered(), ["k done"]);
    let repeated = app.enter_once("a@b.co").await;
    assert_eq!(repeated.header("idempotency-replayed"), Some("true"));
    assert_eq!(repeated.expect(201), app.get("/api/candidates/1").await.expect(200));
    assert_eq!(app.event_kinds(), ["candidate.created"]);
}

#[tokio::test]
async fn a_reservation_whose_answer_was_lost_is_recognised() {
    let app = TestApp::new();
    app.db.lose_next_answer();
    app.enter_once("a@b.co").await.expect(201);
    assert_eq!((app.trips(), app.remembered()), (3, vec!["k done".to_owned()]));
}

#[tokio::test]
async fn without_a_database_to_reserve_in_nothing_is_done() {
    let app = TestApp::new();
    app.db.fail_next([lost(), lost(), lost()]);
    app.enter_once("a@b.co").await.expect(503);
    assert_eq!((app.trips(), app.event_kinds().len(), app.remembered().len()), (3, 0, 0));
}

#[tokio::test]
async fn of_two_equal_requests_at_once_one_is_done() {
    let app = TestApp::new();
    for round in 0..4 {
        let (key, body) = (format!("k{round}"), candidate(&format!("{round}@b.co")));
        let post = || app.once(&key, "/api/candidates", &body);
        let (mut first, mut second) = tokio::join!(post(), post());
        if first.status == 409 {
            (first, second) = (second, first);
        }
        assert_eq!(first.status, 201);
        is_still_running(&second);
        is_replay(&post().await, &first);
        assert_eq!(app.event_kinds().len(), round + 1);
    }
}

/// Runs SQL as soon as a request has its reservation, before it does its work.
async fn meanwhile(app: &TestApp, sql: &str) -> Answer {
    let intrude = async {
        for _ in 0..100 {
            if app.remembered().is_empty() {
                tokio::task::yield_now().await;
            }
        }
        app.db.execute(sql);
    };
    future::join(app.enter_once("a@b.co"), intrude).await.0
}

#[tokio::test]
async fn who_lost_the_reservation_to_another_does_nothing() {
    for taken in ["UPDATE idempotency_keys SET token = 'another'", "DELETE FROM idempotency_keys"] {
        let app = TestApp::new();
        is_still_running(&meanwhile(&app, taken).await);
        assert_eq!(app.get("/api/candidates").await.ids().len(), 0, "{taken}");
        assert_eq!(app.event_kinds().len(), 0);
    }
}

#[tokio::test]
async fn no_row_tells_of_the_credential() {
    let app = TestApp::new();
    app.enter_once("a@b.co").await;
    let row = app.db.texts("SELECT caller || fingerprint || token FROM idempotency_keys").concat();
    assert!(!row.contains(KEY), "{row}");
}

/// Posts to a handler that does not tell its answer beforehand, and how often it ran.
async fn post_to<R: IntoResponse + 'static>(
    app: &TestApp,
    answer: fn() -> R,
    runs: &Arc<AtomicUsize>,
) -> Answer {
    let runs = runs.clone();
    let handler = async move || {
        runs.fetch_add(1, Ordering::SeqCst);
        answer()
    };
    let router: Router =
        Router::new().route("/x", post(handler)).layer(middleware::from_fn(edgehire::api::once));
    let mut request = with_key("POST", "/x").header("idempotency-key", "k").body(Body::from("body")).unwrap();
    request.extensions_mut().insert(app.app.clone());
    let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}

#[tokio::test]
async fn an_answer_that_was_not_told_beforehand_is_remembered_afterwards() {
    let tagged = || (StatusCode::ACCEPTED, [("etag", "\"x1\"")], Json(json!({"text": "Ёж \"\u{0}"})));
    let (app, runs) = (TestApp::new(), Arc::default());
    let first = post_to(&app, tagged, &runs).await;
    assert_eq!((first.status, first.header("etag")), (202, Some("\"x1\"")));
    is_replay(&post_to(&app, tagged, &runs).await, &first);

    let (app, nothing) = (TestApp::new(), || StatusCode::NO_CONTENT);
    let first = post_to(&app, nothing, &runs).await;
    assert_eq!((first.status, first.body.len()), (204, 0));
    is_replay(&post_to(&app, nothing, &runs).await, &first);
    assert_eq!(runs.load(Ordering::SeqCst), 2);

    let (app, refusal) = (TestApp::new(), || StatusCode::CONFLICT);
    post_to(&app, refusal, &runs).await;
    post_to(&app, refusal, &runs).await;
    assert_eq!(runs.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn what_was_done_stays_done_when_the_key_cannot_be_settled() {
    let app = TestApp::new();
    app.db.pass_next();
    app.db.fail_next([lost(), lost(), lost()]);
    let answer = post_to(&app, || StatusCode::NO_CONTENT, &Arc::default()).await;
    assert_eq!((answer.status, app.remembered()), (204, vec!["k running".to_owned()]));

    let app = TestApp::new();
    app.db.pass_next();
    app.db.fail_next([lost(), lost(), lost()]);
    app.once("k", "/api/candidates", &json!({})).await.expect(400);
    let line = app.log().pop().unwrap();
    assert!(line["error"].as_str().unwrap().contains("not settled: database unavailable"), "{line}");
    assert_eq!(app.log_levels(), [Level::Error]);
}

#[tokio::test]
async fn keys_past_their_day_are_removed_oldest_first_and_so_many_at_a_time() {
    let app = TestApp::new();
    for hour in 10..14 {
        app.clock.set(&format!("2024-01-20T{hour}:00:00Z"));
        let body = candidate(&format!("{hour}@b.co"));
        app.once(&format!("k{hour}"), "/api/candidates", &body).await.expect(201);
    }
    let noon = "2024-01-20T12:00:00Z".parse::<edgehire::domain::time::Timestamp>().unwrap().unix_ms();
    let prune = |limit| idempotency::prune(&*app.app.db, noon, limit);
    assert_eq!((prune(1).await, app.remembered().len()), (Ok(1), 3));
    assert_eq!((prune(9).await, prune(9).await), (Ok(1), Ok(0)));
    assert_eq!(app.remembered(), ["k12 done", "k13 done"]);
}

#[tokio::test]
async fn a_key_that_is_used_every_day_keeps_no_other_from_being_removed() {
    let app = TestApp::new();
    let enter = |key: &str, email: &str| {
        let body = candidate(email).to_string();
        let key = key.to_owned();
        let app = &app;
        async move {
            app.call_with("POST", "/api/candidates", &[("idempotency-key", &key)], body).await.expect(201);
        }
    };
    enter("daily", "a@b.co").await;
    enter("once", "b@b.co").await;
    app.clock.set("2024-01-21T12:00:00Z");
    enter("daily", "c@b.co").await;
    let before = app.app.clock.unix_ms() - idempotency::KEPT_MS;
    assert_eq!(
        idempotency::prune(&*app.app.db, before, 1).await,
        Ok(1),
        "the oldest is now the one used once"
    );
    assert_eq!(app.db.texts("SELECT key FROM idempotency_keys"), ["daily"]);
}
