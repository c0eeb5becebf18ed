//! Who may call: whoever has one of the keys, as Bearer or `X-API-Key`.

use serde_json::json;

use crate::support::TestApp;

const PATHS: &[(&str, &str)] = &[
    ("GET", "/api/candidates"),
    ("POST", "/api/candidates"),
    ("DELETE", "/api/interviews/1"),
    ("GET", "/api/dashboard/stats"),
    ("GET", "/api/activity"),
    ("PATCH", "/api/candidates"),
    ("GET", "/api/candidates/1/2/3"),
];

/// Expects each path to refuse a caller with these headers, and only so.
async fn refused(app: &TestApp, headers: &[(&str, &str)]) {
    for (method, path) in PATHS {
        let answer = app.knock(method, path, headers).await;
        let documented = json!({"detail": "Invalid or missing authentication token"});
        assert_eq!(answer.expect(401), documented, "{method} {path} {headers:?}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
}

async fn accepted(app: &TestApp, headers: &[(&str, &str)]) {
    assert_eq!(app.knock("GET", "/api/candidates", headers).await.status, 200, "{headers:?}");
}

#[tokio::test]
async fn without_a_fitting_key_everything_is_refused() {
    let app = TestApp::new();
    for headers in [
        &[][..],
        &[("authorization", "Bearer wrong")],
        &[("authorization", "Bearer test-key2")],
        &[("authorization", "Bearer test-ke")],
        &[("authorization", "Bearer TEST-KEY")],
        &[("authorization", "Bearer ")],
        &[("authorization", "Bearer")],
        &[("authorization", "")],
        &[("authorization", "Bearer test-key,")],
        &[("authorization", "Bearer test-key extra")],
        &[("authorization", "test-key")],
        &[("authorization", "Basic test-key")],
        &[("authorization", "Basic dGVzdC1rZXk6")],
        &[("authorization", "Token test-key")],
        &[("x-api-key", "wrong")],
        &[("x-api-key", "")],
        &[("x-api-key", "Bearer test-key")],
        &[("cookie", "api_key=test-key")],
    ] {
        refused(&app, headers).await;
    }
    refused(&app, &[("authorization", "Bearer wrong"), ("x-api-key", "wrong")]).await;
    assert_eq!(app.knock("GET", "/api/candidates?api_key=test-key", &[]).await.status, 401);
}

#[tokio::test]
async fn the_key_opens_as_bearer_and_as_x_api_key() {
    let app = TestApp::new();
    for headers in [
        ("authorization", "Bearer test-key"),
        ("authorization", "bearer test-key"),
        ("authorization", "BEARER  test-key "),
        ("Authorization", "Bearer test-key"),
        ("x-api-key", "test-key"),
        ("X-API-Key", " test-key "),
    ] {
        accepted(&app, &[headers]).await;
    }
}

#[tokio::test]
async fn of_both_headers_the_bearer_counts() {
    let app = TestApp::new();
    accepted(&app, &[("authorization", "Bearer test-key"), ("x-api-key", "wrong")]).await;
    refused(&app, &[("authorization", "Bearer wrong"), ("x-api-key", "test-key")]).await;
    // Another scheme is not ours: a proxy's, say.
    accepted(&app, &[("authorization", "Basic cHJveHk6"), ("x-api-key", "test-key")]).await;
}

#[tokio::test]
async fn any_of_several_keys_opens_while_a_key_is_rotated() {
    let app = TestApp::with(&[("API_KEY", "old, new")]);
    accepted(&app, &[("x-api-key", "old")]).await;
    accepted(&app, &[("authorization", "Bearer new")]).await;
    refused(&app, &[("x-api-key", "old, new")]).await;
    refused(&app, &[("authorization", "Bearer old,")]).await;
}

#[tokio::test]
async fn without_a_configured_key_nobody_is_let_in() {
    for none in ["", " ", ",", " , "] {
        let app = TestApp::with(&[("API_KEY", none)]);
        for headers in [&[][..], &[("x-api-key", "")], &[("authorization", "Bearer ")], &[("x-api-key", ",")]]
        {
            refused(&app, headers).await;
        }
    }
}

#[tokio::test]
async fn who_is_refused_learns_nothing_and_costs_no_database() {
    let app = TestApp::new();
    for (method, path) in PATHS {
        app.knock(method, path, &[]).await.expect(401);
        app.knock(method, &format!("{path}?limit=x"), &[("x-api-key", "wrong")]).await.expect(401);
    }
    assert!(app.log().iter().all(|line| line["d1_trips"] == 0));
    assert!(!app.log().iter().any(|line| line.to_string().contains("wrong")));
}
