//! Every contract, endpoint by endpoint.

mod access_log;
pub mod accounts;
mod cors;
pub mod events;
mod faults;
mod front_door;
mod idempotency;
mod preconditions;
pub mod recruitos;
pub mod scoring;
mod surface;
pub mod sync;
pub mod webhooks;
