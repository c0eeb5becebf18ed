//! The rules of recruiting, pure: no HTTP, no SQL, no platform, no clock, no randomness.

pub mod candidate;
pub mod event;
pub mod interview;
pub mod number;
pub mod stage;
pub mod text;
pub mod time;
pub mod words;

pub use text::Invalid;
