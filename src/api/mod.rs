//! HTTP: one folder or file per contract, and what they share. Requests come in by the front door.

pub mod accounts;
mod airecruiter;
pub mod auth;
mod cached;
mod contract;
mod cursor;
mod error;
pub mod events;
mod extract;
mod front_door;
mod idempotency;
mod input;
mod manners;
pub mod openapi;
pub mod problems;
mod recruitos;
mod respond;
mod root;
pub mod scoring;
pub mod sync;
mod versions;
pub mod webhooks;

pub use cached::{ToKeep, keep};
pub use front_door::{FrontDoor, MAX_BODY, Payload, Wrote};
pub use idempotency::once;
