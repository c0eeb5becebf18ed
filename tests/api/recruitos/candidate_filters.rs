//! Filters of candidates: alone and in every combination, held against a model of the rule.

use serde_json::{Value, json};

use super::{candidate, with};
use crate::support::{TestApp, query};

const STATUSES: &[&str] = &[
    "New",
    "Screened",
    "Phone Interview",
    "Rejected",
    "Technical Interview",
    "Final Interview",
    "Offer Extended",
    "Hired",
];
const SOURCES: &[&str] = &["LinkedIn", "Indeed", "Referral", "Website"];
const FIRST: &[&str] = &["Anna", "Ян", "Lindsey", "Веб", "New"];
const LAST: &[&str] = &["Indeeva", "O'Neil", "Петров", "Hire", "100%_x", "[1]Tec"];
const POSITIONS: &[&str] = &["Hired Hand", "Разработчик", "QA [2]", "Rust/C++"];

/// Parts of names, e-mails and positions; some look like words of the other filters or of the index.
const NEEDLES: &[&str] =
    &["ann", "ЯН", "n", "%", "[2]", "hir", "new", "@b.co", "петров ян", "lindsey o'n", "разработчик", "zz"];

/// People who differ in everything a filter looks at, in no regular way.
fn people() -> Vec<Value> {
    let mut seed: usize = 7;
    let mut pick = |list: &[&str]| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list[(seed >> 33) % list.len()].to_owned()
    };
    let person = |number: usize| {
        let members = json!({
            "firstName": pick(FIRST), "lastName": pick(LAST), "position": pick(POSITIONS),
            "status": pick(STATUSES), "source": pick(SOURCES), "phase": 1 + pick(&["", "x"]).len()
        });
        with(candidate(&format!("person{number}@b.co")), &members)
    };
    (0..60).map(person).collect()
}

async fn with_people() -> TestApp {
    let app = TestApp::new();
    for person in people() {
        app.enter_candidate(person).await;
    }
    app
}

/// The rule of `search`: part of a name, in either order, of the e-mail or of the position.
fn is_found(person: &Value, needle: &str) -> bool {
    let text = |field: &str| person[field].as_str().unwrap().to_lowercase();
    let (first, last) = (text("firstName"), text("lastName"));
    let places = [format!("{first} {last}"), format!("{last} {first}"), text("email"), text("position")];
    places.iter().any(|place| place.contains(&needle.to_lowercase()))
}

/// The ids that a list with these parameters must give.
fn expected(people: &[Value], parameters: &[(&str, &str)]) -> Vec<i64> {
    let fits = |person: &Value| {
        parameters.iter().all(|(name, value)| match *name {
            "search" => is_found(person, value),
            "phase" => person["phase"] == value.parse::<i64>().unwrap(),
            field => person[field] == *value,
        })
    };
    (1..).zip(people).filter(|(_, person)| fits(person)).map(|(id, _)| id).collect()
}

/// Each of the values for a parameter, and none.
fn or_none<'a>(name: &'a str, values: &[&'a str]) -> Vec<Option<(&'a str, &'a str)>> {
    std::iter::once(None).chain(values.iter().map(|value| Some((name, *value)))).collect()
}

#[tokio::test]
async fn all_combinations_of_filters_mean_and() {
    let (app, people) = (with_people().await, people());
    let mut found = 0;
    for phase in or_none("phase", &["1", "2"]) {
        for status in or_none("status", STATUSES) {
            for source in or_none("source", SOURCES) {
                for search in or_none("search", NEEDLES) {
                    let parameters: Vec<_> = [phase, status, source, search, Some(("limit", "100"))]
                        .into_iter()
                        .flatten()
                        .collect();
                    let expected = expected(&people, &parameters[..parameters.len() - 1]);
                    let ids = app.get(&query("/api/candidates", &parameters)).await.ids();
                    assert_eq!(ids, expected, "{parameters:?}");
                    found += ids.len();
                }
            }
        }
    }
    assert!(found > 1_000, "the people are too much alike: {found}");
}

#[tokio::test]
async fn pages_of_any_filter_join_into_the_whole() {
    let (app, people) = (with_people().await, people());
    for filter in
        [vec![], vec![("phase", "1")], vec![("search", "an")], vec![("search", "person"), ("phase", "2")]]
    {
        let mut joined = Vec::new();
        for offset in (0..60).step_by(7) {
            let offset = offset.to_string();
            let page = [filter.clone(), vec![("limit", "7"), ("offset", &offset)]].concat();
            joined.extend(app.get(&query("/api/candidates", &page)).await.ids());
        }
        assert_eq!(joined, expected(&people, &filter), "{filter:?}");
    }
}

#[tokio::test]
async fn words_of_filters_are_read_in_any_case() {
    let (app, people) = (with_people().await, people());
    let wanted = expected(&people, &[("source", "LinkedIn")]);
    assert_eq!(app.get("/api/candidates?source=lINKEDiN&limit=100").await.ids(), wanted);
    let wanted = expected(&people, &[("status", "Phone Interview")]);
    assert_eq!(app.get("/api/candidates?status=+phone%20INTERVIEW&limit=100").await.ids(), wanted);
}

#[tokio::test]
async fn all_bad_parameters_are_reported_at_once() {
    let app = TestApp::new();
    let search = "x".repeat(501);
    for (parameters, refused) in [
        (vec![("phase", "3")], vec!["phase"]),
        (vec![("phase", "one")], vec!["phase"]),
        (vec![("status", "Maybe"), ("source", "Monster")], vec!["source", "status"]),
        (
            vec![
                ("phase", "0"),
                ("search", &search),
                ("status", "x"),
                ("source", "y"),
                ("limit", "z"),
                ("offset", "-1"),
            ],
            vec!["limit", "offset", "phase", "search", "source", "status"],
        ),
    ] {
        let fields = app.get(&query("/api/candidates", &parameters)).await.refused_fields();
        assert_eq!(fields, refused, "{parameters:?}");
    }
}
