//! The code of each kind of task. Their rules stand in `domain::task`.

use std::future::ready;

use super::engine::{LastWords, Run};
use super::{
    deliver, process_hooks, push_rank, recover_endpoint, rerank_jobs, send_alert, send_callback,
    sweep_recruiterflow,
};
use crate::domain::task::Kind;

/// What runs a kind.
pub(super) fn run(kind: Kind) -> Run {
    match kind {
        Kind::Deliver => |app, task| Box::pin(deliver::run(app, task)),
        Kind::RecoverEndpoint => |app, task| Box::pin(recover_endpoint::run(app, task)),
        Kind::SendCallback => |app, task| Box::pin(send_callback::run(app, task)),
        Kind::ProcessHooks => |app, task| Box::pin(process_hooks::run(app, task)),
        Kind::SendAlert => |app, task| Box::pin(send_alert::run(app, task)),
        Kind::PushRank => |app, task| Box::pin(push_rank::run(app, task)),
        Kind::RerankJobs => |app, task| Box::pin(rerank_jobs::run(app, task)),
        Kind::SweepRecruiterflow => |app, task| Box::pin(sweep_recruiterflow::run(app, task)),
    }
}

/// What a kind writes when a task has ended badly, for good.
pub(super) fn last_words(kind: Kind) -> Option<LastWords> {
    match kind {
        Kind::ProcessHooks => {
            Some(|app, task, error| Box::pin(ready(process_hooks::last_words(app, task, error))))
        }
        Kind::Deliver
        | Kind::RecoverEndpoint
        | Kind::SendCallback
        | Kind::SendAlert
        | Kind::PushRank
        | Kind::RerankJobs => None,
        Kind::SweepRecruiterflow => {
            Some(|app, _, error| Box::pin(sweep_recruiterflow::last_words(app, error)))
        }
    }
}
