//! Reading the event log in order, a page at a time.
//!
//! Invariant: a page never shows an event before all that come before it have been seen. The database
//! commits one write after the other, so numbers appear in their order.

use serde::Deserialize;

use super::events::{BYTES, JSON, MOST_BYTES};
use super::sql::Params;
use crate::domain::event::EventType;
use crate::ports::{Batch, Db, DbError};

/// Events looked at for a page of the log, whatever their types.
const WINDOW: i64 = 1_000;

/// Where a reader of the log begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadFrom {
    /// At the oldest event there is.
    Oldest,
    /// After the newest.
    Newest,
    /// After the event with this number.
    After(i64),
}

/// A part of the log, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// JSON objects.
    pub events: Vec<String>,
    /// The number to read on after.
    pub next: i64,
    /// There is more already.
    pub has_more: bool,
}

/// What reading the log gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogRead {
    Page(LogPage),
    /// Events after the given one have been removed.
    Gone,
    /// The log has not come so far: the number is of another one.
    Unknown,
}

#[derive(Deserialize)]
struct BoundsRow {
    after: i64,
    pruned_seq: i64,
    last_seq: i64,
}

#[derive(Deserialize)]
struct LogRow {
    seq: i64,
    json: String,
    /// Rows there are before the bytes are counted.
    found: i64,
}

/// Reads the log in order. A page may be shorter than asked for although there is more: it looks at a
/// bounded number of events, and holds a bounded number of bytes. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn read(db: &dyn Db, from: ReadFrom, types: &[EventType], limit: i64) -> Result<LogRead, DbError> {
    let end = "coalesce((SELECT max(seq) FROM events), pruned_seq)";
    let after = |params: &mut Params| match from {
        ReadFrom::Oldest => "pruned_seq".to_owned(),
        ReadFrom::Newest => end.to_owned(),
        ReadFrom::After(seq) => format!("CAST({} AS INTEGER)", params.bind(seq)),
    };
    let mut params = Params::default();
    let bounds =
        format!("SELECT {} AS after, pruned_seq, {end} AS last_seq FROM event_log", after(&mut params));
    let bounds = params.into_stmt(bounds);
    let words: Vec<_> = types.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
    // The plus keeps SQLite from making an index of the whole log for a single type.
    let of_types =
        if words.is_empty() { String::new() } else { format!(" AND +type IN ({})", words.join(", ")) };
    let mut params = Params::default();
    let page = format!(
        "SELECT events.seq, {JSON} AS json, found FROM ( \
            SELECT seq AS found_seq, count(*) OVER () AS found, \
                sum(bytes) OVER (ORDER BY seq) - bytes AS before \
            FROM (SELECT seq, {BYTES} AS bytes FROM (SELECT {} AS after FROM event_log) CROSS JOIN events \
                WHERE seq > after AND seq <= after + {WINDOW}{of_types} ORDER BY seq LIMIT {})) \
         CROSS JOIN events ON events.seq = found_seq \
         WHERE before <= {MOST_BYTES} ORDER BY found_seq",
        after(&mut params),
        params.bind(limit),
    );
    let results = db.batch(&Batch::idempotent(vec![bounds, params.into_stmt(page)])).await?;
    let [bounds, page] = results.as_slice() else {
        return Err(DbError::Row("not two results".to_owned()));
    };
    let bounds = bounds.first::<BoundsRow>()?;
    let bounds = bounds.ok_or_else(|| DbError::Row("no bounds of the log".to_owned()))?;
    if bounds.after < bounds.pruned_seq {
        return Ok(LogRead::Gone);
    }
    if bounds.after > bounds.last_seq {
        return Ok(LogRead::Unknown);
    }
    Ok(LogRead::Page(bounds.page(page.parse()?, limit)))
}

impl BoundsRow {
    fn page(&self, rows: Vec<LogRow>, limit: i64) -> LogPage {
        // Where nothing cut the page short, all of the window has been seen, whatever the filter let
        // through.
        let seen = (self.after + WINDOW).min(self.last_seq);
        let is_cut = |row: &LogRow| row.found == limit || i64::try_from(rows.len()) != Ok(row.found);
        let next = rows.last().filter(|row| is_cut(row)).map_or(seen, |row| row.seq);
        let has_more = next < self.last_seq;
        LogPage { has_more, next, events: rows.into_iter().map(|row| row.json).collect() }
    }
}
