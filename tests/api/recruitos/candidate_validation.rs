//! What is wrong with a candidate: every bad field is named, all at once, and nothing is written.

use serde_json::{Value, json};

use super::{candidate, names, with, with_one, without};
use crate::support::TestApp;

/// Every field of a candidate with something it does not take, in the contract's order.
const FIELDS: &[&str] = &[
    "firstName",
    "lastName",
    "email",
    "phone",
    "position",
    "phase",
    "status",
    "source",
    "skills",
    "experience",
    "notes",
    "resumeUrl",
    "linkedinUrl",
];

/// Fields that always have a value.
const REQUIRED: &[&str] = &["firstName", "lastName", "email", "position", "phase", "status", "source"];

/// Fields that a new candidate can't leave out.
const MISSED: &[&str] = &["firstName", "lastName", "email", "position"];

/// Sends a body as a new candidate and as a change of one, and expects both to be refused for these
/// fields, and nothing to have happened.
async fn refused(body: &Value, fields: &[&str]) {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let app = TestApp::new();
    app.enter_candidate(candidate("there@email.com")).await;
    let before = app.get("/api/candidates").await.expect(200);
    let complete = with(candidate("new@email.com"), body);
    assert_eq!(app.post("/api/candidates", complete).await.refused_fields(), fields, "POST {body}");
    assert_eq!(app.put("/api/candidates/1", body.clone()).await.refused_fields(), fields, "PUT {body}");
    assert_eq!(app.get("/api/candidates").await.expect(200), before);
    assert_eq!(app.event_kinds(), ["candidate.created"]);
}

#[tokio::test]
async fn a_bad_email_is_refused_as_documented() {
    let refused = TestApp::new().post("/api/candidates", candidate("not an email")).await;
    assert_eq!((refused.status, refused.header("content-type")), (400, Some("application/json")));
    assert_eq!(
        refused.body,
        r#"{"detail":"Validation error","errors":[{"field":"email","message":"Invalid email format"}]}"#
    );
}

#[tokio::test]
async fn all_missing_fields_are_reported_at_once() {
    let app = TestApp::new();
    let refusal = app.post("/api/candidates", json!({})).await;
    assert_eq!(refusal.refused_fields(), ["email", "firstName", "lastName", "position"]);
    for error in refusal.json()["errors"].as_array().unwrap() {
        assert_eq!(error["message"], "is required");
    }
    for field in MISSED {
        let body = without(candidate("a@b.co"), field);
        assert_eq!(app.post("/api/candidates", body).await.refused_fields(), [*field]);
    }
}

#[tokio::test]
async fn all_bad_values_are_reported_at_once() {
    let bad = json!({
        "firstName": " ", "lastName": "", "email": "a@b", "phone": "1".repeat(21), "position": "\t",
        "phase": 3, "status": "Maybe", "source": "Monster", "skills": "x".repeat(10_001), "experience": -1,
        "notes": "x".repeat(100_001), "resumeUrl": "javascript:alert(1)", "linkedinUrl": "a b"
    });
    refused(&bad, FIELDS).await;
}

#[tokio::test]
async fn all_wrong_types_are_reported_at_once() {
    for wrong in [json!(true), json!([]), json!({}), json!(1.5), json!(["x"])] {
        let bad: Value = FIELDS.iter().map(|field| ((*field).to_owned(), wrong.clone())).collect();
        refused(&bad, FIELDS).await;
    }
    let texts: Vec<_> =
        FIELDS.iter().copied().filter(|field| !["phase", "experience"].contains(field)).collect();
    let numbers: Value = texts.iter().map(|field| ((*field).to_owned(), json!(5))).collect();
    refused(&numbers, &texts).await;
}

#[tokio::test]
async fn missing_wrongly_typed_and_bad_fields_are_reported_together() {
    let body = json!({"firstName": 5, "email": "nobody", "phase": [1], "experience": "ten", "source": null});
    let app = TestApp::new();
    let fields = app.post("/api/candidates", body).await.refused_fields();
    assert_eq!(fields, ["email", "experience", "firstName", "lastName", "phase", "position", "source"]);
}

#[tokio::test]
async fn null_on_a_required_field_is_refused() {
    let all: Value = REQUIRED.iter().map(|field| ((*field).to_owned(), Value::Null)).collect();
    refused(&all, REQUIRED).await;
    for field in REQUIRED {
        refused(&json!({*field: null}), &[field]).await;
    }
}

#[tokio::test]
async fn blank_on_a_required_field_is_refused() {
    for field in REQUIRED {
        refused(&json!({*field: ""}), &[field]).await;
        refused(&json!({*field: " \n"}), &[field]).await;
    }
}

#[tokio::test]
async fn emails_without_the_shape_of_one_are_refused() {
    for email in [
        "plain",
        "@email.com",
        "a@",
        "a@b",
        "a@@b.co",
        "a@b..co",
        "a b@c.co",
        "A <a@b.co>",
        "a@b.co\u{0}",
        "a@b.co,c@d.co",
    ] {
        refused(&json!({"email": email}), &["email"]).await;
    }
}

#[tokio::test]
async fn numbers_have_bounds() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    for (field, fits, beyond) in [("phase", [1, 2], [0, 3]), ("experience", [0, 100], [-1, 101])] {
        for number in fits {
            assert_eq!(app.put("/api/candidates/1", json!({field: number})).await.expect(200)[field], number);
        }
        for number in beyond {
            refused(&json!({field: number}), &[field]).await;
        }
    }
    refused(&json!({"phase": i64::MAX, "experience": u64::MAX}), &["phase", "experience"]).await;
}

#[tokio::test]
async fn whole_numbers_may_be_written_as_text_or_with_a_point() {
    let app = TestApp::new();
    for (number, written) in [json!("5"), json!(" 5 "), json!(5.0), json!(5)].into_iter().enumerate() {
        let body = with_one(candidate(&format!("{number}@b.co")), "experience", written.clone());
        assert_eq!(app.post("/api/candidates", body).await.expect(201)["experience"], json!(5), "{written}");
        let change = json!({"experience": written, "phase": "2"});
        assert_eq!(
            app.put("/api/candidates/1", change).await.expect(200)["experience"],
            json!(5),
            "{written}"
        );
    }
    for unfit in [json!("five"), json!("5 years"), json!(5.5), json!("5.5"), json!(1e300)] {
        refused(&json!({"experience": unfit}), &["experience"]).await;
    }
}

#[tokio::test]
async fn only_links_to_the_web_are_taken() {
    for field in ["resumeUrl", "linkedinUrl"] {
        for link in ["javascript:alert(1)", "data:text/html,x", "FILE:///etc/passwd", "java\nscript:x"] {
            refused(&json!({field: link}), &[field]).await;
        }
    }
}

#[tokio::test]
async fn one_bad_field_keeps_the_good_ones_from_being_written() {
    let change = json!({"firstName": "Mia", "status": "Hired", "experience": 5, "phase": 7});
    assert_eq!(names(&change).len(), 4);
    refused(&change, &["phase"]).await;
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let app = TestApp::new();
    app.enter_candidate(candidate("a@b.co")).await;
    for (method, path) in [("POST", "/api/candidates"), ("PUT", "/api/candidates/1")] {
        for body in ["", "{", "null", "[]", "\"x\"", "5", "{\"a\":1}x", "{\"firstName\":\"\\ud800\"}"] {
            assert_eq!(app.call(method, path, body).await.refused_fields(), ["body"], "{method} {body}");
        }
        let not_utf8 = app.call(method, path, b"{\"firstName\":\"\xff\"}".to_vec()).await;
        assert_eq!(not_utf8.refused_fields(), ["body"]);
        let deep = app.call(method, path, "[".repeat(100_000)).await;
        assert_eq!(deep.refused_fields(), ["body"]);
    }
}
