//! The outside services.

pub mod recruiterflow;
pub mod webhook;
