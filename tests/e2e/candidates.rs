//! `/api/candidates` on real D1: texts in any script survive, a race has one winner, and what is asked
//! by headers comes through.

use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};

use crate::client::{Answer, Client};

pub fn candidate(email: &str) -> Value {
    json!({
        "firstName": "Мария 👩‍💻",
        "lastName": "O'Нил-Ёлкина",
        "email": email,
        "position": "Разработчик \"бэкенда\" 🚀",
        "notes": "строка 1\nстрока 2\t% _ \\ ' \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
    })
}

#[test]
fn a_candidate_is_created_read_found_updated_and_deleted() {
    let client = Client::new();
    let sent = candidate("maria.lifecycle@example.com");

    let created = client.post("/api/candidates", &sent).json(201);
    for field in ["firstName", "lastName", "email", "position", "notes"] {
        assert_eq!(created[field], sent[field]);
    }
    let path = format!("/api/candidates/{}", created["id"]);
    assert_eq!(client.get(&path).json(200), created);

    let found = client.get("/api/candidates?search=%D0%9C%D0%90%D0%A0%D0%98%D0%AF&status=New").json(200);
    assert!(found.as_array().unwrap().contains(&created), "МАРИЯ finds Мария");

    let updated =
        client.put(&path, &json!({"status": "Phone Interview", "phone": "+7 900 000-00-00"})).json(200);
    assert_eq!(updated["status"], "Phone Interview");
    assert_eq!(updated["notes"], sent["notes"]);
    assert_eq!(client.get(&path).json(200), updated);

    assert_eq!(client.delete(&path).status, 204);
    assert_eq!(client.get(&path).json(404)["detail"], "Candidate not found");
    assert_eq!(client.delete(&path).status, 404);
}

/// What sixteen callers are answered who create the same candidate at once, with these headers.
fn sixteen_creates(email: &str, headers: &[(&str, &str)]) -> Vec<Answer> {
    const CALLERS: usize = 16;
    let body = candidate(email);
    let together = Barrier::new(CALLERS);
    let create = || {
        let client = Client::new();
        together.wait();
        client.send("POST", "/api/candidates", headers, Some(body.to_string()))
    };
    thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(create)).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    })
}

#[test]
fn sixteen_equal_creates_at_once_give_one_candidate() {
    let answers = sixteen_creates("race@example.com", &[]);
    let (created, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(created.len(), 1);
    for answer in refused {
        assert_eq!(answer.json(400)["errors"][0]["field"], "email");
    }
    let listed = Client::new().get("/api/candidates?search=race@example.com").json(200);
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn sixteen_equal_creates_at_once_with_one_idempotency_key_are_one() {
    let headers = [("idempotency-key", "e2e-sixteen")];
    let answers = sixteen_creates("once@example.com", &headers);
    let (created, waiting): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    let firsts = created.iter().filter(|answer| answer.header("idempotency-replayed").is_empty());
    assert_eq!(firsts.count(), 1);
    for answer in &created {
        assert_eq!((&answer.body, answer.header("etag")), (&created[0].body, created[0].header("etag")));
    }
    for answer in waiting {
        let refusal = json!({"detail": "A request with this Idempotency-Key is still running"});
        assert_eq!((answer.json(409), answer.header("retry-after")), (refusal, "1"));
    }

    let client = Client::new();
    let again =
        client.send("POST", "/api/candidates", &headers, Some(candidate("once@example.com").to_string()));
    assert_eq!((again.status, &again.body), (201, &created[0].body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert!(again.header("server-timing").contains("trips;desc=\"1\""));
    let other =
        client.send("POST", "/api/candidates", &headers, Some(candidate("other@example.com").to_string()));
    assert_eq!(other.json(409)["detail"], "This Idempotency-Key was used with another request");
    let listed = client.get("/api/candidates?search=once@example.com").json(200);
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn a_version_is_sent_once_and_written_over_by_who_read_it_only() {
    let client = Client::new();
    let created = client.post("/api/candidates", &candidate("versions@example.com"));
    let path = format!("/api/candidates/{}", created.json(201)["id"]);
    let first = created.header("etag");
    assert!(first.starts_with('"'), "{first}");

    let known = client.send("GET", &path, &[("if-none-match", first)], None);
    assert_eq!((known.status, known.body.as_str(), known.header("etag")), (304, "", first));
    let put = |tag: &str, notes: &str| {
        client.send("PUT", &path, &[("if-match", tag)], Some(json!({"notes": notes}).to_string()))
    };
    let second = put(first, "second");
    assert_eq!(second.json(200)["notes"], "second");
    assert_eq!(put(first, "lost").json(412)["detail"], "The candidate has changed since: read it again");
    assert_eq!(client.send("DELETE", &path, &[("if-match", first)], None).status, 412);
    assert_eq!(client.send("GET", &path, &[("if-none-match", first)], None).json(200), second.json(200));
    assert_eq!(client.send("DELETE", &path, &[("if-match", second.header("etag"))], None).status, 204);
}
