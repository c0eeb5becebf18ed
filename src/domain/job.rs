//! A job, and what becomes of it when the system that owns it says something new of it.
//!
//! Invariant: the system wins for what it says; what it does not say stays; a date it once gave is never
//! erased; nothing older overwrites anything newer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::event::EventType;
use super::hex::hex;
use super::text::fold;
use super::time::Timestamp;
use super::vendor::{self, Money, Said, VendorJob};
use super::words::words;

words! {
    /// Who owns a job.
    JobSource {
        /// Nobody outside.
        Native = "native",
        Recruiterflow = "recruiterflow",
        Workday = "workday",
        /// Made by a request to build a vacancy.
        Interviewer = "interviewer",
    }
}

/// Days are counted in these.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The fields of a job that a system tells, as they are kept. Member for member the row of the database.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobFields {
    pub title: String,
    pub client_name: Option<String>,
    pub location: Option<String>,
    /// The system's label.
    pub status: Option<String>,
    #[serde(with = "flag")]
    pub is_active: bool,
    pub opened_at: Option<String>,
    pub fee: Option<f64>,
    pub fee_currency: Option<String>,
    pub description: Option<String>,
    /// The rest, in our names.
    pub details: Map<String, Value>,
}

/// A job of a system as it is known here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KnownJob {
    pub uuid: String,
    pub external_id: String,
    #[serde(flatten)]
    pub fields: JobFields,
    /// Of what the system's list last said of it; nothing when it was learnt another way.
    pub list_hash: Option<String>,
    /// When the system was last asked for it, in milliseconds since 1970.
    pub read_ms: i64,
    /// Those who score have been told of it.
    #[serde(with = "flag")]
    pub is_announced: bool,
    pub version: i64,
}

/// What the system said, and when it was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub job: VendorJob,
    /// In milliseconds since 1970: before the system was asked.
    pub read_ms: i64,
    /// When it was its list that said it.
    pub list_hash: Option<String>,
}

/// What a reading comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The job as it is to be kept.
    pub job: KnownJob,
    /// The version it was worked out from; nothing of one that is new.
    pub base_version: Option<i64>,
    /// What happened, in order.
    pub events: Vec<EventType>,
    /// The fields that differ.
    pub changed: Vec<&'static str>,
}

impl Change {
    /// Whether the job is new here.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.base_version.is_none()
    }

    /// Whether anybody would see a difference.
    #[must_use]
    pub fn is_visible(&self) -> bool {
        self.is_new() || !self.changed.is_empty()
    }

    /// Whether the job was worked on before, and is not any more.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.events.contains(&EventType::JobClosed)
    }
}

impl Reading {
    /// What becomes of a job that is known, or not yet; nothing when what is known is newer. A new one has
    /// this UUID.
    #[must_use]
    pub fn over(self, known: Option<KnownJob>, new_uuid: Uuid) -> Option<Change> {
        let Self { job: said, read_ms, list_hash } = self;
        let Some(known) = known else {
            let external_id = said.external_id.clone();
            let fields = said_of(said, None);
            let events = vec![EventType::JobCreated];
            let job = KnownJob {
                uuid: new_uuid.to_string(),
                external_id,
                fields,
                list_hash,
                read_ms,
                is_announced: false,
                version: 1,
            };
            return Some(announced(Change { job, base_version: None, events, changed: Vec::new() }));
        };
        (known.read_ms <= read_ms).then(|| {
            let fields = said_of(said, Some(known.fields.clone()));
            known.changed_to(fields, read_ms, list_hash)
        })
    }
}

impl KnownJob {
    /// What becomes of a job that the system does not have any more, when it was asked at this time;
    /// nothing when what is known is newer.
    #[must_use]
    pub fn gone(self, read_ms: i64) -> Option<Change> {
        (self.read_ms <= read_ms).then(|| {
            let fields = JobFields { is_active: false, ..self.fields.clone() };
            self.changed_to(fields, read_ms, None)
        })
    }

    fn changed_to(self, fields: JobFields, read_ms: i64, list_hash: Option<String>) -> Change {
        let changed = self.fields.differing(&fields);
        let mut events = Vec::new();
        if !changed.is_empty() {
            events.push(EventType::JobUpdated);
        }
        match (self.fields.is_active, fields.is_active) {
            (true, false) => events.push(EventType::JobClosed),
            (false, true) => events.push(EventType::JobReopened),
            _ => {}
        }
        let base_version = Some(self.version);
        let version = self.version + i64::from(!changed.is_empty());
        let job = Self { fields, list_hash, read_ms, version, ..self };
        announced(Change { job, base_version, events, changed })
    }
}

/// The same, and those who score are told of a job that is worked on, once.
fn announced(mut change: Change) -> Change {
    if change.job.fields.is_active && !change.job.is_announced {
        change.job.is_announced = true;
        change.events.push(EventType::JobNeedsScoring);
    }
    change
}

/// The fields after something was said, given those before.
fn said_of(said: VendorJob, before: Option<JobFields>) -> JobFields {
    let is_new = before.is_none();
    let before = before.unwrap_or_else(|| JobFields {
        title: String::new(),
        client_name: None,
        location: None,
        status: None,
        is_active: false,
        opened_at: None,
        fee: None,
        fee_currency: None,
        description: None,
        details: Map::new(),
    });
    let fee = before.fee.map(|amount| Money { amount, currency: before.fee_currency.clone() });
    let fee = said.fee.over(fee);
    JobFields {
        title: said.title,
        client_name: said.client_name,
        location: said.location.over(before.location),
        status: said.status.over(before.status),
        // A job that is told of at all, and not as closed, is worked on.
        is_active: said.is_open.unwrap_or(is_new || before.is_active),
        opened_at: said.opened_at.map(|at: Timestamp| at.to_string()).or(before.opened_at),
        fee: fee.as_ref().map(|fee| fee.amount),
        fee_currency: fee.and_then(|fee| fee.currency),
        description: said.description.over(before.description).map(bounded),
        details: vendor::merged(&before.details, &said.details),
    }
}

/// The most bytes of a description: pictures may stand in it, and a row of the database has a limit.
const DESCRIPTION: usize = 500_000;

/// A description that is cut off where it is longer than it may be.
fn bounded(mut description: String) -> String {
    description.truncate(description.floor_char_boundary(DESCRIPTION));
    description
}

impl JobFields {
    /// The names of the fields that differ.
    fn differing(&self, other: &Self) -> Vec<&'static str> {
        let differs = [
            ("title", self.title != other.title),
            ("client_name", self.client_name != other.client_name),
            ("location", self.location != other.location),
            ("status", self.status != other.status),
            ("is_active", self.is_active != other.is_active),
            ("opened_at", self.opened_at != other.opened_at),
            ("fee", self.fee != other.fee),
            ("fee_currency", self.fee_currency != other.fee_currency),
            ("description", self.description != other.description),
            ("details", self.details != other.details),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    /// What search looks at.
    #[must_use]
    pub fn search_text(&self) -> String {
        let client = self.client_name.as_deref().map(fold).unwrap_or_default();
        format!("{}\n{client}", fold(&self.title))
    }
}

/// Yes and no as 1 and 0, as the database keeps them.
mod flag {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
    pub fn serialize<S: Serializer>(yes: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(u8::from(*yes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        Ok(u8::deserialize(deserializer)? != 0)
    }
}

/// A hash of what a list tells of a job: the same while it tells the same. Our own rank there is left out.
#[must_use]
pub fn list_hash(told: &VendorJob) -> String {
    let told = VendorJob { rank_field: Said::Nothing, ..told.clone() };
    // A struct of texts, numbers and JSON always serializes.
    let text = serde_json::to_vec(&told).unwrap_or_default();
    hex(&Sha256::digest(text)[..16])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const UUID: Uuid = Uuid::from_u128(7);

    /// What a system says, read at this time.
    fn said(members: &Value, read_ms: i64) -> Reading {
        let mut job = json!({ "id": 5, "name": "Designer" });
        if let (Value::Object(job), Value::Object(members)) = (&mut job, members) {
            job.extend(members.clone());
        }
        let job = VendorJob::read(&job).unwrap();
        let list_hash = Some(list_hash(&job));
        Reading { job, read_ms, list_hash }
    }

    /// A job that was learnt so at 100.
    fn known(members: &Value) -> KnownJob {
        said(members, 100).over(None, UUID).unwrap().job
    }

    fn full() -> Value {
        json!({
            "is_open": true, "created_at": "2024-01-05T10:00:00+0000", "company": { "id": 1, "name": "Acme" },
            "job_status": { "id": 3, "name": "Active" }, "expected_fee": { "currency": "EUR", "number": 100 },
            "locations": ["Berlin"], "about_position": "<p>Text</p>", "department": "Design",
        })
    }

    #[test]
    fn a_new_job_is_told_of_and_scored_when_it_is_worked_on() {
        let change = said(&full(), 100).over(None, UUID).unwrap();
        assert!(change.is_new() && change.is_visible() && !change.is_closing());
        assert_eq!(change.events, [EventType::JobCreated, EventType::JobNeedsScoring]);
        assert_eq!((change.job.version, change.job.read_ms, change.job.is_announced), (1, 100, true));
        let closed = said(&json!({ "is_open": false }), 100).over(None, UUID).unwrap();
        assert_eq!(closed.events, [EventType::JobCreated]);
        assert!(!closed.job.fields.is_active && !closed.job.is_announced);
        // Told of, and not as closed.
        assert!(known(&json!({})).fields.is_active);
    }

    #[test]
    fn what_is_not_said_stays_and_what_is_empty_goes_but_for_a_date() {
        let before = known(&full());
        let unsaid =
            said(&json!({ "company": { "id": 1, "name": "Acme" } }), 200).over(Some(before.clone()), UUID);
        let unsaid = unsaid.unwrap();
        assert_eq!((unsaid.changed.as_slice(), unsaid.events.as_slice()), (&[][..], &[][..]));
        assert_eq!((&unsaid.job.fields, unsaid.job.read_ms), (&before.fields, 200));
        assert!(!unsaid.is_visible());

        let empty = json!({
            "is_open": null, "created_at": null, "last_opened": null, "job_status": { "id": null, "name": null },
            "expected_fee": {}, "locations": [], "about_position": null, "department": null,
        });
        let emptied = said(&empty, 200).over(Some(before.clone()), UUID).unwrap();
        assert_eq!(emptied.job.fields.opened_at, before.fields.opened_at);
        assert!(emptied.job.fields.is_active, "nothing says that it is closed");
        let fields = &emptied.job.fields;
        assert_eq!((&fields.status, &fields.location, &fields.client_name), (&None, &None, &None));
        assert!(!emptied.changed.contains(&"opened_at") && !emptied.changed.contains(&"is_active"));
        assert_eq!(emptied.events, [EventType::JobUpdated]);
        assert_eq!(emptied.job.version, before.version + 1);
    }

    #[test]
    fn nothing_older_overwrites_anything_newer() {
        let before = known(&full());
        let renamed = json!({ "name": "Other" });
        assert_eq!(said(&renamed, 99).over(Some(before.clone()), UUID), None);
        assert_eq!(before.clone().gone(99), None);
        // Of the same moment, what comes last counts.
        assert_eq!(said(&renamed, 100).over(Some(before), UUID).unwrap().job.fields.title, "Other");
    }

    #[test]
    fn a_job_closes_reopens_and_is_asked_to_be_scored_once() {
        let before = known(&full());
        let closed =
            said(&json!({ "is_open": false, "company": "Acme" }), 200).over(Some(before), UUID).unwrap();
        assert_eq!(closed.events, [EventType::JobUpdated, EventType::JobClosed]);
        assert!(closed.is_closing());
        let open =
            said(&json!({ "is_open": true, "company": "Acme" }), 300).over(Some(closed.job), UUID).unwrap();
        assert_eq!(open.events, [EventType::JobUpdated, EventType::JobReopened]);
        let gone = open.job.clone().gone(400).unwrap();
        assert_eq!((gone.changed.as_slice(), gone.job.list_hash.is_none()), (&["is_active"][..], true));
        assert_eq!(gone.job.fields, JobFields { is_active: false, ..open.job.fields });
        // Gone twice is no news.
        let again = gone.job.gone(500).unwrap();
        assert!(again.events.is_empty() && !again.is_visible());
    }

    #[test]
    fn a_job_that_was_closed_when_it_came_is_scored_when_it_opens() {
        let before = known(&json!({ "is_open": false }));
        let open = said(&json!({ "is_open": true }), 200).over(Some(before), UUID).unwrap();
        assert_eq!(open.events, [EventType::JobUpdated, EventType::JobReopened, EventType::JobNeedsScoring]);
    }

    #[test]
    fn the_hash_of_a_list_tells_what_it_tells_but_our_rank() {
        let hash = |members: &Value| said(members, 0).list_hash;
        let rank =
            |value: &str| json!({ "custom_fields": [{ "id": 1, "name": "current_rank", "value": value }] });
        assert_eq!(hash(&rank("A")), hash(&rank("B")));
        assert_ne!(hash(&json!({})), hash(&json!({ "name": "Other" })));
        assert_ne!(hash(&json!({})), hash(&json!({ "expected_fee": null })));
    }

    #[test]
    fn search_looks_at_title_and_client_in_any_case() {
        assert_eq!(known(&full()).fields.search_text(), "designer\nacme");
    }
}
