//! Every contract, endpoint by endpoint.

mod access_log;
mod cors;
mod faults;
mod front_door;
mod recruitos;
mod surface;
