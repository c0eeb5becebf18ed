//! Values that people set at run time.

use serde::Deserialize;

use super::sql::Params;
use super::tasks::{EachTask, enqueue_each};
use super::{OnlyIf, Outcome, Shown};
use crate::domain::scoring::{WEIGHTS_SETTING, Weights};
use crate::domain::task::Kind;
use crate::domain::time::Timestamp;
use crate::ports::{Batch, Db, DbError, Rows, Stmt};

/// SQL of the weights as they were set, and of their version: 0 before that.
pub(super) const WEIGHTS: &str = "(SELECT value FROM settings WHERE name = 'scoring_weights')";
pub(super) const WEIGHTS_VERSION: &str =
    "coalesce((SELECT version FROM settings WHERE name = 'scoring_weights'), 0)";

/// The weights of a column that `WEIGHTS` gave: those that count until others are set, without any.
pub(super) fn weights(json: Option<&str>) -> Result<Weights, DbError> {
    let read = json.map(serde_json::from_str).transpose();
    let weights: Option<Weights> = read.map_err(|error| DbError::Row(format!("the weights: {error}")))?;
    Ok(weights.unwrap_or(Weights::EQUAL))
}

#[derive(Deserialize)]
struct Row {
    value: Option<String>,
    version: i64,
}

fn shown(row: Option<Row>) -> Result<Shown, DbError> {
    let row = row.ok_or_else(|| DbError::Row("no row of the weights".to_owned()))?;
    Ok(Shown { json: to_json(weights(row.value.as_deref())?)?, tag: format!("w-{}", row.version) })
}

fn to_json(weights: Weights) -> Result<String, DbError> {
    serde_json::to_string(&weights).map_err(|error| DbError::Row(error.to_string()))
}

/// The statement that reads the weights.
fn look() -> Stmt {
    Stmt::new(format!("SELECT {WEIGHTS} AS value, {WEIGHTS_VERSION} AS version"))
}

/// The weights. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn scoring_weights(db: &dyn Db) -> Result<Shown, DbError> {
    shown(db.read(&look()).await?.first()?)
}

/// Sets the weights, and asks for the rankings to be worked out anew if they differ. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn set_scoring_weights(
    db: &dyn Db,
    only_if: &OnlyIf,
    weights: Weights,
    now: Timestamp,
    now_ms: i64,
) -> Result<Outcome<Shown>, DbError> {
    let json = to_json(weights)?;
    let tag = format!("'w-' || {WEIGHTS_VERSION}");
    let usual = to_json(Weights::EQUAL)?;
    let differs = |params: &mut Params| {
        let (usual, json) = (params.bind(usual.as_str()), params.bind(json.as_str()));
        format!("{} AND coalesce({WEIGHTS}, {usual}) IS NOT {json}", only_if.holds(params, &tag))
    };
    // Asked for before it is made, while the row still shows whether it makes a difference.
    let mut params = Params::default();
    let from = format!("(SELECT 1) WHERE {}", differs(&mut params));
    let rerank = EachTask {
        kind: Kind::RerankJobs,
        payload: "'{}'",
        dedupe_key: "'rerank_jobs'",
        rows: &from,
        due_ms: now_ms,
    };
    let rerank = enqueue_each(params, &rerank, now);
    let mut params = Params::default();
    let differs = differs(&mut params);
    let sql = format!(
        "INSERT INTO settings (name, value, version, updated_at) SELECT '{WEIGHTS_SETTING}', {}, 1, {} \
         WHERE {differs} \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = version + 1, \
            updated_at = excluded.updated_at \
         RETURNING value, version",
        params.bind(json.as_str()),
        params.bind(now),
    );
    let results = db.batch(&Batch::once(vec![rerank, params.into_stmt(sql), look()])).await?;
    if let Some(row) = Rows::first_of::<Row>(results.get(1))? {
        return shown(Some(row)).map(Outcome::Done);
    }
    let present = shown(Rows::first_of(results.get(2))?)?;
    Ok(match only_if {
        OnlyIf::Tagged(tags) if !tags.contains(&present.tag) => Outcome::Stale,
        _ => Outcome::Done(present),
    })
}
