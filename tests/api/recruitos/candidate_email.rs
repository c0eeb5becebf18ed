//! One e-mail, one candidate: whatever the case, and however many come at once.

use std::sync::Arc;

use serde_json::json;
use tokio::task::JoinSet;

use super::{candidate, with_one};
use crate::support::TestApp;

/// An e-mail, and ways to write it that are the same.
const SAME: &[(&str, &[&str])] = &[
    ("john.doe@email.com", &["john.doe@email.com", "John.Doe@EMAIL.com", "  john.doe@email.com "]),
    ("иван@почта.рф", &["иван@почта.рф", "ИВАН@почта.рф", "Иван@Почта.РФ"]),
    ("νίκος@email.gr", &["ΝΊΚΟΣ@email.gr", "νίκοσ@EMAIL.GR"]),
];

#[tokio::test]
async fn a_taken_email_is_refused_when_created_in_any_case() {
    for (taken, spellings) in SAME {
        let app = TestApp::new();
        app.enter_candidate(candidate(taken)).await;
        for same in *spellings {
            let refused = app.post("/api/candidates", candidate(same)).await;
            assert_eq!(refused.refused_fields(), ["email"], "{same}");
        }
        assert_eq!(app.get("/api/candidates").await.ids(), [1]);
        assert_eq!(app.event_kinds(), ["candidate.created"]);
    }
}

#[tokio::test]
async fn a_taken_email_is_refused_when_updated_and_nothing_changes() {
    for (taken, spellings) in SAME {
        let app = TestApp::new();
        app.enter_candidate(candidate(taken)).await;
        app.enter_candidate(candidate("other@email.com")).await;
        let before = app.get("/api/candidates/2").await.expect(200);
        for same in *spellings {
            let change = json!({"email": same, "status": "Hired", "firstName": "Nobody"});
            assert_eq!(app.put("/api/candidates/2", change).await.refused_fields(), ["email"], "{same}");
        }
        assert_eq!(app.get("/api/candidates/2").await.expect(200), before);
        assert_eq!(app.event_kinds(), ["candidate.created", "candidate.created"]);
    }
}

#[tokio::test]
async fn a_person_may_keep_their_email_or_rewrite_its_case() {
    for (email, spellings) in SAME {
        let app = TestApp::new();
        app.enter_candidate(candidate(email)).await;
        for same in *spellings {
            let updated = app.put("/api/candidates/1", json!({"email": same})).await.expect(200);
            assert_eq!(updated["email"], same.trim());
        }
    }
}

#[tokio::test]
async fn an_email_is_free_again_after_a_change_or_deletion() {
    let app = TestApp::new();
    app.enter_candidate(candidate("one@email.com")).await;
    app.put("/api/candidates/1", json!({"email": "uno@email.com"})).await.expect(200);
    app.enter_candidate(candidate("one@email.com")).await;
    app.delete("/api/candidates/1").await.expect(204);
    app.enter_candidate(candidate("uno@email.com")).await;
}

#[tokio::test]
async fn a_taken_email_of_an_unknown_candidate_is_404() {
    let app = TestApp::new();
    app.enter_candidate(candidate("one@email.com")).await;
    app.put("/api/candidates/2", json!({"email": "one@email.com"})).await.expect(404);
}

#[tokio::test]
async fn sixteen_equal_creates_at_once_give_one_candidate() {
    let app = Arc::new(TestApp::new());
    let mut callers = JoinSet::new();
    for number in 0..16 {
        let app = app.clone();
        let body = with_one(candidate("race@email.com"), "firstName", format!("Runner {number}"));
        callers.spawn(async move { app.post("/api/candidates", body).await });
    }
    let answers = callers.join_all().await;
    let (created, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!((created.len(), refused.len()), (1, 15));
    for answer in refused {
        assert_eq!(answer.refused_fields(), ["email"]);
    }
    assert_eq!(app.get("/api/candidates").await.expect(200), json!([created[0].json()]));
    assert_eq!(app.event_kinds(), ["candidate.created"]);
}
