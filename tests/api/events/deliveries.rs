//! The list of deliveries: filters, pages, retention.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{HOOK, OTHER, each, event_id, refused_fields};
use crate::support::{Reply, TestApp, query};

const LIST: &str = "/api/events/deliveries";

/// The ids that a list with these parameters gives, page by page.
async fn pages(app: &TestApp, parameters: &[(&str, &str)]) -> Vec<Vec<i64>> {
    let (mut pages, mut next) = (Vec::new(), None::<String>);
    loop {
        let after = next.as_deref().map(|next| ("after", next));
        let parameters: Vec<_> = parameters.iter().copied().chain(after).collect();
        let page = app.get(&query(LIST, &parameters)).await.expect(200);
        pages.push(each(&page["deliveries"], "id").iter().map(|id| id.as_i64().unwrap()).collect());
        assert!(pages.len() < 100, "no end");
        next = page["next"].as_str().map(str::to_owned);
        if next.is_none() {
            return pages;
        }
    }
}

/// All ids of a list with these parameters, in order.
async fn all(app: &TestApp, parameters: &[(&str, &str)]) -> Vec<i64> {
    pages(app, parameters).await.concat()
}

/// Two endpoints and three events: to the first all were delivered, to the second none yet. Gives the
/// endpoints' ids.
async fn scene() -> (TestApp, [String; 2]) {
    let app = TestApp::new();
    let mut ids = Vec::new();
    for url in [HOOK, OTHER] {
        let made = app.enter_endpoint(url, Value::Null).await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    app.http.always(OTHER, Reply::Status(500));
    app.write_events(1, 3, "candidate.updated");
    app.run_due_tasks().await;
    (app, ids.try_into().unwrap())
}

/// Ids of deliveries where this SQL holds, the newest first.
fn ids(app: &TestApp, condition: &str) -> Vec<i64> {
    let sql = format!("SELECT CAST(id AS TEXT) FROM deliveries WHERE {condition} ORDER BY id DESC");
    app.db.texts(&sql).iter().map(|id| id.parse().unwrap()).collect()
}

#[tokio::test]
async fn filters_hold_together() {
    let (app, [first, second]) = scene().await;
    let (event, none) = (event_id(2), event_id(99));
    for (parameters, condition) in [
        (vec![], "1"),
        (vec![("endpoint", first.as_str())], "endpoint_id = 1"),
        (vec![("endpoint", second.as_str())], "endpoint_id = 2"),
        (vec![("status", "delivered")], "endpoint_id = 1"),
        (vec![("status", "pending")], "endpoint_id = 2"),
        (vec![("status", "failed")], "0"),
        (vec![("event", event.as_str())], "event_seq = 2"),
        (vec![("event", event.as_str()), ("status", "pending")], "event_seq = 2 AND endpoint_id = 2"),
        (vec![("event", event.as_str()), ("endpoint", second.as_str())], "event_seq = 2 AND endpoint_id = 2"),
        (vec![("endpoint", first.as_str()), ("status", "pending")], "0"),
        (
            vec![("endpoint", first.as_str()), ("status", "delivered"), ("event", event.as_str())],
            "endpoint_id = 1 AND event_seq = 2",
        ),
        (vec![("event", none.as_str())], "0"),
        (vec![("endpoint", none.as_str())], "0"),
        (vec![("endpoint", ""), ("status", " "), ("event", ""), ("after", ""), ("stranger", "1")], "1"),
    ] {
        let expected = ids(&app, condition);
        for limit in ["1", "2", "100"] {
            let parameters: Vec<_> = parameters.iter().copied().chain([("limit", limit)]).collect();
            assert_eq!(all(&app, &parameters).await, expected, "{parameters:?}");
        }
    }
}

#[tokio::test]
async fn parameters_that_can_not_be_are_refused_all_at_once() {
    let app = TestApp::new();
    let bad = "endpoint=1&status=lost&event=x&limit=101";
    let refused = app.get(&format!("{LIST}?{bad}")).await;
    assert_eq!(refused_fields(&refused), ["endpoint", "event", "limit", "status"]);
    let words = "pending, delivered, failed";
    assert!(refused.json()["errors"].to_string().contains(words), "{refused:?}");
    for limit in ["0", "-1", "x"] {
        app.get(&format!("{LIST}?limit={limit}")).await.expect(400);
    }
}

#[tokio::test]
async fn a_cursor_that_no_answer_gave_is_refused() {
    let app = TestApp::new();
    let text = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for bad in [
        "x".to_owned(),
        text("1"),
        text(r#"{"id":1}"#),
        text(r#"{"id":"1","event_id":"x"}"#),
        text(r#"{"id":9223372036854775807,"event_id":"x"}"#),
        text(r#"{"id":-9223372036854775808,"event_id":"x"}"#),
        "A".repeat(201),
    ] {
        let refused = app.get(&query(LIST, &[("after", &bad)])).await;
        assert_eq!(refused_fields(&refused), ["after"], "{bad}");
    }
}

/// Deliveries with these numbers to an endpoint, of events with the same numbers.
fn write_deliveries(app: &TestApp, first: i64, last: i64, endpoint: i64, status: &str) {
    app.db.execute(&format!(
        "WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) \
         INSERT INTO deliveries (id, endpoint_id, event_id, event_seq, event_type, status, due_ms, created_at) \
         SELECT n, {endpoint}, {}, n, 'candidate.updated', '{status}', 0, '2024-01-20T11:00:00Z' FROM numbers",
        super::event_id_sql("n")
    ));
}

#[tokio::test]
async fn pages_neither_lose_nor_repeat_when_the_filter_matches_little() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, Value::Null).await;
    app.enter_hook(OTHER).await;
    write_deliveries(&app, 1, 2500, 1, "delivered");
    write_deliveries(&app, 2501, 2600, 2, "delivered");
    app.db
        .execute("UPDATE deliveries SET status = 'failed' WHERE id IN (1, 2, 1500, 1501, 1600, 2500, 2600)");
    let failed = [2600, 2500, 1600, 1501, 1500, 2, 1];
    for limit in ["1", "3", "100"] {
        assert_eq!(all(&app, &[("status", "failed"), ("limit", limit)]).await, failed, "{limit}");
        let of_one = [("status", "failed"), ("limit", limit), ("endpoint", made["id"].as_str().unwrap())];
        assert_eq!(all(&app, &of_one).await, failed[1..], "{limit}");
    }
    // A page looks at a thousand deliveries and no more.
    let expected = [vec![2600, 2500], vec![1600, 1501, 1500], vec![2, 1]];
    assert_eq!(pages(&app, &[("status", "failed")]).await, expected);
    let everything = all(&app, &[("limit", "100")]).await;
    assert_eq!(everything, (1..=2600).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn what_comes_while_somebody_pages_does_not_move_the_pages() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, Value::Null).await;
    write_deliveries(&app, 1, 10, 1, "delivered");
    for parameters in [vec![], vec![("endpoint", made["id"].as_str().unwrap())]] {
        let limited: Vec<_> = parameters.iter().copied().chain([("limit", "5")]).collect();
        let first = app.get(&query(LIST, &limited)).await.expect(200);
        let count = ids(&app, "1")[0];
        write_deliveries(&app, count + 1, count + 5, 1, "delivered");
        let next: Vec<_> = limited.into_iter().chain([("after", first["next"].as_str().unwrap())]).collect();
        let second = app.get(&query(LIST, &next)).await.expect(200);
        let seen = [each(&first["deliveries"], "id"), each(&second["deliveries"], "id")].concat();
        assert_eq!(json!(seen), json!((count - 9..=count).rev().collect::<Vec<_>>()));
    }
}

#[tokio::test]
async fn deliveries_are_kept_as_long_as_events() {
    let app = TestApp::with(&[("EVENT_RETENTION_DAYS", "30")]);
    app.enter_hook(HOOK).await;
    write_deliveries(&app, 1, 4, 1, "delivered");
    app.db.execute(
        "UPDATE deliveries SET created_at = '2023-12-21T10:59:59Z' WHERE id <= 3; \
         UPDATE deliveries SET status = 'failed' WHERE id = 2; \
         UPDATE deliveries SET created_at = '2023-12-21T11:00:00Z' WHERE id = 4; \
         UPDATE deliveries SET status = 'pending', due_ms = 9e12 WHERE id = 3;",
    );
    app.prune().await;
    assert_eq!(all(&app, &[]).await, [4, 3], "one that is still to be sent stays");
}
