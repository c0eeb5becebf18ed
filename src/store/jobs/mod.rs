//! Jobs: read for people, written by syncs and scores.

pub mod owners;
mod parts;
pub mod pipeline_view;
pub mod pipelines;
pub mod sync;

mod event_data;
