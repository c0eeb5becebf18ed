//! Every contract, endpoint by endpoint.

mod front_door;
mod recruitos;
mod surface;
