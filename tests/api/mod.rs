//! Every contract, endpoint by endpoint.

mod access_log;
mod cors;
mod faults;
mod front_door;
mod idempotency;
mod preconditions;
mod recruitos;
mod surface;
