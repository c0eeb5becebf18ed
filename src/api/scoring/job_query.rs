//! Which jobs are asked for.

use std::str::FromStr;

use deserr::Deserr;
use utoipa::IntoParams;

use super::paging::{ALL, Limit, page};
use crate::api::input::{FieldErrors, Id, NO_OFFSET, Offset, Raw, nullable, required};
use crate::domain::Invalid;
use crate::domain::job::JobSource;
use crate::domain::text::Text;
use crate::store::Page;
use crate::store::jobs::{JobFilter, JobOrder, RankFilter};

/// Which jobs to list.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query)]
#[deserr(error = FieldErrors)]
pub struct JobQuery {
    /// The label that the system gives a job, in any case.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, max_length = 200, example = "Sourcing")]
    status: Option<Text<200>>,
    /// `A`, `B` or `C`, in any case; `none` for jobs that nobody has scored.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, example = "A")]
    rank: Option<Ranked>,
    /// Part of the title or the client's name, in any case and script.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, max_length = 500)]
    search: Option<Text<500>>,
    /// The client's whole name, in any case and script.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, max_length = 500, example = "Acme")]
    client: Option<Text<500>>,
    /// `recruiterflow`, `native`, `workday` or `interviewer`.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>)]
    source: Option<JobSource>,
    /// Jobs that bring at least this, in whatever currency.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<f64>, minimum = 0)]
    min_fee: Option<Fee>,
    /// `true` for those that are worked on, `false` for those that are not, `all` for both.
    #[deserr(default = Active(Some(true)), try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<String>, default = "true")]
    active: Active,
    /// What comes first: `composite_score` or `estimated_fee` (the highest), `last_synced` (the newest),
    /// `date_opened` (the oldest), `client_name` or `job_title` (by the alphabet); with `-` before it the
    /// other way round. What a job does not have comes last. Of two that are equal, the better comes first,
    /// then the one that has been open longer.
    #[deserr(default = JobOrder::BEST_FIRST, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<String>, default = "composite_score", example = "-date_opened")]
    sort: JobOrder,
    /// Most jobs of the page. When there are more, `Link` says where.
    #[deserr(default = ALL, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1000, default = 1000)]
    limit: Limit,
    /// How many jobs to pass over.
    #[deserr(default = NO_OFFSET, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 0, default = 0)]
    offset: Offset,
}

impl JobQuery {
    /// What it asks for.
    pub fn into_parts(self) -> (JobFilter, JobOrder, Page) {
        let filter = JobFilter {
            is_active: self.active.0,
            status: self.status.map(|text| text.as_str().to_owned()),
            rank: self.rank.map(|rank| rank.0),
            search: self.search.map(|text| text.as_str().to_owned()),
            client: self.client.map(|text| text.as_str().to_owned()),
            source: self.source,
            min_fee: self.min_fee.map(|fee| fee.0),
        };
        (filter, self.sort, page(self.limit, self.offset))
    }
}

/// Whose jobs to list.
#[derive(Deserr, IntoParams)]
#[into_params(parameter_in = Query)]
#[deserr(error = FieldErrors)]
pub struct PendingQuery {
    /// Whose score is waited for. With a user's token it may be left out: oneself; only an admin may name
    /// others.
    #[deserr(default, try_from(Raw) = nullable -> Invalid)]
    #[param(value_type = Option<String>, format = Uuid)]
    pub scorer_id: Option<Id>,
    /// Most jobs of the page. When there are more, `Link` says where.
    #[deserr(default = ALL, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 1000, default = 1000)]
    pub limit: Limit,
    /// How many jobs to pass over.
    #[deserr(default = NO_OFFSET, try_from(Raw) = required -> Invalid)]
    #[param(value_type = Option<i64>, minimum = 0, default = 0)]
    pub offset: Offset,
}

/// A rank, or none.
struct Ranked(RankFilter);

impl FromStr for Ranked {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        if raw.trim().eq_ignore_ascii_case("none") {
            return Ok(Self(RankFilter::Unscored));
        }
        let rank = raw.parse().map_err(|_: Invalid| Invalid::because("must be one of: A, B, C, none"))?;
        Ok(Self(RankFilter::Is(rank)))
    }
}

/// Jobs that are worked on, those that are not, or both.
struct Active(Option<bool>);

impl FromStr for Active {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        match raw.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Self(Some(true))),
            "false" | "0" => Ok(Self(Some(false))),
            "all" => Ok(Self(None)),
            _ => Err(Invalid::because("must be one of: true, false, all")),
        }
    }
}

/// An amount of money.
struct Fee(f64);

impl FromStr for Fee {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let fee = raw.trim().parse().ok().filter(|fee: &f64| fee.is_finite() && *fee >= 0.0);
        fee.map(Self).ok_or(Invalid::because("must be a number of 0 or more"))
    }
}
