//! Reading JSON of somebody who is not strict: numbers as texts, `"None"`, `""` and `{}` for nothing.

use serde_json::{Map, Value};

use super::Said;
use crate::domain::time::Timestamp;

/// An object of JSON.
pub(super) type Object = Map<String, Value>;

/// Whether a value stands for nothing: null, a blank text, `"None"`, `{}`.
#[must_use]
pub fn nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => matches!(text.trim(), "" | "None" | "null"),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// A member of an object.
pub(super) fn member<'a>(object: &'a Object, name: &str) -> Said<&'a Value> {
    match object.get(name) {
        None => Said::Nothing,
        Some(value) if nothing(value) => Said::Null,
        Some(value) => Said::Value(value),
    }
}

/// The value of a member that is there and not empty.
pub(super) fn given<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).filter(|value| !nothing(value))
}

/// A text without blanks around it, or a number as a text.
#[must_use]
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !nothing(value) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A text, or the `name` of an object.
pub(super) fn name(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => text(members.get("name")?),
        other => text(other),
    }
}

/// An id as a text: of a whole number, or of a text.
pub(super) fn id(value: &Value) -> Option<String> {
    match value {
        Value::Number(_) => whole(value).map(|number| number.to_string()),
        other => text(other),
    }
}

/// A number that is finite; as a text also with commas between the thousands.
pub(super) fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => without_commas(text.trim())?.parse().ok()?,
        _ => return None,
    };
    Some(number).filter(|number: &f64| number.is_finite())
}

/// `None` when the commas of a text stand elsewhere than between thousands.
fn without_commas(text: &str) -> Option<String> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let are_thousands = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    let fits = !whole.contains(',') || (1..=3).contains(&first.trim_start_matches('-').len());
    (fits && groups.all(are_thousands) && !text[whole.len()..].contains(',')).then(|| text.replace(',', ""))
}

/// A whole number from 0.
#[must_use]
pub fn whole(value: &Value) -> Option<u64> {
    const MOST: f64 = 9_007_199_254_740_991.0;
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    let number = number(value).filter(|number| number.fract() == 0.0 && (0.0..=MOST).contains(number))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within bounds")]
    let number = number as u64;
    Some(number)
}

/// Yes or no: also 1 and 0, and as a text.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(is) => Some(*is),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        other => match whole(other)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    }
}

/// An instant, in any spelling that `Timestamp` reads.
pub(super) fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// The elements of an array; none of anything else.
pub(super) fn elements(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_read_as_numbers_and_as_texts() {
        for (given, read) in [
            (json!(5), Some(5.0)),
            (json!(5.5), Some(5.5)),
            (json!("5"), Some(5.0)),
            (json!(" 12500.50 "), Some(12_500.5)),
            (json!("12,500"), Some(12_500.0)),
            (json!("1,212,500.25"), Some(1_212_500.25)),
            (json!("-1,000"), Some(-1000.0)),
            (json!("12,50"), None),
            (json!("1234,500"), None),
            (json!(",500"), None),
            (json!("1.500,5"), None),
            (json!("NaN"), None),
            (json!("inf"), None),
            (json!("None"), None),
            (json!(""), None),
            (json!(null), None),
            (json!(true), None),
        ] {
            assert_eq!(number(&given), read, "{given}");
        }
    }

    #[test]
    fn ids_are_texts_whichever_way_they_come() {
        for (given, read) in [
            (json!(12), Some("12")),
            (json!("12"), Some("12")),
            (json!(" 12 "), Some("12")),
            (json!(12.0), Some("12")),
            (json!(u64::MAX), Some("18446744073709551615")),
            (json!("a-1"), Some("a-1")),
            (json!(1.5), None),
            (json!(-1), None),
            (json!(""), None),
            (json!("None"), None),
            (json!([1]), None),
        ] {
            assert_eq!(id(&given).as_deref(), read, "{given}");
        }
    }

    #[test]
    fn yes_and_no_are_read_in_every_way() {
        for (given, read) in [
            (json!(true), Some(true)),
            (json!(0), Some(false)),
            (json!("1"), Some(true)),
            (json!("False"), Some(false)),
            (json!(2), None),
            (json!("yes"), None),
            (json!(null), None),
        ] {
            assert_eq!(boolean(&given), read, "{given}");
        }
    }

    #[test]
    fn what_stands_for_nothing_is_nothing() {
        for given in [json!(null), json!(""), json!("  "), json!("None"), json!("null"), json!({})] {
            assert!(nothing(&given) && text(&given).is_none(), "{given}");
        }
        for given in [json!(0), json!(false), json!("no"), json!([]), json!({"id": null})] {
            assert!(!nothing(&given), "{given}");
        }
    }
}
