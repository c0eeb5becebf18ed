//! The platform's services as ports.

pub mod clock;
pub mod d1;
pub mod log;
pub mod random;
