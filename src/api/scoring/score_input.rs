//! A score as it comes in.

use deserr::Deserr;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::error::{ApiError, FieldError};
use crate::api::extract;
use crate::api::input::{FieldErrors, Id, Raw, nullable, required};
use crate::domain::Invalid;
use crate::domain::scoring::{Factor, Factors, Suggested};
use crate::domain::time::Day;

/// What the documented clients show when something is missing or no factor.
const MISSING: &str = "Missing required fields: scorer_id and scoring_date are required";
const NO_FACTORS: &str = "Invalid factor scores: all scores must be integers between 1-5";
pub const NO_SCORER: &str = "Invalid scorer_id: user not found";

/// A score of a job. The names may be in camelCase, too.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct ScoreCreate {
    /// Who scores. Required with the API key; with a user's token it is the user, and only an admin may
    /// name somebody else.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, format = Uuid)]
    pub scorer_id: Option<Id>,
    /// The day it counts for, at most tomorrow. Required with the API key; with a user's token it is today
    /// (UTC) when it is left out.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[schema(value_type = Option<String>, format = Date, example = "2024-01-20")]
    pub scoring_date: Option<Day>,
    /// How well the client works with us.
    #[deserr(try_from(Raw) = given_factor -> Invalid)]
    #[schema(value_type = i64, minimum = 1, maximum = 5, example = 4)]
    client_engagement_score: Factor,
    /// How easy it is to find somebody: 5 is very easy.
    #[deserr(try_from(Raw) = given_factor -> Invalid)]
    #[schema(value_type = i64, minimum = 1, maximum = 5, example = 3)]
    search_difficulty_score: Factor,
    /// How new it is; what the job suggests, when it is left out.
    #[deserr(default, try_from(Raw) = nullable_factor -> Invalid)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 5, example = 5)]
    time_open_score: Option<Factor>,
    /// What it brings; what the job suggests, when it is left out.
    #[deserr(default, try_from(Raw) = nullable_factor -> Invalid)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 5, example = 4)]
    fee_size_score: Option<Factor>,
}

/// A score, and of which job.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: it is read as its two parts")]
pub struct JobScoreCreate {
    /// The job.
    #[schema(format = Uuid)]
    job_id: String,
    #[schema(inline)]
    #[serde(flatten)]
    score: ScoreCreate,
}

/// The job of a score.
#[derive(Deserr)]
#[deserr(error = FieldErrors)]
struct JobRef {
    #[deserr(try_from(Raw) = required -> Invalid)]
    job_id: Id,
}

#[expect(clippy::needless_pass_by_value, reason = "the reader of a field takes it")]
fn given_factor(raw: Raw) -> Result<Factor, Invalid> {
    factor(&raw)
}

fn factor(raw: &Raw) -> Result<Factor, Invalid> {
    let factor = match raw {
        Raw::Integer(number) => Factor::try_from(*number).ok(),
        _ => None,
    };
    factor.ok_or(Invalid::because("must be an integer from 1 to 5"))
}

fn nullable_factor(raw: Raw) -> Result<Option<Factor>, Invalid> {
    match raw {
        Raw::Null => Ok(None),
        other => factor(&other).map(Some),
    }
}

impl ScoreCreate {
    /// The factors, those left out as the job suggests them.
    ///
    /// # Errors
    /// 400 where it suggests nothing.
    pub fn factors(&self, suggested: &Suggested) -> Result<Factors, ApiError> {
        let time_open = self.time_open_score.or(suggested.time_open);
        let fee_size = self.fee_size_score.or(suggested.fee_size);
        if let (Some(time_open), Some(fee_size)) = (time_open, fee_size) {
            return Ok(Factors {
                client_engagement: self.client_engagement_score,
                search_difficulty: self.search_difficulty_score,
                time_open,
                fee_size,
            });
        }
        let missing = [
            (time_open.is_none(), "time_open_score", "is required: it is unknown when the job was opened"),
            (fee_size.is_none(), "fee_size_score", "is required: the job's fee is unknown"),
        ];
        let missing = missing.into_iter().filter(|(is_missing, ..)| *is_missing);
        Err(worded(missing.map(|(_, field, message)| bad(field, message)).collect()))
    }
}

fn bad(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

/// 400 for these fields, in the words that the documented clients show.
fn worded(fields: Vec<FieldError>) -> ApiError {
    let is_bad = |is: &dyn Fn(&FieldError) -> bool| fields.iter().any(is);
    let is_required = |name: &str, error: &FieldError| error.field == name && error.message == REQUIRED;
    let message = if is_bad(&|e| is_required("scorer_id", e) || is_required("scoring_date", e)) {
        Some(MISSING)
    } else if is_bad(&|error| error.field.ends_with("_score")) {
        Some(NO_FACTORS)
    } else if is_bad(&|error| error.field == "scorer_id") {
        Some(NO_SCORER)
    } else {
        None
    };
    let error = ApiError::validation(fields);
    let message = message.map_or_else(|| error.message.clone(), str::to_owned);
    ApiError { message, ..error }
}

/// 400: there is no such user, or none that is active.
pub fn unknown_scorer() -> ApiError {
    worded(vec![bad("scorer_id", "must be the id of an active user")])
}

const REQUIRED: &str = "is required";

/// Reads a score; `names_all` when it must say who scores and when. Days after `last` are refused. Every bad
/// field is reported.
///
/// # Errors
/// 400.
pub fn read(body: Value, names_all: bool, last: Day) -> Result<ScoreCreate, ApiError> {
    let body = in_snake_case(body);
    let mut fields = Vec::new();
    for name in ["scorer_id", "scoring_date"] {
        let is_there = body.get(name).is_some_and(|value| {
            !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty())
        });
        if names_all && !is_there {
            fields.push(bad(name, REQUIRED));
        }
    }
    let read = extract::read::<ScoreCreate>(body);
    match &read {
        Err(error) => fields.extend(error.fields.iter().cloned()),
        Ok(score) if score.scoring_date.is_some_and(|day| day > last) => {
            fields.push(bad("scoring_date", "must not be in the future"));
        }
        Ok(_) => {}
    }
    if fields.is_empty() { read } else { Err(worded(fields)) }
}

/// Reads the job of a score.
///
/// # Errors
/// 400.
pub fn job_of(body: &Value) -> Result<uuid::Uuid, ApiError> {
    extract::read::<JobRef>(in_snake_case(body.clone())).map(|read| read.job_id.0)
}

/// Both parts, or all that is wrong with either.
///
/// # Errors
/// 400.
pub fn both<A>(
    job: Result<A, ApiError>,
    score: Result<ScoreCreate, ApiError>,
) -> Result<(A, ScoreCreate), ApiError> {
    match (job, score) {
        (Ok(job), Ok(score)) => Ok((job, score)),
        (Err(job), Err(score)) => Err(ApiError { fields: [job.fields, score.fields].concat(), ..score }),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}

/// The same object with `camelCase` names as `snake_case`, where that is not there already.
fn in_snake_case(body: Value) -> Value {
    let Value::Object(members) = body else { return body };
    let snake = |name: &str| {
        let mut snake = String::with_capacity(name.len() + 4);
        for letter in name.chars() {
            if letter.is_ascii_uppercase() {
                snake.push('_');
            }
            snake.push(letter.to_ascii_lowercase());
        }
        snake
    };
    let (camel, mut named): (Map<_, _>, Map<_, _>) =
        members.into_iter().partition(|(name, _)| name.contains(|c: char| c.is_ascii_uppercase()));
    for (name, value) in camel {
        named.entry(snake(&name)).or_insert(value);
    }
    Value::Object(named)
}
