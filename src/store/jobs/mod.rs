//! Jobs: read for people, written by syncs and scores.

pub mod owners;
mod parts;
pub mod pipeline_view;
pub mod pipelines;
pub mod sync;

mod dashboard;
mod detail;
pub(super) mod event_data;
mod list;
mod order;
mod rank;
mod suggested;

pub use dashboard::dashboard;
pub use detail::{Detail, JobDetail, JobViews, find};
pub use list::{JobFilter, RankFilter, list, pending};
pub use order::{JobOrder, SortBy};
pub use rank::{RankToPush, rank_to_push};
