//! Webhook endpoints. Their secrets are encrypted before they come here.
//!
//! Invariant: an endpoint that is enabled and has pending deliveries has a task that will send them; one
//! that is disabled has no pending deliveries.

use serde::Deserialize;
use uuid::Uuid;

use crate::domain::endpoint::{DisabledReason, EndpointId, EndpointPatch, MOST_ENDPOINTS, NewEndpoint};
use crate::domain::event::{EventType, NewEvent};
use crate::domain::outbound_url::OutboundUrl;
use crate::domain::time::Timestamp;
use crate::ports::{Answering, Batch, Db, DbError, Rows, Stmt, Value};

use super::events;
use super::sql::{Changes, Params};
use super::{OnlyIf, Outcome, Shown};

/// SQL of an endpoint as the API shows it.
const JSON: &str = "json_object('id', uuid, 'url', url, 'description', description, \
     'types', json(types), 'enabled', json(iif(enabled, 'true', 'false')), \
     'disabled_reason', disabled_reason, \
     'failing_since', strftime('%FT%TZ', failing_since_ms / 1000, 'unixepoch'), \
     'previous_secret_until', strftime('%FT%TZ', previous_secret_until_ms / 1000, 'unixepoch'), \
     'created_at', created_at, 'updated_at', updated_at)";

/// SQL of an endpoint's tag.
const TAG: &str = "'e' || uuid || '-' || version";

/// Lists all, by age. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &dyn Db) -> Result<Vec<Shown>, DbError> {
    let stmt = Stmt::new(format!("SELECT {JSON} AS json, {TAG} AS tag FROM endpoints ORDER BY id"));
    db.read(&stmt).await?.parse()
}

/// One of them. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &dyn Db, uuid: Uuid) -> Result<Option<Shown>, DbError> {
    let stmt = Stmt::new(format!("SELECT {JSON} AS json, {TAG} AS tag FROM endpoints WHERE uuid = ?1"));
    db.read(&stmt.bind(uuid.to_string())).await?.first()
}

/// Enters an endpoint, which is told of what happens from now on; whether there was room for it. One
/// round trip.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    db: &dyn Db,
    new: &NewEndpoint,
    now: Timestamp,
    answer: impl Into<Value>,
) -> Result<Option<Shown>, DbError> {
    let stmt = Stmt::new(format!(
        "INSERT INTO endpoints (uuid, url, description, types, enabled, disabled_reason, secret, \
            relayed_seq, created_at, updated_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, iif(?5, NULL, 'manual'), ?6, {END_OF_LOG}, ?7, ?7 \
         WHERE (SELECT count(*) FROM endpoints) < {MOST_ENDPOINTS} \
         RETURNING {JSON} AS json, {TAG} AS tag"
    ));
    let stmt = stmt
        .bind(new.uuid.to_string())
        .bind(new.url.as_str())
        .bind(new.description.as_ref())
        .bind(new.types.as_deref().map(types_json))
        .bind(i64::from(new.enabled))
        .bind(new.sealed_secret.as_str())
        .bind(now);
    let batch = Batch::once(vec![stmt]).answering(answering(201, new.uuid, answer, TAG));
    Rows::first_of(db.batch(&batch).await?.first())
}

/// What a request about an endpoint will be answered, and under which tag (SQL), if there is such an
/// endpoint.
fn answering(status: u16, uuid: Uuid, answer: impl Into<Value>, tag: &str) -> Answering {
    let select = Stmt::new(format!("SELECT ?1 AS body, {tag} AS etag FROM endpoints WHERE uuid = ?2"));
    Answering { status, answer: select.bind(answer).bind(uuid.to_string()) }
}

/// SQL of the number of the last event.
const END_OF_LOG: &str = "coalesce((SELECT max(seq) FROM events), (SELECT pruned_seq FROM event_log))";

fn types_json(types: &[EventType]) -> String {
    let words: Vec<_> = types.iter().map(|kind| format!("\"{}\"", kind.as_str())).collect();
    format!("[{}]", words.join(","))
}

/// Changes an endpoint; nothing when there is no such one. Enabled again, it is told of what happens
/// from then on; disabled, what it was still to be told has failed. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn update(
    db: &dyn Db,
    uuid: Uuid,
    only_if: &OnlyIf,
    patch: &EndpointPatch,
    now: Timestamp,
) -> Result<Outcome<Shown>, DbError> {
    let mut changes = Changes::default();
    changes.set("url", patch.url.as_ref().map(OutboundUrl::as_str));
    changes.set("description", patch.description.as_ref().map(Option::as_ref));
    changes.set("types", patch.types.as_ref().map(|types| types.as_deref().map(types_json)));
    changes.set("enabled", patch.enabled.map(i64::from));
    if changes.is_empty() {
        // A change of nothing, which is still meant for a version.
        changes.set("uuid", Some(uuid.to_string()));
    }
    let mut params = Params::default();
    let bound = changes.bind(&mut params);
    let mut assignments = bound.assignments();
    if let Some(enabled) = patch.enabled {
        // One that already was so keeps its history.
        let (was, relayed_seq, reason) =
            if enabled { (0, END_OF_LOG, "NULL") } else { (1, "relayed_seq", "'manual'") };
        let columns = [
            ("relayed_seq", relayed_seq),
            ("failing_since_ms", "NULL"),
            ("last_failed_ms", "NULL"),
            ("disabled_reason", reason),
        ];
        let change = |(column, value)| format!("{column} = iif(enabled = {was}, {value}, {column})");
        assignments.extend(columns.map(change));
    }
    let is_another = bound.differ_in(&["url", "enabled"]);
    assignments.push(format!("generation = generation + {is_another}"));
    assignments.push(format!("wait_until_ms = iif({is_another}, NULL, wait_until_ms)"));
    let sql = format!(
        "UPDATE endpoints SET {}, version = version + {differ}, updated_at = iif({differ}, {}, updated_at) \
         WHERE uuid = {} AND {} RETURNING {JSON} AS json, {TAG} AS tag",
        assignments.join(", "),
        params.bind(now),
        params.bind(uuid.to_string()),
        only_if.holds(&mut params, TAG),
        differ = bound.differ(),
    );
    let give_up = give_up("endpoint_id = (SELECT id FROM endpoints WHERE uuid = ?1 AND enabled = 0)");
    let stmts = vec![params.into_stmt(sql), look(uuid), give_up.bind(uuid.to_string())];
    let batch = match only_if {
        OnlyIf::Any => Batch::idempotent(stmts),
        // The second time it would find the version that the first one made.
        OnlyIf::Tagged(_) => Batch::once(stmts),
    };
    let results = db.batch(&batch).await?;
    Ok(Outcome::of(Rows::first_of(results.first())?, results.get(1)))
}

/// The statement that tells whether there is such an endpoint, of whatever version.
fn look(uuid: Uuid) -> Stmt {
    Stmt::new("SELECT id FROM endpoints WHERE uuid = ?1").bind(uuid.to_string())
}

/// The statement that fails the pending deliveries where the condition holds, for their endpoint is
/// disabled.
fn give_up(condition: &str) -> Stmt {
    Stmt::new(format!(
        "UPDATE deliveries SET status = 'failed', reason = 'disabled' WHERE status = 'pending' AND {condition}"
    ))
}

/// Gives an endpoint a new secret; the previous one signs beside it until its time. Whether there is
/// such an endpoint. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn rotate(
    db: &dyn Db,
    uuid: Uuid,
    sealed_secret: &str,
    previous_until_ms: i64,
    now: Timestamp,
    answer: impl Into<Value>,
) -> Result<bool, DbError> {
    let stmt = Stmt::new(
        "UPDATE endpoints SET previous_secret = secret, previous_secret_until_ms = ?3, secret = ?2, \
            version = version + 1, updated_at = ?4 \
         WHERE uuid = ?1 RETURNING id",
    );
    let stmt = stmt.bind(uuid.to_string()).bind(sealed_secret).bind(previous_until_ms).bind(now);
    let batch = Batch::once(vec![stmt]).answering(answering(200, uuid, answer, "NULL"));
    Ok(db.batch(&batch).await?.first().is_some_and(|rows| !rows.is_empty()))
}

/// Whether an endpoint is told anything.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Standing {
    pub id: i64,
    /// 0 or 1.
    pub enabled: i64,
}

/// How an endpoint stands; nothing when there is no such one. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &dyn Db, uuid: Uuid) -> Result<Option<Standing>, DbError> {
    let stmt = Stmt::new("SELECT id, enabled FROM endpoints WHERE uuid = ?1").bind(uuid.to_string());
    db.read(&stmt).await?.first()
}

/// Removes an endpoint and its deliveries. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn delete(db: &dyn Db, uuid: Uuid, only_if: &OnlyIf) -> Result<Outcome<()>, DbError> {
    let mut params = Params::default();
    let condition = format!("uuid = {}", params.bind(uuid.to_string()));
    let condition = format!("{condition} AND {}", only_if.holds(&mut params, TAG));
    let delete = params.into_stmt(format!("DELETE FROM endpoints WHERE {condition} RETURNING id"));
    let results = db.batch(&Batch::once(vec![delete, look(uuid)])).await?;
    let row = results.first().filter(|rows| !rows.is_empty()).map(|_| ());
    Ok(Outcome::of(row, results.get(1)))
}

/// The statements that disable an endpoint which is gone or failing, and tell of it once: if it still is
/// the one that was tried.
pub(super) fn disable(id: EndpointId, generation: i64, reason: DisabledReason, event: NewEvent) -> Vec<Stmt> {
    let mut params = Params::default();
    let reason_param = params.bind(reason.as_str());
    // Without the URL, which may be as good as a key: others are told of this.
    let data = [
        ("id", "uuid".to_owned()),
        ("description", "description".to_owned()),
        ("reason", reason_param),
        ("failing_since", "strftime('%FT%TZ', failing_since_ms / 1000, 'unixepoch')".to_owned()),
    ];
    let from = format!(
        "endpoints WHERE id = {} AND enabled = 1 AND generation = {}",
        params.bind(id.0),
        params.bind(generation)
    );
    let selection = events::select(event, &mut params, &from, &data);
    let tell = events::insert(params, &[selection]);
    let disable = Stmt::new(
        "UPDATE endpoints SET enabled = 0, disabled_reason = ?3, version = version + 1, updated_at = ?4, \
            generation = generation + 1 \
         WHERE id = ?1 AND enabled = 1 AND generation = ?2",
    );
    let disable = disable.bind(id.0).bind(generation).bind(reason.as_str()).bind(event.at);
    let give_up = give_up("endpoint_id = (SELECT id FROM endpoints WHERE id = ?1 AND enabled = 0)");
    vec![tell, disable, give_up.bind(id.0)]
}
