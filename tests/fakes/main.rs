//! The fakes of the outside services on ports of this machine, for end-to-end tests and the demo.
//!
//! `cargo run --example fakes -- PORT [small | JOBS OPEN SEED]`: the port, 0 for any, and what the account
//! of Recruiterflow has: the small seed, or an agency of so many jobs. When ready it prints one line of
//! JSON: `{"recruiterflow":"http://127.0.0.1:PORT"}`. The key is `recruiterflow::KEY`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fake ends at the first thing that is not as expected"
)]

#[path = "mod.rs"]
#[expect(dead_code, reason = "tests look at more than a server shows")]
mod fakes;

use std::io::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use fakes::Wire;
use fakes::recruiterflow::{Fake, seed};
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse::<u64>().ok());
    let fake = Fake::with_clock(now_s);
    match (number(1), number(2), number(3)) {
        (Some(jobs), Some(open), Some(seed)) => {
            let count = |number: u64| usize::try_from(number).unwrap();
            seed::agency(&fake, count(jobs), count(open), seed);
        }
        _ => seed::small(&fake),
    }
    let port = u16::try_from(number(0).unwrap_or(0)).unwrap();
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let ready = json!({"recruiterflow": format!("http://{}", listener.local_addr()?)});
    writeln!(io::stdout(), "{ready}")?;
    axum::serve(listener, fake.router().layer(middleware::from_fn(carry))).await
}

#[expect(clippy::disallowed_methods, reason = "a fake is outside, and has a clock of its own")]
fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// Carries an answer as it asks to be.
async fn carry(request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    match answer.extensions().get::<Wire>() {
        None => {}
        Some(Wire::Slow(ms)) => tokio::time::sleep(Duration::from_millis(*ms)).await,
        Some(Wire::Timeout) => std::future::pending().await,
        // The task of the connection ends, and the connection with it.
        Some(Wire::Refused) => std::panic::resume_unwind(Box::new("the connection is refused")),
    }
    answer
}
