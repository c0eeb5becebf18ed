//! Which jobs a list has.

use serde_json::json;

use super::titles;
use crate::support::{TestApp, query};

fn filled() -> TestApp {
    let app = TestApp::new();
    let jobs = [
        json!({"title": "Rust Developer", "client_name": "Acme GmbH", "status": "Sourcing", "rank": "A", "composite": 4.5, "fee": 40000}),
        json!({"title": "Бухгалтер", "client_name": "ООО Ёлка", "status": "В работе", "rank": "B", "composite": 3, "fee": 20000}),
        json!({"title": "C# \"Lead\"", "client_name": "acme gmbh", "status": "SOURCING", "source": "native", "external_id": null}),
        json!({"title": "QA", "client_name": "Straße AG", "rank": "C", "composite": 2, "source": "workday", "fee": 19999.99}),
        json!({"title": "Closed", "client_name": "Acme GmbH", "status": "Sourcing", "is_active": false}),
    ];
    for (number, job) in (1..).zip(jobs) {
        app.enter_job(number, job);
    }
    app
}

#[tokio::test]
async fn each_filter_finds_its_jobs_in_any_case_and_script() {
    let app = filled();
    let (rust, accountant, lead, qa) = ("Rust Developer", "Бухгалтер", "C# \"Lead\"", "QA");
    for (name, value, expected) in [
        ("status", "sourcing", vec![rust, lead]),
        ("status", " SourCing ", vec![rust, lead]),
        ("status", "в работе", vec![accountant]),
        ("status", "В РАБОТЕ", vec![accountant]),
        ("status", "sourc", vec![]),
        ("rank", "a", vec![rust]),
        ("rank", "B", vec![accountant]),
        ("rank", "c", vec![qa]),
        ("rank", "None", vec![lead]),
        ("search", "DEVEL", vec![rust]),
        ("search", "бухГАЛ", vec![accountant]),
        ("search", "ёлка", vec![accountant]),
        ("search", "acme", vec![rust, lead]),
        ("search", "\"lead\"", vec![lead]),
        ("search", "c#", vec![lead]),
        ("search", "q", vec![qa]),
        ("search", "STRASSE", vec![qa]),
        ("search", "acme sourcing", vec![]),
        ("search", "developer acme", vec![]),
        ("client", "ACME  gmbh", vec![rust, lead]),
        ("client", "acme", vec![]),
        ("client", "strasse ag", vec![qa]),
        ("client", "ооо ёлка", vec![accountant]),
        ("source", "Native", vec![lead]),
        ("source", "recruiterflow", vec![rust, accountant]),
        ("min_fee", "20000", vec![rust, accountant]),
        ("min_fee", "19999.99", vec![rust, accountant, qa]),
    ] {
        let list = app.get(&query("/api/jobs", &[(name, value)])).await;
        assert_eq!(titles(&list), expected, "{name}={value}");
        assert_eq!(app.trips(), 1);
    }
}

#[tokio::test]
async fn filters_combine_and_blank_ones_are_none() {
    let app = filled();
    let found = async |parameters: &[(&str, &str)]| titles(&app.get(&query("/api/jobs", parameters)).await);
    assert_eq!(found(&[("status", "sourcing"), ("rank", "none"), ("search", "ea")]).await, ["C# \"Lead\""]);
    assert_eq!(
        found(&[("search", "acme"), ("client", "acme gmbh"), ("min_fee", "1")]).await,
        ["Rust Developer"]
    );
    assert_eq!(found(&[("search", "acme"), ("active", "all"), ("sort", "job_title")]).await.len(), 3);
    assert_eq!(found(&[("search", ""), ("status", " "), ("rank", "")]).await.len(), 4);
}

#[tokio::test]
async fn every_bad_parameter_is_told_at_once() {
    let app = filled();
    let bad = [
        ("rank", "D"),
        ("source", "indeed"),
        ("min_fee", "-1"),
        ("active", "yes"),
        ("sort", "salary"),
        ("limit", "1001"),
        ("offset", "-1"),
    ];
    let answer = app.get(&query("/api/jobs", &bad)).await;
    let body = answer.expect(400);
    assert_eq!(body["error"], "Validation error");
    let mut fields: Vec<_> = super::super::events::each(&body["errors"], "field");
    fields.sort_by_key(ToString::to_string);
    assert_eq!(fields, ["active", "limit", "min_fee", "offset", "rank", "sort", "source"]);
    let search = "x".repeat(501);
    app.get(&query("/api/jobs", &[("search", &search)])).await.expect(400);
    app.get(&query("/api/jobs", &[("min_fee", "NaN")])).await.expect(400);
}
