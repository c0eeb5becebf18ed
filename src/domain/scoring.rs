//! Scoring: how four factors become the score of a scorer, the scores of all a ranking, and a ranking a
//! letter (contract: job scoring).
//!
//! Invariant: scores are counted in hundredths, as whole numbers, so that what people work out on paper is
//! what stands here.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Invalid;
use super::number::Bounded;
use super::task::{Kind, Payload};
use super::time::{Day, Timestamp};
use super::user::ScoringRole;
use super::words::words;

/// What a scorer gives for one factor; 5 is best.
pub type Factor = Bounded<1, 5>;

/// Days after which a score is asked for again.
pub const SCORED_FOR_DAYS: u32 = 7;

words! {
    /// How much a job is worth working on.
    Rank {
        A = "A",
        B = "B",
        C = "C",
    }
}

/// A score in hundredths: 4.25 is 425.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Composite(i64);

impl Composite {
    /// From a number, to two decimals, half up: 3.005 is 3.01, although no computer has a 3.005.
    #[must_use]
    pub fn nearest(score: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a score is at most 5")]
        let hundredths = (score * 100.0 + 0.5 + 1e-9).floor() as i64;
        Self(hundredths)
    }

    /// The mean of some, half up; nothing of none.
    #[must_use]
    pub fn mean(of: &[Self]) -> Option<Self> {
        let count = i64::try_from(of.len()).ok().filter(|count| *count > 0)?;
        let sum: i64 = of.iter().map(|composite| composite.0).sum();
        Some(Self((2 * sum + count).div_euclid(2 * count)))
    }

    /// As a number.
    #[must_use]
    pub fn number(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a score is at most 5")]
        let hundredths = self.0 as f64;
        hundredths / 100.0
    }

    /// The letter it stands for.
    #[must_use]
    pub const fn rank(self) -> Rank {
        match self.0 {
            400.. => Rank::A,
            250.. => Rank::B,
            _ => Rank::C,
        }
    }
}

impl Serialize for Composite {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.number())
    }
}

/// What a scorer says of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factors {
    /// How well the client works with us.
    pub client_engagement: Factor,
    /// How easy it is to find somebody: 5 is very easy.
    pub search_difficulty: Factor,
    /// How new it is.
    pub time_open: Factor,
    /// What it brings.
    pub fee_size: Factor,
}

impl Factors {
    /// The score they come to.
    #[must_use]
    pub fn composite(&self, weights: &Weights) -> Composite {
        let weighted = |factor: Factor, weight: f64| {
            #[expect(clippy::cast_precision_loss, reason = "at most 5")]
            let factor = factor.number() as f64;
            factor * weight
        };
        Composite::nearest(
            weighted(self.client_engagement, weights.client_engagement)
                + weighted(self.search_difficulty, weights.search_difficulty)
                + weighted(self.time_open, weights.time_open)
                + weighted(self.fee_size, weights.fee_size),
        )
    }
}

/// How much each factor counts: together 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    pub client_engagement: f64,
    pub search_difficulty: f64,
    pub time_open: f64,
    pub fee_size: f64,
}

/// The name of the setting that holds the weights.
pub const WEIGHTS_SETTING: &str = "scoring_weights";

/// By how much the sum of the weights may be off.
const WEIGHTS_OFF: f64 = 0.0001;

impl Weights {
    /// All the same: what counts until somebody says otherwise.
    pub const EQUAL: Self =
        Self { client_engagement: 0.25, search_difficulty: 0.25, time_open: 0.25, fee_size: 0.25 };

    /// Looks whether they come to 1.
    ///
    /// # Errors
    /// When they do not.
    pub fn check(self) -> Result<Self, Invalid> {
        let sum = self.client_engagement + self.search_difficulty + self.time_open + self.fee_size;
        // A sum of numbers with four decimals may be off by a bit more than they say.
        if (sum - 1.0).abs() <= WEIGHTS_OFF + 1e-9 {
            return Ok(self);
        }
        Err(Invalid(format!("the weights must come to 1, not to {}", (sum * 1e6).round() / 1e6).into()))
    }
}

/// The share of one factor, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight(pub f64);

impl TryFrom<f64> for Weight {
    type Error = Invalid;

    fn try_from(number: f64) -> Result<Self, Invalid> {
        let fits = (0.0..=1.0).contains(&number);
        fits.then_some(Self(number)).ok_or(Invalid::because("must be a number from 0 to 1"))
    }
}

/// The newest score of one scorer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    pub scorer: i64,
    /// When it was given.
    pub role: ScoringRole,
    pub day: Day,
    pub factors: Factors,
}

/// What the scores of a job come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    pub composite: Composite,
    pub rank: Rank,
    /// The day of the newest score that counts.
    pub day: Day,
    /// The mean of the scorers of each role that has any, by the role's word.
    pub by_role: Map<String, Value>,
    pub scorers: i64,
}

impl Ranking {
    /// Of the newest score of each scorer, by these weights; nothing without any.
    #[must_use]
    pub fn of(scores: &[Latest], weights: &Weights) -> Option<Self> {
        let mean = |of: &dyn Fn(&Latest) -> bool| {
            let those = scores.iter().filter(|score| of(score));
            Composite::mean(&those.map(|score| score.factors.composite(weights)).collect::<Vec<_>>())
        };
        let composite = mean(&|_| true)?;
        let of_role = |role: &ScoringRole| {
            let composite = mean(&|score| score.role == *role)?;
            Some((role.as_str().to_owned(), composite.number().into()))
        };
        Some(Self {
            composite,
            rank: composite.rank(),
            day: scores.iter().map(|score| score.day).max()?,
            by_role: ScoringRole::ALL.iter().filter_map(of_role).collect(),
            scorers: i64::try_from(scores.len()).unwrap_or(i64::MAX),
        })
    }
}

/// The scores after one more was given: of each scorer the newest counts.
#[must_use]
pub fn with(mut scores: Vec<Latest>, new: Latest) -> Vec<Latest> {
    match scores.iter_mut().find(|score| score.scorer == new.scorer) {
        Some(known) if known.day > new.day => {}
        Some(known) => *known = new,
        None => scores.push(new),
    }
    scores
}

/// A score to be entered.
#[derive(Debug, Clone)]
pub struct NewScore {
    /// Version 7, made by the caller.
    pub uuid: Uuid,
    pub day: Day,
    pub client_engagement: Factor,
    pub search_difficulty: Factor,
    /// What is left out is suggested by the job itself.
    pub time_open: Option<Factor>,
    pub fee_size: Option<Factor>,
    pub at: Timestamp,
}

/// Most days that a job has been open, and what they suggest.
pub const TIME_OPEN: [(i64, i64); 4] = [(14, 5), (30, 4), (60, 3), (90, 2)];

/// The fees from which on something is suggested, in the currency they are in.
pub const FEE_SIZE: [(i64, i64); 4] = [(40_000, 5), (30_000, 4), (20_000, 3), (10_000, 2)];

/// What is suggested where no line of a table fits.
pub const LEAST_SUGGESTED: i64 = 1;

/// What a job itself suggests. Either may be scored otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggested {
    /// Nothing when it is unknown when the job was opened.
    pub time_open: Option<Factor>,
    /// Nothing when the fee is unknown.
    pub fee_size: Option<Factor>,
}

impl Suggested {
    /// Of a job that was opened on a day and has a fee, on another day.
    #[must_use]
    pub fn of(opened: Option<Day>, fee: Option<f64>, today: Day) -> Self {
        let time_open = opened.map(|opened| {
            let days = today.days_since(opened);
            TIME_OPEN.iter().find(|(most, _)| days <= *most)
        });
        #[expect(clippy::cast_precision_loss, reason = "the fees of the table")]
        let fee_size = fee.map(|fee| FEE_SIZE.iter().find(|(from, _)| fee >= *from as f64));
        let factor = |line: Option<&(i64, i64)>| Factor::nearest(line.map_or(LEAST_SUGGESTED, |(_, n)| *n));
        Self { time_open: time_open.map(factor), fee_size: fee_size.map(factor) }
    }
}

/// Writes a job's rank into the system it comes from.
#[derive(Debug, Serialize, Deserialize)]
pub struct PushRank {
    /// The number of its row.
    pub job_id: i64,
}

impl Payload for PushRank {
    const KIND: Kind = Kind::PushRank;
}

/// Works out all rankings by the present weights.
#[derive(Debug, Serialize, Deserialize)]
pub struct RerankJobs {}

impl Payload for RerankJobs {
    const KIND: Kind = Kind::RerankJobs;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(each: [i64; 4]) -> Factors {
        let [client_engagement, search_difficulty, time_open, fee_size] = each.map(Factor::nearest);
        Factors { client_engagement, search_difficulty, time_open, fee_size }
    }

    fn weights(each: [f64; 4]) -> Weights {
        let [client_engagement, search_difficulty, time_open, fee_size] = each;
        Weights { client_engagement, search_difficulty, time_open, fee_size }
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn latest(scorer: i64, role: ScoringRole, on: &str, each: [i64; 4]) -> Latest {
        Latest { scorer, role, day: day(on), factors: factors(each) }
    }

    #[test]
    fn a_score_is_the_weighted_sum_to_two_decimals_half_up() {
        for (each, by, expected) in [
            ([4, 3, 5, 2], [0.25; 4], 350),
            ([5, 4, 4, 4], [0.25; 4], 425),
            ([1, 1, 1, 1], [0.25; 4], 100),
            ([5, 5, 5, 5], [0.25; 4], 500),
            ([5, 5, 5, 5], [0.1, 0.2, 0.3, 0.4], 500),
            ([5, 1, 1, 1], [1.0, 0.0, 0.0, 0.0], 500),
            // 3.005 and 2.675, which are a little less in binary.
            ([5, 1, 3, 3], [0.3325, 0.33, 0.16875, 0.16875], 301),
            ([2, 3, 3, 3], [0.325, 0.225, 0.225, 0.225], 268),
            ([2, 3, 3, 3], [0.3251, 0.2249, 0.225, 0.225], 267),
        ] {
            assert_eq!(factors(each).composite(&weights(by)), Composite(expected), "{each:?} by {by:?}");
        }
        for (score, hundredths) in [(3.005, 301), (1.005, 101), (3.0049, 300), (4.995, 500), (0.0, 0)] {
            assert_eq!(Composite::nearest(score), Composite(hundredths), "{score}");
        }
        assert_eq!(serde_json::to_string(&Composite(425)).unwrap(), "4.25");
    }

    #[test]
    fn letters_begin_at_four_and_at_two_and_a_half() {
        for (hundredths, rank) in
            [(500, Rank::A), (400, Rank::A), (399, Rank::B), (250, Rank::B), (249, Rank::C), (100, Rank::C)]
        {
            assert_eq!(Composite(hundredths).rank(), rank, "{hundredths}");
        }
    }

    #[test]
    fn a_mean_is_half_up_of_the_decimals() {
        let mean = |of: &[i64]| Composite::mean(&of.iter().map(|n| Composite(*n)).collect::<Vec<_>>());
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[425]), Some(Composite(425)));
        assert_eq!(mean(&[300, 301]), Some(Composite(301)));
        assert_eq!(mean(&[300, 300, 301]), Some(Composite(300)));
        assert_eq!(mean(&[300, 301, 301]), Some(Composite(301)));
        assert_eq!(mean(&[399, 400]), Some(Composite(400)));
    }

    #[test]
    fn a_ranking_is_the_mean_of_the_scorers_and_of_each_role() {
        let scores = [
            latest(1, ScoringRole::AccountManager, "2024-01-10", [5, 5, 5, 5]),
            latest(2, ScoringRole::AccountManager, "2024-01-12", [4, 4, 4, 4]),
            latest(3, ScoringRole::Ceo, "2024-01-11", [1, 1, 1, 2]),
        ];
        let ranking = Ranking::of(&scores, &Weights::EQUAL).unwrap();
        // 5, 4 and 1.25.
        assert_eq!((ranking.composite, ranking.rank, ranking.scorers), (Composite(342), Rank::B, 3));
        assert_eq!(ranking.day, day("2024-01-12"));
        let by_role = serde_json::json!({"account_manager": 4.5, "ceo": 1.25});
        assert_eq!(Value::Object(ranking.by_role), by_role);
        assert_eq!(Ranking::of(&[], &Weights::EQUAL), None);
    }

    #[test]
    fn of_each_scorer_the_newest_score_counts() {
        let first = latest(1, ScoringRole::Ceo, "2024-01-10", [5, 5, 5, 5]);
        let other = latest(2, ScoringRole::Ceo, "2024-01-01", [3, 3, 3, 3]);
        let newer = latest(1, ScoringRole::Other, "2024-01-11", [1, 1, 1, 1]);
        let older = latest(1, ScoringRole::Ceo, "2024-01-09", [2, 2, 2, 2]);
        assert_eq!(with(vec![first], other), [first, other]);
        assert_eq!(with(vec![first, other], newer), [newer, other]);
        assert_eq!(with(vec![first, other], older), [first, other]);
    }

    #[test]
    fn the_time_open_suggests_less_at_every_boundary() {
        let opened = day("2024-01-01");
        for (today, expected) in [
            ("2023-12-31", 5),
            ("2024-01-01", 5),
            ("2024-01-15", 5),
            ("2024-01-16", 4),
            ("2024-01-31", 4),
            ("2024-02-01", 3),
            ("2024-03-01", 3),
            ("2024-03-02", 2),
            ("2024-03-31", 2),
            ("2024-04-01", 1),
            ("2030-01-01", 1),
        ] {
            let suggested = Suggested::of(Some(opened), None, day(today));
            assert_eq!(suggested.time_open.map(Factor::number), Some(expected), "{today}");
            assert_eq!(suggested.fee_size, None);
        }
    }

    #[test]
    fn the_fee_suggests_more_at_every_boundary() {
        for (fee, expected) in [
            (0.0, 1),
            (9_999.99, 1),
            (10_000.0, 2),
            (19_999.99, 2),
            (20_000.0, 3),
            (29_999.99, 3),
            (30_000.0, 4),
            (39_999.99, 4),
            (40_000.0, 5),
            (1e9, 5),
        ] {
            let suggested = Suggested::of(None, Some(fee), day("2024-01-01"));
            assert_eq!(suggested.fee_size.map(Factor::number), Some(expected), "{fee}");
            assert_eq!(suggested.time_open, None);
        }
    }

    #[test]
    fn weights_are_shares_that_come_to_one() {
        for good in [[0.25; 4], [1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.2501], [0.25, 0.25, 0.25, 0.2499]]
        {
            assert!(weights(good).check().is_ok(), "{good:?}");
        }
        for bad in [[0.25, 0.25, 0.25, 0.2502], [0.25, 0.25, 0.25, 0.2498], [0.0; 4], [1.0; 4]] {
            assert!(weights(bad).check().is_err(), "{bad:?}");
        }
        assert!([0.0, 1.0, 0.5].into_iter().all(|share| Weight::try_from(share).is_ok()));
        let outside = [-0.01, 1.01, f64::NAN, f64::INFINITY];
        assert!(outside.into_iter().all(|share| Weight::try_from(share).is_err()));
    }
}
