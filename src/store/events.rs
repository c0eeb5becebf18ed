//! The event log. Events are written by statements that stand in the batch of the change.

use serde::Deserialize;

use crate::domain::event::{EventType, NewEvent};
use crate::domain::time::Timestamp;
use crate::ports::{Batch, Db, DbError, Rows, Stmt};

use super::row_json::{self, Member};
use super::sql::Params;
use super::word;

/// The statement that writes the events that the selections give.
pub(super) fn insert(params: Params, selections: &[String]) -> Stmt {
    let selections = selections.join(" UNION ALL ");
    params
        .into_stmt(format!("INSERT INTO events (id, type, at, subject_type, subject_id, data) {selections}"))
}

/// SQL that selects an event for the row of `from` (a table, `WHERE` and a condition), with `data` as
/// the subject after the change.
pub(super) fn select(event: NewEvent, params: &mut Params, from: &str, data: &[Member]) -> String {
    let uuid = params.bind(event.uuid.to_string());
    select_as(event, params, &uuid, from, data)
}

/// As `select`, for any number of rows: the first event has the given UUID, the next ones the same
/// with its last four digits counted up.
pub(super) fn select_each(event: NewEvent, params: &mut Params, from: &str, data: &[Member]) -> String {
    let uuid = event.uuid.to_string();
    let (prefix, last) = uuid.split_at(uuid.len() - 4);
    let prefix = params.bind(prefix);
    let first = params.bind(i64::from_str_radix(last, 16).unwrap_or(0));
    let uuid = format!("{prefix} || printf('%04x', ({first} + row_number() OVER (ORDER BY id) - 1) & 65535)");
    select_as(event, params, &uuid, from, data)
}

fn select_as(event: NewEvent, params: &mut Params, uuid: &str, from: &str, data: &[Member]) -> String {
    format!(
        "SELECT {uuid}, '{}', {}, '{}', id, {} FROM {from}",
        event.kind.as_str(),
        params.bind(event.at),
        event.kind.subject().as_str(),
        row_json::object(data),
    )
}

/// SQL of an event as the outside sees it: in the log's own feed, and as the body of a webhook.
pub(super) const JSON: &str = "json_object('id', events.id, 'sequence', events.seq, 'type', events.type, \
     'timestamp', events.at, 'subject', \
     json_object('type', events.subject_type, 'id', events.subject_id), 'data', json(events.data))";

/// Most bytes of data that the events of a page hold together; a single event may hold more.
pub(super) const MOST_BYTES: i64 = 4_000_000;

/// SQL of how many bytes an event's data are; `length` of a text counts letters.
pub(super) const BYTES: &str = "octet_length(data)";

/// One line of the activity feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedItem {
    /// Place in the log.
    pub seq: i64,
    pub kind: EventType,
    pub at: String,
    /// "First Last" of the person, where there is one.
    pub candidate_name: Option<String>,
    pub status: Option<String>,
    pub interviewer: Option<String>,
    pub count: Option<i64>,
}

#[derive(Deserialize)]
struct FeedRow {
    seq: i64,
    r#type: String,
    at: String,
    candidate_name: Option<String>,
    status: Option<String>,
    interviewer: Option<String>,
    count: Option<i64>,
}

impl TryFrom<FeedRow> for FeedItem {
    type Error = DbError;

    fn try_from(row: FeedRow) -> Result<Self, DbError> {
        Ok(Self {
            seq: row.seq,
            kind: word(&row.r#type)?,
            at: row.at,
            candidate_name: row.candidate_name,
            status: row.status,
            interviewer: row.interviewer,
            count: row.count,
        })
    }
}

/// The newest events that people want to see, newest first.
///
/// # Errors
/// When the database fails or a row is of an unknown kind.
pub async fn feed(db: &dyn Db, limit: i64) -> Result<Vec<FeedItem>, DbError> {
    let stmt = Stmt::new(
        "SELECT seq, type, at, \
            coalesce(data ->> '$.candidate_name', \
                     trim((data ->> '$.first_name') || ' ' || (data ->> '$.last_name'))) AS candidate_name, \
            data ->> '$.status' AS status, data ->> '$.interviewer' AS interviewer, \
            data ->> '$.count' AS count \
         FROM events WHERE type IN ( \
            'candidate.created', 'candidate.status_changed', 'interview.scheduled', \
            'interview.status_changed', 'sync.completed') \
            AND coalesce(data ->> '$.count', 1) > 0 \
         ORDER BY seq DESC LIMIT ?1",
    );
    let rows = db.read(&stmt.bind(limit)).await?.parse::<FeedRow>()?;
    rows.into_iter().map(FeedItem::try_from).collect()
}

/// Removes up to `limit` of the oldest events before an instant, and keeps in mind how far; gives how
/// many were removed.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &dyn Db, before: Timestamp, limit: i64) -> Result<i64, DbError> {
    // Events stand in the order of their time, so the oldest are the first: nothing is scanned.
    let bound = Stmt::new(
        "UPDATE event_log SET pruned_seq = max(pruned_seq, coalesce(( \
            SELECT max(seq) FROM (SELECT seq, at FROM events ORDER BY seq LIMIT ?2) WHERE at < ?1), 0))",
    );
    let prune = Stmt::new("DELETE FROM events WHERE seq <= (SELECT pruned_seq FROM event_log) RETURNING seq");
    let batch = Batch::idempotent(vec![bound.bind(before).bind(limit), prune]);
    let results = db.batch(&batch).await?;
    results.last().map_or(Ok(0), Rows::count)
}
