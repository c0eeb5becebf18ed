//! Webhooks that others sent us, each as it came.
//!
//! Invariant: `processed_at` is empty as long as something is to be done about one, and then there is a task
//! that will do it, or it has failed, is listed and can be replayed.

mod failed;
mod processing;
mod receive;

pub use failed::{FailedHook, HookPage, Place, find_failed, is_known, list_failed, replay, replay_all};
pub use processing::{Done, Waiting, failed, many_failed_since, processed, prune, waiting};
pub use receive::{NewHook, receive};

use super::sql::Params;
use super::tasks::{self, EachTask};
use crate::domain::inbound_hook::ProcessHooks;
use crate::domain::task::{Kind, Payload};
use crate::domain::time::Timestamp;
use crate::ports::Stmt;

/// The system whose webhooks these are.
const SYSTEM: &str = "recruiterflow";

/// SQL of the key of the task for a hook: one a job, or a candidate where no job is named.
const TASK_KEY: &str =
    "CASE WHEN job_ref IS NULL THEN 'hooks:candidate:' || candidate_ref ELSE 'hooks:job:' || job_ref END";

/// SQL of what that task is told.
const TASK_PAYLOAD: &str = "CASE WHEN job_ref IS NULL THEN json_object('candidate', candidate_ref) \
     ELSE json_object('job', job_ref) END";

const _: () = assert!(matches!(ProcessHooks::KIND, Kind::ProcessHooks));

/// The statement that asks for the tasks that process the hooks where this condition holds.
fn enqueue(params: Params, condition: &str, now: Timestamp, due_ms: i64) -> Stmt {
    let rows = format!(
        "inbound_hooks WHERE {condition} GROUP BY job_ref, iif(job_ref IS NULL, candidate_ref, NULL)"
    );
    let each = EachTask {
        kind: Kind::ProcessHooks,
        payload: TASK_PAYLOAD,
        dedupe_key: TASK_KEY,
        rows: &rows,
        due_ms,
    };
    tasks::enqueue_each(params, &each, now)
}

/// The key of the task for a subject, as `TASK_KEY` gives it.
fn task_key(subject: &ProcessHooks) -> String {
    match subject {
        ProcessHooks::Job(id) => format!("hooks:job:{id}"),
        ProcessHooks::Candidate(id) => format!("hooks:candidate:{id}"),
    }
}

/// SQL that is true for the hooks of a subject about which something is still to be done.
fn open(params: &mut Params, subject: &ProcessHooks) -> String {
    let of_subject = match subject {
        ProcessHooks::Job(id) => format!("job_ref = {}", params.bind(id.as_str())),
        ProcessHooks::Candidate(id) => {
            format!("job_ref IS NULL AND candidate_ref = {}", params.bind(id.as_str()))
        }
    };
    format!("system = '{SYSTEM}' AND processed_at IS NULL AND {of_subject}")
}
