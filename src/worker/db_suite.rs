//! Paths of the test Worker, which is never deployed: the contract suite of the database on the real
//! binding, and a breakdown to recover from.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::app::App;
use crate::ports::db_suite;

/// The answer to a path of the tests; `None` leaves the path to the front door.
#[expect(clippy::panic, reason = "a breakdown is what is asked for")]
pub async fn answer(path: &str, app: &App) -> Option<Response<Bytes>> {
    match path {
        "/__db_suite" => {
            let report = db_suite::run(&*app.db).await;
            let status =
                if report.failed.is_empty() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
            let body = serde_json::to_vec(&report).unwrap_or_default();
            let response = Response::builder().status(status).header("content-type", "application/json");
            response.body(Bytes::from(body)).ok()
        }
        "/api/candidates/__panic" | "/__panic" => {
            // After a wait, when the request is no longer on the stack of the event.
            app.clock.sleep(std::time::Duration::from_millis(1)).await;
            panic!("asked to break down")
        }
        _ => None,
    }
}
