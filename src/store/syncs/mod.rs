//! Syncs with outside systems: how far they have come, and what they came to.
//!
//! Invariant: at most one sweep of a system runs, and it stands as running until it ended well or badly.

mod log;
mod prune;
mod sweep;

pub use log::{Standing, SyncFilter, SyncPage, list, standing};
pub use prune::prune;
pub use sweep::{Running, count, fail, failed_before, running, start, succeed};
