//! In which order jobs are listed.

use std::str::FromStr;

use crate::domain::Invalid;
use crate::domain::words::words;

words! {
    /// What comes first, as the API names it.
    SortBy {
        /// The best.
        CompositeScore = "composite_score",
        /// The oldest.
        DateOpened = "date_opened",
        /// By the alphabet.
        ClientName = "client_name",
        /// By the alphabet.
        JobTitle = "job_title",
        /// The most.
        EstimatedFee = "estimated_fee",
        /// The last.
        LastSynced = "last_synced",
    }
}

/// An order of jobs. What a job does not have comes last in any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobOrder {
    pub by: SortBy,
    /// The other way round.
    pub is_reversed: bool,
}

impl JobOrder {
    /// The usual one.
    pub const BEST_FIRST: Self = Self { by: SortBy::CompositeScore, is_reversed: false };

    /// SQL of the terms. The usual order is that of an index.
    pub(super) fn to_sql(self) -> String {
        let Self { by, is_reversed } = self;
        let (column, is_descending) = match by {
            SortBy::CompositeScore => ("jobs.composite", true),
            SortBy::DateOpened => ("jobs.opened_at", false),
            SortBy::ClientName => (CLIENT_KEY, false),
            SortBy::JobTitle => ("jobs.search_text", false),
            SortBy::EstimatedFee => ("jobs.fee", true),
            SortBy::LastSynced => ("jobs.synced_at", true),
        };
        let first = match (is_descending, is_reversed) {
            (true, false) | (false, true) => format!("{column} DESC"),
            // Null is less than all else.
            _ => format!("{column} IS NULL, {column}"),
        };
        let ties = match by {
            SortBy::CompositeScore => "",
            _ => "jobs.composite DESC, ",
        };
        format!("{first}, {ties}coalesce(jobs.opened_at, '9999'), jobs.id")
    }
}

/// SQL of the client's name, case-folded: the second line of what search looks at; null without one.
pub(super) const CLIENT_KEY: &str =
    "nullif(substr(jobs.search_text, instr(jobs.search_text, char(10)) + 1), '')";

impl FromStr for JobOrder {
    type Err = Invalid;

    /// Reads what comes first, with `-` before it for the other way round.
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let raw = raw.trim();
        let reversed = raw.strip_prefix('-');
        Ok(Self { by: reversed.unwrap_or(raw).parse()?, is_reversed: reversed.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_either_way_round() {
        assert_eq!("composite_score".parse(), Ok(JobOrder::BEST_FIRST));
        let reversed = JobOrder { by: SortBy::JobTitle, is_reversed: true };
        assert_eq!(" -JOB_TITLE ".parse(), Ok(reversed));
        for odd in ["", "-", "--job_title", "title"] {
            assert!(odd.parse::<JobOrder>().is_err(), "{odd}");
        }
    }
}
