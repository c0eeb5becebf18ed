//! JSON of a row, rendered by SQLite: one text crosses into the Worker instead of a value at a time,
//! which measured as the largest cost of a list.

use std::fmt::Write as _;

/// Most pairs one call takes: D1 allows 32 arguments a function.
const PAIRS: usize = 16;

/// Members of a JSON object: key, and the SQL expression of its value.
pub type Member = (&'static str, String);

/// SQL of a JSON object with these members, at most 31.
#[must_use]
pub fn object(members: &[Member]) -> String {
    let (first, rest) = members.split_at(members.len().min(PAIRS));
    let mut sql = format!("json_object({})", pairs(first, ""));
    if !rest.is_empty() {
        sql = format!("json_insert({sql}, {})", pairs(rest, "$."));
    }
    sql
}

fn pairs(members: &[Member], prefix: &str) -> String {
    let mut sql = String::new();
    for (key, expression) in members {
        let comma = if sql.is_empty() { "" } else { ", " };
        // Writing to a String does not fail.
        let _ = write!(sql, "{comma}'{prefix}{key}', {expression}");
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_beyond_sixteen_are_inserted() {
        let members: Vec<Member> = (0..17).map(|n| ("k", n.to_string())).collect();
        let sql = object(&members);
        assert!(sql.starts_with("json_insert(json_object('k', 0, "), "{sql}");
        assert!(sql.ends_with("'k', 15), '$.k', 16)"), "{sql}");
        assert_eq!(object(&[("id", "id".into())]), "json_object('id', id)");
    }
}
