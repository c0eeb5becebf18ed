//! All SQL, a file per aggregate. Functions here run one round trip each and say so.
//!
//! Invariant: a write and the event that tells of it are in one batch.

pub mod candidates;
pub mod events;
pub mod health;
pub mod interviews;
pub mod stats;

mod aggregate;
mod row_json;
mod sql;
mod values;

use crate::ports::{Db, DbError, Rows, Stmt};
use row_json::Member;
use sql::Params;

pub use aggregate::UpdateEvents;

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

/// SQL of the JSON object a view shows.
fn object(view: View) -> String {
    let members: Vec<Member> = view.iter().map(|(key, column)| (*key, (*column).to_owned())).collect();
    row_json::object(&members)
}

/// The same as hexadecimal digits, for `json_array`.
fn hex_object(view: View) -> String {
    format!("hex({}) AS hex", object(view))
}

/// The JSON array of a statement that gives a `hex_object` a row.
async fn json_array(db: &dyn Db, stmt: &Stmt) -> Result<Vec<u8>, DbError> {
    let (objects, _) = db.read_hex(stmt).await?;
    Ok([b"[", objects.as_slice(), b"]"].concat())
}

/// The `json` text of the only row, if there is one.
fn json_row(rows: &Rows) -> Result<Option<String>, DbError> {
    rows.first().map(|row| row.get("json")).transpose()
}
