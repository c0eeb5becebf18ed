//! The front door: errors in the style of the path's contract, request ids, headers of every answer.

use bytes::Bytes;
use edgehire::api::{FrontDoor, MAX_BODY, Payload};
use serde_json::{Value, json};

use crate::support::app::with_key;
use crate::support::{Answer, TestApp};

/// How an error looks, given its code and text.
type Style = fn(&str, &str) -> Value;

/// A path of each contract, and how its errors look.
const STYLES: &[(&str, Style)] = &[
    ("/api/candidates", |_, text| json!({"detail": text})),
    ("/api/interviews", |_, text| json!({"detail": text})),
    ("/api/activity", |_, text| json!({"detail": text})),
    ("/api/dashboard/stats", |_, text| json!({"detail": text})),
    ("/api/dashboard", |_, text| json!({"error": text})),
    ("/api/jobs", |_, text| json!({"error": text})),
    ("/api/scoring/weights", |_, text| json!({"error": text})),
    ("/api/v1/health", |code, text| json!({"error": {"code": code, "message": text, "details": []}})),
    ("/", |_, text| json!({"error": text})),
];

#[tokio::test]
async fn an_unknown_path_is_404_in_the_style_of_its_prefix() {
    let app = TestApp::new();
    for (path, style) in STYLES {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let answer = app.call(method, &format!("{}/no/such/path", path.trim_end_matches('/')), "{").await;
            assert_eq!(answer.expect(404), style("NOT_FOUND", "Not found"), "{method} {path}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
    }
    for outside in
        ["/api", "/api/", "/api/candidatesX", "/API/candidates", "/api/dashboardX", "//api/candidates"]
    {
        assert_eq!(app.get(outside).await.expect(404), json!({"error": "Not found"}), "{outside}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_in_the_style_of_its_contract_and_says_which_are_allowed() {
    let app = TestApp::new();
    for (path, style) in STYLES {
        let answer = app.call("PATCH", path, "").await;
        assert_eq!(answer.expect(405), style("METHOD_NOT_ALLOWED", "Method not allowed"), "{path}");
        assert!(answer.header("allow").unwrap().split(',').any(|method| method == "GET"), "{path}");
    }
    for (path, allowed) in [
        ("/api/candidates", "GET,HEAD,POST"),
        ("/api/candidates/1", "DELETE,GET,HEAD,PUT"),
        ("/api/interviews/1", "DELETE,GET,HEAD,PUT"),
        ("/api/dashboard/stats", "GET,HEAD"),
        ("/api/scores", "POST"),
        ("/api/scoring/weights", "GET,HEAD,PUT"),
        ("/api/cache", "DELETE"),
    ] {
        for method in ["PATCH", "OPTIONS", "TRACE", "BREW"] {
            let answer = app.call(method, path, "").await;
            let mut methods: Vec<_> = answer.header("allow").unwrap().split(',').collect();
            methods.sort_unstable();
            assert_eq!((answer.status, methods.join(",").as_str()), (405, allowed), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_path_with_a_slash_at_its_end_is_another_path() {
    let app = TestApp::new();
    for path in ["/api/candidates/", "/api/interviews/", "/api/candidates/1/", "/api/activity/"] {
        assert_eq!(app.get(path).await.expect(404), json!({"detail": "Not found"}), "{path}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_for_whoever_may_call() {
    let app = TestApp::new();
    let refusal = json!({"detail": "Request body must be at most 1048576 bytes"});
    let over = Bytes::from(vec![b' '; MAX_BODY + 1]);
    for (method, path) in [
        ("POST", "/api/candidates"),
        ("PUT", "/api/candidates/1"),
        ("POST", "/api/interviews"),
        ("PUT", "/api/interviews/1"),
    ] {
        let cut = app.send(with_key(method, path).body(Payload::TooLarge).unwrap()).await;
        assert_eq!(cut.expect(413), refusal);
        assert_eq!(app.call(method, path, over.clone()).await.expect(413), refusal);
        let stranger = http::Request::builder().method(method).uri(path).body(Payload::TooLarge).unwrap();
        assert_eq!(app.send(stranger).await.status, 401);
    }
    assert_eq!(app.call("GET", "/api/candidates", over.clone()).await.status, 200);
    assert_eq!(app.call("POST", "/nope", over).await.expect(404), json!({"error": "Not found"}));
}

#[tokio::test]
async fn a_body_of_just_the_limit_is_read() {
    let body = json!({"firstName": "A", "lastName": "B", "email": "a@b.co", "position": "C"}).to_string();
    let padded = format!("{body}{}", " ".repeat(MAX_BODY - body.len()));
    TestApp::new().call("POST", "/api/candidates", padded).await.expect(201);
}

#[tokio::test]
async fn a_request_keeps_its_id_when_that_is_fit_for_a_log() {
    let app = TestApp::new();
    let longest = "x".repeat(128);
    for id in ["a", "req-1_2.3:4", "0190b5e4-7d2c-7000-8000-000000000000", &longest] {
        for (path, status) in [("/", 200), ("/nope", 404), ("/api/candidates", 401)] {
            let answer = app.knock("GET", path, &[("x-request-id", id)]).await;
            assert_eq!((answer.status, answer.header("x-request-id")), (status, Some(id)));
            assert_eq!(app.log().pop().unwrap()["request_id"], id);
        }
    }
}

#[tokio::test]
async fn a_request_without_a_fit_id_gets_a_new_one_of_its_own() {
    let app = TestApp::new();
    let too_long = "x".repeat(129);
    let mut given = Vec::new();
    for headers in [
        &[][..],
        &[("x-request-id", "")],
        &[("x-request-id", "a b")],
        &[("x-request-id", "a\"b")],
        &[("x-request-id", "a,b")],
        &[("x-request-id", "идентификатор")],
        &[("x-request-id", &too_long)],
    ] {
        let answer = app.knock("GET", "/", headers).await;
        let id = answer.header("x-request-id").unwrap().to_owned();
        assert!(id.len() == 36 && &id[14..15] == "7", "{id} is no UUIDv7");
        assert_eq!(app.log().pop().unwrap()["request_id"], id);
        assert!(!given.contains(&id));
        given.push(id);
    }
}

/// An answer of each kind.
async fn answers() -> Vec<Answer> {
    let app = TestApp::new();
    let answers = vec![
        app.get("/").await,
        app.get("/api/v1/health").await,
        app.get("/api/candidates").await,
        app.get("/api/candidates/1").await,
        app.get("/nope").await,
        app.call("PATCH", "/api/candidates", "").await,
        app.call("POST", "/api/candidates", "{").await,
        app.knock("GET", "/api/candidates", &[]).await,
        app.send(with_key("POST", "/api/candidates").body(Payload::TooLarge).unwrap()).await,
    ];
    app.db.execute("DROP TABLE interviews");
    [answers, vec![app.get("/api/interviews").await]].concat()
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let answers = answers().await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 404, 404, 405, 400, 401, 413, 500]);
    for answer in answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("strict-transport-security", "max-age=31536000"),
            ("cache-control", "no-store"),
            ("content-type", "application/json"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{answer:?}");
        }
        assert!(answer.header("x-request-id").is_some());
    }
}

#[tokio::test]
async fn the_length_is_left_for_the_platform_to_count() {
    for answer in answers().await {
        assert_eq!(answer.header("content-length"), None, "{answer:?}");
    }
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let app = TestApp::new();
    for path in
        ["/", "/api/v1/health", "/api/candidates", "/api/candidates/1", "/nope", "/api/candidates?limit=0"]
    {
        let (get, head) = (app.get(path).await, app.call("HEAD", path, "").await);
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
    let refused = app.knock("HEAD", "/api/candidates", &[]).await;
    assert_eq!((refused.status, refused.body.len()), (401, 0));
}

#[tokio::test]
async fn a_broken_down_worker_still_answers_in_the_contracts_style() {
    for (path, expected) in [
        ("/api/candidates/1", json!({"detail": "Internal server error", "requestId": "r1"})),
        ("/nope", json!({"error": "Internal server error", "requestId": "r1"})),
    ] {
        let answer = FrontDoor::broken_down(path, Some("r1"), "new".to_owned());
        assert_eq!(answer.status(), 500);
        assert_eq!(serde_json::from_slice::<Value>(answer.body()).unwrap(), expected);
        assert_eq!(answer.headers()["x-request-id"], "r1");
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    }
    for unfit in [None, Some(""), Some("a b")] {
        let answer = FrontDoor::broken_down("/", unfit, "new".to_owned());
        assert_eq!(answer.headers()["x-request-id"], "new", "{unfit:?}");
    }
}

#[tokio::test]
async fn the_service_says_what_it_is_to_everybody() {
    let app = TestApp::new();
    let service = json!({
        "message": "Edgehire API", "version": env!("CARGO_PKG_VERSION"), "environment": "test"
    });
    assert_eq!(app.knock("GET", "/", &[]).await.expect(200), service);
}
