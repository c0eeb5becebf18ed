//! Who may send webhooks: whoever knows the secret.

use edgehire::api::{MAX_BODY, Payload};
use edgehire::domain::webhook::hex_hmac;
use http::Request;
use serde_json::json;

use super::{HOOKS, about_job, app, app_with};
use crate::support::{HOOK_SECRET, TestApp};

const TOKEN: &str = "x-rf-webhook-token";
const SIGNATURE: &str = "x-recruiterflow-signature";

fn body() -> String {
    about_job("job.updated", 7).to_string()
}

fn sign(secret: &str) -> String {
    hex_hmac(secret.as_bytes(), body().as_bytes())
}

#[tokio::test]
async fn any_one_proof_opens() {
    let app = app();
    app.leave_undrained();
    let (signed, with_query) = (sign(HOOK_SECRET), format!("{HOOKS}?x=1&token=hook%20secret%20%2B1"));
    let upper = signed.to_uppercase();
    for (path, headers) in [
        (HOOKS, vec![(TOKEN, HOOK_SECRET)]),
        (HOOKS, vec![(SIGNATURE, signed.as_str())]),
        (HOOKS, vec![(SIGNATURE, &upper)]),
        (HOOKS, vec![(SIGNATURE, &format!("sha256={signed}"))]),
        (with_query.as_str(), vec![]),
        (HOOKS, vec![(SIGNATURE, "00"), (TOKEN, HOOK_SECRET)]),
        (with_query.as_str(), vec![(SIGNATURE, "00"), (TOKEN, "wrong")]),
        (&format!("{HOOKS}?token=wrong"), vec![(TOKEN, HOOK_SECRET)]),
    ] {
        app.hook_as(path, &headers, body()).await.expect(200);
    }
    assert_eq!(app.hooks().len(), 8);
}

#[tokio::test]
async fn nothing_else_opens_and_nothing_is_stored() {
    let app = app();
    let (other_body, other_secret) = (hex_hmac(HOOK_SECRET.as_bytes(), b"{}"), sign("another"));
    for (path, headers) in [
        (HOOKS, vec![]),
        (HOOKS, vec![(TOKEN, "wrong")]),
        (HOOKS, vec![(TOKEN, "")]),
        (HOOKS, vec![(SIGNATURE, "")]),
        (HOOKS, vec![(SIGNATURE, "sha256=")]),
        (HOOKS, vec![(SIGNATURE, HOOK_SECRET)]),
        (HOOKS, vec![(SIGNATURE, &other_body)]),
        (HOOKS, vec![(SIGNATURE, &other_secret)]),
        (HOOKS, vec![(TOKEN, &sign(HOOK_SECRET))]),
        (&format!("{HOOKS}?token="), vec![]),
        (&format!("{HOOKS}?Token=hook%20secret%20%2B1"), vec![]),
        // Who has an API key has not proven to be Recruiterflow.
        (HOOKS, vec![("x-api-key", crate::support::KEY)]),
    ] {
        let refused = app.hook_as(path, &headers, body()).await.expect(403);
        assert_eq!(refused, json!({"error": "Invalid signature"}), "{path} {headers:?}");
    }
    // Strangers don't learn whether their body could be read.
    app.hook_as(HOOKS, &[], "no JSON").await.expect(403);
    assert!(app.hooks().is_empty() && app.tasks_left().is_empty());
}

#[tokio::test]
async fn without_a_secret_everybody_is_refused() {
    for setting in ["", " , "] {
        let app = TestApp::with(&[("RECRUITERFLOW_WEBHOOK_SECRET", setting)]);
        for token in ["", ",", " , "] {
            let headers = [(TOKEN, token), (SIGNATURE, &sign(""))];
            app.hook_as(&format!("{HOOKS}?token="), &headers, body()).await.expect(403);
        }
    }
}

#[tokio::test]
async fn while_secrets_change_each_is_good() {
    let app = app_with(&[("RECRUITERFLOW_WEBHOOK_SECRET", "old-secret, new-secret")]);
    app.leave_undrained();
    for secret in ["old-secret", "new-secret"] {
        app.hook_as(HOOKS, &[(TOKEN, secret)], body()).await.expect(200);
        app.hook_as(HOOKS, &[(SIGNATURE, &sign(secret))], body()).await.expect(200);
    }
    app.hook_as(HOOKS, &[(TOKEN, "old-secret, new-secret")], body()).await.expect(403);
}

#[tokio::test]
async fn no_log_line_and_no_row_holds_the_secret() {
    let app = app();
    app.leave_undrained();
    let path = format!("{HOOKS}?token=hook%20secret%20%2B1");
    app.hook_as(&path, &[(TOKEN, HOOK_SECRET)], body()).await.expect(200);
    app.hook_as(&format!("{path}x"), &[], body()).await.expect(403);
    app.hook_as(&path, &[], "no JSON").await.expect(400);
    let log = format!("{:?}", app.log());
    assert!(log.contains("/api/webhooks/recruiterflow") && !log.contains("secret"), "{log}");
    let rows = app.db.texts("SELECT json_array(uuid, kind, dedupe_key, body) FROM inbound_hooks");
    assert!(rows.len() == 1 && !rows[0].contains("secret"), "{rows:?}");
}

#[tokio::test]
async fn a_body_over_1_mib_is_413_to_whom_it_may_be_told() {
    let app = app();
    let send = async |headers: &[(&str, &str)]| {
        let request = Request::builder().method("POST").uri(HOOKS);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        app.send(request.body(Payload::TooLarge).unwrap()).await
    };
    let told = send(&[(TOKEN, HOOK_SECRET)]).await.expect(413);
    assert_eq!(told, json!({"error": format!("Request body must be at most {MAX_BODY} bytes")}));
    send(&[(TOKEN, "wrong")]).await.expect(403);
    send(&[]).await.expect(403);
    assert!(app.hooks().is_empty());
}

#[tokio::test]
async fn a_body_of_1_mib_is_stored_to_the_byte() {
    let app = app();
    app.leave_undrained();
    // White space that doubles when it is written as JSON again, and letters beyond ASCII.
    let start = r#"{"event":"job.updated","job_id":7,"note":"Ж"#;
    let long = format!("{start}\"{}}}", "\n".repeat(MAX_BODY - start.len() - 2));
    assert_eq!(long.len(), MAX_BODY);
    app.hook_as(HOOKS, &[(TOKEN, HOOK_SECRET)], long.clone()).await.expect(200);
    assert!(app.db.texts("SELECT body FROM inbound_hooks") == [long]);
}
