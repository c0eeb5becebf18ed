//! What events tell of a job.

use crate::store::row_json::Member;

/// The members of an event's data, for a row of `jobs`.
pub(in crate::store) fn members() -> Vec<Member> {
    let column = |name: &'static str| (name, format!("jobs.{name}"));
    let before = ["id", "uuid", "source", "external_id", "title", "client_name", "location", "status"];
    let after = ["opened_at", "fee", "fee_currency", "rank", "composite", "scoring_date", "version"];
    let is_active = ("is_active", "json(iif(jobs.is_active, 'true', 'false'))".to_owned());
    before.map(column).into_iter().chain([is_active]).chain(after.map(column)).collect()
}
