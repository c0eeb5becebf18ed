//! What a CRM says of its jobs, their pipelines and their candidates, as plain data. The vendor's JSON is
//! read leniently: of an answer that leaves members out, writes numbers as texts or `"None"` for nothing,
//! what can be read counts, and what can't says nothing. Of candidates only the ids are kept.

mod candidate;
mod details;
mod fee;
mod job;
mod lenient;
mod pipeline;
mod said;

pub use candidate::{CandidateJob, CustomField, JobMovements, Movements, Person, Transition};
pub use details::merged;
pub use fee::Money;
pub use job::{VendorJob, is_rank_field};
pub use lenient::{nothing, text, whole};
pub use pipeline::{StageCount, VendorMove, VendorPipeline};
pub use said::Said;
