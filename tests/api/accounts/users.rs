//! `/api/users`: who may sign in.

use std::collections::BTreeSet;

use futures_util::future::join;
use serde_json::{Value, json};

use super::{NOBODY, PASSWORD, is_refused, path_of, user};
use crate::api::events::refused_fields;
use crate::support::TestApp;

fn emails(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn create_user_answers_with_all_of_them_but_the_password() {
    let app = TestApp::new();
    let body = json!({
        "email": " Anna@example.com ", "full_name": "Anna Petrova", "scoring_role": "sales_person",
        "password": PASSWORD
    });
    let anna = app.post("/api/users", body).await.expect(201);
    assert_eq!(app.trips(), 1);
    let expected = json!({
        "id": anna["id"], "email": "Anna@example.com", "full_name": "Anna Petrova", "role": "recruiter",
        "scoring_role": "sales_person", "is_active": true, "created_at": "2024-01-20T11:00:00Z",
        "updated_at": "2024-01-20T11:00:00Z", "last_login_at": null
    });
    assert_eq!(anna, expected);
    assert_eq!(app.get(&path_of(&anna)).await.expect(200), expected);
    assert_eq!(app.trips(), 1);
}

#[tokio::test]
async fn every_bad_field_is_told_at_once() {
    let app = TestApp::new();
    let all = ["email", "full_name", "is_active", "password", "role", "scoring_role"];
    let body = json!({
        "email": "anna", "full_name": " ", "role": "boss", "scoring_role": "clown", "is_active": "yes",
        "password": "eleven char"
    });
    assert_eq!(refused_fields(&app.post("/api/users", body.clone()).await), all);
    let required = app.post("/api/users", json!({})).await;
    assert_eq!(refused_fields(&required), ["email", "full_name", "password"]);
    let anna = app.enter_user("anna@example.com", "admin").await;
    assert_eq!(refused_fields(&app.patch(&path_of(&anna), body).await), all);
    let nulls: Value = all.iter().map(|field| ((*field).to_owned(), Value::Null)).collect();
    assert_eq!(refused_fields(&app.patch(&path_of(&anna), nulls).await), all);
    let message = app.post("/api/users", json!({"password": "short"})).await.json();
    let messages: BTreeSet<_> = message["errors"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert!(messages.contains(r#"{"field":"password","message":"must be 12 to 128 characters"}"#));
}

#[tokio::test]
async fn an_email_is_one_user_s_whatever_its_case() {
    let app = TestApp::new();
    app.enter_user("anna@example.com", "recruiter").await;
    let boris = app.enter_user("boris@example.com", "recruiter").await;
    let taken = json!({
        "error": "Validation error",
        "errors": [{"field": "email", "message": "A user with this email already exists"}]
    });
    assert_eq!(app.post("/api/users", user("ANNA@example.com", "admin")).await.expect(400), taken);
    assert_eq!(app.patch(&path_of(&boris), json!({"email": "Anna@Example.com"})).await.expect(400), taken);
    let own = app.patch(&path_of(&boris), json!({"email": "Boris@example.com"})).await.expect(200);
    assert_eq!(own["email"], "Boris@example.com");
    assert_eq!(app.event_kinds(), ["user.created", "user.created", "user.updated"]);
}

#[tokio::test]
async fn list_users_is_by_age_and_filters_combine() {
    let app = TestApp::new();
    for (email, role, scoring_role) in [
        ("a@example.com", "admin", "ceo"),
        ("b@example.com", "recruiter", "ceo"),
        ("c@example.com", "recruiter", "other"),
    ] {
        let mut body = user(email, role);
        body["scoring_role"] = json!(scoring_role);
        app.post("/api/users", body).await.expect(201);
    }
    let inactive =
        json!({"email": "d@example.com", "full_name": "D", "password": PASSWORD, "is_active": false});
    app.post("/api/users", inactive).await.expect(201);
    for (query, expected) in [
        ("", vec!["a", "b", "c", "d"]),
        ("?role=recruiter", vec!["b", "c", "d"]),
        ("?role=Recruiter&scoring_role=ceo", vec!["b"]),
        ("?scoring_role=other", vec!["c", "d"]),
        ("?is_active=false", vec!["d"]),
        ("?is_active=true&role=recruiter", vec!["b", "c"]),
        ("?role=readonly", vec![]),
        ("?role=&is_active=", vec!["a", "b", "c", "d"]),
    ] {
        let list = app.get(&format!("/api/users{query}")).await.expect(200);
        let expected: Vec<_> = expected.iter().map(|name| format!("{name}@example.com")).collect();
        assert_eq!(
            (emails(&list), app.trips()),
            (expected.iter().map(String::as_str).collect(), 1),
            "{query}"
        );
    }
    let list = app.get("/api/users").await.json();
    assert_eq!(list[0], app.get(&path_of(&list[0])).await.json());
    let bad = app.get("/api/users?role=boss&scoring_role=x&is_active=maybe").await;
    assert_eq!(refused_fields(&bad), ["is_active", "role", "scoring_role"]);
}

#[tokio::test]
async fn update_user_changes_what_is_given_and_nothing_else() {
    let app = TestApp::new();
    let mut anna = app.enter_user("anna@example.com", "recruiter").await;
    app.clock.set("2024-01-20T12:00:00Z");
    let patch = json!({"full_name": "Anna Ivanova", "role": "readonly", "scoring_role": "ceo"});
    let changed = app.patch(&path_of(&anna), patch.clone()).await;
    assert_eq!(app.trips(), 1);
    for (field, value) in patch.as_object().unwrap() {
        anna[field] = value.clone();
    }
    anna["updated_at"] = json!("2024-01-20T12:00:00Z");
    assert_eq!(changed.expect(200), anna);
    app.clock.set("2024-01-20T13:00:00Z");
    for same in [patch, json!({})] {
        let answer = app.patch(&path_of(&anna), same).await;
        assert_eq!((answer.expect(200), answer.header("etag")), (anna.clone(), changed.header("etag")));
    }
    assert_eq!(app.event_kinds(), ["user.created", "user.updated"]);
}

#[tokio::test]
async fn another_password_by_an_administrator_counts_at_once() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "recruiter").await;
    let token = app.token("anna@example.com").await;
    app.patch(&path_of(&anna), json!({"password": "another long one"})).await.expect(200);
    app.call_as(&token, "GET", "/api/auth/me", "").await.expect(401);
    app.sign_in("anna@example.com", PASSWORD).await.expect(401);
    app.sign_in("anna@example.com", "another long one").await.expect(200);
}

#[tokio::test]
async fn a_deleted_user_stays_as_inactive_and_a_second_delete_is_404() {
    let app = TestApp::new();
    let anna = app.enter_user("anna@example.com", "recruiter").await;
    app.delete(&path_of(&anna)).await.expect(204);
    assert_eq!(app.trips(), 1);
    is_refused(&app.delete(&path_of(&anna)).await, 404, "User not found");
    let shown = app.get(&path_of(&anna)).await.expect(200);
    assert_eq!(shown["is_active"], false);
    app.patch(&path_of(&anna), json!({"is_active": true})).await.expect(200);
    app.sign_in("anna@example.com", PASSWORD).await.expect(200);
    app.delete(&path_of(&anna)).await.expect(204);
}

#[tokio::test]
async fn the_last_active_administrator_stays() {
    let app = TestApp::new();
    let boss = app.enter_user("boss@example.com", "admin").await;
    let idle = app.enter_user("idle@example.com", "admin").await;
    app.delete(&path_of(&idle)).await.expect(204);
    let refused = "This is the only active admin: make another one first";
    for patch in [json!({"role": "recruiter"}), json!({"is_active": false, "full_name": "X"})] {
        is_refused(&app.patch(&path_of(&boss), patch).await, 409, refused);
    }
    is_refused(&app.delete(&path_of(&boss)).await, 409, refused);
    app.patch(&path_of(&boss), json!({"role": "admin", "is_active": true})).await.expect(200);
    assert_eq!(app.get(&path_of(&boss)).await.json()["full_name"], "Anna Petrova");
    app.patch(&path_of(&idle), json!({"role": "readonly"})).await.expect(200);
    app.patch(&path_of(&idle), json!({"is_active": true, "role": "admin"})).await.expect(200);
    app.delete(&path_of(&boss)).await.expect(204);
}

#[tokio::test]
async fn two_administrators_who_remove_each_other_leave_one() {
    let app = TestApp::new();
    let (a, b) =
        (app.enter_user("a@example.com", "admin").await, app.enter_user("b@example.com", "admin").await);
    let (path_a, path_b) = (path_of(&a), path_of(&b));
    let (first, second) = join(app.delete(&path_a), app.delete(&path_b)).await;
    assert_eq!((first.status, second.status), (204, 409));
}

#[tokio::test]
async fn versions_are_those_of_the_user_and_of_signing_in() {
    let app = TestApp::new();
    let created = app.post("/api/users", user("anna@example.com", "recruiter")).await;
    let path = path_of(&created.expect(201));
    let tag = created.header("etag").unwrap().to_owned();
    let known = |tag: String| async {
        app.call_with("GET", &{ path.clone() }, &[("if-none-match", &{ tag })], "").await
    };
    assert_eq!(known(tag.clone()).await.status, 304);
    app.token("anna@example.com").await;
    let seen = known(tag.clone()).await;
    assert_eq!(seen.expect(200)["last_login_at"], "2024-01-20T11:00:00Z");
    let stale = app.call_with("PATCH", &path, &[("if-match", &tag)], r#"{"full_name":"B"}"#).await;
    is_refused(&stale, 412, "The user has changed since: read it again");
    let stale = app.call_with("DELETE", &path, &[("if-match", &tag)], "").await;
    is_refused(&stale, 412, "The user has changed since: read it again");
    let tag = seen.header("etag").unwrap();
    app.call_with("PATCH", &path, &[("if-match", tag)], r#"{"full_name":"B"}"#).await.expect(200);
    let missing = app.call_with("PATCH", NOBODY, &[("if-match", tag)], "{}").await;
    is_refused(&missing, 404, "User not found");
}

#[tokio::test]
async fn there_is_room_for_a_thousand() {
    let app = TestApp::new();
    app.db.execute(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 999) \
         INSERT INTO users (uuid, email, email_key, name, role, scoring_role, password_hash, is_active, \
            created_at, updated_at) \
         SELECT n, n, n, n, 'readonly', 'other', '', 1, '', '' FROM numbers",
    );
    app.enter_user("a@example.com", "admin").await;
    let answer = app.post("/api/users", user("b@example.com", "admin")).await;
    is_refused(&answer, 409, "There are 1000 users, the most there can be");
    assert_eq!(app.event_kinds(), ["user.created"]);
}
