//! What tests stand on.

pub mod app;
pub mod sqlite;

pub use app::{Answer, KEY, TestApp, query};
pub use sqlite::Sqlite;
