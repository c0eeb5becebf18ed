//! Suggestions: the database's and the rule's are the same.

use edgehire::domain::number::Bounded;
use edgehire::domain::scoring::Suggested;
use serde_json::{Value, json};

use super::{path, scorer_id, with_scorers};

#[tokio::test]
async fn lists_and_jobs_suggest_what_the_rule_says_at_every_boundary() {
    let app = with_scorers();
    app.db.execute("DELETE FROM jobs");
    let days = [0_i64, 1, 14, 15, 30, 31, 60, 61, 90, 91, 900, -3];
    let fees = [0.0, 9_999.99, 10_000.0, 19_999.99, 20_000.0, 30_000.0, 39_999.99, 40_000.0];
    let mut number = 0;
    let mut expected = Vec::new();
    for (days, fee) in days.iter().flat_map(|days| fees.map(|fee| (*days, Some(fee)))).chain([(5, None)]) {
        number += 1;
        let ms = 1_705_748_400_000 - days * 86_400_000;
        let opened = edgehire::domain::time::Timestamp::from_unix_ms(ms);
        // Late in that day: only days count.
        let opened_at = format!("{}T23:59:59Z", opened.day());
        app.enter_job(number, json!({"opened_at": opened_at, "fee": fee}));
        let suggested = Suggested::of(Some(opened.day()), fee, "2024-01-20".parse().unwrap());
        let numbers = [suggested.time_open, suggested.fee_size].map(|factor| factor.map(Bounded::number));
        expected.push(json!({"time_open_score": numbers[0], "fee_size_score": numbers[1]}));
    }
    number += 1;
    app.enter_job(number, json!({"opened_at": null}));
    expected.push(json!({"time_open_score": null, "fee_size_score": null}));
    let pending = app.get(&format!("/api/scoring/pending?scorer_id={}", scorer_id(1))).await.expect(200);
    assert_eq!(pending.as_array().unwrap().len(), expected.len());
    for job in pending.as_array().unwrap() {
        let number: usize = job["job_title"].as_str().unwrap()[4..].parse().unwrap();
        assert_eq!(job["suggested_scores"], expected[number - 1], "{job}");
    }
    for number in [1_u32, 50, 97, 98] {
        let job: Value = app.get(&path(number, "")).await.expect(200);
        assert_eq!(job["suggested_scores"], expected[number as usize - 1], "{number}");
    }
}
