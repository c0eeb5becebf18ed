//! Pages of lists, and the link to the next.

use serde_json::json;

use super::{path, titles, with_scorers};
use crate::support::{Answer, TestApp};

/// The path of the next page, if there is one.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?;
    Some(link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned())
}

#[tokio::test]
async fn a_list_is_followed_to_its_end_by_its_links() {
    let app = TestApp::new();
    for number in 1..=5 {
        app.enter_job(number, json!({"client_name": "A & B"}));
    }
    let mut seen = Vec::new();
    let mut path = Some("/api/jobs?client=a+%26+b&limit=2&sort=job_title".to_owned());
    while let Some(page) = path {
        let first = app.get(&page).await;
        let again = app.get(&page).await;
        assert_eq!((again.header("x-cache"), next(&again)), (Some("hit"), next(&first)), "{page}");
        seen.push(titles(&first));
        path = next(&first);
    }
    assert_eq!(seen, [vec!["Job 1", "Job 2"], vec!["Job 3", "Job 4"], vec!["Job 5"]]);
    assert_eq!(next(&app.get("/api/jobs?limit=5").await), None);
    assert_eq!(next(&app.get("/api/jobs?limit=4").await).as_deref(), Some("/api/jobs?limit=4&offset=4"));
    assert_eq!(titles(&app.get("/api/jobs?offset=9").await), [""; 0]);
}

#[tokio::test]
async fn scores_come_in_pages_newest_first() {
    let app = with_scorers();
    for day in 10..=14 {
        app.score(1, 1, &format!("2024-01-{day}"), [1, 2, 3, 4]).await;
    }
    let first = app.get(&path(1, "/scores?limit=3")).await;
    let days = |answer: &Answer| {
        let list = answer.expect(200);
        list.as_array()
            .unwrap()
            .iter()
            .map(|s| s["scoring_date"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(days(&first), ["2024-01-14", "2024-01-13", "2024-01-12"]);
    assert_eq!(app.trips(), 1);
    let second = app.get(&next(&first).unwrap()).await;
    assert_eq!(days(&second), ["2024-01-11", "2024-01-10"]);
    assert_eq!(next(&second), None);
    app.enter_job(2, json!({}));
    assert_eq!(app.get(&path(2, "/scores")).await.expect(200), json!([]));
    assert_eq!(app.get(&path(9, "/scores")).await.expect(404), json!({"error": "Job not found"}));
    app.get(&path(1, "/scores?limit=0")).await.expect(400);
}
