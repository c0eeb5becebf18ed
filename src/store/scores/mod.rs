//! What people think of jobs: `job_scores`, and the rankings they come to.
//!
//! Invariant: a job's ranking is that of the newest score of each scorer, by the weights that count when it
//! is written: a write that read anything else is refused.

mod list;
mod rerank;
mod submit;

use std::str::FromStr;

use serde::Deserialize;

pub use list::{of_job, of_user};
pub use rerank::{RerankStep, rerank_step};
pub use submit::{Scorer, Standing, Submission, SubmitError, look, submit};

use crate::domain::Invalid;
use crate::domain::scoring::{Factor, Factors, Latest};
use crate::ports::DbError;

/// SQL of the newest score of each scorer of the row of `jobs`: a JSON array.
const LATEST: &str = "(SELECT json_group_array(json_array(user_id, scoring_role, day, client_engagement, \
        search_difficulty, time_open, fee_size)) \
     FROM (SELECT user_id, scoring_role, max(scoring_date) AS day, client_engagement, search_difficulty, \
            time_open, fee_size \
        FROM job_scores WHERE job_scores.job_id = jobs.id GROUP BY user_id))";

/// A score as `LATEST` gives it.
#[derive(Deserialize)]
struct LatestRow(i64, String, String, i64, i64, i64, i64);

/// The scores that `LATEST` gave.
fn latest(json: &str) -> Result<Vec<Latest>, DbError> {
    let rows: Vec<LatestRow> =
        serde_json::from_str(json).map_err(|error| DbError::Row(format!("scores: {error}")))?;
    rows.into_iter().map(Latest::try_from).collect()
}

impl TryFrom<LatestRow> for Latest {
    type Error = DbError;

    fn try_from(row: LatestRow) -> Result<Self, DbError> {
        let LatestRow(scorer, role, day, client_engagement, search_difficulty, time_open, fee_size) = row;
        let factor =
            |number: i64| Factor::try_from(number).map_err(|reason| odd(&number.to_string(), &reason));
        Ok(Self {
            scorer,
            role: read(&role)?,
            day: read(&day)?,
            factors: Factors {
                client_engagement: factor(client_engagement)?,
                search_difficulty: factor(search_difficulty)?,
                time_open: factor(time_open)?,
                fee_size: factor(fee_size)?,
            },
        })
    }
}

/// What a text of a score stands for.
fn read<T: FromStr<Err = Invalid>>(text: &str) -> Result<T, DbError> {
    text.parse().map_err(|reason| odd(text, &reason))
}

fn odd(text: &str, reason: &Invalid) -> DbError {
    DbError::Row(format!("{text} {reason}"))
}
