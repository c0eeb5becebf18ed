//! Filters of interviews: alone and in every combination, held against a model of the rule.

use serde_json::{Value, json};

use super::{candidate, interview, with};
use crate::support::{TestApp, query};

const INSTANTS: &[&str] =
    &["2024-01-20T23:59:59Z", "2024-01-21T00:00:00Z", "2024-01-21T23:59:59Z", "2024-01-22T00:00:00Z"];
const INTERVIEWERS: &[&str] = &["Jane Doe", "Юлия Ёж", "Jane"];
const STATUSES: &[&str] = &["Scheduled", "Completed", "Cancelled"];

/// Three candidates, and an interview of each for every instant, interviewer and status.
fn diary() -> Vec<Value> {
    let mut diary = Vec::new();
    for at in INSTANTS {
        for interviewer in INTERVIEWERS {
            for status in STATUSES {
                let candidate = 1 + i64::try_from(diary.len() % 2).unwrap();
                let members = json!({"scheduledDate": at, "interviewer": interviewer, "status": status});
                diary.push(with(interview(candidate), &members));
            }
        }
    }
    diary
}

async fn with_diary() -> TestApp {
    let app = TestApp::new();
    for number in 1..=3 {
        app.enter_candidate(candidate(&format!("c{number}@email.com"))).await;
    }
    for entry in diary() {
        app.enter_interview(entry).await;
    }
    app
}

/// The ids that a list with these parameters must give.
fn expected(parameters: &[(&str, &str)]) -> Vec<i64> {
    let fits = |entry: &Value| {
        parameters.iter().all(|(name, value)| match *name {
            "candidateId" => entry["candidateId"] == value.parse::<i64>().unwrap(),
            "date" => entry["scheduledDate"].as_str().unwrap().starts_with(value),
            field => entry[field].as_str().unwrap().to_lowercase() == value.to_lowercase(),
        })
    };
    (1..).zip(&diary()).filter(|(_, entry)| fits(entry)).map(|(id, _)| id).collect()
}

fn or_none<'a>(name: &'a str, values: &[&'a str]) -> Vec<Option<(&'a str, &'a str)>> {
    std::iter::once(None).chain(values.iter().map(|value| Some((name, *value)))).collect()
}

#[tokio::test]
async fn all_combinations_of_filters_mean_and() {
    let app = with_diary().await;
    let mut found = 0;
    for candidate in or_none("candidateId", &["1", "2", "3", "4"]) {
        for date in or_none("date", &["2024-01-20", "2024-01-21", "2024-01-22", "2024-01-23"]) {
            for status in or_none("status", &["Scheduled", "COMPLETED", "cancelled"]) {
                for interviewer in or_none("interviewer", &["jane DOE", "юлия ёж", "ЮЛИЯ ЁЖ", "JANE", "doe"])
                {
                    let filters: Vec<_> =
                        [candidate, date, status, interviewer].into_iter().flatten().collect();
                    let all = [filters.clone(), vec![("limit", "100")]].concat();
                    let ids = app.get(&query("/api/interviews", &all)).await.ids();
                    assert_eq!(ids, expected(&filters), "{filters:?}");
                    found += ids.len();
                }
            }
        }
    }
    assert!(found > 200, "{found}");
}

#[tokio::test]
async fn a_date_may_be_an_instant_and_means_its_utc_day() {
    let app = with_diary().await;
    for (date, day) in [
        ("2024-01-21", "2024-01-21"),
        ("2024-01-21T00:00:00Z", "2024-01-21"),
        ("2024-01-21T23:59:59.999Z", "2024-01-21"),
        ("2024-01-21T00:00:00.000Z", "2024-01-21"),
        ("2024-01-22T01:00:00+03:00", "2024-01-21"),
        ("2024-01-21T23:00:00-03:00", "2024-01-22"),
        ("2024-01-21T02:59:59+0300", "2024-01-20"),
    ] {
        let expected = expected(&[("date", day)]);
        let path = query("/api/interviews", &[("date", date)]);
        assert_eq!(app.get(&path).await.ids(), expected, "{date}");
        // As clients write it who do not encode the plus.
        assert_eq!(app.get(&format!("/api/interviews?date={date}")).await.ids(), expected, "{date}");
    }
}

#[tokio::test]
async fn filters_see_updates() {
    let app = with_diary().await;
    let change = json!({
        "candidateId": 3, "scheduledDate": "2024-03-01T00:00:00Z", "interviewer": "Max", "status": "Completed"
    });
    app.put("/api/interviews/1", change).await.expect(200);
    for filter in ["candidateId=3", "date=2024-03-01", "interviewer=MAX", "interviewer=max&date=2024-03-01"] {
        assert_eq!(app.get(&format!("/api/interviews?{filter}")).await.ids(), [1], "{filter}");
    }
    let before = "/api/interviews?candidateId=1&date=2024-01-20&interviewer=jane%20doe&status=Scheduled";
    assert_eq!(app.get(before).await.ids().len(), 0);
}

#[tokio::test]
async fn all_bad_parameters_are_reported_at_once() {
    let app = TestApp::new();
    let long = "x".repeat(201);
    let parameters = [
        ("candidateId", "first"),
        ("date", "today"),
        ("status", "Maybe"),
        ("interviewer", &long),
        ("limit", "0"),
        ("offset", "-1"),
    ];
    let fields = app.get(&query("/api/interviews", &parameters)).await.refused_fields();
    assert_eq!(fields, ["candidateId", "date", "interviewer", "limit", "offset", "status"]);
    for (name, value) in parameters {
        assert_eq!(app.get(&query("/api/interviews", &[(name, value)])).await.refused_fields(), [name]);
    }
}
