//! A sweep after something was written: what was written is relayed and run at once, not only when the
//! clock says so. Many writes at a time share a sweep.

use std::cell::Cell;
use std::time::Duration;

use worker::console_error;

use crate::app::App;
use crate::tasks;

/// How long a sweep waits for further writes to share it.
const SHARED_FOR: Duration = Duration::from_millis(50);

/// When a sweep that waits has waited too long: what held it was cut off.
const LOST_AFTER_MS: i64 = 5_000;

thread_local! {
    /// Since when a sweep waits, in milliseconds since 1970.
    static WAITS_SINCE: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Sweeps in a moment, unless a sweep is about to begin anyway.
pub async fn sweep_soon(app: App) {
    let now_ms = app.clock.unix_ms();
    if WAITS_SINCE.get().is_some_and(|since| now_ms - since < LOST_AFTER_MS) {
        return;
    }
    WAITS_SINCE.set(Some(now_ms));
    app.clock.sleep(SHARED_FOR).await;
    // From here on a write needs a sweep of its own: this one may read before it.
    WAITS_SINCE.set(None);
    let (app, _) = app.metered();
    if let Err(error) = tasks::sweep_if_due(&app).await {
        console_error!("{}", serde_json::json!({ "sweep": "failed", "error": error.to_string() }));
    }
}
