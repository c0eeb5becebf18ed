//! The contract suite of the `Db` port, on SQLite. The end-to-end tests run it on D1.

use edgehire::ports::db_suite;

use crate::support::Sqlite;

#[tokio::test]
async fn sqlite_keeps_the_contract() {
    let report = db_suite::run(&Sqlite::empty()).await;
    assert!(report.failed.is_empty(), "{:#?}", report.failed);
    assert!(report.passed.len() >= 17);
}
