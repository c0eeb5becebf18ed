//! The platform's clock.

use std::time::Duration;

use async_trait::async_trait;
use worker::Delay;
use worker::send::SendFuture;

use crate::ports::Clock;

/// Time as Workers tell it.
pub struct PlatformClock;

#[async_trait]
impl Clock for PlatformClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port that the others are told to use")]
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 have 41 bits")]
    fn unix_ms(&self) -> i64 {
        js_sys::Date::now() as i64
    }

    async fn sleep(&self, duration: Duration) {
        SendFuture::new(Delay::from(duration)).await;
    }
}
