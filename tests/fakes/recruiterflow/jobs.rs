//! Jobs: the list, one by itself, custom fields and their update.

use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::pipeline::{Member, STAGES};
use super::serve::{Answer, Query};
use super::{CUSTOM_FIELDS, Fake, Field, State, USERS, seconds, stamp};

/// The most entries of a page.
const PAGE: usize = 100;

/// What `GET /job` has and the list has not.
const ONLY_ALONE: &[&str] =
    &["about_position", "skills", "remote_status", "contacts", "files", "job_visibility_info"];

/// What the list has and `GET /job` has not.
const ONLY_LISTED: &[&str] =
    &["created_at", "last_opened", "current_opening", "commission_rate", "expected_fee", "maildrop_email"];

/// A job.
#[derive(Clone)]
pub struct Job {
    pub id: u64,
    /// The members that the list shows; locations as objects.
    pub listed: Map<String, Value>,
    /// Those that `GET /job` shows beside.
    pub alone: Map<String, Value>,
    /// Id and name of the stages, in order.
    pub stages: Vec<(u64, String)>,
    pub members: Vec<Member>,
    /// Neither listed nor found, as if it was deleted.
    pub has_vanished: bool,
    rendered: Option<Arc<str>>,
}

/// What the list shows.
pub(super) struct Listing {
    all: Listed,
    open: Listed,
}

#[derive(Default)]
struct Listed {
    /// In the order of the list.
    ids: Vec<u64>,
    /// The current openings of all.
    openings: u64,
}

impl Listed {
    fn new(jobs: Vec<&Job>) -> Self {
        let openings = jobs.iter().filter_map(|job| job.listed.get("current_opening")?.as_u64()).sum();
        Self { ids: jobs.into_iter().map(|job| job.id).collect(), openings }
    }
}

impl Job {
    /// It is made anew when somebody asks for it.
    pub(super) fn forget_rendering(&mut self) {
        self.rendered = None;
    }

    fn is_open(&self) -> bool {
        self.listed.get("is_open") == Some(&Value::Bool(true))
    }

    fn opened(&self) -> &str {
        self.listed.get("last_opened").and_then(Value::as_str).unwrap_or_default()
    }

    fn entry(&mut self, locations_are_texts: bool) -> Arc<str> {
        let Self { listed, rendered, .. } = self;
        rendered.get_or_insert_with(|| shown(listed, locations_are_texts).to_string().into()).clone()
    }

    fn set(&mut self, members: Map<String, Value>) {
        for (name, value) in members {
            let object = if ONLY_ALONE.contains(&&*name) { &mut self.alone } else { &mut self.listed };
            object.insert(name, value);
        }
        self.forget_rendering();
    }
}

/// The members of a job as this account shows them.
fn shown(members: &Map<String, Value>, locations_are_texts: bool) -> Value {
    let mut members = members.clone();
    if locations_are_texts && let Some(Value::Array(locations)) = members.get_mut("locations") {
        for location in locations {
            let parts = ["city", "state", "country"].map(|part| location[part].as_str().map(str::to_owned));
            if parts.iter().any(Option::is_some) {
                *location = parts.into_iter().flatten().collect::<Vec<_>>().join(", ").into();
            }
        }
    }
    Value::Object(members)
}

impl Fake {
    /// Adds a job with these members beside the usual ones; gives its id.
    pub fn add_job(&self, members: Value) -> u64 {
        self.state().add_job(members)
    }

    /// Sets members of a job, of the list or of `GET /job`; null is null.
    pub fn change_job(&self, id: u64, members: Value) {
        let Value::Object(members) = members else { panic!("no members: {members}") };
        self.state().job(id).set(members);
    }

    /// Takes members away from a job: they are not null, but not there.
    pub fn leave_out(&self, id: u64, members: &[&str]) {
        let mut state = self.state();
        let job = state.job(id);
        for member in members {
            job.listed.remove(*member);
            job.alone.remove(*member);
        }
        job.forget_rendering();
    }

    /// Closes a job.
    pub fn close_job(&self, id: u64) {
        self.change_job(
            id,
            json!({"is_open": false, "job_visibility_id": 6, "job_visibility_info": {
                "visibility_id": 6, "close_reasons": ["Filled"], "closed_on": stamp(self.state().at(None)),
            }}),
        );
    }

    /// Opens a closed job again, at this time or now.
    pub fn reopen_job(&self, id: u64, at: Option<&str>) {
        let opened = {
            let state = self.state();
            stamp(state.at(at) + state.account.offset_s)
        };
        let members = json!({"is_open": true, "job_visibility_id": 1, "last_opened": opened});
        self.change_job(id, members);
        self.leave_out(id, &["job_visibility_info"]);
    }

    /// Deletes a job for good.
    pub fn delete_job(&self, id: u64) {
        let mut state = self.state();
        assert!(state.jobs.remove(&id).is_some(), "there is no job {id}");
        state.listing = None;
    }

    /// Makes a job vanish, or come back.
    pub fn vanish_job(&self, id: u64, has_vanished: bool) {
        self.state().job(id).has_vanished = has_vanished;
    }

    /// The ids of all jobs, or of the open ones.
    pub fn job_ids(&self, only_open: bool) -> Vec<u64> {
        let state = self.state();
        state.jobs.values().filter(|job| !only_open || job.is_open()).map(|job| job.id).collect()
    }

    /// A member of a job.
    pub fn member_of_job(&self, id: u64, member: &str) -> Value {
        let mut state = self.state();
        let job = state.job(id);
        job.listed.get(member).or(job.alone.get(member)).cloned().unwrap_or_default()
    }

    /// The value of a custom field of a job; null when it has none.
    pub fn custom_field(&self, id: u64, field: u64) -> Value {
        let fields = self.member_of_job(id, "custom_fields");
        let found = fields.as_array().and_then(|fields| fields.iter().find(|own| own["id"] == field));
        found.map(|field| field["value"].clone()).unwrap_or_default()
    }
}

impl State {
    /// A job, to be changed.
    pub(super) fn job(&mut self, id: u64) -> &mut Job {
        self.listing = None;
        self.jobs.get_mut(&id).unwrap_or_else(|| panic!("there is no job {id}"))
    }

    /// A job that somebody outside can see.
    pub(super) fn visible(&self, id: Option<&str>) -> Option<&Job> {
        self.jobs.get(&id?.parse().ok()?).filter(|job| !job.has_vanished)
    }

    pub(super) fn add_job(&mut self, members: Value) -> u64 {
        let Value::Object(members) = members else { panic!("no members: {members}") };
        let next = self.jobs.keys().next_back().map_or(101, |last| last + 1);
        let id = members.get("id").and_then(Value::as_u64).unwrap_or(next);
        let created = members.get("created_at").and_then(Value::as_str).map(str::to_owned);
        let created_s = created.map_or_else(|| self.at(None), |at| seconds(&at));
        let name = members.get("name").cloned().unwrap_or_else(|| format!("Job {id}").into());
        let mut job = Job {
            id,
            listed: usual_members(id, &name, created_s, self.account.offset_s),
            alone: Map::new(),
            stages: STAGES.iter().zip(1..).map(|(name, n)| (id * 100 + n, (*name).to_owned())).collect(),
            members: Vec::new(),
            has_vanished: false,
            rendered: None,
        };
        job.set(members);
        self.jobs.insert(id, job);
        self.listing = None;
        id
    }

    fn listing(&mut self) -> Arc<Listing> {
        let jobs = &self.jobs;
        let listing = || {
            let mut shown: Vec<_> = jobs.values().filter(|job| !job.has_vanished).collect();
            shown.sort_by(|a, b| (b.opened(), b.id).cmp(&(a.opened(), a.id)));
            let open = shown.iter().copied().filter(|job| job.is_open()).collect();
            Arc::new(Listing { open: Listed::new(open), all: Listed::new(shown) })
        };
        self.listing.get_or_insert_with(listing).clone()
    }

    /// `GET /job/list`.
    pub(super) fn list_jobs(&mut self, query: &Query, is_empty: bool) -> Answer {
        let (page, items) = match (query.number("current_page", 1), query.number("items_per_page", PAGE)) {
            (Some(page), Some(items)) if page > 0 => (page, items.clamp(1, PAGE)),
            _ => return Answer::failure(400, "Invalid pagination parameters."),
        };
        let listing = self.listing();
        let nothing = Listed::default();
        let listed = match (is_empty, query.is_set("only_open")) {
            (true, _) => &nothing,
            (false, true) => &listing.open,
            (false, false) => &listing.all,
        };
        let (texts, described) = (self.account.locations_are_texts, query.is_set("include_description"));
        let mut entries = String::from("[");
        for id in listed.ids.iter().skip((page - 1) * items).take(items) {
            let Some(job) = self.jobs.get_mut(id) else { continue };
            let comma = if entries.len() > 1 { "," } else { "" };
            let entry = job.entry(texts);
            match job.alone.get("about_position").filter(|_| described) {
                Some(about) => {
                    let open = entry.strip_suffix('}').unwrap();
                    write!(entries, "{comma}{open},\"about_position\":{about}}}").unwrap();
                }
                None => write!(entries, "{comma}{entry}").unwrap(),
            }
        }
        entries.push(']');
        if !query.is_set("include_count") {
            return Answer::json(200, entries);
        }
        let (total, openings) = (listed.ids.len(), listed.openings);
        let body =
            format!("{{\"data\":{entries},\"total_items\":{total},\"total_current_openings\":{openings}}}");
        Answer::json(200, body)
    }

    /// `GET /job`.
    pub(super) fn show_job(&self, query: &Query) -> Answer {
        let Some(job) = self.visible(query.get("job_id")) else {
            return Answer::failure(404, "Job not found.");
        };
        let mut members = job.listed.clone();
        members.retain(|member, _| !ONLY_LISTED.contains(&&**member));
        members.extend(job.alone.clone());
        let Value::Object(mut members) = shown(&members, self.account.locations_are_texts) else {
            return Answer::failure(500, "no object");
        };
        if query.is_set("include_stages") {
            let stages = job
                .stages
                .iter()
                .zip(1..)
                .map(|((id, name), rank): (_, u64)| json!({"id": id, "name": name, "rank": rank}));
            members.insert("stages".to_owned(), stages.collect());
        }
        Answer::json(200, Value::Object(members).to_string())
    }

    /// `POST /job/update`.
    pub(super) fn update_job(&mut self, body: Option<&Value>) -> Answer {
        let Some(Value::Object(body)) = body else { return Answer::failure(400, "Invalid JSON.") };
        let id = body.get("job_id").map(|id| id.to_string().replace('"', ""));
        let Some(id) = self.visible(id.as_deref()).map(|job| job.id) else {
            return Answer::failure(404, "Job not found.");
        };
        let given = body.get("custom_fields").and_then(Value::as_array);
        let mut fields = Vec::new();
        for given in given.into_iter().flatten() {
            let Some((id, name, ..)) = CUSTOM_FIELDS.iter().find(|(id, ..)| given["id"] == *id) else {
                return Answer::failure(400, "Invalid custom field id.");
            };
            fields.push(json!({"id": id, "name": name, "value": given["value"]}));
        }
        let is_replaced = self.account.replaces_custom_fields;
        let job = self.job(id);
        if given.is_some() {
            let before = job.listed.get("custom_fields").and_then(Value::as_array).cloned();
            let is_kept = |old: &Value| !is_replaced && fields.iter().all(|new| new["id"] != old["id"]);
            let mut all: Vec<_> = before.unwrap_or_default().into_iter().filter(is_kept).collect();
            all.extend(fields.into_iter().filter(|field| !field["value"].is_null()));
            job.set(Map::from_iter([("custom_fields".to_owned(), Value::Array(all))]));
        }
        let settable = ["name", "title", "about_position", "number_of_openings"];
        job.set(body.clone().into_iter().filter(|(name, _)| settable.contains(&&**name)).collect());
        Answer::json(200, json!({"RESULT": "SUCCESS"}).to_string())
    }
}

/// `GET /job/custom-field/list`.
pub(super) fn custom_fields(query: &Query) -> Answer {
    let field = |(id, name, kind, choices): &Field| {
        let mut field = json!({"id": id, "name": name, "type": kind});
        if !choices.is_empty() {
            field["choices"] = choices.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
        }
        field
    };
    let mut answer = json!({"data": CUSTOM_FIELDS.iter().map(field).collect::<Vec<_>>()});
    if query.is_set("include_count") {
        answer["total_items"] = CUSTOM_FIELDS.len().into();
    }
    Answer::json(200, answer.to_string())
}

/// A member of the hiring team.
pub(super) fn on_team(user: usize) -> Value {
    let (id, name, email, role_id, role) = USERS[user % USERS.len()];
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    json!({
        "user_id": id, "name": name, "first_name": first, "last_name": last, "email": email,
        "img_link": null, "role": role, "role_id": role_id,
    })
}

fn usual_members(id: u64, name: &Value, created_s: i64, offset_s: i64) -> Map<String, Value> {
    let members = json!({
        "id": id, "name": name, "title": name,
        "created_at": stamp(created_s), "last_opened": stamp(created_s + offset_s),
        "is_open": true, "job_visibility_id": 1,
        "job_status": {"id": null, "name": null, "color": null, "start_time": null, "total_days": null},
        "job_type": {"id": 1, "name": "Contingent"}, "department": "Engineering",
        "employment_type": "Full time", "locations": [], "hiring_team": [on_team(0)],
        "number_of_openings": 1, "current_opening": 1,
        "salary_range_start": null, "salary_range_end": null, "salary_range_currency": "USD",
        "salary_frequency": null, "expected_fee": {}, "expected_salary": {}, "commission_rate": null,
        "bill_rate": {}, "pay_rate": {}, "work_quantum": {},
        "contract_start_date": null, "contract_end_date": null,
        "experience_range_start": null, "experience_range_end": null,
        "custom_fields": [], "publish_to_careers_page": false,
        "maildrop_email": format!("job-{id}@mail.example.com"),
    });
    match members {
        Value::Object(members) => members,
        other => panic!("{other}"),
    }
}
