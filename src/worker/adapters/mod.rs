//! The platform's services as ports.

pub mod cache;
pub mod clock;
pub mod d1;
pub mod files;
pub mod http;
pub mod log;
pub mod queue;
pub mod random;
