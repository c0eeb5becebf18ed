//! How much each factor counts.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problems::{BadRequest, Forbidden, Refused};
use crate::api::auth::{Admin, Staff};
use crate::api::error::ApiError;
use crate::api::extract::Input;
use crate::api::input::{FieldErrors, Raw, required};
use crate::api::openapi::NotModified;
use crate::api::versions::{IfMatch, IfNoneMatch, Versioned};
use crate::app::App;
use crate::domain::Invalid;
use crate::domain::scoring::{self, Weight};
use crate::store::settings;

/// How much each factor counts: together 1.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    #[schema(example = 0.25)]
    pub client_engagement: f64,
    #[schema(example = 0.25)]
    pub search_difficulty: f64,
    #[schema(example = 0.25)]
    pub time_open: f64,
    #[schema(example = 0.25)]
    pub fee_size: f64,
}

/// All four weights: each from 0 to 1, together 1, give or take 0.0001.
#[derive(Deserr, ToSchema)]
#[deserr(error = FieldErrors)]
pub struct WeightsUpdate {
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = f64, minimum = 0, maximum = 1, example = 0.4)]
    client_engagement: Weight,
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = f64, minimum = 0, maximum = 1, example = 0.2)]
    search_difficulty: Weight,
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = f64, minimum = 0, maximum = 1, example = 0.2)]
    time_open: Weight,
    #[deserr(try_from(Raw) = required -> Invalid)]
    #[schema(value_type = f64, minimum = 0, maximum = 1, example = 0.2)]
    fee_size: Weight,
}

/// Shows the weights
///
/// The bearer may be a user's token, of any role.
#[utoipa::path(
    get, path = "/api/scoring/weights", tag = "Scoring",
    responses(
        (status = 200, body = Weights, description = "What counts now; 0.25 each until it is set"),
        NotModified, Refused,
    )
)]
pub async fn get_weights(app: App, _: Staff, known: IfNoneMatch) -> Result<Versioned, ApiError> {
    Ok(known.answer(settings::scoring_weights(&*app.db).await?))
}

/// Sets the weights
///
/// Rankings of all jobs that have scores are worked out anew, in the background; the scores stay as they
/// are. The bearer may be a user's token, of the role `admin`.
#[utoipa::path(
    put, path = "/api/scoring/weights", tag = "Scoring", request_body = WeightsUpdate,
    responses((status = 200, body = Weights, description = "What counts now"), BadRequest, Refused, Forbidden)
)]
pub async fn update_weights(
    app: App,
    _: Admin,
    IfMatch(only_if): IfMatch,
    Input(update): Input<WeightsUpdate>,
) -> Result<Versioned, ApiError> {
    let weights = scoring::Weights {
        client_engagement: update.client_engagement.0,
        search_difficulty: update.search_difficulty.0,
        time_open: update.time_open.0,
        fee_size: update.fee_size.0,
    };
    let weights = weights.check().map_err(|reason| ApiError::field("weights", reason.to_string()))?;
    let (now, now_ms) = (app.clock.now(), app.clock.unix_ms());
    let outcome = settings::set_scoring_weights(&*app.db, &only_if, weights, now, now_ms).await?;
    Versioned::written(outcome, "Weights")
}
