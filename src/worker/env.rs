//! The app of this isolate, made of the bindings on first use. Bindings outlive the request that
//! brought them, so one app serves all.

use std::cell::OnceCell;
use std::panic;
use std::rc::Rc;
use std::sync::Arc;

use wasm_bindgen::prelude::*;
use worker::Env;

use super::adapters::cache::Kv;
use super::adapters::clock::PlatformClock;
use super::adapters::d1::D1;
use super::adapters::files::R2;
use super::adapters::http::Fetch;
use super::adapters::log::ConsoleLog;
use super::adapters::queue::PlatformQueue;
use super::adapters::random::PlatformRandom;
use crate::api::FrontDoor;
use crate::app::App;
use crate::config::Config;
use crate::ports::Random;

/// What an isolate keeps.
pub struct Isolate {
    pub app: App,
    pub front_door: FrontDoor,
}

thread_local! {
    static ISOLATE: OnceCell<Rc<Isolate>> = const { OnceCell::new() };
}

/// What this isolate keeps.
///
/// # Errors
/// When a setting or binding can't be used; asked again, it tries again.
pub fn isolate(env: &Env) -> worker::Result<Rc<Isolate>> {
    ISOLATE.with(|kept| {
        if let Some(isolate) = kept.get() {
            return Ok(isolate.clone());
        }
        let isolate = Rc::new(open(env)?);
        Ok(kept.get_or_init(|| isolate).clone())
    })
}

fn open(env: &Env) -> worker::Result<Isolate> {
    let random = PlatformRandom;
    let mut salt = [0; 64];
    random.fill(&mut salt);
    let get = |name: &str| {
        let secret = env.secret(name).map(|value| value.to_string());
        secret.or_else(|_| env.var(name).map(|value| value.to_string())).ok()
    };
    let config = Config::read(get, salt).map_err(|error| worker::Error::RustError(error.to_string()))?;
    let app = App {
        config: Arc::new(config),
        db: Arc::new(D1::new(env.d1("DB")?)),
        cache: Arc::new(Kv::new(env.kv("CACHE")?)),
        queue: Arc::new(PlatformQueue::new(env.queue("TASKS")?)),
        files: Arc::new(R2::new(env.bucket("FILES")?)),
        http: Arc::new(Fetch),
        clock: Arc::new(PlatformClock),
        random: Arc::new(random),
        log: Arc::new(ConsoleLog),
    };
    // Last, for what comes before may fail and be tried again.
    hook_panics();
    Ok(Isolate { front_door: FrontDoor::new(app.clone()), app })
}

#[wasm_bindgen]
extern "C" {
    /// Ends the waiting of every request of this instance (see `entry.mjs`).
    #[wasm_bindgen(js_name = edgehireBrokeDown)]
    fn broke_down();
}

/// A panic goes to the log with its place, the platform's own hook sees to it that the Worker starts
/// anew, and the requests that were under way are answered.
fn hook_panics() {
    let platform = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        console_error_panic_hook::hook(info);
        platform(info);
        broke_down();
    }));
}
