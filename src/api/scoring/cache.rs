//! What is cached of jobs.

use super::problems::{Forbidden, Refused};
use crate::api::auth::Admin;
use crate::api::error::ApiError;
use crate::api::respond::NoContent;
use crate::app::App;
use crate::store::caching;

/// Clears the cache
///
/// Answers are kept for some minutes, and only as long as nothing they show has changed: this is for
/// whoever does not believe it. The bearer may be a user's token, of the role `admin`.
#[utoipa::path(
    delete, path = "/api/cache", tag = "Jobs",
    responses((status = 204, description = "Nothing that was cached counts any more"), Refused, Forbidden)
)]
pub async fn clear_cache(app: App, _: Admin) -> Result<NoContent, ApiError> {
    caching::clear(&*app.db).await?;
    Ok(NoContent)
}
