//! The fakes of the outside services: axum routers with their state. Native tests serve them in-process
//! (`TestHttp::serve`), `main.rs` on a port of this machine.

pub mod recruiterflow;

/// What an answer asks of whoever carries it, put into its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// The answer comes after so many milliseconds.
    Slow(u64),
    /// No answer comes.
    Timeout,
    /// The connection fails.
    Refused,
}
