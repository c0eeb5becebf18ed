//! Ranks are written into the custom field `current_rank` of Recruiterflow.

use std::time::Duration;

use edgehire::ports::Clock;
use serde_json::{Value, json};

use super::{enter_scorers, path, score};
use crate::fakes::recruiterflow::{Account, Fake, Fault, KEY};
use crate::support::{Reply, TestApp};

const VENDOR: &str = "https://api.recruiterflow.com";

/// The fake's field of the rank.
const RANK: u64 = 13;

/// Edgehire beside a Recruiterflow that has one job, which is here too.
fn beside_the_vendor(settings: &[(&str, &str)]) -> (TestApp, Fake, u64) {
    let app = TestApp::with(&[&[("RECRUITERFLOW_API_KEY", KEY)], settings].concat());
    let clock = app.clock.clone();
    let fake = Fake::with_clock(move || clock.unix_ms() / 1000);
    app.http.serve(VENDOR, fake.router());
    let id = fake.add_job(json!({
        "name": "Backend Developer",
        "custom_fields": [
            {"id": 11, "name": "Budget code", "value": "B-7"}, {"id": 12, "name": "Priority", "value": "Urgent"}
        ]
    }));
    enter_scorers(&app);
    app.enter_job(1, json!({"external_id": id.to_string()}));
    (app, fake, id)
}

impl TestApp {
    /// `status` and what each task came to, in order.
    fn pushes(&self) -> Vec<String> {
        self.db.texts(
            "SELECT status || ' ' || coalesce(result ->> '$.rank', last_error, '') FROM tasks \
             WHERE kind = 'push_rank' ORDER BY id",
        )
    }
}

#[tokio::test]
async fn a_new_letter_is_written_beside_all_other_fields() {
    for replaces_custom_fields in [false, true] {
        let (app, fake, id) = beside_the_vendor(&[]);
        fake.set_account(Account { replaces_custom_fields, ..Account::default() });
        app.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
        app.run_due_tasks().await;
        assert_eq!(app.pushes(), ["completed written"]);
        assert_eq!(fake.custom_field(id, RANK), "A");
        assert_eq!((fake.custom_field(id, 11), fake.custom_field(id, 12)), (json!("B-7"), json!("Urgent")));
        app.score(1, 1, "2024-01-19", [5, 5, 5, 4]).await;
        app.run_due_tasks().await;
        assert_eq!(app.pushes().len(), 1, "the same letter is not pushed");
        app.score(1, 2, "2024-01-19", [1, 1, 1, 1]).await;
        app.run_due_tasks().await;
        assert_eq!((app.pushes().len(), fake.custom_field(id, RANK)), (2, json!("B")));
        assert_eq!(fake.counts()["job/custom-field/list"], 1, "the field is known for an hour");
        app.pass(Duration::from_secs(3_601)).await;
    }
}

#[tokio::test]
async fn a_choice_that_is_called_none_is_written_back_too() {
    let (app, fake, id) = beside_the_vendor(&[]);
    fake.set_account(Account { replaces_custom_fields: true, ..Account::default() });
    fake.change_job(id, json!({"custom_fields": [{"id": 12, "name": "Priority", "value": "None"}]}));
    app.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
    app.run_due_tasks().await;
    assert_eq!((fake.custom_field(id, RANK), fake.custom_field(id, 12)), (json!("A"), json!("None")));
}

#[tokio::test]
async fn what_is_there_already_is_not_written_again() {
    let (app, fake, id) = beside_the_vendor(&[]);
    fake.change_job(id, json!({"custom_fields": [{"id": RANK, "name": "Current Rank", "value": "A"}]}));
    app.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
    app.run_due_tasks().await;
    assert_eq!(app.pushes(), ["completed it is there already"]);
    assert_eq!(fake.counts().get("job/update"), None);
}

#[tokio::test]
async fn several_letters_before_a_push_are_one() {
    let (app, fake, id) = beside_the_vendor(&[]);
    app.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
    app.score(1, 2, "2024-01-18", [1, 1, 1, 1]).await;
    app.score(1, 3, "2024-01-18", [1, 1, 1, 1]).await;
    app.run_due_tasks().await;
    assert_eq!(app.pushes(), ["completed written"]);
    assert_eq!(fake.custom_field(id, RANK), "C");
    assert_eq!(fake.counts()["job/update"], 1);
}

#[tokio::test]
async fn nothing_is_asked_for_when_it_is_not_wanted_or_the_job_is_another_systems() {
    let (app, _, _) = beside_the_vendor(&[("RECRUITERFLOW_PUSH_RANK", "false")]);
    app.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
    assert_eq!(app.pushes(), [""; 0]);
    let without_key = TestApp::new();
    enter_scorers(&without_key);
    without_key.enter_job(1, json!({}));
    without_key.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
    assert_eq!(without_key.pushes(), [""; 0]);
    let (app, _, _) = beside_the_vendor(&[]);
    app.enter_job(2, json!({"source": "native", "external_id": null}));
    app.score(2, 1, "2024-01-18", [5, 5, 5, 5]).await;
    assert_eq!(app.pushes(), [""; 0]);
}

#[tokio::test]
async fn a_job_that_is_gone_is_well() {
    let (app, fake, id) = beside_the_vendor(&[]);
    fake.delete_job(id);
    app.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
    app.run_due_tasks().await;
    assert_eq!(app.pushes(), ["completed the job is gone"]);
}

#[tokio::test]
async fn fields_that_are_not_told_are_not_overwritten() {
    let (app, fake, id) = beside_the_vendor(&[]);
    fake.leave_out(id, &["custom_fields"]);
    app.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
    app.run_due_tasks().await;
    assert!(app.pushes()[0].starts_with("pending "), "{:?}", app.pushes());
    assert_eq!(fake.counts().get("job/update"), None);
    fake.change_job(id, json!({"custom_fields": null}));
    app.run_tasks_after(Duration::from_mins(1)).await;
    assert_eq!(fake.custom_field(id, RANK), "A", "none are none to lose");
}

#[tokio::test]
async fn a_vendor_that_is_down_is_tried_again_and_one_that_refuses_is_not() {
    let (app, fake, id) = beside_the_vendor(&[]);
    fake.fail("job", Fault::Status { status: 502 }, Some(3));
    app.score(1, 1, "2024-01-18", [5, 5, 5, 5]).await;
    app.run_due_tasks().await;
    assert!(app.pushes()[0].starts_with("pending "), "{:?}", app.pushes());
    app.run_tasks_after(Duration::from_mins(1)).await;
    assert_eq!(
        (app.pushes(), fake.custom_field(id, RANK)),
        (vec!["completed written".to_owned()], json!("A"))
    );
    fake.fail("job/update", Fault::Status { status: 403 }, Some(1));
    app.score(1, 2, "2024-01-19", [1, 1, 1, 1]).await;
    app.run_due_tasks().await;
    assert!(app.pushes()[1].starts_with("failed "), "{:?}", app.pushes());
}

#[tokio::test]
async fn weights_push_the_letters_that_change() {
    let (app, fake, id) = beside_the_vendor(&[]);
    app.score(1, 1, "2024-01-18", [1, 5, 5, 5]).await;
    app.run_due_tasks().await;
    assert_eq!(fake.custom_field(id, RANK), "A");
    let weights = json!({"client_engagement": 1, "search_difficulty": 0, "time_open": 0, "fee_size": 0});
    app.put("/api/scoring/weights", weights).await.expect(200);
    app.run_due_tasks().await;
    assert_eq!((app.pushes().len(), fake.custom_field(id, RANK)), (2, json!("C")));
}

/// A vendor by hand, whose field of the rank is such.
async fn pushed_beside(field: Value, updates: Vec<Reply>) -> (Vec<String>, Vec<Value>) {
    let app = TestApp::with(&[
        ("RECRUITERFLOW_API_KEY", "key"),
        ("RECRUITERFLOW_BASE_URL", "https://rf.example.com"),
    ]);
    let base = "https://rf.example.com/api/external";
    let body = |value: Value| Reply::Body(200, value.to_string().into_bytes());
    let job = json!({"id": 101, "name": "Job", "is_open": true, "custom_fields": []});
    app.http.always(&format!("{base}/job?job_id=101&include_stages=1"), body(job.clone()));
    app.http.always(&format!("{base}/job?job_id=101"), body(job));
    app.http.always(&format!("{base}/job/custom-field/list"), body(json!({"data": [field]})));
    app.http.always(&format!("{base}/job/update"), body(json!({"RESULT": "SUCCESS"})));
    app.http.reply(&format!("{base}/job/update"), updates);
    enter_scorers(&app);
    app.enter_job(1, json!({}));
    app.post(&path(1, "/score"), score(1, "2024-01-18", [5, 5, 5, 5])).await.expect(200);
    app.run_due_tasks().await;
    let sent = app.http.sent().into_iter().filter(|sent| sent.url.ends_with("/job/update"));
    (app.pushes(), sent.map(|sent| serde_json::from_slice(&sent.body).unwrap()).collect())
}

#[tokio::test]
async fn a_choice_is_meant_by_its_name_and_where_that_is_refused_by_its_id() {
    let field = json!({
        "id": 7, "name": "Current Rank", "type": "single_select",
        "choices": [{"id": 71, "name": "A"}, {"id": 72, "name": "B"}]
    });
    let (pushes, sent) = pushed_beside(field.clone(), Vec::new()).await;
    let written = |value: &str| json!({"job_id": 101, "custom_fields": [{"id": 7, "value": value}]});
    assert_eq!((pushes, sent), (vec!["completed written".to_owned()], vec![written("A")]));
    let (pushes, sent) = pushed_beside(field, vec![Reply::Status(400)]).await;
    assert_eq!((pushes, sent), (vec!["completed written".to_owned()], vec![written("A"), written("71")]));
}

#[tokio::test]
async fn without_the_field_there_is_nothing_to_write_to() {
    let (pushes, sent) =
        pushed_beside(json!({"id": 8, "name": "Priority", "type": "text"}), Vec::new()).await;
    assert_eq!(pushes, ["completed Recruiterflow has no custom field current_rank for jobs"]);
    assert_eq!(sent, [json!(null); 0]);
}
