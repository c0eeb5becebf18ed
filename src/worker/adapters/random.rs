//! The platform's randomness: `crypto.getRandomValues`, asked for a pool at a time, for every call
//! leaves wasm.

use std::cell::RefCell;

use crate::ports::Random;

/// Bytes asked for at once.
const POOL: usize = 1024;

thread_local! {
    static UNUSED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Randomness fit for secrets.
pub struct PlatformRandom;

impl Random for PlatformRandom {
    fn fill(&self, buffer: &mut [u8]) {
        UNUSED.with_borrow_mut(|unused| {
            if unused.len() < buffer.len() {
                unused.resize(POOL.max(buffer.len()), 0);
                fill_from_platform(unused);
            }
            // What was given out is given to nobody else.
            let rest = unused.len() - buffer.len();
            buffer.copy_from_slice(&unused[rest..]);
            unused[rest..].fill(0);
            unused.truncate(rest);
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the port that the others are told to use")]
#[expect(clippy::panic, reason = "without randomness nothing may go on; the Worker starts anew")]
fn fill_from_platform(pool: &mut [u8]) {
    if let Err(error) = getrandom::fill(pool) {
        panic!("the platform gives no randomness: {error}");
    }
}
