//! `search`: part of a name, e-mail or position, in any case and script; nothing in it is special.

use serde_json::json;

use super::{candidate, with};
use crate::support::{TestApp, query};

/// The ids a search finds.
async fn found(app: &TestApp, needle: &str) -> Vec<i64> {
    app.get(&query("/api/candidates", &[("search", needle)])).await.ids()
}

/// A person by this name, and another one to be told apart from.
async fn with_person(first: &str, last: &str) -> TestApp {
    let app = TestApp::new();
    let named = json!({"firstName": first, "lastName": last});
    app.enter_candidate(with(candidate("first@email.com"), &named)).await;
    let other = json!({"firstName": "Zoë", "lastName": "Quux", "position": "Plumber"});
    app.enter_candidate(with(candidate("zq@other.org"), &other)).await;
    app
}

#[tokio::test]
async fn search_looks_at_names_in_either_order_the_email_and_the_position() {
    let app = TestApp::new();
    let sarah = json!({"firstName": "Sarah", "lastName": "Johnson", "position": "Frontend Developer",
        "phone": "555-1234", "skills": "Cobol", "notes": "Fortran", "source": "Website"});
    app.enter_candidate(with(candidate("sj77@mail.example"), &sarah)).await;
    app.enter_candidate(with(
        candidate("x@y.zz"),
        &json!({"firstName": "Bob", "lastName": "Li", "position": "QA"}),
    ))
    .await;
    for needle in
        ["john", "Sarah Johnson", "johnson sarah", "ah jo", "sj77@", "mail.exam", "end dev", "on sa"]
    {
        assert_eq!(found(&app, needle).await, [1], "{needle}");
    }
    for needle in ["555-1234", "Cobol", "fortran", "website", "sarah sarah", "johnsonsarah", "developer bob"]
    {
        assert_eq!(found(&app, needle).await.len(), 0, "{needle}");
    }
}

#[tokio::test]
async fn case_does_not_matter_in_any_script() {
    for (name, needles) in [
        ("McAllister", &["mcallister", "MCALLISTER", "CAL"][..]),
        ("Ёлкина-Щукина", &["ёлкина", "ЁЛКИНА-ЩУКИНА", "щУк", "А-Щ"]),
        ("Größenwahn", &["GRÖßE", "größe", "ÖSSEN", "GRÖSSENWAHN", "GRÖẞENWAHN"]),
        ("Οδυσσέας", &["ΟΔΥΣΣΈΑΣ", "οδυσσέας", "δυΣ", "ας", "ΑΣ"]),
        ("Ångström", &["ÅNGSTRÖM", "ångst", "\u{212b}ngström"]),
        ("Ǆamonja", &["ǆamonja", "ǅamonja"]),
        ("👩\u{200d}💻Ada🚀", &["👩\u{200d}💻ADA🚀", "👩\u{200d}💻", "🚀", "a🚀", "💻"]),
        ("山田太郎", &["山田太郎", "田太", "郎"]),
    ] {
        let app = with_person(name, "Surname").await;
        for needle in needles {
            assert_eq!(found(&app, needle).await, [1], "{needle} in {name}");
        }
    }
}

#[tokio::test]
async fn needles_of_one_and_two_characters_find() {
    let app = with_person("Ян", "Ж!").await;
    for needle in ["я", "Н", "ян", "ж", "!", "ж!", "n ж", "н ж"] {
        let expected: &[i64] = if needle == "n ж" { &[] } else { &[1] };
        assert_eq!(found(&app, needle).await, expected, "{needle}");
    }
    assert_eq!(found(&app, "z").await, [2]);
    assert_eq!(found(&app, "er").await, [1, 2]);
}

#[tokio::test]
async fn signs_of_patterns_and_queries_are_plain() {
    for sign in [
        "%", "_", "\"", "*", "'", "\\", "^", "+", "-", ":", "(", ")", "{", "}", "[1]", "?1", ";", "--",
        "\"\"",
    ] {
        let app = with_person(&format!("ab{sign}cd"), "Surname").await;
        for needle in [
            sign.to_owned(),
            format!("b{sign}"),
            format!("{sign}c"),
            format!("b{sign}c"),
            format!("AB{sign}CD"),
        ] {
            assert_eq!(found(&app, &needle).await, [1], "{needle}");
        }
        for needle in [format!("b{sign}d"), format!("ab{sign}{sign}cd"), format!("abc{sign}")] {
            assert_eq!(found(&app, &needle).await.len(), 0, "{needle}");
        }
    }
}

#[tokio::test]
async fn operators_of_the_index_are_plain() {
    let app = with_person("Near and", "Not (or)").await;
    for needle in ["near AND", "AND not", "NOT (", "(OR)", "NOT (OR)"] {
        assert_eq!(found(&app, needle).await, [1], "{needle}");
    }
    for needle in [
        "near OR zoë",
        "zoë OR quux",
        "zoë NOT near",
        "NEAR(zoë quux)",
        "zoë + quux",
        "zo*",
        "^zoë",
        "facets:[1]",
        "search_text : zoë",
        "- search_text : near",
        "\"zoë\" \"quux\"",
        "near\" OR \"zoë",
        "[1]",
        "new",
        "lin",
        "zoë' OR 1=1 --",
    ] {
        assert_eq!(found(&app, needle).await.len(), 0, "{needle}");
    }
}

#[tokio::test]
async fn nul_control_characters_and_newlines_are_blanks() {
    let app = with_person("Anna\u{0}Maria", "von\n\tder Leyen").await;
    for needle in
        ["anna maria", "anna\u{0}maria", "maria\nvon der", "von\r\n der", "\u{0}anna\u{0}", "  leyen\u{1}"]
    {
        assert_eq!(found(&app, needle).await, [1], "{needle:?}");
    }
    for needle in ["annamaria", "leyen\nfirst@email.com", "first@email.com developer", "a\u{0}m a"] {
        assert_eq!(found(&app, needle).await.len(), 0, "{needle:?}");
    }
    for nothing in ["\u{0}", "\n\n", "\u{1}\u{2}"] {
        assert_eq!(found(&app, nothing).await, [1, 2], "{nothing:?}");
    }
}

#[tokio::test]
async fn needles_may_be_longer_than_any_pattern_of_the_database() {
    let long = "Донаудампфшиффартсгезельшафтскапитен ".repeat(2);
    let app = with_person(long.trim(), "Surname").await;
    assert_eq!(found(&app, long.trim()).await, [1]);
    assert_eq!(found(&app, &format!("{}x", long.trim())).await.len(), 0);
    let position = "Verkäufer 🚀 ".repeat(16);
    app.put("/api/candidates/2", json!({"position": position})).await.expect(200);
    assert_eq!(found(&app, &position.to_uppercase()).await, [2]);
    assert_eq!(found(&app, &"x".repeat(500)).await.len(), 0);
    assert_eq!(found(&app, &"🚀".repeat(500)).await.len(), 0);
}

#[tokio::test]
async fn search_sees_updates_and_deletes() {
    let app = with_person("Grace", "Murray").await;
    app.put("/api/candidates/1", json!({"lastName": "Hopper"})).await.expect(200);
    assert_eq!(found(&app, "grace hopper").await, [1]);
    assert_eq!(found(&app, "murray").await.len(), 0);
    app.put("/api/candidates/1", json!({"email": "rear@admiral.mil", "position": "Компилятор"}))
        .await
        .expect(200);
    assert_eq!(found(&app, "ADMIRAL").await, [1]);
    assert_eq!(found(&app, "компил").await, [1]);
    assert_eq!(found(&app, "first@email").await.len(), 0);
    app.put("/api/candidates/1", json!({"status": "Hired", "phase": 2, "source": "Referral"}))
        .await
        .expect(200);
    let path = "/api/candidates?search=hopper&status=Hired&phase=2&source=Referral";
    assert_eq!(app.get(path).await.ids(), [1]);
    app.delete("/api/candidates/1").await.expect(204);
    assert_eq!(app.get(path).await.ids().len(), 0);
    assert_eq!(found(&app, "hopper").await.len(), 0);
    assert_eq!(found(&app, "ho").await.len(), 0);
}
