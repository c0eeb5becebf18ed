//! Webhooks that others send us: what one is about, and by what a repeat is known.
//!
//! Invariant: a webhook is a hint. Of its body only this is read: what happened, to which job or candidate,
//! and when. What is true is asked of the system itself. Recruiterflow documents no body, so every spelling
//! that was seen is read, and one that is not known is still a hint if it names a job or a candidate.

mod proof;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::hex::hex;
use super::task::{Kind, Payload};
use super::words::words;

pub use proof::Proof;

words! {
    /// What happened, as far as we do something of our own about it.
    HookKind {
        JobCreated = "job.created",
        JobUpdated = "job.updated",
        JobArchived = "job.archived",
        StageChanged = "candidate.stage_changed",
        AddedToJob = "candidate.added_to_job",
    }
}

impl HookKind {
    /// Whether it is about the job itself, and not about who stands where in its pipeline.
    #[must_use]
    pub const fn is_of_job(self) -> bool {
        matches!(self, Self::JobCreated | Self::JobUpdated | Self::JobArchived)
    }

    /// The kind of this name, in any case and with any signs between its words.
    fn named(name: &str) -> Option<Self> {
        let letters = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        let name = letters(name);
        Self::ALL.iter().copied().find(|kind| letters(kind.as_str()) == name)
    }
}

words! {
    /// How a webhook stands.
    HookStatus {
        /// It waits to be processed.
        Received = "received",
        /// What it is about was read anew.
        Processed = "processed",
        /// It is about nothing that we keep.
        Ignored = "ignored",
        /// It repeats another.
        Duplicate = "duplicate",
        /// What it is about could not be read.
        Failed = "failed",
    }
}

/// Reads anew what waiting webhooks are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessHooks {
    /// A job, by the system's id of it.
    Job(String),
    /// A candidate, by the system's id; for webhooks that name no job.
    Candidate(String),
}

impl Payload for ProcessHooks {
    const KIND: Kind = Kind::ProcessHooks;
}

/// The most characters of a kind or a stage that are looked at.
const LONGEST: usize = 100;

/// Members that tell a candidate from anything else with an `id`.
const OF_CANDIDATES: &[&str] = &["rf_link", "email", "first_name", "last_name", "phone_number"];

/// Members that tell a job from anything else with an `id`.
const OF_JOBS: &[&str] = &["company", "job_status", "job_type_id", "is_open"];

/// What a webhook says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hint {
    /// One of `HookKind` where it is known, else the sender's word for it; nothing when there is none.
    pub kind: Option<String>,
    /// The system's ids, whole numbers above zero.
    pub job: Option<String>,
    pub candidate: Option<String>,
    from: Option<String>,
    to: Option<String>,
    event_time: Option<String>,
}

/// By what a repeat is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatKey {
    pub text: String,
    /// Whether it names one event: then there is nothing to do about a repeat. Without a time in it the same
    /// body may tell of another change.
    pub is_of_one_event: bool,
}

impl Hint {
    /// Reads a body, and the header in which Recruiterflow's recipes say whether something was created or
    /// updated.
    #[must_use]
    pub fn read(body: &Map<String, Value>, header: Option<&str>) -> Self {
        let named = ["event", "event_type", "type"].iter().filter_map(|name| body.get(*name)?.as_str());
        let words: Vec<String> = named.chain(header).filter_map(clipped).collect();
        let known = words.iter().find_map(|word| HookKind::named(word));
        // Others wrap what it is about in `data`.
        let inner = body.get("data").and_then(Value::as_object);
        let places: Vec<_> = [Some(body), inner].into_iter().flatten().collect();
        let is_about = |what: &str| {
            let word = known.map(HookKind::as_str).or(words.first().map(String::as_str));
            word.is_some_and(|word| word.to_ascii_lowercase().starts_with(what))
        };
        let of_data = |what: &str| inner.filter(|_| is_about(what)).and_then(|data| id(data.get("id")?));
        let flat = |members: &[&str]| {
            let of_kind = places.iter().find(|place| members.iter().any(|name| place.contains_key(*name)));
            of_kind.and_then(|place| id(place.get("id")?))
        };
        let job = named_id(&places, "job").or_else(|| of_data("job"));
        let job = job.or_else(|| flat(OF_JOBS).filter(|_| !is_about("candidate")));
        let candidate = named_id(&places, "candidate").or_else(|| of_data("candidate"));
        let candidate = candidate.or_else(|| flat(OF_CANDIDATES).filter(|_| !is_about("job")));
        let [from, to] =
            ["from_stage", "to_stage"].map(|name| places.iter().find_map(|place| stage(place.get(name)?)));
        let event_time = places.iter().find_map(|place| time(place.get("event_time")?));
        let mut hint = Self { kind: None, job, candidate, from, to, event_time };
        let kind = known.map(|kind| kind.as_str().to_owned()).or_else(|| hint.kind_by_shape());
        hint.kind = kind.or_else(|| Some(hint.kind_by_word(words.first()?)));
        hint
    }

    /// Whether it names anything that could be read anew.
    #[must_use]
    pub fn is_about_something(&self) -> bool {
        self.job.is_some() || self.candidate.is_some()
    }

    /// The body of a stage move has no name for what happened, but nothing else has stages. A candidate who
    /// has just come to a job moves from the first stage to the first stage.
    fn kind_by_shape(&self) -> Option<String> {
        let (Some(to), Some(_), Some(_)) = (&self.to, &self.job, &self.candidate) else { return None };
        let has_moved = self.from.as_ref().is_some_and(|from| from != to);
        let kind = if has_moved { HookKind::StageChanged } else { HookKind::AddedToJob };
        Some(kind.as_str().to_owned())
    }

    /// `Created` and `Updated` say nothing without what was.
    fn kind_by_word(&self, word: &str) -> String {
        let is_created = word.eq_ignore_ascii_case("created");
        if !is_created && !word.eq_ignore_ascii_case("updated") {
            return word.to_owned();
        }
        match (&self.job, &self.candidate) {
            (Some(_), Some(_)) if is_created => HookKind::AddedToJob.as_str().to_owned(),
            (_, Some(_)) => format!("candidate.{}", word.to_ascii_lowercase()),
            (Some(_), None) => format!("job.{}", word.to_ascii_lowercase()),
            (None, None) => word.to_owned(),
        }
    }

    /// By what a repeat of this, which came with this body, is known.
    #[must_use]
    pub fn repeat_key(&self, body: &[u8]) -> RepeatKey {
        let digest = |bytes: &[u8]| hex(&Sha256::digest(bytes));
        if self.event_time.is_some() {
            let event = json!([self.kind, self.candidate, self.job, self.from, self.to, self.event_time]);
            let text = format!("event:{}", digest(event.to_string().as_bytes()));
            return RepeatKey { text, is_of_one_event: true };
        }
        // One body stands for what the header says, too.
        let told = [self.kind.as_deref().unwrap_or_default().as_bytes(), b"\n", body].concat();
        RepeatKey { text: format!("body:{}", digest(&told)), is_of_one_event: false }
    }
}

/// `{job: {id}}`, `{job_id}` or `{job: 1}`, in the first place that has it.
fn named_id(places: &[&Map<String, Value>], name: &str) -> Option<String> {
    let flat = format!("{name}_id");
    places.iter().find_map(|place| {
        let nested = place.get(name).and_then(|thing| id(thing.get("id").unwrap_or(thing)));
        nested.or_else(|| id(place.get(&flat)?))
    })
}

/// A whole number above zero, or its digits in a text.
fn id(value: &Value) -> Option<String> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.trim().bytes().all(|b| b.is_ascii_digit()) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| *number > 0).map(|number| number.to_string())
}

/// A stage's name.
fn stage(value: &Value) -> Option<String> {
    clipped(value.get("name").unwrap_or(value).as_str()?)
}

/// A time as it was written; what is none says nothing of when.
fn time(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    // Not the instant, which is cut to seconds: there may be two moves in one.
    text.parse::<super::time::Timestamp>().ok().map(|_| text.trim().to_owned())
}

/// The beginning of a text, without what can't be seen; nothing of a blank one.
fn clipped(text: &str) -> Option<String> {
    let text: String = text.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Value, header: Option<&str>) -> Hint {
        Hint::read(body.as_object().unwrap(), header)
    }

    /// Kind, job and candidate of a body.
    fn about(body: &Value, header: Option<&str>) -> [Option<String>; 3] {
        let hint = read(body, header);
        [hint.kind, hint.job, hint.candidate]
    }

    fn some<const N: usize>(texts: [&str; N]) -> [Option<String>; N] {
        texts.map(|text| (!text.is_empty()).then(|| text.to_owned()))
    }

    /// The body that Recruiterflow was seen to send.
    fn move_of(from: &Value, to: &str) -> Value {
        json!({
            "event_time": "2024-01-20T10:59:00+0000",
            "candidate": {
                "id": 24, "rf_link": "https://recruiterflow.com/prospect/24", "name": "Anna Petrova",
                "email": "anna@example.com", "phone_number": "", "tags": "", "skills": "Rust, SQL"
            },
            "job": {"id": 7, "name": "Engineer", "title": "Engineer", "company": {"id": 3, "name": "Example"}},
            "from_stage": from,
            "to_stage": to,
        })
    }

    #[test]
    fn a_stage_move_is_known_by_its_shape() {
        for (from, kind) in [
            (json!("Sourced"), "candidate.stage_changed"),
            (json!("Screen"), "candidate.added_to_job"),
            (json!(""), "candidate.added_to_job"),
            (Value::Null, "candidate.added_to_job"),
        ] {
            for header in [None, Some("Updated"), Some("Created")] {
                assert_eq!(about(&move_of(&from, "Screen"), header), some([kind, "7", "24"]), "{from}");
            }
        }
        let wrapped = json!({"data": move_of(&json!("Sourced"), "Screen")});
        assert_eq!(about(&wrapped, None), some(["candidate.stage_changed", "7", "24"]));
    }

    #[test]
    fn the_contracts_names_are_read_in_any_spelling_from_any_place() {
        for kind in HookKind::ALL {
            let name = kind.as_str();
            for spelling in [name.to_owned(), name.to_uppercase(), name.replace(['.', '_'], " ")]
                .into_iter()
                .chain([name.replace('.', "_"), name.replace('_', "."), name.replace(['.', '_'], "")])
            {
                for member in ["event", "event_type", "type"] {
                    let body = json!({member: spelling, "job": {"id": 7}});
                    assert_eq!(about(&body, None), some([name, "7", ""]), "{spelling}");
                }
                assert_eq!(about(&json!({"job_id": "7"}), Some(&spelling)), some([name, "7", ""]));
            }
        }
    }

    #[test]
    fn created_and_updated_are_of_the_subject_at_hand() {
        let candidate = json!({"id": 24, "rf_link": "https://recruiterflow.com/prospect/24"});
        let both = json!({"candidate_id": 24, "job_id": 7});
        for (body, header, kind) in [
            (json!({"job": {"id": 7}}), "Created", "job.created"),
            (json!({"job": {"id": 7}}), "Updated", "job.updated"),
            (candidate.clone(), "Created", "candidate.created"),
            (candidate, "UPDATED", "candidate.updated"),
            (both.clone(), "Created", "candidate.added_to_job"),
            (both, "Updated", "candidate.updated"),
            (json!({"x": 1}), "Created", "Created"),
        ] {
            assert_eq!(read(&body, Some(header)).kind.as_deref(), Some(kind));
        }
    }

    #[test]
    fn ids_are_read_wherever_they_were_seen() {
        for (body, job, candidate) in [
            (json!({"job": {"id": 7}}), "7", ""),
            (json!({"job": 7}), "7", ""),
            (json!({"job_id": "007"}), "7", ""),
            (json!({"data": {"job": {"id": "7"}}}), "7", ""),
            (json!({"data": {"job_id": 7, "candidate_id": 24}}), "7", "24"),
            (json!({"event": "job.updated", "data": {"id": 7}}), "7", ""),
            (json!({"event": "Job Reopened", "data": {"id": 7}}), "7", ""),
            (json!({"event": "candidate.updated", "data": {"id": 24}}), "", "24"),
            (json!({"event": "other", "data": {"id": 7}}), "", ""),
            (json!({"event": "job.updated", "id": 99, "data": {"id": 7}}), "7", ""),
            (json!({"id": 7, "title": "Engineer", "company": {"id": 3}}), "7", ""),
            (json!({"id": 24, "email": "anna@example.com"}), "", "24"),
            (json!({"id": 24, "rf_link": ""}), "", "24"),
            (json!({"data": {"id": 24, "first_name": "Anna"}}), "", "24"),
            (json!({"candidate": {"id": 24, "email": "anna@example.com"}, "job": {"id": 7}}), "7", "24"),
        ] {
            let hint = read(&body, None);
            assert_eq!([hint.job, hint.candidate], some([job, candidate]), "{body}");
        }
    }

    #[test]
    fn what_is_no_id_is_none() {
        let long = "9".repeat(21);
        for odd in [
            json!(0),
            json!(-7),
            json!(7.5),
            json!(1e30),
            json!("7; DROP TABLE jobs"),
            json!("٧"),
            json!("evt_7"),
            json!(""),
            json!(long),
            json!(true),
            json!([7]),
            json!({"id": {"id": 7}}),
            Value::Null,
        ] {
            assert!(!read(&json!({"job": {"id": odd}, "job_id": odd, "id": odd}), None).is_about_something());
        }
        // An id that belongs to the delivery is of nothing.
        assert!(!read(&json!({"id": 5, "event": "ping"}), None).is_about_something());
    }

    #[test]
    fn an_unknown_kind_is_kept_in_the_senders_words() {
        let kind = |event: &str| read(&json!({"event": event, "job_id": 7}), None).kind;
        assert_eq!(kind(" job.reopened\n").as_deref(), Some("job.reopened"));
        assert_eq!(kind(&"Ж".repeat(500)).map(|kind| kind.chars().count()), Some(100));
        assert_eq!(kind(" "), None);
        assert_eq!(read(&json!({"event": {"name": "x"}, "type": 7, "job_id": 7}), None).kind, None);
    }

    #[test]
    fn a_known_name_counts_before_an_unknown_one() {
        let body = json!({"type": "webhook", "event_type": "JOB_ARCHIVED", "job_id": 7});
        assert_eq!(read(&body, Some("Updated")).kind.as_deref(), Some("job.archived"));
    }

    #[test]
    fn with_a_time_the_key_is_of_the_event_whatever_else_the_body_holds() {
        let key = |body: &Value| read(body, None).repeat_key(body.to_string().as_bytes());
        let first = move_of(&json!("Sourced"), "Screen");
        let mut richer = first.clone();
        richer["candidate"]["tags"] = json!("hot");
        assert!(key(&first).is_of_one_event);
        assert_eq!(key(&first), key(&richer));
        for (member, value) in [
            ("event_time", json!("2024-01-20T10:59:00.5+0000")),
            ("from_stage", json!("Offer")),
            ("to_stage", json!("Offer")),
            ("job", json!({"id": 8})),
            ("candidate", json!({"id": 25})),
            ("event", json!("candidate.added_to_job")),
        ] {
            let mut other = first.clone();
            other[member] = value;
            assert_ne!(key(&first), key(&other), "{member}");
        }
    }

    #[test]
    fn without_a_time_the_key_is_of_the_body_and_the_kind() {
        let candidate = json!({"id": 24, "email": "anna@example.com"});
        let key = |body: &Value, header| read(body, header).repeat_key(body.to_string().as_bytes());
        assert!(!key(&candidate, None).is_of_one_event);
        assert_eq!(key(&candidate, Some("Created")), key(&candidate, Some("created")));
        assert_ne!(key(&candidate, Some("Created")), key(&candidate, Some("Updated")));
        // What is no time does not tell events apart.
        for odd in [json!("now"), json!(""), json!(1_705_748_340), Value::Null] {
            assert!(!key(&json!({"job_id": 7, "event_time": odd}), None).is_of_one_event);
        }
    }
}
