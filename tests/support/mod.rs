//! What tests stand on.

pub mod app;
pub mod outside;
pub mod sqlite;

pub use app::{Answer, HOOK_SECRET, KEY, TestApp, query};
pub use outside::{Reply, TestCache, TestFiles, TestHttp, TestQueue};
pub use sqlite::Sqlite;
