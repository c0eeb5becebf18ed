//! Taking a webhook in.

use serde::Deserialize;
use uuid::Uuid;

use super::{SYSTEM, enqueue};
use crate::domain::inbound_hook::{Hint, HookStatus, RepeatKey};
use crate::domain::time::Timestamp;
use crate::ports::{Batch, Db, DbError, Rows, Stmt};
use crate::store::sql::Params;
use crate::store::word;

/// How long, in milliseconds, a webhook waits for others about the same, to be processed with them.
const GATHERED_FOR_MS: i64 = 1_000;

/// A webhook that came.
pub struct NewHook<'a> {
    pub uuid: Uuid,
    pub hint: Hint,
    pub key: RepeatKey,
    /// As it came.
    pub body: &'a str,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

#[derive(Deserialize)]
struct StatusRow {
    status: String,
}

/// Stores a webhook, and asks for what it is about to be read anew; gives how it stands then. One round
/// trip.
///
/// A repeat of one that waits or went well is a duplicate. Where it is of one event, nothing is left to do
/// about it. Where it is not, the first one may be long ago, and the same body tells of another change: it is
/// recorded as a duplicate and waits all the same, for a hint must not be lost. A repeat of one that failed
/// is another chance, not a duplicate.
///
/// # Errors
/// When the database fails.
pub async fn receive(db: &dyn Db, new: &NewHook<'_>) -> Result<HookStatus, DbError> {
    let (uuid, at) = (new.uuid.to_string(), Timestamp::from_unix_ms(new.at_ms));
    let insert = Stmt::new(
        "INSERT INTO inbound_hooks (uuid, system, kind, job_ref, candidate_ref, dedupe_key, received_at, \
            received_ms, body, status, processed_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, \
            CASE WHEN is_of_nothing THEN 'ignored' WHEN is_repeat THEN 'duplicate' ELSE 'received' END, \
            iif(is_of_nothing OR (is_repeat AND ?10), ?7, NULL) \
         FROM (SELECT coalesce(?4, ?5) IS NULL AS is_of_nothing, EXISTS (SELECT 1 FROM inbound_hooks \
            WHERE system = ?2 AND dedupe_key = ?6 AND status IN ('received', 'processed')) AS is_repeat) \
         WHERE true ON CONFLICT (uuid) DO NOTHING",
    );
    let insert = insert
        .bind(uuid.as_str())
        .bind(SYSTEM)
        .bind(new.hint.kind.as_deref())
        .bind(new.hint.job.as_deref())
        .bind(new.hint.candidate.as_deref())
        .bind(new.key.text.as_str())
        .bind(at)
        .bind(new.at_ms)
        .bind(new.body)
        .bind(i64::from(new.key.is_of_one_event));
    let mut params = Params::default();
    let waits = format!("uuid = {} AND processed_at IS NULL", params.bind(uuid.as_str()));
    let ask = enqueue(params, &waits, at, new.at_ms + GATHERED_FOR_MS);
    let look = Stmt::new("SELECT status FROM inbound_hooks WHERE uuid = ?1").bind(uuid);
    let results = db.batch(&Batch::idempotent(vec![insert, ask, look])).await?;
    let row = Rows::first_of::<StatusRow>(results.last())?;
    let row = row.ok_or_else(|| DbError::Row("the webhook was not there after storing it".to_owned()))?;
    word(&row.status)
}
