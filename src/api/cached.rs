//! Answers that are kept for a while. What is kept carries a stamp; the read that would work the answer out
//! anew is told the stamp, and says whether it still counts: so a kept answer saves the work, and never
//! shows what is not so any more. `X-Cache` says which of the two it was.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, header, request::Parts};
use serde::Serialize;

use super::respond::JsonText;
use crate::app::App;
use crate::ports::{Keep, Level};
use crate::store::caching::Fresh;

/// `hit` or `miss`.
pub const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// Marks an answer that is to be kept.
#[derive(Debug, Clone)]
pub struct ToKeep(pub Keep);

/// Marks a page of a list after which there is another.
#[derive(Debug, Clone, Copy)]
pub struct HasMore;

/// `Cache-Control: no-cache`: the caller wants the answer worked out anew.
pub struct NoCache(bool);

impl<S: Sync> FromRequestParts<S> for NoCache {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let given =
            parts.headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
        let refuses = |word: &str| {
            let word = word.trim();
            ["no-cache", "no-store"].iter().any(|no| word.eq_ignore_ascii_case(no))
        };
        Ok(Self(given.flat_map(|value| value.split(',')).any(refuses)))
    }
}

/// What is kept of an answer, before it is known whether it still counts.
pub struct Cached {
    name: String,
    for_s: u64,
    known: Option<Entry>,
    /// The caller wants no cache: what is worked out for them is not kept either.
    is_refused: bool,
}

/// Something kept: a line with its stamp, its last millisecond since 1970 and whether there is another page,
/// then the answer.
struct Entry {
    stamp: String,
    has_more: bool,
    json: Bytes,
}

impl Cached {
    /// Looks for an answer. A cache that fails is as an empty one, and is logged.
    pub async fn look(app: &App, NoCache(refused): &NoCache, name: String, for_s: u64) -> Self {
        let mut known = None;
        if !refused {
            match app.cache.get(&name).await {
                Ok(found) => known = found.and_then(|bytes| Entry::read(bytes, app.clock.unix_ms())),
                Err(error) => log(app, &error.to_string()),
            }
        }
        Self { name, for_s, known, is_refused: *refused }
    }

    /// The stamp of what is kept, for the read.
    pub fn stamp(&self) -> Option<&str> {
        self.known.as_ref().map(|entry| entry.stamp.as_str())
    }

    /// The answer: the kept one where the read says that it still counts, else the new one, to be kept.
    pub fn answer(self, app: &App, fresh: Fresh) -> Response {
        match (fresh, self.known) {
            (Fresh::Same, Some(entry)) => marked("hit", entry.json, entry.has_more),
            // The read was told no stamp, so this does not come.
            (Fresh::Same, None) => super::error::ApiError::internal("nothing was kept").into_response(),
            (Fresh::New { stamp, json, has_more }, _) => {
                if self.is_refused {
                    return marked("miss", json.into(), has_more);
                }
                let until_ms = app.clock.unix_ms() + i64::try_from(self.for_s * 1_000).unwrap_or(0);
                let bytes = [format!("{stamp} {until_ms} {has_more}\n").as_bytes(), &json].concat();
                let mut response = marked("miss", json.into(), has_more);
                let keep = Keep { name: self.name, bytes, for_s: self.for_s };
                response.extensions_mut().insert(ToKeep(keep));
                response
            }
        }
    }
}

impl Entry {
    /// Reads what is kept, unless its time is over.
    fn read(bytes: Vec<u8>, now_ms: i64) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let mut line = std::str::from_utf8(&bytes[..end]).ok()?.split(' ');
        let stamp = line.next()?.to_owned();
        let is_over = line.next()?.parse::<i64>().ok()? <= now_ms;
        let has_more = line.next()?.parse().ok()?;
        (!is_over).then(|| Self { stamp, has_more, json: Bytes::from(bytes).slice(end + 1..) })
    }
}

fn marked(what: &'static str, json: Bytes, has_more: bool) -> Response {
    let mut response = JsonText::new(json).into_response();
    if has_more {
        response.extensions_mut().insert(HasMore);
    }
    response.headers_mut().insert(X_CACHE, HeaderValue::from_static(what));
    response
}

/// Keeps an answer. What fails is logged: the next caller waits a little longer, that is all.
pub async fn keep(app: &App, ToKeep(keep): &ToKeep) {
    if let Err(error) = app.cache.put(keep).await {
        log(app, &error.to_string());
    }
}

fn log(app: &App, error: &str) {
    app.log(Level::Error, &CacheLine { cache: "did not answer", error });
}

/// The log line of a cache that failed.
#[derive(Serialize)]
struct CacheLine<'a> {
    cache: &'static str,
    error: &'a str,
}
