//! From the scores of several people to a rank.

use serde_json::{Value, json};

use super::{path, with_scorers};

#[tokio::test]
async fn the_newest_score_of_each_scorer_counts_whenever_it_comes() {
    let app = with_scorers();
    let ranking = async |scorer, day, factors| app.score(1, scorer, day, factors).await["ranking"].clone();
    let of = |ranking: &Value| {
        (
            ranking["composite_score"].as_f64().unwrap(),
            ranking["rank"].as_str().unwrap().to_owned(),
            ranking["scorers"].as_i64().unwrap(),
            ranking["scoring_date"].as_str().unwrap().to_owned(),
        )
    };
    let expected =
        |composite, rank: &str, scorers, day: &str| (composite, rank.to_owned(), scorers, day.to_owned());
    let first = ranking(1, "2024-01-10", [4, 4, 4, 4]).await;
    assert_eq!(of(&first), expected(4.0, "A", 1, "2024-01-10"));
    let second = ranking(2, "2024-01-12", [3, 3, 3, 4]).await;
    assert_eq!(of(&second), expected(3.63, "B", 2, "2024-01-12"), "3.625, half up");
    let third = ranking(3, "2024-01-11", [1, 1, 1, 1]).await;
    assert_eq!(of(&third), expected(2.75, "B", 3, "2024-01-12"));
    assert_eq!(
        third,
        json!({
            "composite_score": 2.75, "rank": "B", "scoring_date": "2024-01-12",
            "account_manager_composite": 4.0, "sales_person_composite": 3.25, "ceo_composite": 1.0,
            "other_composite": null, "scorers": 3
        })
    );
    let newer = ranking(1, "2024-01-13", [1, 1, 1, 1]).await;
    assert_eq!(of(&newer), expected(1.75, "C", 3, "2024-01-13"));
    let older = ranking(1, "2024-01-01", [5, 5, 5, 5]).await;
    assert_eq!(of(&older), expected(1.75, "C", 3, "2024-01-13"), "an older day changes nothing");
    assert_eq!(app.standing(1), "C 1.75 2024-01-13");
    let history =
        app.db.texts("SELECT rank || ' ' || composite || ' ' || reason FROM job_rankings ORDER BY id");
    let expected = ["A 4.0 score", "B 3.63 score", "B 2.75 score", "C 1.75 score", "C 1.75 score"];
    assert_eq!(history, expected);
}

#[tokio::test]
async fn letters_change_at_their_boundaries() {
    let app = with_scorers();
    for (day, factors, expected) in [
        ("2024-01-10", [4, 4, 4, 4], "A 4.0"),
        ("2024-01-11", [4, 4, 4, 3], "B 3.75"),
        ("2024-01-12", [2, 2, 3, 3], "B 2.5"),
        ("2024-01-13", [2, 2, 2, 3], "C 2.25"),
    ] {
        app.score(1, 1, day, factors).await;
        assert_eq!(app.standing(1), format!("{expected} {day}"));
    }
}

#[tokio::test]
async fn a_role_that_changes_later_changes_no_score() {
    let app = with_scorers();
    app.score(1, 1, "2024-01-10", [4, 4, 4, 4]).await;
    app.db.execute("UPDATE users SET scoring_role = 'ceo' WHERE id = 1");
    let ranking = app.score(1, 3, "2024-01-10", [2, 2, 2, 2]).await["ranking"].clone();
    assert_eq!(
        (&ranking["account_manager_composite"], &ranking["ceo_composite"]),
        (&json!(4.0), &json!(2.0))
    );
    let scores = app.get(&path(1, "/scores")).await.expect(200);
    assert_eq!(scores[1]["scorer_role"], "account_manager");
}
