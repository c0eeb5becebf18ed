//! Where a page of the log ends: a window of events, bytes, what has been removed.

use serde_json::Value;

use super::{HOOK, each};
use crate::api::recruitos::candidate;
use crate::support::{TestApp, query};

/// All pages for these parameters: how many events each holds; and all numbers, in order.
async fn pages(app: &TestApp, parameters: &[(&str, &str)]) -> (Vec<usize>, Vec<i64>) {
    let (mut counts, mut seen, mut next) = (Vec::new(), Vec::new(), None::<String>);
    loop {
        let after = next.as_deref().map(|next| ("after", next));
        let parameters: Vec<_> = parameters.iter().copied().chain(after).collect();
        let page = app.get(&query("/api/events", &parameters)).await.expect(200);
        let numbers = each(&page["events"], "sequence");
        counts.push(numbers.len());
        seen.extend(numbers.into_iter().map(|seq| seq.as_i64().unwrap()));
        assert!(counts.len() < 50, "no end: {counts:?}");
        if page["has_more"] == false {
            return (counts, seen);
        }
        let after = page["next"].as_str().map(str::to_owned);
        assert_ne!(after, next, "a page that says there is more goes on");
        next = after;
    }
}

#[tokio::test]
async fn a_page_may_be_shorter_but_next_goes_on() {
    let app = TestApp::new();
    app.write_events(1, 3500, "candidate.updated");
    app.db.execute("UPDATE events SET type = 'candidate.deleted' WHERE seq IN (7, 1000, 1001, 2500, 3500)");
    let deleted = ("types", "candidate.deleted");
    assert_eq!(pages(&app, &[deleted]).await, (vec![2, 1, 1, 1], vec![7, 1000, 1001, 2500, 3500]));
    // A page that is full goes on from its last event, not from the end of the window.
    assert_eq!(pages(&app, &[deleted, ("limit", "1")]).await.1, [7, 1000, 1001, 2500, 3500]);
    assert_eq!(pages(&app, &[("types", "sync.completed")]).await, (vec![0; 4], vec![]));
}

#[tokio::test]
async fn has_more_is_false_when_the_window_ends_with_the_log() {
    let app = TestApp::new();
    app.write_events(1, 1000, "candidate.updated");
    let page = app.get("/api/events?types=sync.completed").await.expect(200);
    assert_eq!(page["has_more"], false);
    app.write_events(1001, 1001, "candidate.updated");
    let page = app.get("/api/events?types=sync.completed").await.expect(200);
    assert_eq!(page["has_more"], true);
}

/// Events with notes of this text, as long as they may be.
fn write_long(app: &TestApp, count: i64, letter: &str) {
    app.write_events(1, count, "candidate.updated");
    app.lengthen_events(letter);
}

#[tokio::test]
async fn a_page_ends_before_its_data_are_too_many_bytes() {
    let app = TestApp::new();
    write_long(&app, 100, "x");
    let (counts, seen) = pages(&app, &[("limit", "500")]).await;
    assert_eq!(seen, (1..=100).collect::<Vec<_>>());
    assert_eq!(counts, [40, 40, 20]);
}

#[tokio::test]
async fn letters_beyond_ascii_count_as_the_bytes_they_are() {
    let app = TestApp::new();
    write_long(&app, 100, "Ж");
    let page = app.get("/api/events?limit=500").await;
    assert!(page.body.len() < 4_500_000, "{}", page.body.len());
    assert_eq!(pages(&app, &[("limit", "500")]).await.1, (1..=100).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_event_too_long_for_a_page_is_a_page_by_itself() {
    let app = TestApp::new();
    app.write_events(1, 5, "candidate.updated");
    // No event is as long today; the page must not stand still if one ever is.
    app.db.execute(&format!(
        "UPDATE events SET data = json_object('notes', hex(zeroblob({}))) WHERE seq < 5",
        950_000
    ));
    let (counts, seen) = pages(&app, &[]).await;
    assert_eq!((counts, seen), (vec![3, 2], vec![1, 2, 3, 4, 5]));
}

/// Events 1 to 4, of which 1 and 2 are past their retention, and the cursors after each of the first three.
async fn pruned() -> (TestApp, [String; 3]) {
    let app = TestApp::with(&[("EVENT_RETENTION_DAYS", "30")]);
    app.write_events(1, 4, "candidate.updated");
    app.db.execute("UPDATE events SET at = '2023-11-01T00:00:00Z' WHERE seq <= 2");
    let mut cursors = Vec::new();
    for limit in ["1", "2", "3"] {
        let page = app.get(&format!("/api/events?limit={limit}")).await.expect(200);
        cursors.push(page["next"].as_str().unwrap().to_owned());
    }
    app.prune().await;
    (app, cursors.try_into().unwrap())
}

fn numbers(page: &Value) -> Vec<&Value> {
    each(&page["events"], "sequence")
}

#[tokio::test]
async fn a_cursor_before_what_was_removed_is_gone() {
    let (app, [before, ..]) = pruned().await;
    let gone = app.get(&query("/api/events", &[("after", &before)])).await.expect(410);
    assert!(gone["error"].as_str().unwrap().contains("begin again without a cursor"), "{gone}");
    // The start of all, when it has been moved, is gone too.
    let start = TestApp::new().get("/api/events").await.expect(200);
    app.get(&query("/api/events", &[("after", start["next"].as_str().unwrap())])).await.expect(410);
}

#[tokio::test]
async fn a_cursor_at_the_edge_of_what_was_removed_reads_on() {
    let (app, [_, edge, later]) = pruned().await;
    let page = app.get(&query("/api/events", &[("after", &edge)])).await.expect(200);
    assert_eq!(numbers(&page), [3, 4]);
    let page = app.get(&query("/api/events", &[("after", &later)])).await.expect(200);
    assert_eq!(numbers(&page), [4]);
}

#[tokio::test]
async fn without_a_cursor_the_log_begins_at_the_oldest_event_there_is() {
    let (app, [_, edge, _]) = pruned().await;
    assert_eq!(numbers(&app.get("/api/events").await.expect(200)), [3, 4]);
    app.clock.set("2025-01-01T00:00:00Z");
    app.prune().await;
    let empty = app.get("/api/events").await.expect(200);
    assert_eq!((numbers(&empty).len(), &empty["has_more"]), (0, &false.into()));
    app.get(&query("/api/events", &[("after", &edge)])).await.expect(410);
    app.write_events(5, 5, "candidate.updated");
    let next = empty["next"].as_str().unwrap();
    assert_eq!(numbers(&app.get(&query("/api/events", &[("after", next)])).await.expect(200)), [5]);
}

#[tokio::test]
async fn no_query_makes_an_index_of_its_own() {
    let app = TestApp::new();
    app.enter_hook(HOOK).await;
    app.write_events(1, 50, "candidate.updated");
    app.run_due_tasks().await;
    app.db.watch_plans();
    for query in
        ["", "?types=candidate.updated", "?types=candidate.updated,candidate.created", "?after=latest"]
    {
        app.get(&format!("/api/events{query}")).await.expect(200);
    }
    for query in ["", "?status=failed", "?event=018d2687-0780-7000-8000-000000000000"] {
        app.get(&format!("/api/events/deliveries{query}")).await.expect(200);
    }
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.prune().await;
    let plans = app.db.plans();
    assert!(plans.len() > 50);
    let automatic: Vec<_> = plans.iter().filter(|plan| plan.contains("AUTOMATIC")).collect();
    assert!(automatic.is_empty(), "{automatic:#?}");
}
