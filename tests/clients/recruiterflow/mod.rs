//! The client of Recruiterflow against the fake.

mod at_once;
mod candidates;
mod deadline;
mod fake;
mod fake_control;
mod jobs;
mod pipeline;
mod refusals;
mod retrying;
mod shapes;
mod updating;

use edgehire::clients::recruiterflow::{JobsPage, Recruiterflow};
use edgehire::domain::vendor::VendorJob;

use crate::fakes::recruiterflow::{Fake, KEY, seed};
use crate::support::TestApp;

/// Where the vendor is.
const BASE: &str = "https://api.recruiterflow.com";

/// Edgehire beside a fake that is empty.
fn beside_an_empty_fake() -> (TestApp, Fake) {
    let app = TestApp::with(&[("RECRUITERFLOW_API_KEY", KEY)]);
    let fake = Fake::new("2024-01-20T11:00:00Z");
    app.http.serve(BASE, fake.router());
    (app, fake)
}

/// Edgehire beside the small fake.
fn beside_the_fake() -> (TestApp, Fake) {
    let (app, fake) = beside_an_empty_fake();
    seed::small(&fake);
    (app, fake)
}

/// A client with so much time, in milliseconds.
fn client_for(app: &TestApp, ms: i64) -> Recruiterflow<'_> {
    Recruiterflow::open(&app.app, app.app.clock.unix_ms() + ms).unwrap()
}

/// A client with ten minutes.
fn client(app: &TestApp) -> Recruiterflow<'_> {
    client_for(app, 600_000)
}

/// A job of a page.
fn job_of(page: &JobsPage, id: u64) -> &VendorJob {
    page.jobs.iter().find(|job| job.external_id == id.to_string()).unwrap()
}
