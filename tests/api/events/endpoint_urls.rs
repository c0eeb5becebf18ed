//! The rules for URLs, as far as they reach the API: which rules there are is the domain's matter.

use serde_json::json;

use super::{HOOK, OTHER, each};
use crate::support::TestApp;

const LIST: &str = "/api/events/endpoints";

/// Expects a URL to be refused when an endpoint is made and when it is changed; gives the reason.
async fn refused(app: &TestApp, at: &str, url: &str) -> String {
    let path = app.enter_hook("https://hooks.example.com/fit").await;
    let made = app.post(&format!("{at}{LIST}"), json!({"url": url})).await.expect(400);
    let changed = app.patch(&format!("{at}{path}"), json!({"url": url})).await.expect(400);
    assert_eq!(made, changed, "{url}");
    assert_eq!(each(&made["errors"], "field"), ["url"], "{url}");
    made["errors"][0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_not_public_https_is_refused() {
    let app = TestApp::new();
    for (url, reason) in [
        ("http://hooks.example.com/", "https"),
        ("ftp://hooks.example.com/", "https"),
        ("hooks.example.com", "https"),
        ("https://10.0.0.1/", "IP address"),
        ("https://[::1]/", "IP address"),
        ("https://8.8.8.8/", "IP address"),
        ("https://db.internal/", "public host name"),
        ("https://localhost/", "public host name"),
        ("https://user:password@hooks.example.com/", "user name"),
        ("https://hooks.example.com:22/", "port"),
        ("https://hooks.example.com/#part", "fragment"),
    ] {
        let message = refused(&app, "", url).await;
        assert!(message.contains(reason), "{url}: {message}");
    }
}

#[tokio::test]
async fn a_url_is_kept_in_its_normal_spelling() {
    let app = TestApp::new();
    let made = app.enter_endpoint(" HTTPS://Hooks.Example.com:443/a/../b ", json!(null)).await;
    assert_eq!(made["url"], "https://hooks.example.com/b");
}

#[tokio::test]
async fn this_machine_may_be_called_only_where_the_operator_allows_it() {
    let urls = ["http://localhost:9000/x", "http://127.0.0.1:9000/", "https://localhost/"];
    let strict = TestApp::new();
    let local = TestApp::with(&[("ALLOW_LOOPBACK", "true")]);
    for url in urls {
        refused(&strict, "", url).await;
        // As it is called locally: by the same host.
        let made = local.post(&format!("http://localhost:8787{LIST}"), json!({"url": url})).await;
        assert_eq!(made.expect(201)["url"], url);
    }
    assert!(refused(&local, "", "https://10.0.0.1/").await.contains("IP address"));
}

#[tokio::test]
async fn this_service_itself_may_not_be_called() {
    let app = TestApp::with(&[("PUBLIC_URL", "https://api.example.com/base")]);
    for (at, url) in [
        ("", "https://api.example.com/hook"),
        ("", "https://API.example.com.:8443/hook"),
        ("https://edgehire.workers.example", "https://edgehire.workers.example/hook"),
        ("https://EdgeHire.workers.example:8443", "https://edgehire.workers.example/"),
        ("https://edgehire.workers.example", "https://api.example.com/"),
    ] {
        let message = refused(&app, at, url).await;
        assert_eq!(message, "must not point at this service", "{url}, called at {at}");
    }
    let made = app.post(&format!("https://edgehire.workers.example{LIST}"), json!({"url": HOOK})).await;
    made.expect(201);
    app.enter_hook("https://sub.api.example.com/").await;
    app.enter_hook(OTHER).await;
}
