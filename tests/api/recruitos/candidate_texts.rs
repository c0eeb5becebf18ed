//! Texts of candidates: any script survives, limits count characters, too much is a clear 4xx.

use serde_json::json;

use super::{candidate, with, with_one};
use crate::support::TestApp;

/// Text fields, and how many characters they take.
const LIMITS: &[(&str, usize)] = &[
    ("firstName", 100),
    ("lastName", 100),
    ("phone", 20),
    ("position", 200),
    ("skills", 10_000),
    ("notes", 100_000),
    ("resumeUrl", 500),
    ("linkedinUrl", 500),
];

#[tokio::test]
async fn text_of_any_script_survives_the_round_trip() {
    let app = TestApp::new();
    let texts = json!({
        "firstName": "Анна-Мария\u{0}🚀", "lastName": "O'Нил \"Ё\" <b>&amp;</b>", "email": "анна@почта.рф",
        "phone": "☎ +7 (900)", "position": "Ведущий 開発者 👩\u{200d}💻",
        "skills": " Rust,\tC++\r\nSQL; -- \\ % _ ", "notes": "\u{0}\u{1}\u{7f}\u{feff}\u{2028}\u{10ffff}\n",
        "resumeUrl": "https://пример.рф/резюме?x=1&y='2'", "linkedinUrl": "linkedin.com/in/анна"
    });
    let created = app.post("/api/candidates", texts.clone()).await.expect(201);
    assert_eq!(created, with(created.clone(), &texts));
    assert_eq!(app.get("/api/candidates/1").await.expect(200), created);
    assert_eq!(app.get("/api/candidates").await.expect(200), json!([created]));
    assert_eq!(app.get("/api/candidates?search=анна-мария").await.expect(200), json!([created]));

    app.enter_candidate(candidate("plain@email.com")).await;
    let change = with_one(texts.clone(), "email", "борис@почта.рф");
    let updated = app.put("/api/candidates/2", change.clone()).await.expect(200);
    assert_eq!(updated, with(updated.clone(), &change));
    assert_eq!(app.events().pop().unwrap().2["notes"], texts["notes"]);
}

#[tokio::test]
async fn short_texts_lose_the_blanks_around_and_long_ones_are_kept_to_the_letter() {
    let app = TestApp::new();
    let body = json!({
        "firstName": " A\t", "lastName": "\u{a0}B\n", "email": " a@b.co ", "position": "\u{3000}C ",
        "phone": " 1 2 ", "resumeUrl": " a.example/x ", "notes": " n ", "skills": "\ts\n"
    });
    let kept = json!({
        "firstName": "A", "lastName": "B", "email": "a@b.co", "position": "C", "phone": "1 2",
        "resumeUrl": "a.example/x", "notes": " n ", "skills": "\ts\n"
    });
    let created = app.post("/api/candidates", body).await.expect(201);
    assert_eq!(created, with(created.clone(), &kept));
}

#[tokio::test]
async fn a_text_may_have_as_many_characters_as_its_limit_and_no_more() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    for (field, limit) in LIMITS {
        for letter in ["x", "ж", "🚀"] {
            let fits = letter.repeat(*limit);
            let updated = app.put("/api/candidates/1", json!({*field: fits})).await.expect(200);
            assert_eq!(updated[*field], fits, "{field}");
            let longer = json!({*field: letter.repeat(limit + 1)});
            assert_eq!(app.put("/api/candidates/1", longer.clone()).await.refused_fields(), [*field]);
            let body = with(candidate("longer@b.co"), &longer);
            assert_eq!(app.post("/api/candidates", body).await.refused_fields(), [*field]);
        }
    }
}

#[tokio::test]
async fn the_longest_texts_fit_together_even_where_each_character_is_escaped() {
    let app = TestApp::new();
    let longest = json!({"notes": "\u{0}".repeat(100_000), "skills": "\u{1}".repeat(10_000)});
    let created = app.post("/api/candidates", with(candidate("a@b.co"), &longest)).await.expect(201);
    assert_eq!(created, with(created.clone(), &longest));
    assert_eq!(app.get("/api/candidates/1").await.expect(200), created);
}

#[tokio::test]
async fn an_email_may_have_255_characters() {
    let app = TestApp::new();
    let domain = ["d".repeat(60), "e".repeat(60), "f".repeat(60), "com".to_owned()].join(".");
    let email = format!("{}@{domain}", "a".repeat(64));
    assert_eq!(app.post("/api/candidates", candidate(&email)).await.expect(201)["email"], email);
    let longer = format!("{}@{}.{domain}", "a".repeat(64), "g".repeat(60));
    assert_eq!(app.post("/api/candidates", candidate(&longer)).await.refused_fields(), ["email"]);
}

#[tokio::test]
async fn a_text_over_the_row_limit_is_413() {
    let app = TestApp::new();
    // No request is large enough: the database is told to take less.
    app.db.fail_next([edgehire::ports::DbError::TooBig]);
    let refused = app.post("/api/candidates", candidate("a@b.co")).await;
    assert_eq!(refused.expect(413), json!({"detail": "The texts together are too long to be stored"}));
}
