//! Writing custom fields.

use edgehire::clients::recruiterflow::Error;
use serde_json::{Value, json};

use super::{beside_the_fake, client};
use crate::fakes::recruiterflow::{Account, Fault};

fn rank(value: &str) -> [(String, Value); 1] {
    [("13".to_owned(), json!(value))]
}

#[tokio::test]
async fn a_custom_field_is_set_and_the_others_stay() {
    let (app, fake) = beside_the_fake();
    client(&app).update_job("101", &rank("A")).await.unwrap();
    assert_eq!(fake.custom_field(101, 13), "A");
    assert_eq!(fake.custom_field(101, 11), "B-7");
    let call = &fake.calls()[0];
    assert_eq!((&*call.method, &*call.path), ("POST", "job/update"));
    assert_eq!(call.body, Some(json!({"job_id": 101, "custom_fields": [{"id": 13, "value": "A"}]})));
    let sent = &app.http.sent()[0];
    assert_eq!(sent.headers["content-type"], "application/json");
}

#[tokio::test]
async fn with_a_vendor_that_replaces_them_all_are_sent() {
    let (app, fake) = beside_the_fake();
    fake.set_account(Account { replaces_custom_fields: true, ..Account::default() });
    client(&app).update_job("101", &rank("A")).await.unwrap();
    assert_eq!((fake.custom_field(101, 13), fake.custom_field(101, 11)), (json!("A"), Value::Null));
}

#[tokio::test]
async fn what_the_vendor_refuses_is_told_and_not_tried_again() {
    let (app, fake) = beside_the_fake();
    let client = client(&app);
    let unknown = client.update_job("101", &[("99".to_owned(), json!(1))]).await;
    assert_eq!(unknown, Err(Error::Refused { status: 400, message: "Invalid custom field id.".to_owned() }));
    let gone = client.update_job("999", &rank("A")).await;
    assert_eq!(gone, Err(Error::Refused { status: 404, message: "Job not found.".to_owned() }));
    let failure = json!({"RESULT": "FAILURE", "message": "Not now"}).to_string();
    fake.fail("job/update", Fault::Body { status: 200, body: failure }, Some(1));
    let failed = client.update_job("101", &rank("A")).await;
    assert_eq!(failed, Err(Error::Unexpected("job/update: Not now".to_owned())));
    assert_eq!((client.usage().calls, client.usage().retries), (3, 0));
}

#[tokio::test]
async fn an_update_is_tried_again_like_any_call() {
    let (app, fake) = beside_the_fake();
    fake.fail("job/update", Fault::Status { status: 502 }, Some(2));
    client(&app).update_job("101", &rank("C")).await.unwrap();
    assert_eq!((fake.custom_field(101, 13), fake.calls().len()), (json!("C"), 3));
}
