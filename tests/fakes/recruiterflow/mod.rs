//! A fake of Recruiterflow's external API, with the peculiarities of the real one.
//!
//! - 400 without a key, 401 with a wrong one; the marketing site, 200 and HTML, for unknown paths.
//! - `job/list`: a bare array unless `include_count` is asked for, at most 100 a page, by `last_opened`
//!   descending, which is local time stamped `+0000`; `company` left out, `{}` for no money, statuses of
//!   nulls, locations as texts or as objects (`Account`).
//! - `job`, `job/pipeline`, `candidate/get`, `candidate/activities/stage-movement/list`,
//!   `job/custom-field/list`, `job/update`.
//!
//! State is changed by the methods of `Fake`, on a port of the machine by `control`. It misbehaves as
//! `Fake::fail` says (`Fault`). `seed` fills it, `hooks` makes the bodies of its webhooks.

mod candidates;
mod control;
mod faults;
mod hooks;
mod jobs;
mod pipeline;
pub mod seed;
mod serve;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use edgehire::domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use candidates::Candidate;
pub use faults::Fault;
pub use hooks::{EVENTS, Hook};
use jobs::Job;

/// The key that the fake accepts.
pub const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// The users of the account: id, name, e-mail, id of their role, role.
pub const USERS: &[(u64, &str, &str, u64, &str)] = &[
    (1, "Maria Orlova", "maria.orlova@agency.example.com", 2, "Recruiter"),
    (2, "Tom Becker", "tom.becker@agency.example.com", 5, "Account Manager"),
    (3, "Aigul Bekova", "aigul.bekova@agency.example.com", 2, "Recruiter"),
];

/// A custom field of jobs: id, name, type, choices.
type Field = (u64, &'static str, &'static str, &'static [(u64, &'static str)]);

/// The custom fields of jobs.
pub const CUSTOM_FIELDS: &[Field] = &[
    (11, "Budget code", "short_text", &[]),
    (12, "Priority", "single_select", &[(121, "Low"), (122, "Normal"), (123, "Urgent")]),
    (13, "current_rank", "short_text", &[]),
    (14, "Target start", "date", &[]),
    (15, "Backfill", "yes_no", &[]),
];

/// What differs between accounts, or is not known of the vendor.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// `locations` are texts, else objects.
    pub locations_are_texts: bool,
    /// `job/update` takes away the custom fields it does not name.
    pub replaces_custom_fields: bool,
    /// How far local time, which `last_opened` shows, is from UTC, in seconds.
    pub offset_s: i64,
}

impl Default for Account {
    fn default() -> Self {
        Self { locations_are_texts: false, replaces_custom_fields: false, offset_s: -6 * 3600 }
    }
}

/// A request that was made.
#[derive(Debug, Clone, Serialize)]
pub struct Call {
    pub method: String,
    /// After `/api/external/`.
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// As JSON, where it is.
    pub body: Option<Value>,
}

struct State {
    /// The time of what happens without saying when, in seconds since 1970.
    now_s: Box<dyn Fn() -> i64 + Send>,
    account: Account,
    jobs: BTreeMap<u64, Job>,
    /// What the list shows, unless something changed.
    listing: Option<Arc<jobs::Listing>>,
    candidates: BTreeMap<u64, Candidate>,
    faults: faults::Faults,
    calls: Vec<Call>,
    under_way: usize,
    most_at_once: usize,
}

/// The fake. Clones share their state.
#[derive(Clone)]
pub struct Fake(Arc<Mutex<State>>);

impl Fake {
    /// An account without jobs, where it is always the same time.
    pub fn new(now: &str) -> Self {
        let now_s = seconds(now);
        Self::with_clock(move || now_s)
    }

    /// An account without jobs, with this clock of seconds since 1970.
    pub fn with_clock(now_s: impl Fn() -> i64 + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(State {
            now_s: Box::new(now_s),
            account: Account::default(),
            jobs: BTreeMap::new(),
            listing: None,
            candidates: BTreeMap::new(),
            faults: faults::Faults::default(),
            calls: Vec::new(),
            under_way: 0,
            most_at_once: 0,
        })))
    }

    /// The API under `/api/external`, and `control` under `/__control`.
    pub fn router(&self) -> Router {
        control::routes().fallback(serve::answer).with_state(self.clone())
    }

    /// What is peculiar to the account.
    pub fn account(&self) -> Account {
        self.state().account
    }

    /// Makes it another account.
    pub fn set_account(&self, account: Account) {
        let mut state = self.state();
        state.account = account;
        state.jobs.values_mut().for_each(Job::forget_rendering);
    }

    /// The next calls of a path (after `/api/external/`, or `*`) go wrong so: so many, or all.
    pub fn fail(&self, path: &str, fault: Fault, times: Option<usize>) {
        self.state().faults.plan(path, fault, times);
    }

    /// Nothing goes wrong any more.
    pub fn heal(&self) {
        self.state().faults = faults::Faults::default();
    }

    /// The calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// How many calls of each path there were.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for call in &self.state().calls {
            *counts.entry(call.path.clone()).or_default() += 1;
        }
        counts
    }

    /// The most calls that were under way at once.
    pub fn most_at_once(&self) -> usize {
        self.state().most_at_once
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        let mut state = self.state();
        state.calls.clear();
        state.most_at_once = 0;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // One bad request of a test spoils it for nobody else.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A time that was given, or now.
    fn at(&self, at: Option<&str>) -> i64 {
        at.map_or_else(|| (self.now_s)(), seconds)
    }
}

/// Seconds since 1970 of a time as anybody writes it.
fn seconds(at: &str) -> i64 {
    at.parse::<Timestamp>().unwrap().unix_ms() / 1000
}

/// A time as the vendor writes it.
fn stamp(at_s: i64) -> String {
    Timestamp::from_unix_ms(at_s * 1000).to_string().replace('Z', "+0000")
}
