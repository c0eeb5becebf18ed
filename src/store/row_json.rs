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

/// JSON objects out of JSON arrays: the first value gets the first key. The arrays stand one after the
/// other with a comma between, without white space; so do the objects. `None` when they do not.
#[must_use]
pub fn with_keys<'a>(arrays: &[u8], keys: impl Iterator<Item = &'a str>) -> Option<Vec<u8>> {
    let keys = Keys::new(keys);
    let mut objects = Vec::with_capacity(arrays.len() * 2);
    let mut rest = arrays;
    while !rest.is_empty() {
        rest = keys.members(rest, &mut objects)?;
        objects.push(b'}');
        if let Some(more) = rest.strip_prefix(b",") {
            objects.push(b',');
            rest = more;
        }
    }
    Some(objects)
}

/// The keys of objects, made once for all rows of a list.
pub struct Keys(Vec<String>);

impl Keys {
    /// In the order of the values.
    pub fn new<'a>(keys: impl Iterator<Item = &'a str>) -> Self {
        let lead = |(at, key): (usize, &str)| format!("{}\"{key}\":", if at == 0 { '{' } else { ',' });
        Self(keys.enumerate().map(lead).collect())
    }

    /// Writes the members of one array, and leaves the object open for more; gives what follows the array.
    pub fn members<'t>(&self, array: &'t [u8], object: &mut Vec<u8>) -> Option<&'t [u8]> {
        let mut rest = array;
        // The first of a row follows "[", the others ",".
        for lead in &self.0 {
            rest = rest.strip_prefix(b"[").or_else(|| rest.strip_prefix(b","))?;
            let (value, after) = rest.split_at_checked(value_length(rest)?)?;
            object.extend_from_slice(lead.as_bytes());
            object.extend_from_slice(value);
            rest = after;
        }
        rest.strip_prefix(b"]")
    }

    /// The JSON array of the first `limit` rows, and whether there are more; `None` when they are no rows.
    /// `more` is given what follows a row's array and the object that is still open: it takes what belongs to
    /// the row, writes it as members, and gives the rest.
    pub fn page<'t>(
        &self,
        rows: &'t [u8],
        limit: i64,
        mut more: impl FnMut(&'t [u8], &mut Vec<u8>) -> Option<&'t [u8]>,
    ) -> Option<(Vec<u8>, bool)> {
        let mut json = Vec::with_capacity(rows.len() * 2);
        json.push(b'[');
        let (mut rest, mut count) = (rows, 0);
        while !rest.is_empty() && count < limit {
            if count > 0 {
                json.push(b',');
            }
            rest = self.members(rest, &mut json)?;
            rest = more(rest, &mut json)?;
            json.push(b'}');
            rest = rest.strip_prefix(b",").unwrap_or(rest);
            count += 1;
        }
        json.push(b']');
        Some((json, !rest.is_empty()))
    }
}

/// Bytes of the JSON value that a text begins with.
fn value_length(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'"' => string_length(text),
        b'{' | b'[' => nested_length(text),
        _ => text.iter().position(|byte| matches!(byte, b',' | b']')),
    }
}

/// Bytes of the JSON string that a text begins with.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// Bytes of the JSON object or array that a text begins with.
fn nested_length(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match text.get(at)? {
            b'"' => {
                at += string_length(&text[at..])?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
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
        let nested = with_keys(br#"[{"a":[1,"}"],"b":{}},[[],"]"],3]"#, ["o", "l", "n"].into_iter());
        let nested = String::from_utf8(nested.unwrap()).unwrap();
        assert_eq!(nested, r#"{"o":{"a":[1,"}"],"b":{}},"l":[[],"]"],"n":3}"#);
        for odd in ["[{\"a\":1", "[[1,2", "[{\"", "[1", "[\"a", "[\"a\\", "[1,2]", "1", "[1]x"] {
            assert_eq!(with_keys(odd.as_bytes(), ["id"].into_iter()), None, "{odd}");
        }
    }
}
