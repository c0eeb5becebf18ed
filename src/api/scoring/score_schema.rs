//! Scores and rankings as they are shown.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::scoring;
use crate::domain::user::ScoringRole;
use crate::store::View;

/// How the score of a job names what its row holds.
pub const JOB_SCORE: View = &[
    ("id", "job_scores.uuid"),
    ("scorer_id", "users.uuid"),
    ("scorer_name", "users.name"),
    ("scorer_role", "job_scores.scoring_role"),
    ("scoring_date", "job_scores.scoring_date"),
    ("client_engagement_score", "job_scores.client_engagement"),
    ("search_difficulty_score", "job_scores.search_difficulty"),
    ("time_open_score", "job_scores.time_open"),
    ("fee_size_score", "job_scores.fee_size"),
    ("composite_score", "job_scores.composite"),
    ("created_at", "job_scores.created_at"),
];

/// How one's own score names what its row holds.
pub const OWN_SCORE: View = &[
    ("id", "job_scores.uuid"),
    ("job_id", "jobs.uuid"),
    ("job_title", "jobs.title"),
    ("client_name", "jobs.client_name"),
    ("scoring_date", "job_scores.scoring_date"),
    ("client_engagement_score", "job_scores.client_engagement"),
    ("search_difficulty_score", "job_scores.search_difficulty"),
    ("time_open_score", "job_scores.time_open"),
    ("fee_size_score", "job_scores.fee_size"),
    ("composite_score", "job_scores.composite"),
    ("created_at", "job_scores.created_at"),
];

/// How a ranking names what its row holds.
pub const RANKING: View = &[
    ("composite_score", "job_rankings.composite"),
    ("rank", "job_rankings.rank"),
    ("scoring_date", "job_rankings.scoring_date"),
    ("account_manager_composite", "job_rankings.by_role ->> '$.account_manager'"),
    ("sales_person_composite", "job_rankings.by_role ->> '$.sales_person'"),
    ("ceo_composite", "job_rankings.by_role ->> '$.ceo'"),
    ("other_composite", "job_rankings.by_role ->> '$.other'"),
    ("scorers", "job_rankings.scorers"),
    ("reason", "job_rankings.reason"),
    ("created_at", "job_rankings.created_at"),
];

/// A score of a job.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JobScore {
    /// A UUID.
    pub id: String,
    /// A UUID.
    pub scorer_id: String,
    #[schema(example = "Anna Petrova")]
    pub scorer_name: String,
    /// As whom they scored: `account_manager`, `sales_person`, `ceo` or `other`.
    #[schema(example = "account_manager")]
    pub scorer_role: String,
    #[schema(format = Date, example = "2024-01-20")]
    pub scoring_date: String,
    #[schema(example = 4)]
    pub client_engagement_score: i64,
    #[schema(example = 3)]
    pub search_difficulty_score: i64,
    #[schema(example = 5)]
    pub time_open_score: i64,
    #[schema(example = 4)]
    pub fee_size_score: i64,
    /// By the weights of that day.
    #[schema(example = 4.0)]
    pub composite_score: f64,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// A score that one gave.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnScore {
    /// A UUID.
    pub id: String,
    /// A UUID.
    pub job_id: String,
    #[schema(example = "Backend Developer")]
    pub job_title: String,
    #[schema(required, example = "Acme")]
    pub client_name: Option<String>,
    #[schema(format = Date)]
    pub scoring_date: String,
    pub client_engagement_score: i64,
    pub search_difficulty_score: i64,
    pub time_open_score: i64,
    pub fee_size_score: i64,
    /// By the weights of that day.
    pub composite_score: f64,
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// What the newest scores of all scorers come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ranking {
    /// The mean of the scorers, by the weights that counted then; two decimals.
    #[schema(example = 4.25)]
    pub composite_score: f64,
    /// `A` from 4, `B` from 2.5, else `C`.
    #[schema(example = "A")]
    pub rank: String,
    /// The day of the newest score that counts.
    #[schema(format = Date, example = "2024-01-20")]
    pub scoring_date: String,
    /// The mean of the account managers, as the next three of their roles; `null` without any.
    #[schema(required, example = 4.5)]
    pub account_manager_composite: Option<f64>,
    #[schema(required)]
    pub sales_person_composite: Option<f64>,
    #[schema(required, example = 4.0)]
    pub ceo_composite: Option<f64>,
    #[schema(required)]
    pub other_composite: Option<f64>,
    /// How many scorers it is of.
    #[schema(example = 2)]
    pub scorers: i64,
}

/// A ranking that a job has had.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RankingLine {
    pub composite_score: f64,
    pub rank: String,
    #[schema(format = Date)]
    pub scoring_date: String,
    #[schema(required)]
    pub account_manager_composite: Option<f64>,
    #[schema(required)]
    pub sales_person_composite: Option<f64>,
    #[schema(required)]
    pub ceo_composite: Option<f64>,
    #[schema(required)]
    pub other_composite: Option<f64>,
    pub scorers: i64,
    /// `score`: somebody scored it; `weights`: the weights were changed.
    #[schema(example = "score")]
    pub reason: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<&RankingLine> for Ranking {
    fn from(line: &RankingLine) -> Self {
        let line = line.clone();
        Self {
            composite_score: line.composite_score,
            rank: line.rank,
            scoring_date: line.scoring_date,
            account_manager_composite: line.account_manager_composite,
            sales_person_composite: line.sales_person_composite,
            ceo_composite: line.ceo_composite,
            other_composite: line.other_composite,
            scorers: line.scorers,
        }
    }
}

impl From<&scoring::Ranking> for Ranking {
    fn from(ranking: &scoring::Ranking) -> Self {
        let of = |by_role: &Map<String, Value>, role: ScoringRole| by_role.get(role.as_str())?.as_f64();
        Self {
            composite_score: ranking.composite.number(),
            rank: ranking.rank.as_str().to_owned(),
            scoring_date: ranking.day.to_string(),
            account_manager_composite: of(&ranking.by_role, ScoringRole::AccountManager),
            sales_person_composite: of(&ranking.by_role, ScoringRole::SalesPerson),
            ceo_composite: of(&ranking.by_role, ScoringRole::Ceo),
            other_composite: of(&ranking.by_role, ScoringRole::Other),
            scorers: ranking.scorers,
        }
    }
}

/// A score that was entered, and what it came to.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scored {
    pub success: bool,
    /// Says so, too, when the job is closed.
    #[schema(example = "Score submitted successfully")]
    pub message: String,
    pub score: NewScore,
    pub ranking: Ranking,
}

/// The score as it was entered.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScore {
    /// A UUID.
    pub id: String,
    /// A UUID.
    pub job_id: String,
    /// A UUID.
    pub scorer_id: String,
    #[schema(format = Date)]
    pub scoring_date: String,
    pub client_engagement_score: i64,
    pub search_difficulty_score: i64,
    pub time_open_score: i64,
    pub fee_size_score: i64,
    #[schema(example = 4.25)]
    pub composite_score: f64,
}
