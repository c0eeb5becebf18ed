//! What became of webhooks, and sending them again.

use super::delivery_schema::{Delivery, DeliveryList, DeliveryQuery};
use super::problems::{BadRequest, Disabled, NotFound, Refused};
use crate::api::auth::ApiKey;
use crate::api::cursor;
use crate::api::error::ApiError;
use crate::api::extract::{PathId, Query};
use crate::api::respond::{Accepted, JsonText};
use crate::app::App;
use crate::store::deliveries;

/// Lists deliveries
///
/// The newest first, with their tries. A delivery is one event to one endpoint, however often it is
/// tried. They are kept as long as events.
#[utoipa::path(
    get, path = "/api/events/deliveries", tag = "Webhooks", params(DeliveryQuery),
    responses((status = 200, body = DeliveryList, description = "The deliveries of the page"), BadRequest, Refused)
)]
pub async fn list_deliveries(
    app: App,
    _: ApiKey,
    Query(query): Query<DeliveryQuery>,
) -> Result<JsonText, ApiError> {
    let (filter, limit) = query.into_parts();
    let page = deliveries::list(&*app.db, &filter, limit).await?;
    let next = cursor::write_next(page.next.as_ref()).map_err(ApiError::internal)?;
    Ok(JsonText::new(format!(r#"{{"deliveries":[{}],"next":{next}}}"#, page.deliveries.join(","))))
}

/// Sends a webhook again
///
/// At once, whatever became of it, also when it was taken; under the same id and with the same body. When
/// it fails, it is tried again on the whole schedule.
#[utoipa::path(
    post, path = "/api/events/deliveries/{deliveryId}/redeliver", tag = "Webhooks",
    params(("deliveryId" = i64, Path)),
    responses(
        (status = 202, body = Delivery, description = "It will be sent"),
        BadRequest, Refused, NotFound, Disabled,
    )
)]
pub async fn redeliver(app: App, _: ApiKey, PathId(id): PathId) -> Result<Accepted, ApiError> {
    let again = deliveries::redeliver(&*app.db, id, app.clock.now(), app.clock.unix_ms()).await?;
    match again {
        Some(delivery) => Ok(Accepted(JsonText::new(delivery))),
        None if deliveries::exists(&*app.db, id).await? => Err(ApiError::endpoint_disabled()),
        None => Err(ApiError::not_found("Delivery")),
    }
}
