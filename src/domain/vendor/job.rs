//! A job as the vendor tells it, in a list or by itself.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fee::{Money, fee};
use super::lenient::{Object, boolean, given, id, instant, member, name, text, whole};
use super::{Said, details};
use crate::domain::Invalid;
use crate::domain::time::{Day, Timestamp};

/// The title of a job that has none.
const UNTITLED: &str = "Untitled job";

/// The visibility of every closed job.
const CLOSED: u64 = 6;

/// A job of the vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VendorJob {
    /// The vendor's id.
    pub external_id: String,
    /// `name`, else `title`, else "Untitled job".
    pub title: String,
    /// `company.name`, else `client_company_name`. The vendor leaves the company out where there is none.
    pub client_name: Option<String>,
    /// `created_at`, else the day of `last_opened`, whose clock is not UTC. `None` never erases what is known.
    pub opened_at: Option<Timestamp>,
    /// `None` when the answer does not tell.
    pub is_open: Option<bool>,
    /// The name of its status. Most jobs have none.
    #[serde(default, skip_serializing_if = "Said::is_nothing")]
    pub status: Said<String>,
    #[serde(default, skip_serializing_if = "Said::is_nothing")]
    pub fee: Said<Money>,
    /// HTML, as it is. Lists don't have it.
    #[serde(default, skip_serializing_if = "Said::is_nothing")]
    pub description: Said<String>,
    /// All locations, readable, with "; " between them.
    #[serde(default, skip_serializing_if = "Said::is_nothing")]
    pub location: Said<String>,
    /// The value of the custom field `current_rank`: it is ours, and no part of the details.
    #[serde(default, skip_serializing_if = "Said::is_nothing")]
    pub rank_field: Said<String>,
    /// The rest that is worth keeping, in our names: a patch to be `merged` into what is known.
    pub details: Map<String, Value>,
}

impl VendorJob {
    /// Reads a job of any answer.
    ///
    /// # Errors
    /// It is no object, or has no id.
    pub fn read(value: &Value) -> Result<Self, Invalid> {
        let job = value.as_object().ok_or(Invalid::because("is no object"))?;
        let job_id = given(job, "id").or_else(|| given(job, "job_id")).and_then(id);
        Ok(Self {
            external_id: job_id.ok_or(Invalid::because("has no id"))?,
            title: title(job),
            client_name: client_name(job),
            opened_at: opened_at(job),
            is_open: is_open(job),
            status: status(job),
            fee: fee(job),
            description: member(job, "about_position").and_then(|html| html.as_str().map(str::to_owned)),
            location: location(job),
            rank_field: rank_field(job),
            details: details::read(job),
        })
    }
}

/// Whether a custom field of this name is the one that our rank is written to: `current_rank`, also as
/// "Current Rank".
#[must_use]
pub fn is_rank_field(name: &str) -> bool {
    name.trim().replace([' ', '-'], "_").eq_ignore_ascii_case("current_rank")
}

fn title(job: &Object) -> String {
    let titles = ["name", "title"].into_iter();
    let title = titles.filter_map(|name| given(job, name)).find_map(text);
    title.unwrap_or_else(|| UNTITLED.to_owned())
}

fn client_name(job: &Object) -> Option<String> {
    ["company", "client_company_name"].into_iter().filter_map(|member| given(job, member)).find_map(name)
}

fn opened_at(job: &Object) -> Option<Timestamp> {
    given(job, "created_at").and_then(instant).or_else(|| {
        let written = given(job, "last_opened")?.as_str()?.trim();
        let day: Day = written.get(..10)?.parse().ok()?;
        day.to_string().parse().ok()
    })
}

fn is_open(job: &Object) -> Option<bool> {
    let elsewhere = given(job, "job_visibility_info").and_then(|info| info.get("visibility_id"));
    let visibility = given(job, "job_visibility_id").or(elsewhere).and_then(whole);
    if visibility == Some(CLOSED) {
        return Some(false);
    }
    given(job, "is_open").and_then(boolean)
}

/// A status whose members are all null is none.
fn status(job: &Object) -> Said<String> {
    match member(job, "job_status") {
        Said::Nothing => Said::Nothing,
        Said::Null => Said::Null,
        Said::Value(status) => name(status).map_or(Said::Null, Said::Value),
    }
}

fn location(job: &Object) -> Said<String> {
    let locations = match member(job, "locations") {
        Said::Nothing => return Said::Nothing,
        Said::Null => return Said::Null,
        Said::Value(Value::Array(locations)) => locations.iter().filter_map(place).collect::<Vec<_>>(),
        Said::Value(one) => place(one).into_iter().collect(),
    };
    let mut told = Vec::new();
    for place in locations {
        if !told.contains(&place) {
            told.push(place);
        }
    }
    if told.is_empty() { Said::Null } else { Said::Value(told.join("; ")) }
}

/// A place in words: what it is, rather than what somebody called it.
fn place(location: &Value) -> Option<String> {
    let Value::Object(location) = location else { return text(location) };
    let mut parts: Vec<String> = Vec::new();
    for part in ["city", "state", "country"].into_iter().filter_map(|part| given(location, part)) {
        parts.extend(name(part).filter(|part| !parts.contains(part)));
    }
    if parts.is_empty() { given(location, "name").and_then(text) } else { Some(parts.join(", ")) }
}

fn rank_field(job: &Object) -> Said<String> {
    let Some(fields) = job.get("custom_fields").and_then(Value::as_array) else { return Said::Nothing };
    let is_rank = |field: &&Value| field.get("name").and_then(Value::as_str).is_some_and(is_rank_field);
    let value = fields.iter().find(is_rank).and_then(|field| field.get("value"));
    let value = value.map(|value| value.get(0).unwrap_or(value));
    value.and_then(name).map_or(Said::Null, Said::Value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn job(members: &Value) -> VendorJob {
        let mut job = json!({"id": 1});
        if let (Value::Object(job), Value::Object(members)) = (&mut job, members) {
            job.extend(members.clone());
        }
        VendorJob::read(&job).unwrap()
    }

    #[test]
    fn the_title_is_the_first_that_is_not_blank() {
        for (members, title) in [
            (json!({"name": " A ", "title": "B"}), "A"),
            (json!({"name": " ", "title": "B "}), "B"),
            (json!({"name": null, "title": "None"}), UNTITLED),
            (json!({"name": 7}), "7"),
            (json!({}), UNTITLED),
        ] {
            assert_eq!(job(&members).title, title, "{members}");
        }
    }

    #[test]
    fn the_client_is_the_company_or_what_stands_for_it() {
        for (members, client) in [
            (json!({"company": {"id": 1, "name": " Acme "}, "client_company_name": "B"}), Some("Acme")),
            (json!({"company": {"id": null, "name": null}, "client_company_name": "B"}), Some("B")),
            (json!({"company": {}, "client_company_name": "None"}), None),
            (json!({"company": "Acme"}), Some("Acme")),
            (json!({}), None),
        ] {
            assert_eq!(job(&members).client_name.as_deref(), client, "{members}");
        }
    }

    #[test]
    fn it_was_opened_when_it_was_created_or_else_on_the_day_it_was_last_opened() {
        for (members, at) in [
            (
                json!({"created_at": "2024-01-05T03:00:00+0000", "last_opened": "2024-01-04T21:00:00+0000"}),
                Some("2024-01-05T03:00:00Z"),
            ),
            (
                json!({"created_at": null, "last_opened": "2024-01-04T21:00:00+0000"}),
                Some("2024-01-04T00:00:00Z"),
            ),
            (json!({"last_opened": "2024-01-04T21:00:00-06:00"}), Some("2024-01-04T00:00:00Z")),
            (json!({"last_opened": "2024-01-04"}), Some("2024-01-04T00:00:00Z")),
            (json!({"created_at": "x", "last_opened": "вчера вечером"}), None),
            (json!({"created_at": 5, "last_opened": 5}), None),
            (json!({}), None),
        ] {
            assert_eq!(job(&members).opened_at.map(|at| at.to_string()).as_deref(), at, "{members}");
        }
    }

    #[test]
    fn a_job_is_open_unless_its_flag_or_its_visibility_says_otherwise() {
        for (members, is_open) in [
            (json!({"is_open": true, "job_visibility_id": 1}), Some(true)),
            (json!({"is_open": false, "job_visibility_id": 1}), Some(false)),
            (json!({"is_open": true, "job_visibility_id": "6"}), Some(false)),
            (json!({"is_open": true, "job_visibility_info": {"visibility_id": 6}}), Some(false)),
            (json!({"job_visibility_id": 6}), Some(false)),
            (json!({"job_visibility_id": 1}), None),
            (json!({"is_open": null}), None),
        ] {
            assert_eq!(job(&members).is_open, is_open, "{members}");
        }
    }

    #[test]
    fn the_status_is_a_name_or_null_or_not_told() {
        let none = json!({"id": null, "name": null, "color": null});
        for (members, status) in [
            (json!({"job_status": {"id": 1, "name": "Active "}}), Said::Value("Active".to_owned())),
            (json!({"job_status": "Won"}), Said::Value("Won".to_owned())),
            (json!({"job_status": none}), Said::Null),
            (json!({"job_status": {}}), Said::Null),
            (json!({"job_status": null}), Said::Null),
            (json!({}), Said::Nothing),
        ] {
            assert_eq!(job(&members).status, status, "{members}");
        }
    }

    #[test]
    fn locations_are_told_in_words() {
        let value = |text: &str| Said::Value(text.to_owned());
        for (members, location) in [
            (
                json!({"locations": ["Paris, France", "Remote", "Paris, France", ""]}),
                value("Paris, France; Remote"),
            ),
            (
                json!({"locations": [{"name": "HQ", "city": "Austin", "state": "Texas", "country": "USA"}]}),
                value("Austin, Texas, USA"),
            ),
            (
                json!({"locations": [{"city": "Singapore", "state": null, "country": "Singapore"}]}),
                value("Singapore"),
            ),
            (json!({"locations": [{"name": "Anywhere", "city": ""}]}), value("Anywhere")),
            (json!({"locations": "Berlin"}), value("Berlin")),
            (json!({"locations": []}), Said::Null),
            (json!({"locations": [{"id": 5}]}), Said::Null),
            (json!({"locations": null}), Said::Null),
            (json!({}), Said::Nothing),
        ] {
            assert_eq!(job(&members).location, location, "{members}");
        }
    }

    #[test]
    fn our_rank_is_read_in_every_form_a_field_can_have() {
        let field = |value: Value| json!({"custom_fields": [{"id": 1, "name": "x", "value": "C"}, {"id": 2, "name": "Current Rank", "value": value}]});
        for value in
            [json!("A"), json!(["A"]), json!({"id": 5, "name": "A"}), json!([{"id": 5, "name": " A"}])]
        {
            assert_eq!(job(&field(value)).rank_field, Said::Value("A".to_owned()));
        }
        assert_eq!(job(&field(json!(""))).rank_field, Said::Null);
        assert_eq!(job(&json!({"custom_fields": []})).rank_field, Said::Null);
        assert_eq!(job(&json!({})).rank_field, Said::Nothing);
        for (name, is_it) in
            [("current_rank", true), (" CURRENT-rank ", true), ("rank", false), ("current rank 2", false)]
        {
            assert_eq!(is_rank_field(name), is_it, "{name}");
        }
    }

    #[test]
    fn a_job_is_the_same_after_it_was_kept() {
        let full = job(&json!({
            "created_at": "2024-01-05T03:00:00+0000", "is_open": true, "job_status": null, "about_position": "<p>",
            "expected_fee": {"currency": "EUR", "number": 1}, "department": null,
        }));
        for job in [full, job(&json!({}))] {
            let kept = serde_json::to_string(&job).unwrap();
            assert_eq!(serde_json::from_str::<VendorJob>(&kept).unwrap(), job, "{kept}");
        }
    }
}
