//! Sends what is due to one endpoint. There is at most one such task an endpoint, so endpoints never
//! wait for each other, and no more than `AT_ONCE` requests go to one at a time.
//!
//! Idempotent: a delivery is sent until a try of it has been recorded, always under the event's id; what
//! was sent and not recorded is sent again.

use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::{StreamExt, stream};

use super::engine::{Step, Stop, Task, Then};
use crate::app::App;
use crate::clients::webhook::{self, Letter, Outcome};
use crate::domain::endpoint::{Deliver, DeliveryStatus, DisabledReason, EndpointId, FailureReason, Health};
use crate::domain::event::EventType;
use crate::domain::webhook::{Verdict, WebhookSecret};
use crate::ports::Stmt;
use crate::store::deliveries::{self, Due, DueDelivery, Receiver, Recorded, Tried};

/// Requests to one endpoint at a time.
const AT_ONCE: usize = 4;

/// Deliveries read at a time.
const PAGE: i64 = 40;

/// Pages a run sends at most: an invocation may make 1,000 requests and queries.
const PAGES: usize = 20;

/// Tries recorded at a time, at most.
const RECORDED: usize = 16;

/// For how long a run begins tries, in milliseconds; the last then have their timeout. Together they
/// stay under the 30 seconds that work after an answer may take.
const BEGINS_FOR_MS: i64 = 10_000;

/// How long, in milliseconds, a finished try may wait to be recorded with others.
const RECORDED_WITHIN_MS: i64 = 1_000;

/// Sends until nothing is due, or the run's time is over.
pub async fn run(app: &App, task: &Task) -> Result<Step, Stop> {
    let id = EndpointId(task.payload::<Deliver>()?.endpoint_id);
    let until_ms = app.clock.unix_ms() + BEGINS_FOR_MS;
    for _ in 0..PAGES {
        let due = deliveries::due(&*app.db, id, app.clock.unix_ms(), PAGE).await?;
        let next_ms = match due.filter(|due| due.endpoint.enabled != 0) {
            None => None,
            Some(due) if due.deliveries.is_empty() => due.next_ms,
            Some(due) => send_all(app, id, &task.hold, due, until_ms).await?,
        };
        let now_ms = app.clock.unix_ms();
        match next_ms {
            None => return Ok(Step::then(Then::Done { result: None })),
            Some(next_ms) if next_ms > now_ms => {
                return Ok(Step::then(Then::Sleep { until_ms: next_ms }));
            }
            Some(_) if now_ms >= until_ms => break,
            Some(_) => {}
        }
    }
    // There is more: in another run.
    Ok(Step::then(Then::Sleep { until_ms: app.clock.unix_ms() }))
}

/// Sends a page and records each try; gives when the next delivery is due, in milliseconds since 1970, and
/// nothing when there is none or the endpoint is disabled.
async fn send_all(
    app: &App,
    id: EndpointId,
    hold: &Stmt,
    due: Due,
    until_ms: i64,
) -> Result<Option<i64>, Stop> {
    let secrets = secrets(app, &due.endpoint)?;
    let mut made = Made::new(hold.clone(), &due);
    let mut recorded_ms = app.clock.unix_ms();
    // An endpoint that asks us to wait is sent nothing more, nor is one whose tries can't be recorded.
    let begins_until_ms = AtomicI64::new(until_ms);
    let (receiver, secrets, begins_until) = (&due.endpoint, &secrets, &begins_until_ms);
    let sends = due.deliveries.into_iter().map(|delivery| async move {
        let is_time = app.clock.unix_ms() < begins_until.load(Ordering::Relaxed);
        if is_time { Some(try_once(app, receiver, secrets, delivery).await) } else { None }
    });
    let mut sends = stream::iter(sends).buffer_unordered(AT_ONCE);
    let mut outcome = Ok(());
    while let Some(sent) = sends.next().await {
        let Some((verdict, tried)) = sent else { continue };
        let now_ms = app.clock.unix_ms();
        made.add(verdict, tried, now_ms, app.config.webhooks.disable_after_ms);
        if made.tried.len() >= RECORDED || now_ms - recorded_ms >= RECORDED_WITHIN_MS || made.is_disabled() {
            outcome = outcome.and(made.record(app, id, receiver).await);
            recorded_ms = now_ms;
        }
        // What is under way is waited for all the same: nothing may be sent beside it.
        if made.wait_until_ms.is_some() || made.is_disabled() || outcome.is_err() {
            begins_until.store(i64::MIN, Ordering::Relaxed);
        }
    }
    outcome?;
    made.record(app, id, receiver).await?;
    Ok(made.next_ms.filter(|_| !made.is_disabled()))
}

/// Tries that were made, and what they say of the endpoint.
struct Made {
    hold: Stmt,
    tried: Vec<Tried>,
    health: Health,
    disabled: Option<DisabledReason>,
    /// The endpoint asked to be left alone until then.
    wait_until_ms: Option<i64>,
    /// When the next delivery is due, as far as was recorded.
    next_ms: Option<i64>,
}

impl Made {
    const fn new(hold: Stmt, due: &Due) -> Self {
        let health = Health {
            failing_since_ms: due.endpoint.failing_since_ms,
            last_failed_ms: due.endpoint.last_failed_ms,
        };
        Self { hold, tried: Vec::new(), health, disabled: None, wait_until_ms: None, next_ms: due.next_ms }
    }

    /// Adds a try; the verdict is missing when nothing was sent.
    fn add(&mut self, verdict: Option<Verdict>, tried: Tried, now_ms: i64, disable_after_ms: i64) {
        if let Some(verdict) = verdict {
            self.health = self.health.after(verdict == Verdict::Delivered, now_ms);
            if verdict == Verdict::Gone {
                self.disabled = Some(DisabledReason::Gone);
            } else if self.health.is_hopeless(now_ms, disable_after_ms) {
                self.disabled = self.disabled.or(Some(DisabledReason::Failing));
            }
        }
        if verdict == Some(Verdict::Throttled) && tried.status == DeliveryStatus::Pending {
            self.wait_until_ms = self.wait_until_ms.max(Some(tried.due_ms));
        }
        self.tried.push(tried);
    }

    const fn is_disabled(&self) -> bool {
        self.disabled.is_some()
    }

    /// Records what was added since the last time.
    async fn record(&mut self, app: &App, id: EndpointId, receiver: &Receiver) -> Result<(), Stop> {
        if self.tried.is_empty() {
            return Ok(());
        }
        let recorded = Recorded {
            hold: self.hold.clone(),
            tried: std::mem::take(&mut self.tried),
            health: self.health,
            wait_until_ms: self.wait_until_ms,
            disable: self.disabled.map(|reason| (reason, app.new_event(EventType::EndpointDisabled))),
        };
        self.next_ms = deliveries::record(&*app.db, id, receiver, &recorded).await?;
        Ok(())
    }
}

/// One try of one delivery, with what the endpoint made of it; nothing of that when the event is gone
/// and nothing was sent.
async fn try_once(
    app: &App,
    receiver: &Receiver,
    secrets: &[WebhookSecret],
    delivery: DueDelivery,
) -> (Option<Verdict>, Tried) {
    let mut tried = Tried {
        id: delivery.id,
        tries: delivery.tries,
        status: DeliveryStatus::Failed,
        reason: Some(FailureReason::Expired),
        due_ms: app.clock.unix_ms(),
        attempt: None,
    };
    let Some(body) = &delivery.body else { return (None, tried) };
    let letter = Letter {
        url: &receiver.url,
        id: &delivery.event_id,
        body: body.as_bytes(),
        secrets: secrets.to_vec(),
        headers: Vec::new(),
    };
    let Outcome { verdict, retry_after_ms, attempt } = webhook::send(app, letter).await;
    tried.attempt = Some(attempt);
    let wait = app.config.webhooks.schedule.wait_ms(delivery.tries + 1, app.jitter(), retry_after_ms);
    (tried.status, tried.reason) = match (verdict, wait) {
        (Verdict::Delivered, _) => (DeliveryStatus::Delivered, None),
        (Verdict::Gone, _) => (DeliveryStatus::Failed, Some(FailureReason::Gone)),
        (Verdict::Failed | Verdict::Throttled, None) => {
            (DeliveryStatus::Failed, Some(FailureReason::Exhausted))
        }
        (Verdict::Failed | Verdict::Throttled, Some(wait_ms)) => {
            tried.due_ms = app.clock.unix_ms() + wait_ms;
            (DeliveryStatus::Pending, None)
        }
    };
    (Some(verdict), tried)
}

/// The secrets that sign now: the present one, and for a day after a rotation the one before.
fn secrets(app: &App, receiver: &Receiver) -> Result<Vec<WebhookSecret>, Stop> {
    let now_ms = app.clock.unix_ms();
    let previous = receiver.previous_secret.as_ref();
    let previous = previous.filter(|_| receiver.previous_secret_until_ms.is_some_and(|until| until > now_ms));
    let present = app.open_secret(&receiver.uuid, &receiver.secret).ok_or_else(|| {
        let error = "the endpoint's secret can't be opened: is ENCRYPTION_KEY another one?".to_owned();
        Stop::Retry { error, after_ms: None }
    })?;
    // One that was sealed with a lost key signs no more: that may be why it was replaced.
    let previous = previous.and_then(|sealed| app.open_secret(&receiver.uuid, sealed));
    Ok([Some(present), previous].into_iter().flatten().collect())
}
