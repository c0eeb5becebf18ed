//! JSON of rows: objects rendered by SQLite, and lists whose rows come as arrays and get their keys
//! here, for keys would be a third of what D1 sends.

use std::fmt::Write as _;

use memchr::memchr2;

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

/// SQL of a JSON array of these values, for `with_keys`. At most 32.
#[must_use]
pub fn array(expressions: &[&str]) -> String {
    format!("json_array({})", expressions.join(", "))
}

/// JSON objects out of JSON arrays of texts, numbers and nulls: the first value gets the first key.
/// The arrays stand one after the other with a comma between, without white space; so do the objects.
/// `None` when they do not.
#[must_use]
pub fn with_keys<'a>(arrays: &[u8], keys: impl Iterator<Item = &'a str>) -> Option<Vec<u8>> {
    let lead = |(at, key): (usize, &str)| format!("{}\"{key}\":", if at == 0 { '{' } else { ',' });
    let leads: Vec<String> = keys.enumerate().map(lead).collect();
    let mut objects = Vec::with_capacity(arrays.len() * 2);
    let mut rest = arrays;
    while !rest.is_empty() {
        // The first of a row follows "[", the others ",".
        for lead in &leads {
            rest = rest.strip_prefix(b"[").or_else(|| rest.strip_prefix(b","))?;
            let (value, after) = rest.split_at_checked(value_length(rest)?)?;
            objects.extend_from_slice(lead.as_bytes());
            objects.extend_from_slice(value);
            rest = after;
        }
        rest = rest.strip_prefix(b"]")?;
        objects.push(b'}');
        if let Some(more) = rest.strip_prefix(b",") {
            objects.push(b',');
            rest = more;
        }
    }
    Some(objects)
}

/// Bytes of the JSON value that a text begins with.
fn value_length(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return text.iter().position(|byte| matches!(byte, b',' | b']'));
    }
    let mut at = 1;
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
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

    #[test]
    fn arrays_get_their_keys() {
        let objects = with_keys(br#"[1,"a,]\"[",null],[2,"\\",-0.5]"#, ["id", "text", "more"].into_iter());
        let objects = String::from_utf8(objects.unwrap()).unwrap();
        assert_eq!(objects, r#"{"id":1,"text":"a,]\"[","more":null},{"id":2,"text":"\\","more":-0.5}"#);
        assert_eq!(with_keys(b"", ["id"].into_iter()), Some(Vec::new()));
        for odd in ["[1", "[\"a", "[\"a\\", "[1,2]", "1", "[1]x"] {
            assert_eq!(with_keys(odd.as_bytes(), ["id"].into_iter()), None, "{odd}");
        }
    }
}
