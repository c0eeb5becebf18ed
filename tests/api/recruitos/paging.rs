//! `limit`, `offset` and what else may stand in a query, of both lists.

use super::{candidate, interview};
use crate::support::TestApp;

const LISTS: &[&str] = &["/api/candidates", "/api/interviews"];

/// 101 candidates, each with an interview.
async fn crowded() -> TestApp {
    let app = TestApp::new();
    for number in 1..=101 {
        let id = app.enter_candidate(candidate(&format!("c{number}@email.com"))).await;
        app.enter_interview(interview(id)).await;
    }
    app
}

#[tokio::test]
async fn lists_give_fifty_unless_asked_for_1_to_100_in_the_order_of_ids() {
    let app = crowded().await;
    for list in LISTS {
        for (parameters, first, last) in [
            ("", 1, 50),
            ("?limit=1", 1, 1),
            ("?limit=100", 1, 100),
            ("?limit=100&offset=1", 2, 101),
            ("?offset=51", 52, 101),
            ("?limit=2&offset=99", 100, 101),
            ("?limit=%2010%20&offset=0", 1, 10),
        ] {
            let ids = app.get(&format!("{list}{parameters}")).await.ids();
            assert_eq!(ids, (first..=last).collect::<Vec<_>>(), "{list}{parameters}");
        }
    }
}

#[tokio::test]
async fn an_offset_beyond_the_end_gives_an_empty_list() {
    let app = crowded().await;
    for list in LISTS {
        for offset in ["101", "1000000", "9007199254740991"] {
            assert_eq!(app.get(&format!("{list}?offset={offset}")).await.body, "[]", "{offset}");
        }
    }
}

#[tokio::test]
async fn limits_and_offsets_out_of_bounds_are_refused() {
    let app = TestApp::new();
    for list in LISTS {
        for limit in ["0", "101", "-1", "abc", "1.5", "99999999999999999999"] {
            let refused = app.get(&format!("{list}?limit={limit}")).await;
            assert_eq!(refused.refused_fields(), ["limit"], "{limit}");
        }
        for offset in ["-1", "abc", "0.5", "9007199254740992"] {
            let refused = app.get(&format!("{list}?offset={offset}")).await;
            assert_eq!(refused.refused_fields(), ["offset"], "{offset}");
        }
        assert_eq!(app.get(&format!("{list}?limit=0&offset=x")).await.refused_fields().len(), 2);
    }
}

#[tokio::test]
async fn parameters_that_are_empty_unknown_or_absent_do_not_filter() {
    let app = TestApp::new();
    let id = app.enter_candidate(candidate("a@email.com")).await;
    app.enter_interview(interview(id)).await;
    for (list, parameters) in [
        ("/api/candidates", "phase=&search=&status=&source=&limit=&offset="),
        ("/api/candidates", "search=%20&status=+&phase"),
        ("/api/interviews", "candidateId=&date=&status=&interviewer=&limit=&offset="),
        ("/api/interviews", "interviewer=%20%09&date"),
    ] {
        for tail in ["", "?", "?&", "?page=7&sort=name", &format!("?{parameters}")] {
            assert_eq!(app.get(&format!("{list}{tail}")).await.ids(), [1], "{list}{tail}");
        }
    }
}
