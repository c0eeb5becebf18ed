//! Users on real D1, and their passwords in wasm.

use std::thread;

use serde_json::json;

use crate::client::Client;

const PASSWORD: &str = "correct horse 🐎 battery";

#[test]
fn a_user_signs_in_is_known_by_the_token_and_signs_out() {
    let client = Client::new();
    let new = json!({"email": "Жанна@example.com", "full_name": "Жанна Петрова", "password": PASSWORD});
    let user = client.post("/api/users", &new).json(201);
    assert_eq!((&user["is_active"], &user["full_name"]), (&json!(true), &new["full_name"]));
    let sign_in = json!({"email": "жанна@example.com", "password": PASSWORD});
    let session = client.post("/api/auth/login", &sign_in).json(200);
    let signed_in = Client::new().with_key(session["token"].as_str().unwrap());
    assert_eq!(signed_in.get("/api/auth/me").json(200), session["user"]);
    assert_eq!(signed_in.post("/api/users", &new).json(403), json!({"error": "This needs the role admin"}));
    assert_eq!(signed_in.post("/api/auth/logout", &json!({})).status, 204);
    assert_eq!(signed_in.get("/api/auth/me").status, 401);
    let path = format!("/api/users/{}", user["id"].as_str().unwrap());
    assert_eq!((client.delete(&path).status, client.delete(&path).status), (204, 404));
}

#[test]
fn of_many_wrong_passwords_at_once_five_are_compared() {
    let wrong = json!({"email": "nobody@example.com", "password": "wrong"});
    let tries: Vec<_> = (0..9)
        .map(|_| {
            let wrong = wrong.clone();
            thread::spawn(move || Client::new().post("/api/auth/login", &wrong))
        })
        .collect();
    let answers: Vec<_> = tries.into_iter().map(|one| one.join().unwrap()).collect();
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429, 429]);
    let locked = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert!((1..=900).contains(&locked.header("retry-after").parse::<i64>().unwrap()));
}
