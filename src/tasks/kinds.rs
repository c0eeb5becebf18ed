//! The code of each kind of task. Their rules stand in `domain::task`.

use super::engine::Run;
use super::{deliver, recover_endpoint, send_callback};
use crate::domain::task::Kind;

/// What runs a kind.
pub(super) fn run(kind: Kind) -> Run {
    match kind {
        Kind::Deliver => |app, task| Box::pin(deliver::run(app, task)),
        Kind::RecoverEndpoint => |app, task| Box::pin(recover_endpoint::run(app, task)),
        Kind::SendCallback => |app, task| Box::pin(send_callback::run(app, task)),
    }
}
