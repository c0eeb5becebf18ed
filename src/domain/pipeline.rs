//! A job's pipeline as figures: how many candidates are at each stage, how long they stay there, and where
//! it stands still.
//!
//! A visit is a stay of one candidate at one stage: closed when they moved on, open while they are there.
//! Visits to stages at which a candidate is out of the process (hired, disqualified) tell nothing of how
//! the process moves, and don't count towards its staleness.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::hex::hex;
use super::job::DAY_MS;
use super::vendor::{VendorMove, VendorPipeline};

/// A pipeline as it is kept: sums from which its figures are worked out for any moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// In the job's own order.
    pub stages: Vec<Stage>,
    /// Why candidates are out, and how many for each reason.
    pub reasons: BTreeMap<String, u32>,
}

/// A stage, with its visits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub name: String,
    /// Candidates who are there now.
    pub count: u32,
    /// Who is there is out of the process.
    pub is_out: bool,
    /// Visits that have ended, and how long they were together, in milliseconds.
    pub closed: i64,
    pub closed_ms: i64,
    /// Visits that have not, and the sum of when they began, in milliseconds since 1970.
    pub open: i64,
    pub open_ms: i64,
}

/// How a pipeline stands at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Candidates, those who are out included.
    pub total: u32,
    /// Candidates who are not out.
    pub active: u32,
    /// Mean days for which the candidates who are not out have been where they are; one decimal.
    pub staleness_days: Option<f64>,
    /// The stage with the longest mean stay at which at least two candidates are, none that is out.
    pub bottleneck: Option<String>,
}

/// Words of stages at which a candidate is out, in English and Russian, as parts of their names.
const OUT: &[&str] = &[
    "disqualif",
    "reject",
    "withdr",
    "declin",
    "not interested",
    "hired",
    "placed",
    "archiv",
    "отказ",
    "отклон",
    "нанят",
    "принят на работу",
];

impl Pipeline {
    /// The figures of what the system tells.
    #[must_use]
    pub fn of(told: &VendorPipeline) -> Self {
        let mut stages: Vec<Stage> = told
            .stages
            .iter()
            .map(|stage| Stage {
                name: stage.name.clone(),
                count: stage.count,
                is_out: is_out(&stage.name),
                ..Stage::default()
            })
            .collect();
        let mut reasons = BTreeMap::new();
        for moves in by_candidate(&told.moves).values() {
            for (at, step) in moves.iter().enumerate() {
                let next = moves.get(at + 1);
                // A stage that candidates have passed through and that is no more keeps its visits.
                let known = stages.iter().position(|stage| stage.name == step.to);
                let place = known.unwrap_or_else(|| {
                    stages.push(Stage {
                        name: step.to.clone(),
                        is_out: is_out(&step.to),
                        ..Stage::default()
                    });
                    stages.len() - 1
                });
                stages[place].add(step, next.copied());
            }
            let last = moves.last().filter(|step| is_out(&step.to));
            if let Some(reason) = last.and_then(|step| step.reason.as_ref()) {
                *reasons.entry(reason.clone()).or_default() += 1;
            }
        }
        Self { stages, reasons }
    }

    /// How it stands at this moment, in milliseconds since 1970.
    #[must_use]
    pub fn at(&self, now_ms: i64) -> Standing {
        let active = self.stages.iter().filter(|stage| !stage.is_out);
        let (open, open_ms) =
            active.clone().fold((0, 0), |(n, ms), stage| (n + stage.open, ms + stage.open_ms));
        let slowest = active
            .clone()
            .filter(|stage| stage.count >= 2)
            .filter_map(|stage| Some((stage.mean_ms(now_ms)?, &stage.name)))
            // Of two that are equal, the earlier in the process.
            .reduce(|slowest, other| if other.0 > slowest.0 { other } else { slowest });
        Standing {
            total: self.stages.iter().map(|stage| stage.count).sum(),
            active: active.map(|stage| stage.count).sum(),
            staleness_days: (open > 0).then(|| days(mean(open * now_ms - open_ms, open))),
            bottleneck: slowest.map(|(_, name)| name.clone()),
        }
    }
}

impl Stage {
    fn add(&mut self, step: &VendorMove, next: Option<&VendorMove>) {
        if let Some(next) = next {
            self.closed += 1;
            self.closed_ms += next.at.unix_ms() - step.at.unix_ms();
        } else {
            self.open += 1;
            self.open_ms += step.at.unix_ms();
        }
    }

    /// Mean days of a visit at this moment, open ones included; one decimal.
    #[must_use]
    pub fn mean_days(&self, now_ms: i64) -> Option<f64> {
        self.mean_ms(now_ms).map(days)
    }

    fn mean_ms(&self, now_ms: i64) -> Option<f64> {
        let visits = self.closed + self.open;
        (visits > 0).then(|| mean(self.closed_ms + self.open * now_ms - self.open_ms, visits))
    }
}

/// Whether a candidate at a stage of this name is out of the process.
fn is_out(stage: &str) -> bool {
    let name = stage.to_lowercase();
    OUT.iter().any(|word| name.contains(word))
}

/// Each candidate's moves, oldest first.
fn by_candidate(moves: &[VendorMove]) -> BTreeMap<&str, Vec<&VendorMove>> {
    let mut all: BTreeMap<&str, Vec<&VendorMove>> = BTreeMap::new();
    for step in moves {
        all.entry(&step.candidate_id).or_default().push(step);
    }
    for moves in all.values_mut() {
        moves.sort_by_key(|step| step.at);
    }
    all
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of some years, and counts")]
fn mean(sum_ms: i64, count: i64) -> f64 {
    sum_ms as f64 / count as f64
}

/// Milliseconds as days, to one decimal. A visit that began in the future, by another clock, is of no length.
fn days(ms: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact")]
    let day = DAY_MS as f64;
    (ms.max(0.0) / day * 10.0).round() / 10.0
}

/// A hash of what the system tells of a pipeline: the same while nobody moves.
#[must_use]
pub fn hash(told: &VendorPipeline) -> String {
    let mut hash = Sha256::new();
    for stage in &told.stages {
        hash.update(format!("{}\t{}\n", stage.name, stage.count));
    }
    let mut moves: Vec<_> = told
        .moves
        .iter()
        .map(|step| {
            let (from, reason) = (step.from.as_deref(), step.reason.as_deref());
            format!("{}\t{}\t{from:?}\t{}\t{reason:?}\n", step.candidate_id, step.at, step.to)
        })
        .collect();
    moves.sort();
    for step in &moves {
        hash.update(step);
    }
    hex(&hash.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::domain::vendor::StageCount;

    fn told(stages: &[(&str, u32)], moves: &[(&str, &str, &str, Option<&str>)]) -> VendorPipeline {
        let stage =
            |(name, count): &(&str, u32)| StageCount { id: None, name: (*name).to_owned(), count: *count };
        let step = |(who, to, at, reason): &(&str, &str, &str, Option<&str>)| VendorMove {
            candidate_id: (*who).to_owned(),
            from: None,
            to: (*to).to_owned(),
            at: at.parse::<Timestamp>().unwrap(),
            reason: reason.map(str::to_owned),
        };
        VendorPipeline {
            stages: stages.iter().map(stage).collect(),
            moves: moves.iter().map(step).collect(),
            unreadable: Vec::new(),
        }
    }

    fn ms(at: &str) -> i64 {
        at.parse::<Timestamp>().unwrap().unix_ms()
    }

    #[test]
    fn means_count_closed_and_open_visits_and_leave_out_those_who_are_out() {
        let pipeline = Pipeline::of(&told(
            &[("Sourced", 0), ("Interview", 2), ("Disqualified", 1), ("Offer", 0)],
            &[
                ("1", "Sourced", "2024-01-01", None),
                ("1", "Interview", "2024-01-03", None),
                ("2", "Sourced", "2024-01-01", None),
                ("2", "Interview", "2024-01-02", None),
                ("3", "Sourced", "2024-01-01", None),
                ("3", "Disqualified", "2024-01-04", Some("Salary")),
            ],
        ));
        let now_ms = ms("2024-01-11");
        let means: Vec<_> = pipeline.stages.iter().map(|stage| stage.mean_days(now_ms)).collect();
        // (2 + 1 + 3) / 3, (8 + 9) / 2, 7, nobody ever.
        assert_eq!(means, [Some(2.0), Some(8.5), Some(7.0), None]);
        let standing = pipeline.at(now_ms);
        assert_eq!((standing.total, standing.active), (3, 2));
        assert_eq!(standing.staleness_days, Some(8.5));
        assert_eq!(standing.bottleneck.as_deref(), Some("Interview"));
        assert_eq!(pipeline.reasons, BTreeMap::from([("Salary".to_owned(), 1)]));
    }

    #[test]
    fn a_bottleneck_has_two_candidates_and_an_empty_pipeline_has_none() {
        let one = Pipeline::of(&told(&[("Sourced", 1)], &[("1", "Sourced", "2024-01-01", None)]));
        let standing = one.at(ms("2024-01-02"));
        assert_eq!((standing.bottleneck, standing.staleness_days), (None, Some(1.0)));
        let standing = Pipeline::default().at(0);
        assert_eq!((standing.total, standing.staleness_days, standing.bottleneck), (0, None, None));
    }

    #[test]
    fn a_stage_that_is_no_more_keeps_its_visits_and_time_never_runs_backwards() {
        let moves = [("1", "Old stage", "2024-01-01", None), ("1", "Sourced", "2024-01-05", None)];
        let pipeline = Pipeline::of(&told(&[("Sourced", 1)], &moves));
        assert_eq!(pipeline.stages[1].name, "Old stage");
        assert_eq!(pipeline.stages[1].mean_days(0), Some(4.0));
        assert_eq!(pipeline.at(ms("2024-01-04")).staleness_days, Some(0.0));
    }

    #[test]
    fn the_hash_is_the_same_in_any_order_and_tells_a_reason() {
        let moves = [("1", "A", "2024-01-01", None), ("2", "A", "2024-01-02", None)];
        let turned = [moves[1], moves[0]];
        let with_reason = [moves[0], ("2", "A", "2024-01-02", Some("x"))];
        let hash = |moves: &[_]| super::hash(&told(&[("A", 2)], moves));
        assert_eq!(hash(&moves), hash(&turned));
        assert_ne!(hash(&moves), hash(&with_reason));
    }
}
