//! Versions of rows: a tag names one, comes beside the row in the same trip, and a write may be meant
//! for one only.

use serde::Deserialize;

use crate::ports::{DbError, Rows};

use super::View;
use super::sql::Params;

/// One row as a contract shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Shown {
    /// The JSON object of the view.
    pub json: String,
    /// Another one for each version of each row; of letters, digits and hyphens.
    pub tag: String,
}

/// Which versions of a row a write is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnlyIf {
    /// Whatever stands there.
    Any,
    /// Those with one of these tags; of none, nothing.
    Tagged(Vec<String>),
}

impl OnlyIf {
    /// SQL that is true for the row with this id, if it is of such a version; `tag` is SQL of its tag.
    pub(super) fn condition(&self, params: &mut Params, id: i64, tag: &str) -> String {
        let row = format!("id = {}", params.bind(id));
        format!("{row} AND {}", self.holds(params, tag))
    }

    /// SQL that is true for rows of such a version; `tag` is SQL of their tag.
    pub(super) fn holds(&self, params: &mut Params, tag: &str) -> String {
        match self {
            Self::Any => "true".to_owned(),
            Self::Tagged(tags) => {
                let tags = params.bind(serde_json::Value::from(tags.as_slice()).to_string());
                format!("({tag}) IN (SELECT value FROM json_each({tags}))")
            }
        }
    }
}

/// What became of a write to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    Done(T),
    /// The row is of another version than the write was meant for. Nothing was written.
    Stale,
    /// There is no such row.
    Missing,
}

impl<T> Outcome<T> {
    /// What a write came to, given what it gave and, if it had a condition, the row as it stands.
    pub(super) fn of(done: Option<T>, there: Option<&Rows>) -> Self {
        match done {
            Some(done) => Self::Done(done),
            None if there.is_some_and(|rows| !rows.is_empty()) => Self::Stale,
            None => Self::Missing,
        }
    }
}

/// SQL of a view's columns and the tag: the database's answer is the JSON object the view shows, with
/// one member more, which `shown` takes off.
pub(super) fn columns(view: View, tag: &str) -> String {
    let each = view.iter().map(|(key, column)| format!("{column} AS \"{key}\", "));
    format!("{}{tag} AS \":tag\"", each.collect::<String>())
}

/// The row that a statement with these `columns` gave, if it gave one.
pub(super) fn shown(rows: Option<&Rows>) -> Result<Option<Shown>, DbError> {
    let Some(object) = rows.and_then(Rows::object) else { return Ok(None) };
    // Quotes inside a text are escaped, so this can't stand in one.
    let parts = object.rsplit_once(",\":tag\":\"").and_then(|(members, tag)| {
        Some(Shown { json: format!("{members}}}"), tag: tag.strip_suffix("\"}")?.to_owned() })
    });
    parts.map(Some).ok_or_else(|| DbError::Row("a row without its tag".to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::ports::Usage;

    fn rows(json: &str) -> Rows {
        Rows { json: RawValue::from_string(json.to_owned()).unwrap(), usage: Usage::default() }
    }

    #[test]
    fn the_tag_is_taken_off_whatever_the_texts_hold() {
        let row = r#"[{"id":1,"notes":",\":tag\":\"x\"}",":tag":"c1-2"}]"#;
        let expected = Shown { json: r#"{"id":1,"notes":",\":tag\":\"x\"}"}"#.into(), tag: "c1-2".into() };
        assert_eq!(shown(Some(&rows(row))), Ok(Some(expected)));
        assert_eq!((shown(Some(&rows("[]"))), shown(None)), (Ok(None), Ok(None)));
        assert!(matches!(shown(Some(&rows(r#"[{"id":1}]"#))), Err(DbError::Row(_))));
    }
}
