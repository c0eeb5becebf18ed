//! The platform's log: `console`.

use worker::{console_error, console_log};

use crate::ports::{Level, Log};

/// Lines on the console, where `wrangler tail` and Workers Logs read them.
pub struct ConsoleLog;

impl Log for ConsoleLog {
    fn line(&self, level: Level, line: &str) {
        match level {
            Level::Info => console_log!("{line}"),
            Level::Error => console_error!("{line}"),
        }
    }
}
