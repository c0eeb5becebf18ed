//! All SQL, a file per aggregate. Functions here run one round trip each and say so.
//!
//! Invariant: a write and the event that tells of it are in one batch.

pub mod alerts;
pub mod caching;
pub mod candidates;
pub mod deliveries;
pub mod endpoints;
pub mod event_log;
pub mod events;
pub mod health;
pub mod idempotency;
pub mod inbound_hooks;
pub mod interviews;
pub mod jobs;
pub mod scores;
pub mod settings;
pub mod sign_ins;
pub mod stats;
pub mod syncs;
pub mod tasks;
pub mod users;

mod aggregate;
mod pruning;
mod relay;
mod row_json;
mod sql;
mod values;
mod versions;

use std::str::FromStr;

use crate::domain::Invalid;
use crate::ports::{Db, DbError, Stmt};
use sql::Params;

pub use aggregate::UpdateEvents;
pub use versions::{OnlyIf, Outcome, Shown};

/// How a contract shows a row: its key, and the column that holds the value.
pub type View = &'static [(&'static str, &'static str)];

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub limit: i64,
    pub offset: i64,
}

impl Page {
    fn to_sql(self, params: &mut Params) -> String {
        format!("LIMIT {} OFFSET {}", params.bind(self.limit), params.bind(self.offset))
    }
}

/// SQL of the values a view shows, as hexadecimal digits, for `json_array`.
fn hex_values(view: View) -> String {
    let columns: Vec<_> = view.iter().map(|(_, column)| *column).collect();
    format!("hex({}) AS hex", row_json::array(&columns))
}

/// The JSON array of a statement that gives the `hex_values` of a view for each row.
async fn json_array(db: &dyn Db, stmt: &Stmt, view: View) -> Result<Vec<u8>, DbError> {
    let (rows, _) = db.read_hex(stmt).await?;
    let objects = row_json::with_keys(&rows, view.iter().map(|(key, _)| *key))
        .ok_or_else(|| DbError::Row("not the values of the view".to_owned()))?;
    Ok([b"[", objects.as_slice(), b"]"].concat())
}

/// The value that a column's word stands for.
fn word<T: FromStr<Err = Invalid>>(word: &str) -> Result<T, DbError> {
    word.parse().map_err(|reason| DbError::Row(format!("{word} {reason}")))
}
