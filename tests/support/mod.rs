//! What tests stand on.

pub mod app;
pub mod sqlite;

pub use app::TestApp;
pub use sqlite::Sqlite;
