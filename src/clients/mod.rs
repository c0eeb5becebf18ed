//! The outside services.

pub mod webhook;
