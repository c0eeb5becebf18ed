//! Lets so many calls through at once, and adds up what they come to.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::{AT_ONCE, CallUsage};
use crate::ports::Clock;

/// The gate that each call goes through.
#[derive(Default)]
pub(super) struct Gate(Mutex<State>);

#[derive(Default)]
struct State {
    under_way: usize,
    /// Since when at least one is.
    busy_since_ms: i64,
    /// Those who wait before the gate. All are woken when one call ends, so that none is forgotten when
    /// somebody gives up waiting.
    waiting: Vec<Waker>,
    usage: CallUsage,
}

impl Gate {
    /// Waits until fewer than `AT_ONCE` calls are under way. The call lasts until the pass is dropped.
    pub(super) async fn enter<'a>(&'a self, clock: &'a dyn Clock) -> Pass<'a> {
        poll_fn(|context| {
            let mut state = self.state();
            if state.under_way >= AT_ONCE {
                state.waiting.push(context.waker().clone());
                return Poll::Pending;
            }
            if state.under_way == 0 {
                state.busy_since_ms = clock.unix_ms();
            }
            state.under_way += 1;
            Poll::Ready(())
        })
        .await;
        Pass { gate: self, clock }
    }

    /// A request is sent, for the first time or again.
    pub(super) fn count(&self, is_retry: bool) {
        let mut state = self.state();
        state.usage.calls += 1;
        state.usage.retries += u32::from(is_retry);
    }

    /// What the calls came to, until now.
    pub(super) fn usage(&self, now_ms: i64) -> CallUsage {
        let state = self.state();
        let busy_ms = if state.under_way > 0 { now_ms - state.busy_since_ms } else { 0 };
        CallUsage { ms: state.usage.ms + busy_ms, ..state.usage }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is under way.
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    clock: &'a dyn Clock,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.under_way -= 1;
        if state.under_way == 0 {
            state.usage.ms += self.clock.unix_ms() - state.busy_since_ms;
        }
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;

    use async_trait::async_trait;
    use futures_util::FutureExt;

    use super::*;

    struct Hand(AtomicI64);

    #[async_trait]
    impl Clock for Hand {
        fn unix_ms(&self) -> i64 {
            self.0.load(Ordering::SeqCst)
        }

        async fn sleep(&self, duration: Duration) {
            self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
        }
    }

    #[test]
    fn time_counts_from_the_first_that_enters_to_the_last_that_leaves() {
        let (gate, clock) = (Gate::default(), Hand(AtomicI64::new(0)));
        let enter = |at_ms: i64| {
            clock.0.store(at_ms, Ordering::SeqCst);
            gate.enter(&clock).now_or_never().unwrap()
        };
        let (first, second) = (enter(0), enter(300));
        clock.0.store(500, Ordering::SeqCst);
        drop(first);
        assert_eq!(gate.usage(700).ms, 700);
        clock.0.store(900, Ordering::SeqCst);
        drop(second);
        assert_eq!(gate.usage(950).ms, 900);
        let third = enter(1000);
        assert_eq!(gate.usage(1250).ms, 1150);
        drop(third);
    }

    #[test]
    fn who_leaves_wakes_who_waits() {
        let (gate, clock) = (Gate::default(), Hand(AtomicI64::new(0)));
        let mut inside: Vec<_> = (0..AT_ONCE).map(|_| gate.enter(&clock).now_or_never().unwrap()).collect();
        assert!(gate.enter(&clock).now_or_never().is_none());
        assert_eq!(gate.state().waiting.len(), 1);
        inside.pop();
        assert!(gate.state().waiting.is_empty() && gate.enter(&clock).now_or_never().is_some());
    }
}
