//! `/api/candidates` on real D1: texts in any script survive, and a race has one winner.

use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};

use crate::client::Client;

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

#[test]
fn sixteen_equal_creates_at_once_give_one_candidate() {
    const CALLERS: usize = 16;
    let body = candidate("race@example.com");
    let together = Barrier::new(CALLERS);
    let create = || {
        let client = Client::new();
        together.wait();
        client.post("/api/candidates", &body)
    };
    let answers: Vec<_> = thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(create)).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });

    let (created, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(created.len(), 1);
    for answer in refused {
        assert_eq!(answer.json(400)["errors"][0]["field"], "email");
    }
    let listed = Client::new().get("/api/candidates?search=race@example.com").json(200);
    assert_eq!(listed.as_array().unwrap().len(), 1);
}
