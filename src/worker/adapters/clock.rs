//! The platform's clock.

use std::time::Duration;

use async_trait::async_trait;
use worker::send::SendFuture;
use worker::{Date, Delay};

use crate::ports::Clock;

/// Time as Workers tell it.
pub struct PlatformClock;

#[async_trait]
impl Clock for PlatformClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port that the others are told to use")]
    fn unix_ms(&self) -> i64 {
        // Milliseconds since 1970 stay far below 2^63.
        i64::try_from(Date::now().as_millis()).unwrap_or(i64::MAX)
    }

    async fn sleep(&self, duration: Duration) {
        SendFuture::new(Delay::from(duration)).await;
    }
}
