//! Lists of deliveries.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::JSON;
use crate::domain::endpoint::DeliveryStatus;
use crate::ports::{Batch, Db, DbError};
use crate::store::sql::Params;

/// Which deliveries to list; all conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    pub endpoint: Option<Uuid>,
    pub status: Option<DeliveryStatus>,
    /// The id of an event.
    pub event: Option<Uuid>,
    /// Only those that come after this one in the list.
    pub after: Option<Place>,
}

/// A delivery's place in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub id: i64,
    pub event_id: String,
}

/// A part of the deliveries, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryPage {
    /// JSON objects.
    pub deliveries: Vec<String>,
    /// Where to read on; nothing at the end.
    pub next: Option<Place>,
}

#[derive(Deserialize)]
struct PageRow {
    #[serde(flatten)]
    place: Place,
    json: String,
}

/// Deliveries looked at for a page, whatever the filter.
const WINDOW: i64 = 1_000;

impl DeliveryFilter {
    /// SQL of the deliveries that are looked at, in their order: everything but the status.
    fn window(&self, params: &mut Params) -> (String, &'static str) {
        let order = if self.endpoint.is_some() { "event_id" } else { "id" };
        let mut conditions = Vec::new();
        match (self.endpoint, self.event) {
            (Some(uuid), _) => {
                let uuid = params.bind(uuid.to_string());
                conditions.push(format!("endpoint_id = (SELECT id FROM endpoints WHERE uuid = {uuid})"));
            }
            // One seek an endpoint.
            (None, Some(_)) => conditions.push("endpoint_id IN (SELECT id FROM endpoints)".to_owned()),
            (None, None) => {}
        }
        if let Some(event) = self.event {
            conditions.push(format!("event_id = {}", params.bind(event.to_string())));
        }
        match &self.after {
            Some(place) if order == "id" => conditions.push(format!("id < {}", params.bind(place.id))),
            Some(place) => conditions.push(format!("event_id < {}", params.bind(place.event_id.as_str()))),
            None => {}
        }
        let conditions = if conditions.is_empty() { "1".to_owned() } else { conditions.join(" AND ") };
        (format!("FROM deliveries WHERE {conditions} ORDER BY {order} DESC"), order)
    }
}

/// Lists deliveries, the newest first; of one endpoint in the order of their events. A page may be
/// shorter than asked for although there is more, for it looks at a bounded number. One round trip.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &dyn Db, filter: &DeliveryFilter, limit: i64) -> Result<DeliveryPage, DbError> {
    let mut params = Params::default();
    let (window, _) = filter.window(&mut params);
    // Without a status everything that is looked at is shown.
    let looked_at = if filter.status.is_some() { WINDOW } else { limit };
    let last_seen =
        params.into_stmt(format!("SELECT id, event_id {window} LIMIT 1 OFFSET {}", looked_at - 1));
    let mut params = Params::default();
    let (window, order) = filter.window(&mut params);
    let status =
        filter.status.map_or_else(String::new, |status| format!("WHERE status = '{}'", status.as_str()));
    let page = format!(
        "SELECT id, event_id, {JSON} AS json FROM (SELECT * {window} LIMIT {looked_at}) AS deliveries {status} \
         ORDER BY {order} DESC LIMIT {}",
        params.bind(limit),
    );
    let results = db.batch(&Batch::idempotent(vec![last_seen, params.into_stmt(page)])).await?;
    let [last_seen, page] = results.as_slice() else {
        return Err(DbError::Row("not two results".to_owned()));
    };
    let rows = page.parse::<PageRow>()?;
    let is_full = i64::try_from(rows.len()) == Ok(limit);
    let next = match rows.last() {
        Some(last) if is_full => Some(last.place.clone()),
        _ => last_seen.first()?,
    };
    Ok(DeliveryPage { deliveries: rows.into_iter().map(|row| row.json).collect(), next })
}
