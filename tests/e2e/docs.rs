//! The docs page and the description it shows.

use crate::client::Client;

#[test]
fn the_docs_page_is_served_under_a_strict_policy() {
    let page = Client::new().get("/docs");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<title>Edgehire API</title>"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
}

#[test]
fn everything_the_docs_page_names_is_there() {
    let client = Client::new();
    let page = client.get("/docs").body;
    let named: Vec<_> = page.split(['"', '\'']).filter(|text| text.starts_with("/docs/")).collect();
    assert!(named.len() >= 4, "{named:?}");
    for path in named {
        assert_eq!(client.get(path).status, 200, "{path}");
    }
}

#[test]
fn the_description_is_served() {
    let description = Client::new().get("/openapi.json").json(200);
    assert!(description["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    assert!(description["paths"]["/api/candidates"]["get"].is_object());
}
