//! Endpoints: making, showing, changing and deleting them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{HOOK, OTHER, each, path_of, refused_fields};
use crate::api::recruitos::{candidate, names, with, without};
use crate::support::TestApp;

const LIST: &str = "/api/events/endpoints";

#[tokio::test]
async fn a_new_endpoint_is_answered_whole_and_shown_so_ever_after() {
    let app = TestApp::new();
    let body = json!({"url": HOOK, "description": " The data warehouse ", "types": ["candidate.created"]});
    let made = app.post(LIST, body).await.expect(201);
    let expected = json!({
        "id": made["id"], "url": HOOK, "description": "The data warehouse", "types": ["candidate.created"],
        "enabled": true, "disabled_reason": null, "failing_since": null, "previous_secret_until": null,
        "created_at": "2024-01-20T11:00:00Z", "updated_at": "2024-01-20T11:00:00Z"
    });
    assert_eq!(without(made.clone(), "secret"), expected);
    assert_eq!(made["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap().get_version_num(), 7);
    assert_eq!(app.get(&path_of(&made)).await.expect(200), expected);
    assert_eq!(app.get(LIST).await.expect(200), json!({"endpoints": [expected]}));
}

#[tokio::test]
async fn what_a_new_endpoint_leaves_out_means_all_types_enabled_and_no_description() {
    let app = TestApp::new();
    for body in [
        json!({"url": HOOK}),
        json!({"url": HOOK, "types": null, "description": null}),
        json!({"url": HOOK, "description": "  ", "enabled": true}),
    ] {
        let made = app.post(LIST, body).await.expect(201);
        let shown = json!([made["types"], made["description"], made["enabled"]]);
        assert_eq!(shown, json!([null, null, true]));
    }
}

#[tokio::test]
async fn an_endpoint_may_begin_disabled_and_is_told_nothing() {
    let app = TestApp::new();
    let made = app.post(LIST, json!({"url": HOOK, "enabled": false})).await.expect(201);
    assert_eq!((&made["enabled"], &made["disabled_reason"]), (&json!(false), &json!("manual")));
    app.enter_candidate(candidate("a@b.co")).await;
    assert_eq!(app.run_due_tasks().await, 0);
    assert_eq!(app.told(), [""; 0]);
}

#[tokio::test]
async fn endpoints_are_listed_by_age() {
    let app = TestApp::new();
    assert_eq!(app.get(LIST).await.body, r#"{"endpoints":[]}"#);
    for number in 0..300 {
        // The randomness of tests comes round: the order must not hang on ids.
        let _ = app.app.new_uuid();
        if number % 100 == 0 {
            app.enter_hook(&format!("https://hooks.example.com/{number}")).await;
        }
    }
    let list = app.get(LIST).await.expect(200);
    assert_eq!(
        each(&list["endpoints"], "url"),
        ["https://hooks.example.com/0", "https://hooks.example.com/100", "https://hooks.example.com/200"]
    );
}

#[tokio::test]
async fn every_bad_field_is_reported_at_once() {
    let app = TestApp::new();
    let bad = json!({
        "url": "http://hooks.example.com", "types": ["candidate.hired"], "enabled": "yes",
        "description": "x".repeat(201)
    });
    let made = path_of(&app.enter_endpoint(HOOK, Value::Null).await);
    for answer in [app.post(LIST, bad.clone()).await, app.patch(&made, bad.clone()).await] {
        assert_eq!(refused_fields(&answer), ["description", "enabled", "types", "url"]);
    }
    assert_eq!(app.db.texts("SELECT url FROM endpoints"), [HOOK]);
}

#[tokio::test]
async fn a_field_of_the_wrong_kind_is_refused_by_name() {
    let app = TestApp::new();
    let made = path_of(&app.enter_endpoint(HOOK, Value::Null).await);
    for (field, bad) in [
        ("url", json!(null)),
        ("url", json!("")),
        ("url", json!(5)),
        ("url", json!([HOOK])),
        ("url", json!(format!("https://hooks.example.com/{}", "x".repeat(2048)))),
        ("url", json!(format!("https://hooks.example.com/{}", "x".repeat(10_000)))),
        ("types", json!([])),
        ("types", json!("candidate.created")),
        ("types", json!([5])),
        ("types", json!([null])),
        ("types", json!({})),
        ("types", json!(["endpoint.test"])),
        ("description", json!(5)),
        ("enabled", json!(null)),
        ("enabled", json!(1)),
    ] {
        let body = with(json!({"url": HOOK}), &json!({field: bad}));
        for answer in [app.post(LIST, body).await, app.patch(&made, json!({field: bad})).await] {
            assert_eq!(refused_fields(&answer), [field], "{answer:?}");
        }
    }
    for body in ["", "[]", "{", "null"] {
        for answer in [app.call("POST", LIST, body).await, app.call("PATCH", &made, body).await] {
            assert_eq!(refused_fields(&answer), ["body"], "{body}");
        }
    }
    let refused = app.post(LIST, json!({})).await.expect(400);
    assert_eq!(refused["errors"], json!([{"field": "url", "message": "is required"}]));
}

#[tokio::test]
async fn there_are_at_most_fifty() {
    let app = TestApp::new();
    for _ in 0..50 {
        app.enter_hook(HOOK).await;
    }
    let refused = app.post(LIST, json!({"url": HOOK})).await.expect(409);
    assert_eq!(refused, json!({"error": "There are 50 endpoints, the most there can be"}));
    let one = path_of(&app.get(LIST).await.expect(200)["endpoints"][7]);
    app.delete(&one).await.expect(204);
    app.enter_hook(HOOK).await;
}

#[tokio::test]
async fn an_unknown_id_is_404_and_one_that_is_none_400() {
    let app = TestApp::new();
    let since = json!({"since": "2024-01-20T10:00:00Z"});
    for (id, status) in [
        ("018d2680-1b40-7000-8000-000000000000", 404),
        ("1", 400),
        ("018d2680-1b40-7000-8000-00000000000", 400),
    ] {
        let path = format!("{LIST}/{id}");
        for (method, rest, body) in [
            ("GET", "", json!({})),
            ("PATCH", "", json!({})),
            ("PATCH", "", json!({"enabled": false})),
            ("DELETE", "", json!({})),
            ("POST", "/rotate-secret", json!({})),
            ("POST", "/test", json!({})),
            ("POST", "/recover", since.clone()),
        ] {
            let answer = app.call(method, &format!("{path}{rest}"), body.to_string()).await.expect(status);
            let error = if status == 404 { "Endpoint not found" } else { "Validation error" };
            assert_eq!(answer["error"], error, "{method} {id}{rest}");
        }
    }
}

#[tokio::test]
async fn a_deleted_endpoint_is_gone_with_its_deliveries_and_a_second_time_not_found() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.enter_hook(OTHER).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    assert_eq!(app.told().len(), 2);
    assert!(app.delete(&path).await.expect(204).is_null());
    app.delete(&path).await.expect(404);
    app.get(&path).await.expect(404);
    assert_eq!(app.told(), ["candidate.created delivered"]);
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_leaves_the_rest() {
    let app = TestApp::new();
    let body = json!({"url": HOOK, "description": "d", "types": ["candidate.created"]});
    let mut expected = without(app.post(LIST, body).await.expect(201), "secret");
    let path = path_of(&expected);
    for (minute, change, shown) in [
        (1, json!({"url": OTHER}), json!({"url": OTHER})),
        (
            2,
            json!({"types": ["sync.completed", "candidate.created"]}),
            json!({"types": ["sync.completed", "candidate.created"]}),
        ),
        (3, json!({"types": null}), json!({"types": null})),
        (4, json!({"description": "e", "stranger": 1}), json!({"description": "e"})),
        (5, json!({"description": null}), json!({"description": null})),
        (6, json!({"enabled": false}), json!({"enabled": false, "disabled_reason": "manual"})),
        (7, json!({"enabled": true}), json!({"enabled": true, "disabled_reason": null})),
    ] {
        let now = format!("2024-01-20T11:0{minute}:00Z");
        app.clock.set(&now);
        expected = with(with(expected, &shown), &json!({"updated_at": now}));
        assert_eq!(app.patch(&path, change.clone()).await.expect(200), expected, "{change}");
        assert_eq!(app.get(&path).await.expect(200), expected, "{change}");
    }
}

#[tokio::test]
async fn a_patch_that_changes_nothing_keeps_updated_at() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, json!(["candidate.created"])).await;
    let shown = without(made.clone(), "secret");
    app.clock.set("2024-01-21T00:00:00Z");
    for same in [
        json!({}),
        json!({"url": HOOK}),
        json!({"url": "HTTPS://Hooks.Example.com:443/edgehire"}),
        json!({"types": ["candidate.created"], "description": "", "enabled": true}),
        without(shown.clone(), "id"),
    ] {
        assert_eq!(app.patch(&path_of(&made), same.clone()).await.expect(200), shown, "{same}");
    }
}

#[tokio::test]
async fn disabling_fails_what_was_still_to_be_told() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.enter_candidate(candidate("a@b.co")).await;
    app.run_due_tasks().await;
    app.http.always(HOOK, crate::support::Reply::Status(500));
    app.put("/api/candidates/1", json!({"phase": 2})).await.expect(200);
    app.run_due_tasks().await;
    app.patch(&path, json!({"enabled": false})).await.expect(200);
    let told = ["candidate.created delivered", "candidate.updated failed disabled"];
    assert_eq!(app.told(), told);
    app.put("/api/candidates/1", json!({"phase": 1})).await.expect(200);
    app.run_tasks_after(Duration::from_hours(1)).await;
    assert_eq!((app.told(), app.http.sent().len()), (told.map(str::to_owned).to_vec(), 2));
}

#[tokio::test]
async fn enabled_again_an_endpoint_is_told_of_what_happens_from_then_on() {
    let app = TestApp::new();
    let path = app.enter_hook(HOOK).await;
    app.patch(&path, json!({"enabled": false})).await.expect(200);
    app.enter_candidate(candidate("missed@b.co")).await;
    app.patch(&path, json!({"enabled": true})).await.expect(200);
    app.run_due_tasks().await;
    assert_eq!(app.told(), [""; 0]);
    app.put("/api/candidates/1", json!({"phase": 2})).await.expect(200);
    // Said again, it keeps what it is still to be told.
    app.patch(&path, json!({"enabled": true})).await.expect(200);
    app.run_due_tasks().await;
    assert_eq!(app.told(), ["candidate.updated delivered"]);
}

#[tokio::test]
async fn a_new_endpoint_is_told_nothing_of_the_past() {
    let app = TestApp::new();
    app.write_events(1, 3, "candidate.updated");
    app.enter_hook(HOOK).await;
    app.db.execute("DELETE FROM events; UPDATE event_log SET pruned_seq = 3");
    app.enter_hook(OTHER).await;
    assert_eq!(app.run_due_tasks().await, 0);
    assert_eq!(app.db.texts("SELECT CAST(relayed_seq AS TEXT) FROM endpoints"), ["3", "3"]);
}

#[tokio::test]
async fn reads_and_writes_of_endpoints_take_one_round_trip() {
    let app = TestApp::new();
    let made = app.enter_endpoint(HOOK, Value::Null).await;
    let path = path_of(&made);
    for (method, path, body) in [
        ("GET", LIST.to_owned(), json!({})),
        ("GET", path.clone(), json!({})),
        ("PATCH", path.clone(), json!({"enabled": false})),
        ("PATCH", path.clone(), json!({})),
        ("POST", LIST.to_owned(), json!({"url": OTHER})),
        ("POST", format!("{path}/rotate-secret"), json!({})),
        ("GET", "/api/events/deliveries".to_owned(), json!({})),
        ("DELETE", path.clone(), json!({})),
    ] {
        let answer = app.call(method, &path, body.to_string()).await;
        assert!(answer.status < 300, "{method} {path}");
        assert!(
            answer.header("server-timing").unwrap().starts_with("d1_trips;desc=\"1\""),
            "{method} {path}"
        );
    }
    assert_eq!(names(&made).len(), 11);
}
