//! The platform's randomness: `crypto.getRandomValues`.

use crate::ports::Random;

/// Randomness fit for secrets.
pub struct PlatformRandom;

impl Random for PlatformRandom {
    #[expect(clippy::disallowed_methods, reason = "this is the port that the others are told to use")]
    #[expect(clippy::panic, reason = "without randomness nothing may go on; the Worker starts anew")]
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            panic!("the platform gives no randomness: {error}");
        }
    }
}
