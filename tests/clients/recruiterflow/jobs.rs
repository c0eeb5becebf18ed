//! Jobs, in the list and by themselves, with what is peculiar to the vendor.

use edgehire::domain::vendor::{Money, Said};
use serde_json::{Value, json};

use super::{beside_an_empty_fake, beside_the_fake, client, job_of};
use crate::fakes::recruiterflow::{Account, Fault, seed};

fn at(job: &edgehire::domain::vendor::VendorJob) -> Option<String> {
    job.opened_at.map(|at| at.to_string())
}

fn eur(amount: f64) -> Said<Money> {
    Said::Value(Money { amount, currency: Some("EUR".to_owned()) })
}

#[tokio::test]
async fn the_list_is_read_with_all_its_peculiarities() {
    let (app, _) = beside_the_fake();
    let page = client(&app).jobs_page(1).await.unwrap();
    assert_eq!((page.rows, page.total, page.jobs.len()), (12, Some(12), 12));
    assert!(page.unreadable.is_empty());
    let rust = job_of(&page, 101);
    assert_eq!((&*rust.title, rust.client_name.as_deref()), ("Senior Rust Engineer", Some("Acme GmbH")));
    assert_eq!(at(rust).as_deref(), Some("2023-12-31T11:00:00Z"));
    assert_eq!((rust.is_open, &rust.status), (Some(true), &Said::Value("Interviewing".to_owned())));
    assert_eq!(rust.fee, eur(24_000.0));
    assert_eq!(rust.location, Said::Value("Berlin, Germany; Vienna, Austria".to_owned()));
    assert_eq!((&rust.description, &rust.rank_field), (&Said::Nothing, &Said::Null));
    assert_eq!(
        Value::Object(rust.details.clone()),
        json!({
            "department": "Engineering", "employment_type": "Full time", "job_type": "Contingent",
            "openings": {"number": 2, "current": 1},
            "salary": {"from": 90_000, "to": 110_000, "currency": "EUR", "frequency": "year"},
            "hiring_team": [
                {"email": "maria.orlova@agency.example.com", "name": "Maria Orlova", "role": "Recruiter"},
                {"email": "tom.becker@agency.example.com", "name": "Tom Becker", "role": "Account Manager"},
            ],
            "custom_fields": [
                {"id": "11", "name": "Budget code", "value": "B-7"},
                {"id": "12", "name": "Priority", "value": "Urgent"},
            ],
        })
    );
}

#[tokio::test]
async fn jobs_that_lack_things_are_still_jobs() {
    let (app, _) = beside_the_fake();
    let page = client(&app).jobs_page(1).await.unwrap();
    let designer = job_of(&page, 102);
    assert_eq!((&designer.client_name, &designer.status), (&None, &Said::Null));
    assert_eq!(designer.fee, Said::Value(Money { amount: 20_000.0, currency: Some("USD".to_owned()) }));
    assert_eq!(designer.location, Said::Value("Remote".to_owned()));
    // Its day of opening, for the clock of `last_opened` is not to be trusted.
    let analyst = job_of(&page, 103);
    assert_eq!(at(analyst).as_deref(), Some("2023-11-11T00:00:00Z"));
    assert_eq!(analyst.fee, Said::Value(Money { amount: 6000.0, currency: Some("USD".to_owned()) }));
    let manager = job_of(&page, 104);
    assert_eq!((&manager.client_name, &manager.fee, &manager.location), (&None, &Said::Null, &Said::Null));
    assert_eq!((&manager.details["department"], &manager.details["salary"]), (&Value::Null, &Value::Null));
    assert_eq!(job_of(&page, 105).rank_field, Said::Value("B".to_owned()));
    assert_eq!(job_of(&page, 105).details["custom_fields"], Value::Null);
    assert_eq!(job_of(&page, 106).title, "QA Engineer");
    assert_eq!(at(job_of(&page, 108)).as_deref(), Some("2023-07-04T11:00:00Z"));
    assert_eq!(job_of(&page, 109).is_open, Some(false));
}

#[tokio::test]
async fn locations_are_the_same_in_both_shapes() {
    let (app, fake) = beside_the_fake();
    let as_objects = client(&app).jobs_page(1).await.unwrap();
    fake.set_account(Account { locations_are_texts: true, ..Account::default() });
    let as_texts = client(&app).jobs_page(1).await.unwrap();
    assert_eq!(job_of(&as_objects, 101).location, job_of(&as_texts, 101).location);
    assert!(job_of(&as_texts, 101).location.value().is_some());
}

#[tokio::test]
async fn a_rank_of_ours_and_the_days_in_a_status_change_nothing() {
    let (app, fake) = beside_the_fake();
    let before = client(&app).jobs_page(1).await.unwrap();
    fake.change_job(101, json!({"job_status": {"id": 3, "name": "Interviewing", "total_days": 5}}));
    fake.change_job(105, json!({"custom_fields": [{"id": 13, "name": "current_rank", "value": "A"}]}));
    let after = client(&app).jobs_page(1).await.unwrap();
    assert_eq!(job_of(&before, 101), job_of(&after, 101));
    assert_eq!(job_of(&before, 105).details, job_of(&after, 105).details);
    assert_eq!(job_of(&after, 105).rank_field, Said::Value("A".to_owned()));
}

#[tokio::test]
async fn pages_are_asked_for_one_by_one_until_one_is_short() {
    let (app, fake) = beside_an_empty_fake();
    seed::agency(&fake, 250, 30, 1);
    let client = client(&app);
    let mut ids = Vec::new();
    for (page, rows) in [(1, 100), (2, 100), (3, 50), (4, 0)] {
        let found = client.jobs_page(page).await.unwrap();
        assert_eq!((found.rows, found.total), (rows, Some(250)));
        ids.extend(found.jobs.into_iter().map(|job| job.external_id));
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 250);
    let query = &fake.calls()[1].query;
    let asked: Vec<_> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(asked, ["current_page=2", "include_count=true", "items_per_page=100"]);
}

#[tokio::test]
async fn entries_that_cannot_be_read_are_told_and_the_others_are_read() {
    let (app, fake) = beside_the_fake();
    let body =
        json!({"data": [{"id": 1, "name": "A"}, {"name": "no id"}, 5, {"id": null}], "total_items": "4"});
    fake.fail("job/list", Fault::Body { status: 200, body: body.to_string() }, Some(1));
    let page = client(&app).jobs_page(3).await.unwrap();
    assert_eq!((page.rows, page.jobs.len(), page.total), (4, 1, Some(4)));
    let told = ["entry 2 has no id", "entry 3 is no object", "entry 4 has no id"]
        .map(|t| format!("job/list, page 3: {t}"));
    assert_eq!(page.unreadable, told);
}

#[tokio::test]
async fn a_job_by_itself_has_its_description_and_says_nothing_of_what_it_lacks() {
    let (app, fake) = beside_the_fake();
    let job = client(&app).job("101").await.unwrap().unwrap();
    assert_eq!(job.description, Said::Value("<p>Build <b>fast</b> things &amp; safe ones.</p>".to_owned()));
    assert_eq!((job.opened_at, &job.fee), (None, &Said::Nothing));
    assert_eq!(job.client_name.as_deref(), Some("Acme GmbH"));
    assert_eq!(job.details["remote_status"], "Hybrid");
    assert_eq!(job.details["skills"], json!(["Rust", "SQL"]));
    assert_eq!(job.details["openings"], json!({"number": 2}));
    let call = &fake.calls()[0];
    assert_eq!((&*call.method, &*call.path, &*call.query["job_id"]), ("GET", "job", "101"));
}

#[tokio::test]
async fn a_closed_job_is_found_and_a_deleted_one_is_gone() {
    let (app, fake) = beside_the_fake();
    let client = client(&app);
    fake.close_job(101);
    assert_eq!(client.job("101").await.unwrap().unwrap().is_open, Some(false));
    fake.reopen_job(101, None);
    assert_eq!(client.job("101").await.unwrap().unwrap().is_open, Some(true));
    // Closed is what its visibility says, even where the flag is behind.
    fake.change_job(101, json!({"job_visibility_id": 6}));
    assert_eq!(client.job("101").await.unwrap().unwrap().is_open, Some(false));
    fake.vanish_job(102, true);
    fake.delete_job(101);
    assert_eq!(client.job("101").await, Ok(None));
    assert_eq!(client.job("102").await, Ok(None));
    assert_eq!(client.job("no number").await, Ok(None));
    assert_eq!(client.usage().retries, 0);
}
