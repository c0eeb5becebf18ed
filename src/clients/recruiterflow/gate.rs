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
