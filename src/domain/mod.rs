//! The rules of recruiting, pure: no HTTP, no SQL, no platform, no clock, no randomness.

pub mod alert;
pub mod callback;
pub mod candidate;
pub mod endpoint;
pub mod event;
pub mod hex;
pub mod inbound_hook;
pub mod interview;
pub mod job;
pub mod number;
pub mod outbound_url;
pub mod password;
pub mod pipeline;
pub mod scoring;
pub mod sealed;
pub mod stage;
pub mod sync;
pub mod task;
pub mod text;
pub mod time;
pub mod token;
pub mod user;
pub mod vendor;
pub mod webhook;
pub mod words;

pub use text::Invalid;
