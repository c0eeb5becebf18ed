//! The tests that run natively: the real router on real SQLite with the real migrations.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as expected"
)]

mod api;
mod architecture;
mod clients;
mod db_contract;
mod engine;
mod fakes;
mod generated;
mod support;
mod tasks;
