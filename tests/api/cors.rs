//! Browsers of other origins: let in when configured, and only then.

use serde_json::json;

use super::recruitos::candidate;
use crate::support::{KEY, TestApp};

const ALLOWED: &str = "https://app.example.com";

fn with_origins() -> TestApp {
    TestApp::with(&[("CORS_ORIGINS", "https://app.example.com, http://localhost:3000")])
}

#[tokio::test]
async fn a_configured_origin_may_read_any_answer() {
    let app = with_origins();
    for origin in [ALLOWED, "http://localhost:3000"] {
        for (path, key, status) in [
            ("/api/candidates", KEY, 200),
            ("/api/candidates/1", KEY, 404),
            ("/api/candidates?limit=0", KEY, 400),
            ("/api/candidates", "wrong", 401),
            ("/nope", KEY, 404),
        ] {
            let answer = app.knock("GET", path, &[("origin", origin), ("x-api-key", key)]).await;
            assert_eq!(answer.status, status);
            assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "{path}");
            let exposed = "x-request-id,etag,retry-after,link,x-cache,idempotency-replayed";
            assert_eq!(answer.header("access-control-expose-headers"), Some(exposed));
            let vary: Vec<_> = answer.headers.get_all("vary").iter().map(|v| v.to_str().unwrap()).collect();
            assert!(vary.join(",").to_lowercase().contains("origin"), "{vary:?}");
        }
    }
    app.db.execute("DROP TABLE interviews");
    let broken = app.knock("GET", "/api/interviews", &[("origin", ALLOWED), ("x-api-key", KEY)]).await;
    assert_eq!((broken.status, broken.header("access-control-allow-origin")), (500, Some(ALLOWED)));
}

#[tokio::test]
async fn a_configured_origin_may_read_a_replayed_answer_and_a_conflict() {
    let app = with_origins();
    let headers = [("origin", ALLOWED), ("idempotency-key", "k")];
    let body = candidate("a@b.co").to_string();
    for (body, status) in [(&body, 201), (&body, 201), (&"{}".to_owned(), 409)] {
        let answer = app.call_with("POST", "/api/candidates", &headers, body.clone()).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, Some(ALLOWED)));
    }
}

#[tokio::test]
async fn another_origin_is_not_named() {
    let app = with_origins();
    for origin in
        ["https://evil.example", "https://app.example.com.evil.example", "http://app.example.com", "null"]
    {
        let answer = app.knock("GET", "/api/candidates", &[("origin", origin), ("x-api-key", KEY)]).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None), "{origin}");
        let preflight = [("origin", origin), ("access-control-request-method", "PUT")];
        let answer = app.knock("OPTIONS", "/api/candidates/1", &preflight).await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
    }
}

#[tokio::test]
async fn a_preflight_needs_no_key_and_names_methods_and_headers() {
    let app = with_origins();
    let asked = [
        ("origin", ALLOWED),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "authorization,content-type"),
    ];
    for path in ["/api/candidates", "/api/candidates/1", "/api/interviews/1", "/api/activity"] {
        let answer = app.knock("OPTIONS", path, &asked).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        assert_eq!(answer.header("access-control-allow-origin"), Some(ALLOWED));
        let list = |name: &str| answer.header(name).unwrap().to_lowercase();
        for method in ["get", "post", "put", "delete"] {
            assert!(
                list("access-control-allow-methods").split(',').any(|listed| listed == method),
                "{method}"
            );
        }
        let headers = ["authorization", "content-type", "x-api-key", "x-request-id"];
        for header in headers.into_iter().chain(["idempotency-key", "if-match", "if-none-match"]) {
            assert!(
                list("access-control-allow-headers").split(',').any(|listed| listed == header),
                "{header}"
            );
        }
        assert_eq!(answer.header("access-control-max-age"), Some("3600"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

#[tokio::test]
async fn without_configured_origins_no_browser_is_let_in() {
    let app = TestApp::new();
    let answer = app.knock("GET", "/api/candidates", &[("origin", ALLOWED), ("x-api-key", KEY)]).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
    let preflight = [("origin", ALLOWED), ("access-control-request-method", "GET")];
    let answer = app.knock("OPTIONS", "/api/candidates", &preflight).await;
    assert_eq!(answer.expect(401), json!({"detail": "Invalid or missing authentication token"}));
    assert_eq!(answer.header("access-control-allow-origin"), None);
}
