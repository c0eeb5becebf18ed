//! Many rows as JSON texts for parameters, none too long for one.

/// Bytes of a text, unless a single row is longer: a value may have two million.
const LONGEST: usize = 1_000_000;

/// JSON arrays of the rows, each given as JSON, in their order; one that is empty when there are none.
pub(super) fn parts(rows: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::from("[");
    for row in rows {
        if part.len() > 1 && part.len() + row.len() > LONGEST {
            parts.push(part + "]");
            part = String::from("[");
        }
        if part.len() > 1 {
            part.push(',');
        }
        part.push_str(&row);
    }
    parts.push(part + "]");
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_a_list_that_fits() {
        assert_eq!(parts([]), ["[]"]);
        assert_eq!(parts(["1".to_owned(), "[2]".to_owned()]), ["[1,[2]]"]);
        let long = format!("\"{}\"", "x".repeat(400_000));
        let parts = parts(vec![long; 5]);
        assert_eq!(parts.iter().map(String::len).collect::<Vec<_>>(), [800_007, 800_007, 400_004]);
        let read = |part: &String| serde_json::from_str::<Vec<String>>(part).unwrap().len();
        assert_eq!(parts.iter().map(read).sum::<usize>(), 5);
    }
}
