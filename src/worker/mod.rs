//! The only folder that knows the Workers platform: its events, its bindings, and the adapters that
//! make them the ports of the rest.

mod adapters;
mod cron;
#[cfg(feature = "db-suite")]
mod db_suite;
mod env;
mod fetch;
mod queue;
mod sweeper;
