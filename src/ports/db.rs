//! The database as Edgehire sees it: statements as values, reads, and one atomic batch for writes.
//!
//! Invariant: what behaves differently on D1 and on SQLite is evened out by the adapters, and one
//! contract suite (`db_suite`) runs on both. Numbers are bound as D1 binds them, as floating point:
//! a bound number that must come out as an integer is wrapped in `CAST(?1 AS INTEGER)`.

use std::borrow::Cow;
use std::ops::AddAssign;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::domain::number::MAX_INTEGER;

/// Most parameters one statement may bind (D1's limit).
pub const MAX_PARAMS: usize = 100;

/// A value to bind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    /// Of at most 53 bits.
    Integer(i64),
    Real(f64),
    Text(String),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A statement with its parameters `?1`, `?2`, ...
#[derive(Debug, Clone, Serialize)]
pub struct Stmt {
    pub sql: Cow<'static, str>,
    pub params: Vec<Value>,
}

impl Stmt {
    /// A statement without parameters yet.
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { sql: sql.into(), params: Vec::new() }
    }

    /// Looks for what the database would not take as it is.
    ///
    /// # Errors
    /// `DbError::Unbindable`.
    pub fn check(&self) -> Result<(), DbError> {
        let too_large = self.params.iter().find_map(|value| match value {
            Value::Integer(number) if number.unsigned_abs() > MAX_INTEGER.unsigned_abs() => Some(*number),
            _ => None,
        });
        too_large.map_or(Ok(()), |number| Err(DbError::Unbindable(number)))
    }

    /// Binds the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.params.push(value.into());
        self
    }
}

impl Stmt {
    /// Inserts rows of any number, cut into statements of at most `MAX_PARAMS` parameters: for one
    /// batch.
    ///
    /// Every row has a value for every column, and there are at most `MAX_PARAMS` columns.
    #[must_use]
    pub fn insert_rows(table: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> Vec<Self> {
        let per_stmt = (MAX_PARAMS / columns.len().max(1)).max(1);
        let mut stmts = Vec::new();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let chunk: Vec<_> = rows.by_ref().take(per_stmt).collect();
            let row = |at: usize| {
                let names: Vec<_> =
                    (1..=columns.len()).map(|n| format!("?{}", at * columns.len() + n)).collect();
                format!("({})", names.join(", "))
            };
            let values: Vec<_> = (0..chunk.len()).map(row).collect();
            let sql = format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), values.join(", "));
            stmts.push(Self { sql: sql.into(), params: chunk.into_iter().flatten().collect() });
        }
        stmts
    }
}

/// Statements that are committed together or not at all.
#[derive(Debug, Clone)]
pub struct Batch {
    pub stmts: Vec<Stmt>,
    /// Running it twice leaves what running it once leaves, so it may be tried again after an error
    /// that leaves its fate unknown.
    pub idempotent: bool,
    /// What the request will be answered when this is committed.
    pub answering: Option<Answering>,
}

impl Batch {
    /// A batch that is tried once.
    #[must_use]
    pub fn once(stmts: Vec<Stmt>) -> Self {
        Self { stmts, idempotent: false, answering: None }
    }

    /// A batch that may be tried again.
    #[must_use]
    pub fn idempotent(stmts: Vec<Stmt>) -> Self {
        Self { stmts, idempotent: true, answering: None }
    }

    /// The same batch, which tells what the request will be answered.
    #[must_use]
    pub fn answering(self, answering: Answering) -> Self {
        Self { answering: Some(answering), ..self }
    }
}

/// What a request will be answered, told with the batch that does its work, so that it can be kept in
/// the same transaction.
#[derive(Debug, Clone)]
pub struct Answering {
    /// The HTTP status, a 2xx.
    pub status: u16,
    /// A `SELECT` of one row with the columns `body`, to the byte what will be answered, and `etag`,
    /// the tag without its quotes or null. It sees what the batch wrote. Without a row nothing is kept.
    pub answer: Stmt,
}

impl Answering {
    /// JSON that is known beforehand, `""` for no body, and its tag if it has one.
    #[must_use]
    pub fn text(status: u16, json: impl Into<Value>, tag: Option<String>) -> Self {
        Self { status, answer: Stmt::new("SELECT ?1 AS body, ?2 AS etag").bind(json).bind(tag) }
    }
}

/// What a piece of work cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Round trips to the database.
    pub trips: u64,
    /// Rows read, as D1 bills them.
    pub rows_read: u64,
    /// Rows written, as D1 bills them.
    pub rows_written: u64,
    /// Milliseconds for which round trips were waited for, those that failed included. Where the clock
    /// stands still between two waits, what was worked out before a trip counts with it.
    pub ms: i64,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.trips += other.trips;
        self.rows_read += other.rows_read;
        self.rows_written += other.rows_written;
        self.ms += other.ms;
    }
}

/// The rows one statement gave, as the text of a JSON array of objects: typed where the code looks at
/// them, passed on as they are where it does not.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Without white space; members in the order of the columns.
    pub json: Box<RawValue>,
    pub usage: Usage,
}

impl Rows {
    /// The rows as structs whose fields are the columns.
    ///
    /// # Errors
    /// `DbError::Row` when a row has another shape.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<Vec<T>, DbError> {
        serde_json::from_str(self.json.get()).map_err(|error| DbError::Row(error.to_string()))
    }

    /// The first row, if there is one, as a struct whose fields are the columns.
    ///
    /// # Errors
    /// `DbError::Row` when a row has another shape.
    pub fn first<T: DeserializeOwned>(&self) -> Result<Option<T>, DbError> {
        Ok(self.parse()?.into_iter().next())
    }

    /// As `first`, of one of a batch's results.
    ///
    /// # Errors
    /// `DbError::Row` when a row has another shape.
    pub fn first_of<T: DeserializeOwned>(rows: Option<&Self>) -> Result<Option<T>, DbError> {
        rows.map_or(Ok(None), Self::first)
    }

    /// How many there are.
    ///
    /// # Errors
    /// `DbError::Row` when they are no rows.
    pub fn count(&self) -> Result<i64, DbError> {
        Ok(i64::try_from(self.parse::<IgnoredAny>()?.len()).unwrap_or(i64::MAX))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.json.get() == "[]"
    }

    /// The JSON object of the row, of a statement that gives at most one.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        let inside = self.json.get().strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        inside.filter(|object| !object.is_empty())
    }
}

/// Why the database did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DbError {
    /// A value that must be unique is taken; the columns, as `table.column`.
    #[error("not unique: {}", .0.join(", "))]
    Unique(Vec<String>),
    /// A row refers to one that is not there.
    #[error("refers to a row that does not exist")]
    ForeignKey,
    /// The request or run lost the right to be done, to another with its idempotency key or its task; or
    /// what it was worked out from is not so any more. Nothing was written.
    #[error("another has taken it over")]
    Overtaken,
    /// A text or row is over the database's size limit.
    #[error("too big for a row")]
    TooBig,
    /// The way to the database or the database itself failed for a moment.
    #[error("database unavailable: {0}")]
    Transient(String),
    /// A value can't be bound.
    #[error("{0} can't be bound: it has more than 53 bits")]
    Unbindable(i64),
    /// A row did not have the shape the code expects.
    #[error("unexpected row: {0}")]
    Row(String),
    /// Anything else: a mistake of ours.
    #[error("database error: {0}")]
    Other(String),
}

/// Texts by which D1 says that trying again may help.
const TRANSIENT: &[&str] = &[
    "Network connection lost",
    "object to be reset",
    "D1 DB reset",
    "is overloaded",
    "exceeded timeout",
    "internal error",
    "Internal error",
    "Cannot resolve D1 DB due to transient issue",
    "SQLITE_BUSY",
    "database is locked",
];

impl DbError {
    /// Tells the kinds of error apart by the text of SQLite or D1, which is all that D1 gives.
    #[must_use]
    pub fn from_message(message: &str) -> Self {
        if let Some((_, after)) = message.split_once("UNIQUE constraint failed: ") {
            let columns =
                after.split(", ").map(|column| column.split([':', ' ']).next().unwrap_or(column).to_owned());
            return Self::Unique(columns.collect());
        }
        if message.contains("FOREIGN KEY constraint failed") {
            return Self::ForeignKey;
        }
        let held = ["reservation_is_held", "run_is_held", "job_is_as_read"];
        if held.iter().any(|name| message.contains(&format!("CHECK constraint failed: {name}"))) {
            return Self::Overtaken;
        }
        if message.contains("SQLITE_TOOBIG") || message.contains("string or blob too big") {
            return Self::TooBig;
        }
        if TRANSIENT.iter().any(|text| message.contains(text)) {
            return Self::Transient(message.to_owned());
        }
        Self::Other(message.to_owned())
    }
}

/// The bytes that hexadecimal digits of SQLite stand for, two a byte.
#[must_use]
pub fn from_hex(digits: &[u8]) -> Vec<u8> {
    // '0' to '9' are 0x30 to 0x39, 'A' to 'F' are 0x41 to 0x46. Arithmetic, not a table: it vectorises.
    let digit = |byte: u8| (byte & 15) + 9 * (byte >> 6);
    digits.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// The database. Each call is one round trip.
#[async_trait]
pub trait Db: Send + Sync {
    /// Runs one statement that only reads.
    async fn read(&self, stmt: &Stmt) -> Result<Rows, DbError>;

    /// Runs one statement that only reads and gives one column, `hex`: the bytes that the digits of
    /// each row stand for, with a comma between rows.
    ///
    /// For long lists of JSON. The platform decodes what D1 answers as JSON, and quotes and letters
    /// beyond ASCII make that slow: twice as many digits were measured to come a third faster than a
    /// page of people as it is.
    async fn read_hex(&self, stmt: &Stmt) -> Result<(Vec<u8>, Usage), DbError>;

    /// Runs the statements in order, in one transaction: all or none.
    async fn batch(&self, batch: &Batch) -> Result<Vec<Rows>, DbError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back_from_its_digits() {
        let bytes: Vec<u8> = (0..=255).collect();
        let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(from_hex(digits.concat().as_bytes()), bytes);
    }

    #[test]
    fn errors_are_told_apart_by_their_text() {
        assert_eq!(
            DbError::from_message(
                "D1_ERROR: UNIQUE constraint failed: a.b, a.c: SQLITE_CONSTRAINT (extended: X)"
            ),
            DbError::Unique(vec!["a.b".into(), "a.c".into()])
        );
        assert_eq!(
            DbError::from_message("UNIQUE constraint failed: candidates.email_key"),
            DbError::Unique(vec!["candidates.email_key".into()])
        );
        assert_eq!(DbError::from_message("FOREIGN KEY constraint failed"), DbError::ForeignKey);
        let check = "D1_ERROR: CHECK constraint failed: reservation_is_held: SQLITE_CONSTRAINT";
        assert_eq!(DbError::from_message(check), DbError::Overtaken);
        assert_eq!(DbError::from_message("D1_ERROR: string or blob too big: SQLITE_TOOBIG"), DbError::TooBig);
        assert!(matches!(DbError::from_message("D1_ERROR: Network connection lost."), DbError::Transient(_)));
        assert!(matches!(DbError::from_message("no such table: x"), DbError::Other(_)));
    }
}
