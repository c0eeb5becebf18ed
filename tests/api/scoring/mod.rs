//! Jobs and scoring: lists, scores, ranks, and what is told of them.

mod caching;
mod dashboard;
mod factors;
mod filters;
mod job;
mod jobs;
mod paging;
mod pending;
mod push_rank;
mod ranking;
mod refusals;
mod scores;
pub mod surface_calls;
mod together;
mod weights;

use edgehire::domain::text::fold;
use edgehire::domain::token::Claims;
use edgehire::domain::user::{Role, ScoringRole, User, UserId};
use edgehire::ports::Clock;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

/// The id of the job with this number.
pub fn job_id(number: u32) -> String {
    format!("018d2680-1b40-7000-8000-0000000{number:05}")
}

/// The id of the scorer with this number.
pub fn scorer_id(number: u32) -> String {
    format!("018d2680-1b40-7000-8000-1000000{number:05}")
}

/// A score by this scorer.
pub fn score(scorer: u32, day: &str, factors: [i64; 4]) -> Value {
    let [client_engagement, search_difficulty, time_open, fee_size] = factors;
    json!({
        "scorer_id": scorer_id(scorer), "scoring_date": day,
        "client_engagement_score": client_engagement, "search_difficulty_score": search_difficulty,
        "time_open_score": time_open, "fee_size_score": fee_size
    })
}

/// The path of a job, and what comes after it.
pub fn path(job: u32, rest: &str) -> String {
    format!("/api/jobs/{}{rest}", job_id(job))
}

/// The job titles of a list.
#[track_caller]
pub fn titles(answer: &Answer) -> Vec<String> {
    let list = answer.expect(200);
    list.as_array().unwrap().iter().map(|job| job["job_title"].as_str().unwrap().to_owned()).collect()
}

/// A value as SQL.
fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(yes) => u8::from(*yes).to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        nested => literal(&Value::from(nested.to_string())),
    }
}

impl TestApp {
    /// Enters a job with these columns beside the usual ones: active, of Recruiterflow, opened on
    /// 2024-01-10, without a fee.
    #[expect(clippy::needless_pass_by_value, reason = "tests write it in place")]
    pub fn enter_job(&self, number: u32, columns: Value) -> String {
        let mut row = json!({
            "id": number, "uuid": job_id(number), "source": "recruiterflow",
            "external_id": (100 + number).to_string(), "title": format!("Job {number}"),
            "client_name": "Acme", "is_active": true, "opened_at": "2024-01-10T09:00:00Z",
            "synced_at": "2024-01-20T10:30:00Z", "created_at": "2024-01-10T10:00:00Z",
            "updated_at": "2024-01-10T10:00:00Z"
        });
        for (name, value) in columns.as_object().unwrap() {
            row[name] = value.clone();
        }
        let text = |name: &str| fold(row[name].as_str().unwrap_or_default());
        row["search_text"] = format!("{}\n{}", text("title"), text("client_name")).into();
        let row = row.as_object().unwrap();
        let names: Vec<_> = row.keys().map(String::as_str).collect();
        let values: Vec<_> = row.values().map(literal).collect();
        self.db.execute(&format!(
            "INSERT INTO jobs ({}) VALUES ({}); UPDATE cache_state SET jobs = jobs + 1",
            names.join(", "),
            values.join(", ")
        ));
        job_id(number)
    }

    /// Enters an active user who scores as this.
    pub fn enter_scorer(&self, number: u32, role: Role, scores_as: ScoringRole) {
        self.db.execute(&format!(
            "INSERT INTO users (id, uuid, email, email_key, name, role, scoring_role, password_hash, \
                is_active, created_at, updated_at) \
             VALUES ({number}, '{}', 's{number}@example.com', 's{number}@example.com', 'Scorer {number}', \
                '{}', '{}', 'none', 1, '2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z')",
            scorer_id(number),
            role.as_str(),
            scores_as.as_str(),
        ));
    }

    /// A token of a user who was entered so.
    pub fn token_of_scorer(&self, number: u32, role: Role) -> String {
        let user = User {
            id: UserId(number.into()),
            uuid: scorer_id(number).parse().unwrap(),
            email: format!("s{number}@example.com"),
            name: format!("Scorer {number}"),
            role,
            scoring_role: ScoringRole::Other,
        };
        let claims = Claims::new(&user, 1, self.clock.unix_ms());
        self.app.config.token_key.as_ref().unwrap().sign(&claims).unwrap()
    }

    /// Scores a job with the key.
    pub async fn score(&self, job: u32, scorer: u32, day: &str, factors: [i64; 4]) -> Value {
        self.post(&path(job, "/score"), score(scorer, day, factors)).await.expect(200)
    }

    /// `rank composite date` of a job, as its row has it.
    pub fn standing(&self, job: u32) -> String {
        let sql =
            "coalesce(rank, '-') || ' ' || coalesce(composite, '-') || ' ' || coalesce(scoring_date, '-')";
        self.db.texts(&format!("SELECT {sql} FROM jobs WHERE id = {job}")).remove(0)
    }
}

/// With one job and three scorers: an account manager, a sales person and the head.
pub fn with_scorers() -> TestApp {
    let app = TestApp::new();
    enter_scorers(&app);
    app.enter_job(1, json!({}));
    app
}

/// Three scorers: an account manager, a sales person and the head.
pub fn enter_scorers(app: &TestApp) {
    app.enter_scorer(1, Role::Recruiter, ScoringRole::AccountManager);
    app.enter_scorer(2, Role::Recruiter, ScoringRole::SalesPerson);
    app.enter_scorer(3, Role::Admin, ScoringRole::Ceo);
}
