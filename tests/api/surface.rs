//! The whole surface against its own description: who is let in, what is routed, what answers look like.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::accounts::{self, PASSWORD};
use super::events::surface_calls;
use super::recruitos::{candidate, interview};
use super::scoring;
use super::sync;
use super::webhooks::{self, HOOKS};
use crate::support::{Answer, KEY, TestApp};

/// Operations open to everybody. This list only ever gets shorter, or somebody says why.
const OPEN: &[(&str, &str)] = &[
    ("GET", "/"),
    ("GET", "/api/v1/health"),
    // Who signs in has no credentials yet.
    ("POST", "/api/auth/login"),
    // Recruiterflow has a secret of its own: 403 without it.
    ("POST", HOOKS),
];

/// One documented operation.
struct Operation {
    method: String,
    /// With `{names}` in it.
    path: String,
    document: Value,
}

impl Operation {
    /// Whether the description asks for no credentials.
    fn is_open(&self) -> bool {
        self.document["security"] == json!([{}])
    }

    /// The path with numbers for names.
    fn sample(&self) -> String {
        let fill = |part: &str| if part.starts_with('{') { "1".to_owned() } else { part.to_owned() };
        self.path.split('/').map(fill).collect::<Vec<_>>().join("/")
    }
}

fn document() -> Value {
    serde_json::to_value(edgehire::api::openapi::document()).unwrap()
}

fn operations() -> Vec<Operation> {
    let document = document();
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, document)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            document: document.clone(),
        })
    });
    operations.collect()
}

/// The operation behind a method and a path without its query.
fn operation(method: &str, path: &str) -> Operation {
    let is_same = |template: &str| {
        let (mut expected, mut given) = (template.split('/'), path.split('/'));
        expected.by_ref().zip(given.by_ref()).all(|(a, b)| a == b || a.starts_with('{'))
            && template.split('/').count() == path.split('/').count()
    };
    let found = operations().into_iter().find(|o| o.method == method && is_same(&o.path));
    found.unwrap_or_else(|| panic!("{method} {path} is not documented"))
}

/// Why a value does not fit a schema of the document; empty when it does.
fn misfits(schema: &Value, value: &Value) -> Vec<String> {
    let mut root = schema.clone();
    root["components"] = document()["components"].clone();
    let validator = jsonschema::options().should_validate_formats(true).build(&root).unwrap();
    validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

/// A value with a member that nothing tells of: in a list, of its first item.
fn with_a_stranger(mut value: Value) -> Value {
    let place = if value.is_array() { &mut value[0] } else { &mut value };
    place["stranger"] = json!(1);
    value
}

/// Expects an answer to be one that the operation documents, to the member.
fn check(operation: &Operation, answer: &Answer) {
    let name = format!("{} {} {}", operation.method, operation.path, answer.status);
    let documented = &operation.document["responses"][answer.status.to_string()];
    assert!(documented.is_object(), "{name} is not documented");
    for header in documented["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
        assert!(answer.header(header).is_some(), "{name} has no {header}");
    }
    let tag = &documented["headers"]["ETag"];
    assert!(tag.is_object() || answer.header("etag").is_none(), "{name} does not document its ETag");
    let Some(content) = documented.get("content") else {
        assert!(answer.body.is_empty(), "{name} has a body");
        return;
    };
    let content_type = answer.header("content-type").unwrap();
    let schema = &content[content_type]["schema"];
    assert!(schema.is_object(), "{name} as {content_type} is not documented");
    let body = answer.json();
    assert_eq!(misfits(schema, &body), [""; 0], "{name}: {body}");
    assert_ne!(misfits(schema, &with_a_stranger(body)), [""; 0], "{name} is not closed");
}

#[tokio::test]
async fn the_uninvited_are_refused_everywhere_but_on_the_open_paths() {
    let app = TestApp::new();
    let mut open = Vec::new();
    for operation in operations() {
        let answer = app.knock(&operation.method, &operation.sample(), &[]).await;
        let name = (operation.method.as_str(), operation.path.as_str());
        assert_eq!(answer.status == 401, !operation.is_open(), "{name:?}");
        if operation.is_open() {
            assert!(OPEN.contains(&name), "{name:?} is open to everybody");
            open.push(OPEN.iter().find(|entry| **entry == name));
        }
    }
    assert_eq!(open.len(), OPEN.len(), "take what is no longer open off the list");
}

#[tokio::test]
async fn what_is_documented_is_routed() {
    let app = TestApp::new();
    for operation in operations() {
        let answer = app.call(&operation.method, &operation.sample(), "{}").await;
        let name = format!("{} {}", operation.method, operation.path);
        assert_ne!(answer.status, 405, "{name}");
        let detail = if answer.body.is_empty() { Value::Null } else { answer.json()["detail"].clone() };
        assert_ne!(detail, "Not found", "{name}");
        assert_ne!(answer.status, 500, "{name}");
    }
}

/// The sources of the API, tests left out.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { sources(&path) } else { fs::read_to_string(path).unwrap() })
        .collect()
}

#[test]
fn every_handler_is_documented() {
    let sources = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/api")));
    let mut handlers = 0;
    let functions: Vec<_> = sources.match_indices("pub async fn ").collect();
    for (at, _) in functions {
        let signature = sources[at..].split_once(" {").unwrap().0;
        if signature.contains("app: App") {
            let before = sources[..at].rsplit_once("\n\n").unwrap().1;
            assert!(before.contains("#[utoipa::path("), "{signature} is not documented");
            handlers += 1;
        }
    }
    assert!(handlers >= 14, "{handlers}");
    assert_eq!(sources.matches("#[utoipa::path(").count(), handlers);
    assert_eq!(operations().len(), handlers, "a handler is missing in its router's `paths(...)`");
}

#[test]
fn every_reference_leads_somewhere_and_every_answer_is_described() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference} leads nowhere");
    }
    for operation in operations() {
        for (status, answer) in operation.document["responses"].as_object().unwrap() {
            let name = format!("{} {} {status}", operation.method, operation.path);
            assert!(answer["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        }
    }
}

#[test]
fn the_contracts_request_examples_fit_the_description() {
    for (method, path, example) in [
        (
            "POST",
            "/api/candidates",
            json!({
                "firstName": "John", "lastName": "Doe", "email": "john.doe@email.com",
                "phone": "+1 (555) 987-6543", "position": "Backend Developer", "phase": 1, "status": "New",
                "source": "Indeed", "skills": "Python, FastAPI, PostgreSQL", "experience": 5,
                "notes": "Strong backend experience"
            }),
        ),
        (
            "POST",
            "/api/candidates",
            json!({
                "firstName": "Test", "lastName": "User", "email": "test@example.com", "position": "Developer"
            }),
        ),
        (
            "PUT",
            "/api/candidates/1",
            json!({
                "status": "Phone Interview", "notes": "Updated notes after phone screening"
            }),
        ),
        (
            "POST",
            "/api/interviews",
            json!({
                "candidateId": 1, "type": "Technical", "scheduledDate": "2024-01-22T15:00:00Z", "duration": 90,
                "interviewer": "Jane Doe", "status": "Scheduled", "notes": "Technical coding interview"
            }),
        ),
        ("PUT", "/api/interviews/1", json!({"status": "Completed", "rating": 4, "notes": "Strong"})),
    ] {
        let operation = operation(method, path);
        let schema = &operation.document["requestBody"]["content"]["application/json"]["schema"];
        assert_eq!(misfits(schema, &example), [""; 0], "{method} {path}");
        for field in example.as_object().unwrap().keys() {
            let mut odd = example.clone();
            odd[field] = json!([]);
            assert_ne!(misfits(schema, &odd), [""; 0], "{method} {path}: {field} may be anything");
        }
    }
}

/// Calls that bring about every documented status, in order. `{made}` in a path is the id that the last
/// 201 gave.
fn calls() -> Vec<(&'static str, &'static str, Value)> {
    let nothing = || json!({});
    let calls = vec![
        ("GET", "/", nothing()),
        ("GET", "/api/v1/health", nothing()),
        ("POST", "/api/candidates", candidate("a@b.co")),
        ("POST", "/api/candidates", candidate("a@b.co")),
        ("POST", "/api/candidates", json!({"firstName": null, "email": "x"})),
        ("POST", "/api/candidates", json!([])),
        (
            "PUT",
            "/api/candidates/1",
            json!({"status": "Screened", "experience": 3, "resumeUrl": "a.example"}),
        ),
        ("PUT", "/api/candidates/1", json!({"phase": 3})),
        ("PUT", "/api/candidates/9", nothing()),
        ("GET", "/api/candidates", nothing()),
        ("GET", "/api/candidates?limit=0", nothing()),
        ("GET", "/api/candidates/1", nothing()),
        ("GET", "/api/candidates/9", nothing()),
        ("GET", "/api/candidates/x", nothing()),
        ("POST", "/api/interviews", interview(1)),
        ("POST", "/api/interviews", interview(9)),
        ("PUT", "/api/interviews/1", json!({"status": "Completed", "rating": 4, "notes": "Strong"})),
        ("PUT", "/api/interviews/1", json!({"rating": 6})),
        ("PUT", "/api/interviews/9", nothing()),
        ("GET", "/api/interviews", nothing()),
        ("GET", "/api/interviews?date=x", nothing()),
        ("GET", "/api/interviews/1", nothing()),
        ("GET", "/api/interviews/9", nothing()),
        ("GET", "/api/interviews/x", nothing()),
        ("GET", "/api/dashboard/stats", nothing()),
        ("GET", "/api/activity", nothing()),
        ("DELETE", "/api/interviews/1", nothing()),
        ("DELETE", "/api/interviews/1", nothing()),
        ("DELETE", "/api/interviews/x", nothing()),
        ("DELETE", "/api/candidates/1", nothing()),
        ("DELETE", "/api/candidates/1", nothing()),
        ("DELETE", "/api/candidates/x", nothing()),
    ];
    [
        calls,
        surface_calls::calls(),
        accounts::surface_calls::calls(),
        scoring::surface_calls::calls(),
        webhooks::surface_calls::calls(),
    ]
    .concat()
}

/// A body for each POST, in an order in which each finds what it needs, and what later paths call the
/// `id` it gives. A new POST gets its line here.
fn posts() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let endpoint = json!({"url": "https://hooks.example.com/a"});
    let posts = vec![
        ("/api/candidates", candidate("once@b.co"), None),
        ("/api/interviews", interview(1), None),
        ("/api/events/endpoints", endpoint, Some("{endpointId}")),
        ("/api/events/endpoints/{endpointId}/rotate-secret", json!({}), None),
        ("/api/events/endpoints/{endpointId}/test", json!({}), Some("{deliveryId}")),
        ("/api/events/endpoints/{endpointId}/recover", json!({"since": "2024-01-01"}), None),
        ("/api/events/deliveries/{deliveryId}/redeliver", json!({}), None),
        ("/api/users", accounts::user("once@example.com", "recruiter"), None),
        (
            "/api/auth/password",
            json!({"current_password": PASSWORD, "new_password": "another long one"}),
            None,
        ),
        ("/api/auth/logout", json!({}), None),
        (webhooks::surface_calls::REPLAY, json!({}), None),
        ("/api/webhooks/recruiterflow/failed/replay", json!({}), None),
    ];
    [posts, scoring::surface_calls::posts(), sync::surface_calls::posts()].concat()
}

/// What a POST answered under one idempotency key.
struct Posted {
    operation: Operation,
    first: Answer,
    /// To the same request.
    again: Answer,
    /// To another body.
    other: Answer,
}

/// Every POST of `posts`, three times.
async fn posted() -> Vec<Posted> {
    let app = sync::surface_calls::app();
    webhooks::surface_calls::enter_failed(&app);
    scoring::surface_calls::set_the_scene(&app);
    let mut posted = Vec::new();
    let mut known: Vec<(&str, String)> = Vec::new();
    for (number, (path, body, name)) in posts().into_iter().enumerate() {
        let path = known.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id));
        let key = format!("key-{number}");
        // These are for users only, and end the token that they are asked with.
        let token = if path.starts_with("/api/auth/") {
            app.token_of_new(&format!("poster{number}@example.com"), "recruiter").await
        } else {
            KEY.to_owned()
        };
        let post = async |body: String| {
            app.call_as_with(&token, "POST", &path, &[("idempotency-key", &key)], body).await
        };
        let first = post(body.to_string()).await;
        known.extend(name.map(|name| (name, first.json()["id"].to_string().replace('"', ""))));
        posted.push(Posted {
            operation: operation("POST", path.split('?').next().unwrap()),
            first,
            again: post(body.to_string()).await,
            other: post(json!({"another": "body"}).to_string()).await,
        });
    }
    app.run_due_tasks().await;
    posted
}

#[tokio::test]
async fn every_post_is_done_once_under_an_idempotency_key() {
    let posts = operations().into_iter().filter(|operation| operation.method == "POST");
    let mut untried: BTreeSet<_> =
        posts.filter(|operation| !operation.is_open()).map(|operation| operation.path).collect();
    for Posted { operation, first, again, other } in posted().await {
        let path = &operation.path;
        assert!((200..300).contains(&first.status), "{path} does not take its body of `posts`: {first:?}");
        assert_eq!((again.status, &again.body), (first.status, &first.body), "{path}");
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
        for header in ["content-type", "etag"] {
            assert_eq!(again.header(header), first.header(header), "{path}: {header}");
        }
        assert_eq!(other.status, 409, "{path}");
        for answer in [first, again, other] {
            check(&operation, &answer);
        }
        untried.remove(path);
    }
    assert!(untried.is_empty(), "these need a line in `posts`: {untried:?}");
}

/// The names of an operation's parameters in headers.
fn header_parameters(operation: &Operation) -> Vec<&str> {
    let parameters = operation.document["parameters"].as_array().into_iter().flatten();
    let headers = parameters.filter(|parameter| parameter["in"] == "header");
    headers.map(|parameter| parameter["name"].as_str().unwrap()).collect()
}

#[test]
fn headers_that_ask_for_something_are_documented_with_what_they_may_bring_about() {
    let mut versioned = 0;
    for operation in operations() {
        let name = format!("{} {}", operation.method, operation.path);
        let has = |status: &str| operation.document["responses"][status].is_object();
        let expected = match operation.method.as_str() {
            "POST" if operation.path == HOOKS => vec![
                ("X-RF-Webhook-Token", "403"),
                ("X-Recruiterflow-Signature", "403"),
                ("RF-Event-Type", "200"),
            ],
            "POST" if !operation.is_open() => vec![("Idempotency-Key", "409")],
            "GET" if has("304") => vec![("If-None-Match", "304")],
            "PUT" | "PATCH" | "DELETE" if has("412") => vec![("If-Match", "412")],
            _ => vec![],
        };
        versioned += usize::from(has("304") || has("412"));
        assert_eq!(
            header_parameters(&operation),
            expected.iter().map(|(header, _)| *header).collect::<Vec<_>>(),
            "{name}"
        );
        assert!(expected.iter().all(|(_, status)| has(status)), "{name}");
    }
    assert!(versioned >= 6, "{versioned}");
}

/// Asks for a thing that was read once more, and to write it, each under a condition that fails.
async fn conditional(app: &TestApp, template: &str, path: &str, etag: &str) -> Vec<(Operation, Answer)> {
    let known = app.call_with("GET", path, &[("if-none-match", etag)], "").await;
    let mut answers = vec![(operation("GET", path), known)];
    for (method, _, body) in
        calls().into_iter().filter(|(method, same, _)| *method != "GET" && *same == template)
    {
        let stale = app.call_with(method, path, &[("if-match", "\"stale\"")], body.to_string()).await;
        if stale.status != 400 {
            answers.push((operation(method, path), stale));
        }
    }
    answers
}

#[tokio::test]
async fn answers_of_every_documented_status_fit_their_description() {
    let app = TestApp::new();
    webhooks::surface_calls::enter_failed(&app);
    scoring::surface_calls::set_the_scene(&app);
    let mut seen = BTreeSet::new();
    let mut see = |operation: &Operation, answer: &Answer| {
        check(operation, answer);
        seen.insert(format!("{} {} {}", operation.method, operation.path, answer.status));
    };
    let mut made = String::new();
    for (method, template, body) in calls() {
        let path = template.replace("{made}", &made);
        let answer = app.call(method, &path, body.to_string()).await;
        see(&operation(method, path.split('?').next().unwrap()), &answer);
        if let (&"GET", Some(etag)) = (&method, answer.header("etag")) {
            for (operation, answer) in conditional(&app, template, &path, etag).await {
                see(&operation, &answer);
            }
        }
        if answer.status == 201 {
            made = answer.json()["id"].to_string().trim_matches('"').to_owned();
        }
    }
    for posted in posted().await {
        see(&posted.operation, &posted.first);
        see(&posted.operation, &posted.other);
    }
    let as_users = accounts::surface_calls::as_users(&app).await;
    for (method, path, answer) in [as_users, scoring::surface_calls::as_users(&app).await].concat() {
        see(&operation(method, path), &answer);
    }
    for (method, path, answer) in webhooks::surface_calls::as_users(&app).await {
        see(&operation(method, &path), &answer);
    }
    for (method, path, answer) in sync::surface_calls::answers().await {
        see(&operation(method, path.split('?').next().unwrap()), &answer);
    }
    app.run_due_tasks().await;
    for operation in operations().iter().filter(|operation| !operation.is_open()) {
        see(operation, &app.knock(&operation.method, &operation.sample(), &[]).await);
    }
    app.db.fail_next(vec![edgehire::ports::DbError::Other("gone".to_owned())]);
    see(&operation("GET", "/api/v1/health"), &app.get("/api/v1/health").await);
    see(&operation("GET", "/api/events"), &surface_calls::read_what_is_pruned(&app).await);

    let documented: BTreeSet<_> = operations()
        .iter()
        .flat_map(|operation| {
            let statuses = operation.document["responses"].as_object().unwrap().keys();
            statuses
                .map(|status| format!("{} {} {status}", operation.method, operation.path))
                .collect::<Vec<_>>()
        })
        .collect();
    let missed: Vec<_> = documented.difference(&seen).collect();
    assert!(missed.is_empty(), "documented, but not tried here: {missed:?}");
}
