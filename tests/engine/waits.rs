//! How long a run waited for the database stands in its line of the log.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use edgehire::app::App;
use edgehire::ports::{Batch, Clock, Db, DbError, Rows, Stmt, Usage};
use edgehire::tasks;
use serde_json::json;

use super::{task, write};
use crate::support::TestApp;

/// For how long each round trip is waited for.
const TRIP: Duration = Duration::from_millis(7);

/// A database that is far away.
struct FarDb {
    db: Arc<dyn Db>,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl Db for FarDb {
    async fn read(&self, stmt: &Stmt) -> Result<Rows, DbError> {
        self.clock.sleep(TRIP).await;
        self.db.read(stmt).await
    }

    async fn read_hex(&self, stmt: &Stmt) -> Result<(Vec<u8>, Usage), DbError> {
        self.clock.sleep(TRIP).await;
        self.db.read_hex(stmt).await
    }

    async fn batch(&self, batch: &Batch) -> Result<Vec<Rows>, DbError> {
        self.clock.sleep(TRIP).await;
        self.db.batch(batch).await
    }
}

/// The app, whose database is far away.
fn far(app: &TestApp) -> App {
    let db = FarDb { db: app.app.db.clone(), clock: app.app.clock.clone() };
    App { db: Arc::new(db), ..app.app.clone() }
}

#[tokio::test]
async fn the_waits_for_the_claim_and_the_end_are_told_and_count_to_the_run() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    tasks::sweep(&app.app).await.unwrap();
    tasks::work(&far(&app)).await.unwrap();
    let line = app.log().pop().unwrap();
    assert_eq!(json!([line["d1_trips"], line["d1_ms"], line["ms"]]), json!([2, 14, 14]));
}

#[tokio::test]
async fn a_trip_that_failed_was_waited_for_and_the_pause_after_it_was_not() {
    let app = TestApp::new();
    write(&app, &task(&app, "a")).await;
    tasks::sweep(&app.app).await.unwrap();
    // The claim goes well, and the first try of the end does not.
    app.db.pass_next();
    app.db.fail_next([DbError::Transient("overloaded".into())]);
    tasks::work(&far(&app)).await.unwrap();
    let line = app.log().pop().unwrap();
    // 50 ms before the second try.
    assert_eq!(json!([line["d1_trips"], line["d1_ms"], line["ms"]]), json!([3, 21, 71]));
}
