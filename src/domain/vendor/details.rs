//! What else is kept of a job: chosen, in our names, and such that it is the same while nothing changes.

use serde_json::{Map, Value, json};

use super::Said;
use super::job::is_rank_field;
use super::lenient::{Object, elements, given, id, member, name, nothing, number, text, whole};

/// The details of a job. What the answer does not have is not there, what is empty is null: a merge
/// patch (RFC 7396). Lists are in an order of ours, for the vendor's may change. What changes by itself,
/// as the days in a status, is left out, and so are the people of the client.
pub(super) fn read(job: &Object) -> Map<String, Value> {
    let mut details = Map::new();
    let mut put = |key: &str, said: Said<Value>| match said {
        Said::Nothing => {}
        Said::Null => {
            details.insert(key.to_owned(), Value::Null);
        }
        Said::Value(value) => {
            details.insert(key.to_owned(), value);
        }
    };
    for word in ["department", "employment_type", "job_type", "remote_status"] {
        put(word, said(job, word, |value| name(value).map(Value::String)));
    }
    put("openings", group(job, &[("number", "number_of_openings"), ("current", "current_opening")], count));
    put("salary", salary(job));
    put("hiring_team", list(job, "hiring_team", recruiter));
    put("skills", list(job, "skills", |skill| name(skill).map(Value::String)));
    put("custom_fields", list(job, "custom_fields", custom_field));
    details
}

/// Details that are known, after these were told: a merge patch. What has become empty goes.
#[must_use]
pub fn merged(known: &Map<String, Value>, told: &Map<String, Value>) -> Map<String, Value> {
    let mut all = known.clone();
    for (key, value) in told {
        match value {
            Value::Null => {
                all.remove(key);
            }
            Value::Object(told) => {
                let nothing = Map::new();
                let known = known.get(key).and_then(Value::as_object).unwrap_or(&nothing);
                all.insert(key.clone(), Value::Object(merged(known, told)));
            }
            other => {
                all.insert(key.clone(), other.clone());
            }
        }
    }
    all
}

/// A member read so. One of which nothing can be read is empty.
fn said(job: &Object, key: &str, read: impl Fn(&Value) -> Option<Value>) -> Said<Value> {
    match member(job, key) {
        Said::Nothing => Said::Nothing,
        Said::Null => Said::Null,
        Said::Value(value) => read(value).map_or(Said::Null, Said::Value),
    }
}

/// Several members of the vendor's as one object; null when those that are there are all empty.
fn group(job: &Object, members: &[(&str, &str)], read: impl Fn(&Value) -> Option<Value>) -> Said<Value> {
    let mut object = Map::new();
    for (ours, theirs) in members {
        match said(job, theirs, &read) {
            Said::Nothing => {}
            Said::Null => {
                object.insert((*ours).to_owned(), Value::Null);
            }
            Said::Value(value) => {
                object.insert((*ours).to_owned(), value);
            }
        }
    }
    if object.is_empty() {
        return Said::Nothing;
    }
    if object.values().all(Value::is_null) { Said::Null } else { Said::Value(Value::Object(object)) }
}

/// The salary range: `from`, `to`, `currency`, `frequency`. Without an amount it is none.
fn salary(job: &Object) -> Said<Value> {
    let amounts = [("from", "salary_range_start"), ("to", "salary_range_end")];
    let amounts = group(job, &amounts, |value| number(value).map(amount));
    let words = [("currency", "salary_range_currency"), ("frequency", "salary_frequency")];
    match (amounts, group(job, &words, |value| name(value).map(Value::String))) {
        (Said::Value(Value::Object(mut salary)), Said::Value(Value::Object(words))) => {
            salary.extend(words);
            Said::Value(Value::Object(salary))
        }
        (amounts, _) => amounts,
    }
}

/// A number as short as it can be written: 5, not 5.0.
fn amount(number: f64) -> Value {
    whole(&json!(number)).map_or_else(|| json!(number), Value::from)
}

fn count(value: &Value) -> Option<Value> {
    whole(value).map(Value::from)
}

/// The elements of a list, in an order that does not depend on the vendor's.
fn list(job: &Object, key: &str, read: impl Fn(&Value) -> Option<Value>) -> Said<Value> {
    let mut elements = match member(job, key) {
        Said::Nothing => return Said::Nothing,
        Said::Null => return Said::Null,
        Said::Value(value) => elements(Some(value)).iter().filter_map(read).collect::<Vec<_>>(),
    };
    elements.sort_by_cached_key(Value::to_string);
    elements.dedup();
    if elements.is_empty() { Said::Null } else { Said::Value(Value::Array(elements)) }
}

/// A member of the hiring team who is a user of the agency.
fn recruiter(person: &Value) -> Option<Value> {
    let person = person.as_object()?;
    given(person, "user_id")?;
    let mut told = Map::new();
    for key in ["name", "email", "role"] {
        if let Some(value) = given(person, key).and_then(name) {
            told.insert(key.to_owned(), Value::String(value));
        }
    }
    told.contains_key("name").then_some(Value::Object(told))
}

/// A custom field with a value. The one of our rank is left out: else our own push would be news.
fn custom_field(field: &Value) -> Option<Value> {
    let field = field.as_object()?;
    let called = given(field, "name").and_then(text);
    if called.as_deref().is_some_and(is_rank_field) {
        return None;
    }
    // "None" may be what somebody chose, and all that has a value is written back with our rank.
    let value = field.get("value").filter(|value| match value {
        Value::String(text) => !text.trim().is_empty(),
        other => !nothing(other),
    })?;
    Some(json!({"id": id(field.get("id")?)?, "name": called, "value": value}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(job: &Value) -> Value {
        Value::Object(read(job.as_object().unwrap()))
    }

    #[test]
    fn what_is_not_there_is_not_told_and_what_is_empty_is_null() {
        assert_eq!(of(&json!({"id": 1, "name": "A", "maildrop_email": "x@example.com"})), json!({}));
        let empty = json!({
            "department": "None", "employment_type": "", "job_type": {"id": null, "name": null}, "skills": [],
            "remote_status": null, "number_of_openings": null, "salary_range_start": null, "custom_fields": [],
            "salary_range_currency": "USD", "hiring_team": [],
        });
        let told = of(&empty);
        assert_eq!(told.as_object().unwrap().len(), 9);
        assert!(told.as_object().unwrap().values().all(Value::is_null), "{told}");
        assert_eq!(of(&json!({"salary_range_currency": "USD", "salary_frequency": "year"})), json!({}));
    }

    #[test]
    fn the_order_of_lists_makes_no_difference() {
        let job = |turn: bool| {
            let mut lists = [
                json!(["SQL", {"name": "Rust"}, "SQL"]),
                json!([{"id": 2, "name": "b", "value": 1}, {"id": "1", "name": "a", "value": ["x"]}]),
                json!([{"user_id": 2, "name": "B"}, {"user_id": 1, "name": "A", "role": "Recruiter", "email": "a@example.com"}]),
            ];
            if turn {
                for list in &mut lists {
                    list.as_array_mut().unwrap().reverse();
                }
            }
            let [skills, fields, team] = lists;
            of(&json!({"skills": skills, "custom_fields": fields, "hiring_team": team}))
        };
        assert_eq!(job(false), job(true));
        assert_eq!(
            job(false),
            json!({
                "skills": ["Rust", "SQL"],
                "custom_fields": [{"id": "1", "name": "a", "value": ["x"]}, {"id": "2", "name": "b", "value": 1}],
                "hiring_team": [{"email": "a@example.com", "name": "A", "role": "Recruiter"}, {"name": "B"}],
            })
        );
    }

    #[test]
    fn only_users_of_the_agency_are_kept_and_nothing_that_changes_by_itself() {
        let told = of(&json!({
            "hiring_team": [{"user_id": null, "name": "Client"}, {"name": "Client"}, {"user_id": 1, "name": "A", "img_link": "x"}],
            "contacts": {"id": 1, "name": "Client", "email": "c@example.com"},
            "job_status": {"id": 1, "name": "Active", "total_days": 7}, "files": [],
        }));
        assert_eq!(told, json!({"hiring_team": [{"name": "A"}]}));
    }

    #[test]
    fn numbers_are_written_the_same_however_they_came() {
        let job = |from: Value, openings: Value| {
            of(
                &json!({"salary_range_start": from, "salary_range_end": null, "salary_frequency": "month", "number_of_openings": openings}),
            )
        };
        let told =
            json!({"salary": {"from": 5000, "to": null, "frequency": "month"}, "openings": {"number": 2}});
        for (from, openings) in
            [(json!(5000), json!(2)), (json!("5,000"), json!("2")), (json!(5000.0), json!(2.0))]
        {
            assert_eq!(job(from, openings), told);
        }
        assert_eq!(
            job(json!(0.5), json!(-1)),
            json!({"salary": {"from": 0.5, "to": null, "frequency": "month"}, "openings": null})
        );
    }

    #[test]
    fn details_are_merged_into_those_that_are_known() {
        let map = |value: Value| value.as_object().unwrap().clone();
        let known = map(
            json!({"department": "Sales", "openings": {"number": 2, "current": 1}, "skills": ["SQL"], "salary": {"from": 1}}),
        );
        let told = map(
            json!({"department": null, "openings": {"number": 3}, "skills": ["Rust"], "salary": {"from": null, "to": 9}}),
        );
        assert_eq!(
            Value::Object(merged(&known, &told)),
            json!({"openings": {"number": 3, "current": 1}, "skills": ["Rust"], "salary": {"to": 9}})
        );
        let first = merged(&Map::new(), &map(json!({"a": null, "b": {"c": null, "d": 1}})));
        assert_eq!(Value::Object(first), json!({"b": {"d": 1}}));
    }
}
