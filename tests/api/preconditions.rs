//! Versions: `ETag` of single things, `If-Match` on writes, `If-None-Match` on reads.

use serde_json::{Value, json};

use super::recruitos::{candidate, interview};
use crate::support::{Answer, TestApp};

/// A candidate and an interview, and how callers know them.
const THINGS: &[(&str, &str)] = &[("/api/candidates/1", "Candidate"), ("/api/interviews/1", "Interview")];

/// With one of each.
async fn filled() -> TestApp {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    app.enter_interview(interview(1)).await;
    app
}

impl TestApp {
    async fn put_if(&self, tags: &str, path: &str, body: Value) -> Answer {
        self.call_with("PUT", path, &[("if-match", tags)], body.to_string()).await
    }

    async fn delete_if(&self, tags: &str, path: &str) -> Answer {
        self.call_with("DELETE", path, &[("if-match", tags)], "").await
    }

    async fn get_unless(&self, tags: &str, path: &str) -> Answer {
        self.call_with("GET", path, &[("if-none-match", tags)], "").await
    }
}

/// The tag of an answer.
#[track_caller]
fn tag(answer: &Answer) -> String {
    let tag = answer.header("etag").unwrap();
    assert!(tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'), "{tag} is no strong tag");
    tag.to_owned()
}

/// Expects a write to be refused because the thing is of another version.
#[track_caller]
fn is_stale(answer: &Answer, what: &str) {
    let detail = format!("The {} has changed since: read it again", what.to_lowercase());
    assert_eq!((answer.expect(412), answer.header("etag")), (json!({"detail": detail}), None));
}

#[tokio::test]
async fn a_single_thing_is_answered_under_its_tag_wherever_it_is_shown() {
    let app = TestApp::new();
    let created = [
        app.post("/api/candidates", candidate("a@b.co")).await,
        app.post("/api/interviews", interview(1)).await,
    ];
    for ((path, _), created) in THINGS.iter().zip(created) {
        let first = tag(&created);
        assert_eq!(tag(&app.get(path).await), first);
        assert_eq!(tag(&app.call("HEAD", path, "").await), first);
        let changed = app.put(path, json!({"notes": "x"})).await;
        assert_ne!(tag(&changed), first);
        assert_eq!(tag(&app.get(path).await), tag(&changed));
        assert_eq!(app.get(path).await.json(), changed.json());
        assert!(changed.json().get(":tag").is_none());
    }
    for list in ["/api/candidates", "/api/interviews"] {
        assert_eq!(app.get(list).await.header("etag"), None);
    }
    for refused in
        [app.get("/api/candidates/9").await, app.put("/api/candidates/1", json!({"phase": 3})).await]
    {
        assert_eq!(refused.header("etag"), None);
    }
}

#[tokio::test]
async fn each_thing_and_each_version_has_a_tag_of_its_own() {
    let app = TestApp::new();
    let mut tags = Vec::new();
    for number in 0..3 {
        tags.push(tag(&app.post("/api/candidates", candidate(&format!("{number}@b.co"))).await));
        tags.push(tag(&app.post("/api/interviews", interview(1)).await));
        for (path, _) in THINGS {
            tags.push(tag(&app.put(path, json!({"notes": number.to_string()})).await));
        }
    }
    let count = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), count, "{tags:?}");
}

#[tokio::test]
async fn a_put_that_changes_nothing_keeps_the_tag() {
    let app = filled().await;
    for (path, _) in THINGS {
        let before = app.get(path).await;
        for same in [json!({}), before.json(), json!({"notes": null})] {
            let after = app.put(path, same.clone()).await;
            assert_eq!((after.status, tag(&after)), (200, tag(&before)), "{path} {same}");
            assert_eq!(tag(&app.put_if(&tag(&before), path, same).await), tag(&before));
        }
    }
}

#[tokio::test]
async fn an_update_tried_again_makes_one_version() {
    let app = filled().await;
    app.db.lose_next_answer();
    let updated = app.put("/api/candidates/1", json!({"status": "Hired"})).await;
    assert_eq!((updated.status, app.trips()), (200, 2));
    assert_eq!(app.db.texts("SELECT CAST(version AS TEXT) FROM candidates"), ["2"]);
}

#[tokio::test]
async fn of_two_who_read_the_same_version_the_second_to_write_is_refused() {
    for (path, what) in THINGS {
        let app = filled().await;
        let read = tag(&app.get(path).await);
        let first = app.put_if(&read, path, json!({"notes": "first"})).await;
        assert_eq!((first.status, app.trips()), (200, 1));
        let events = app.events();
        for body in [json!({"notes": "second", "status": "Rejected"}), json!({"notes": "first"}), json!({})] {
            let body = if *what == "Interview" && body.get("status").is_some() {
                json!({"notes": "second", "status": "Completed"})
            } else {
                body
            };
            is_stale(&app.put_if(&read, path, body).await, what);
            assert_eq!(app.trips(), 1);
        }
        assert_eq!(app.get(path).await.json(), first.json());
        assert_eq!((app.events(), tag(&app.get(path).await)), (events, tag(&first)));
        let second = app.put_if(&tag(&first), path, json!({"notes": "second"})).await;
        assert_eq!(second.expect(200)["notes"], "second");
    }
}

#[tokio::test]
async fn of_two_writes_at_once_one_is_refused() {
    for (path, what) in THINGS {
        let app = filled().await;
        let read = tag(&app.get(path).await);
        let put = |notes: &str| app.put_if(&read, path, json!({"notes": notes}));
        let (a, b) = tokio::join!(put("a"), put("b"));
        let (done, refused) = if a.status == 200 { (a, b) } else { (b, a) };
        is_stale(&refused, what);
        assert_eq!(app.get(path).await.json(), done.json());
    }
}

#[tokio::test]
async fn a_delete_is_meant_for_the_version_it_names() {
    let app = filled().await;
    let candidate = tag(&app.get("/api/candidates/1").await);
    let interview = tag(&app.get("/api/interviews/1").await);
    app.put("/api/candidates/1", json!({"notes": "x"})).await.expect(200);
    app.put("/api/interviews/1", json!({"notes": "x"})).await.expect(200);
    let events = app.events();
    is_stale(&app.delete_if(&candidate, "/api/candidates/1").await, "Candidate");
    is_stale(&app.delete_if(&interview, "/api/interviews/1").await, "Interview");
    assert_eq!(app.events(), events, "nothing is told, of the candidate's interviews neither");
    for (path, _) in THINGS.iter().rev() {
        let present = tag(&app.get(path).await);
        let deleted = app.delete_if(&present, path).await;
        assert_eq!((deleted.status, app.trips()), (204, 1), "{path}");
    }
    assert_eq!(app.event_kinds()[events.len()..], ["interview.deleted", "candidate.deleted"]);
}

#[tokio::test]
async fn a_candidate_deleted_by_version_takes_the_interviews_along() {
    let app = filled().await;
    let present = tag(&app.get("/api/candidates/1").await);
    assert_eq!(app.delete_if(&present, "/api/candidates/1").await.status, 204);
    assert_eq!(app.event_kinds()[2..], ["interview.deleted", "candidate.deleted"]);
    assert_eq!(app.get("/api/interviews").await.ids().len(), 0);
}

#[tokio::test]
async fn a_list_matches_by_any_of_its_tags_and_a_star_whatever_is_there() {
    for (path, what) in THINGS {
        let app = filled().await;
        for spelling in ["TAG", " TAG ", "\"a\", TAG", "TAG,\"b\"", "W/\"a\" , ,TAG", "*", " * "] {
            let tags = spelling.replace("TAG", &tag(&app.get(path).await));
            assert_eq!(app.put_if(&tags, path, json!({"notes": spelling})).await.status, 200, "{tags}");
        }
        let present = tag(&app.get(path).await);
        let lines = [("if-match", "\"a\""), ("if-match", present.as_str())];
        assert_eq!(app.call_with("PUT", path, &lines, "{\"notes\":\"l\"}").await.status, 200);
        let present = tag(&app.get(path).await);
        for tags in
            ["\"\"", "\"a\",\"b\"", "\"1\"", "\"*\"", &format!("W/{present}"), &present.to_uppercase()]
        {
            is_stale(&app.put_if(tags, path, json!({"notes": "no"})).await, what);
            is_stale(&app.delete_if(tags, path).await, what);
        }
        assert_eq!(app.delete_if("*", path).await.status, 204);
    }
}

#[tokio::test]
async fn the_tag_of_another_thing_matches_nothing() {
    let app = filled().await;
    app.enter_candidate(candidate("b@b.co")).await;
    let other = tag(&app.get("/api/candidates/2").await);
    is_stale(&app.put_if(&other, "/api/candidates/1", json!({"notes": "x"})).await, "Candidate");
    is_stale(&app.put_if(&other, "/api/interviews/1", json!({"notes": "x"})).await, "Interview");
}

#[tokio::test]
async fn what_is_not_there_is_404_whatever_version_was_meant() {
    let app = TestApp::new();
    for (path, what) in THINGS {
        for tags in ["\"c1-1\"", "*", "W/\"a\""] {
            for answer in [app.put_if(tags, path, json!({})).await, app.delete_if(tags, path).await] {
                assert_eq!(answer.expect(404)["detail"], format!("{what} not found"));
            }
        }
    }
}

#[tokio::test]
async fn an_if_match_that_is_no_list_of_tags_is_400() {
    let app = filled().await;
    for (path, _) in THINGS {
        for odd in ["", " ", "c1-1", "\"c1-1", "\"a\" \"b\"", "*, \"a\"", "w/\"a\"", "\"ж\"", ","] {
            for answer in [app.put_if(odd, path, json!({"notes": "x"})).await, app.delete_if(odd, path).await]
            {
                assert_eq!(answer.refused_fields(), ["If-Match"], "{odd}");
                assert_eq!(app.trips(), 0);
            }
        }
        assert_eq!(app.get(path).await.json()["notes"], json!(null));
    }
    let stranger = app.knock("DELETE", "/api/candidates/1", &[("if-match", "odd")]).await;
    assert_eq!(stranger.status, 401);
}

#[tokio::test]
async fn a_conditional_update_is_tried_once() {
    let app = filled().await;
    let read = tag(&app.get("/api/candidates/1").await);
    app.db.lose_next_answer();
    let unknown = app.put_if(&read, "/api/candidates/1", json!({"notes": "x"})).await;
    assert_eq!((unknown.status, app.trips()), (503, 1));
    // It was done: tried again by itself, it would have been refused.
    is_stale(&app.put_if(&read, "/api/candidates/1", json!({"notes": "x"})).await, "Candidate");
}

#[tokio::test]
async fn who_has_the_present_version_is_not_sent_it_again() {
    let app = filled().await;
    for (path, _) in THINGS {
        let whole = app.get(path).await;
        let present = tag(&whole);
        for tags in [present.clone(), format!("W/{present}"), format!("\"a\", {present}"), "*".to_owned()] {
            let known = app.get_unless(&tags, path).await;
            assert_eq!((known.status, known.body.len(), app.trips()), (304, 0, 1), "{tags}");
            assert_eq!((tag(&known), known.header("content-type")), (present.clone(), None));
        }
        for tags in ["\"a\"", "odd", "", "\"ж\""] {
            let answer = app.get_unless(tags, path).await;
            assert_eq!((answer.status, &answer.body), (200, &whole.body), "{tags}");
        }
        app.put(path, json!({"notes": "x"})).await.expect(200);
        assert_eq!(app.get_unless(&present, path).await.expect(200)["notes"], "x");
    }
    assert_eq!(app.get_unless("*", "/api/candidates/9").await.status, 404);
}
