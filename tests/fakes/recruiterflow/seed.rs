//! Accounts to begin with: a small one that shows every peculiarity, and agencies of any size.

use serde_json::{Value, json};

use super::jobs::on_team;
use super::{Fake, State, stamp};

const DAY_S: i64 = 24 * 3600;

/// Twelve jobs, eight of them open, that show every peculiarity of the vendor, from 101. Of the day that
/// `fake` has.
pub fn small(fake: &Fake) {
    let mut state = fake.state();
    let now_s = state.at(None);
    let days_ago = |days: i64| stamp(now_s - days * DAY_S);
    let closed = json!({"is_open": false, "job_visibility_id": 6});
    let jobs = [
        // 101: everything is there, and numbers are texts in places.
        json!({
            "name": "Senior Rust Engineer  ", "created_at": days_ago(20), "company": company(1, "Acme GmbH"),
            "expected_fee": {"currency": "EUR", "number": "24000"}, "commission_rate": "20",
            "job_status": {"id": 3, "name": "Interviewing", "color": "#00f", "start_time": days_ago(4), "total_days": 4},
            "locations": [place("Berlin", "Germany"), place("Vienna", "Austria")],
            "salary_range_start": 90_000, "salary_range_end": "110000", "salary_range_currency": "EUR",
            "salary_frequency": "year", "number_of_openings": "2", "current_opening": 1,
            "hiring_team": [on_team(0), on_team(1)],
            "custom_fields": [{"id": 11, "name": "Budget code", "value": "B-7"}, {"id": 12, "name": "Priority", "value": "Urgent"}],
            "about_position": "<p>Build <b>fast</b> things &amp; safe ones.</p>",
            "skills": ["Rust", "SQL"], "remote_status": {"id": 2, "name": "Hybrid"},
        }),
        // 102: no company; the fee is a commission of the expected salary.
        json!({
            "name": "Product Designer", "created_at": days_ago(45), "commission_rate": 25,
            "expected_salary": {"currency": "USD", "number": "80000"}, "department": "Design",
            "locations": [{"id": 9, "name": "Remote", "city": null, "state": null, "country": null}],
        }),
        // 103: nobody knows when it was created; the fee is a commission of the middle of a monthly range.
        json!({
            "name": "Data Analyst", "created_at": null, "last_opened": stamp(now_s - 70 * DAY_S),
            "company": company(2, "Globex"), "commission_rate": 10, "salary_range_start": 4000,
            "salary_range_end": 6000, "salary_frequency": "month", "job_visibility_id": 2,
        }),
        // 104: "None" and "" for nothing.
        json!({
            "name": "Office Manager", "created_at": days_ago(100), "department": "None", "employment_type": "",
            "company": {"id": 3, "img_link": null, "name": "None"}, "hiring_team": [],
        }),
        // 105: with a rank of ours.
        json!({
            "name": "Head of Sales", "created_at": days_ago(10), "company": company(1, "Acme GmbH"),
            "custom_fields": [{"id": 13, "name": "current_rank", "value": "B"}],
            "expected_fee": {"currency": "EUR", "number": 42_000},
        }),
        // 106: only the other title.
        json!({"name": "", "title": "QA Engineer", "created_at": days_ago(5), "company": company(4, "Initech")}),
        // 107: contract work.
        json!({
            "name": "SAP Consultant", "created_at": days_ago(33), "company": company(5, "Umbra AG"),
            "job_type": {"id": 3, "name": "Contract"}, "employment_type": "Contract",
            "bill_rate": {"currency": "EUR", "number": "95", "frequency": {"id": 1, "name": "hour", "display_name": "Hourly"}},
            "contract_start_date": "2024-02-01", "contract_end_date": "2024-08-31",
        }),
        // 108: opened long ago, and anew last week.
        json!({
            "name": "DevOps Engineer", "created_at": days_ago(200), "last_opened": stamp(now_s - 7 * DAY_S - 6 * 3600),
            "company": company(2, "Globex"),
        }),
        json!({"name": "Accountant", "created_at": days_ago(300), "company": company(4, "Initech")}),
        json!({"name": "Warehouse Lead", "created_at": days_ago(15)}),
        json!({"name": "Account Executive", "created_at": days_ago(400), "company": company(1, "Acme GmbH")}),
        json!({"name": "Research Assistant", "created_at": null, "last_opened": stamp(now_s - 500 * DAY_S)}),
    ];
    for (place, mut job) in jobs.into_iter().enumerate() {
        if let (8.., Value::Object(members), Value::Object(closed)) = (place, &mut job, &closed) {
            members.extend(closed.clone());
        }
        state.add_job(job);
    }
    small_pipelines(&mut state, now_s);
}

fn small_pipelines(state: &mut State, now_s: i64) {
    let walks: &[(u64, &[(&str, i64)])] = &[
        (101, &[("Recruiter Screen", 15), ("Submitted to Client", 12), ("Client Interview", 9)]),
        (101, &[("Recruiter Screen", 14), ("Disqualified", 13)]),
        (101, &[("Recruiter Screen", 3)]),
        (101, &[]),
        (102, &[("Applied", 30), ("Recruiter Screen", 29), ("Submitted to Client", 28), ("Offer", 2)]),
        (103, &[("On Hold", 60)]),
    ];
    let mut everybody = Vec::new();
    for (job, walk) in walks {
        let candidate = state.add_candidate();
        state.enter(*job, candidate, "Sourced", now_s - 65 * DAY_S);
        for (stage, days) in *walk {
            let reason = (*stage == "Disqualified").then_some("Salary expectations");
            state.move_to(*job, candidate, stage, reason, now_s - days * DAY_S);
        }
        everybody.push(candidate);
    }
    // Somebody is in two jobs.
    state.enter(108, everybody[0], "Applied", now_s - 5 * DAY_S);
}

/// An agency with so many jobs, so many of them open, that is the same for the same number. Candidates
/// are in the open jobs and in a tenth of the others: 5 to 40 each, with moves over weeks.
pub fn agency(fake: &Fake, jobs: usize, open: usize, seed: u64) {
    let mut state = fake.state();
    let now_s = state.at(None);
    let mut dice = Dice(seed);
    for number in 0..jobs {
        // The open ones are spread over the list.
        let is_open = (number + 1) * open / jobs > number * open / jobs;
        let age_days = dice.below(if is_open { 120 } else { 1500 }) + 1;
        let created_s = now_s - age_days * DAY_S - dice.below(DAY_S);
        let id = state.add_job(agency_job(&mut dice, is_open, created_s));
        if is_open || dice.below(10) == 0 {
            fill_pipeline(&mut state, &mut dice, id, created_s, now_s);
        }
    }
}

fn agency_job(dice: &mut Dice, is_open: bool, created_s: i64) -> Value {
    const LEVELS: &[&str] = &["", "Junior ", "Senior ", "Lead ", "Principal "];
    const ROLES: &[(&str, &str, i64)] = &[
        ("Backend Engineer", "Engineering", 95),
        ("Frontend Engineer", "Engineering", 85),
        ("Data Scientist", "Data", 100),
        ("Product Manager", "Product", 105),
        ("UX Designer", "Design", 75),
        ("Account Executive", "Sales", 70),
        ("Financial Controller", "Finance", 80),
        ("DevOps Engineer", "Engineering", 98),
        ("Talent Partner", "People", 60),
        ("Supply Chain Manager", "Operations", 78),
    ];
    const CLIENTS: &[&str] = &[
        "Acme GmbH",
        "Globex",
        "Initech",
        "Umbra AG",
        "Northwind",
        "Contoso",
        "Fabrikam",
        "Tailspin",
        "Wingtip",
    ];
    const STATUSES: &[&str] =
        &["Active", "Submitted", "Interviewing", "Awaiting Feedback", "Offer Negotiation"];
    const PLACES: &[(&str, &str)] = &[
        ("Berlin", "Germany"),
        ("London", "United Kingdom"),
        ("Austin", "United States"),
        ("Almaty", "Kazakhstan"),
        ("Paris", "France"),
    ];
    let (role, department, thousands) = *dice.one_of(ROLES);
    let salary = (thousands + dice.below(40)) * 1000;
    let (city, country) = *dice.one_of(PLACES);
    let mut job = json!({
        "name": format!("{}{role}", dice.one_of(LEVELS)), "department": department,
        "created_at": stamp(created_s), "is_open": is_open,
        "job_visibility_id": if is_open { 1 + dice.below(2) } else { 6 },
        "locations": [place(city, country)],
        "salary_range_start": salary, "salary_range_end": salary + 20_000, "salary_frequency": "year",
        "number_of_openings": 1 + dice.below(3), "hiring_team": [on_team(0), on_team(2)],
        "about_position": format!("<p>We look for a {role} in {city}.</p>"),
        "skills": [department, role],
    });
    // One in four is of no client, as in real accounts rather more.
    if dice.below(4) > 0 {
        let client = dice.below(9);
        job["company"] = company(client + 1, CLIENTS[usize::try_from(client).unwrap()]);
    }
    if dice.below(3) == 0 {
        job["expected_fee"] = json!({"currency": "USD", "number": salary / 5});
    } else {
        job["commission_rate"] = json!(15 + dice.below(11));
    }
    if dice.below(2) == 0 {
        let status = dice.below(5);
        let name = STATUSES[usize::try_from(status).unwrap()];
        job["job_status"] =
            json!({"id": status + 1, "name": name, "color": "#888", "start_time": null, "total_days": null});
    }
    job
}

fn fill_pipeline(state: &mut State, dice: &mut Dice, job: u64, created_s: i64, now_s: i64) {
    const WAY: &[&str] =
        &["Applied", "Recruiter Screen", "Submitted to Client", "Client Interview", "Offer", "Hired"];
    const REASONS: &[&str] = &["Salary expectations", "Not enough experience", "Client declined"];
    for _ in 0..5 + dice.below(36) {
        let candidate = state.add_candidate();
        let mut at_s = created_s + dice.below((now_s - created_s).max(1));
        state.enter(job, candidate, "Sourced", at_s);
        for stage in WAY {
            at_s += DAY_S + dice.below(8 * DAY_S);
            if at_s >= now_s || dice.below(5) == 0 {
                break;
            }
            let ends = dice.below(4);
            if ends == 0 {
                state.move_to(job, candidate, "Disqualified", Some(*dice.one_of(REASONS)), at_s);
                break;
            }
            state.move_to(job, candidate, stage, None, at_s);
        }
    }
}

fn company(id: i64, name: &str) -> Value {
    json!({"id": id, "img_link": null, "name": name})
}

fn place(city: &str, country: &str) -> Value {
    json!({
        "id": city.len(), "name": format!("{city} office"), "city": city, "state": null, "country": country,
        "postal_code": null, "zipcode": null, "iso_3166_1_alpha_2_code": null,
    })
}

/// Numbers that look random and are the same each time (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `bound`.
    fn below(&mut self, bound: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.next() % all.len() as u64).unwrap()]
    }
}
