//! Pages of lists that are bare arrays: `limit`, `offset`, and a `Link` to the next.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Uri, header};

use crate::api::input::Offset;
use crate::api::respond::JsonText;
use crate::domain::number::Bounded;
use crate::store::Page;

/// How many items a page holds.
pub type Limit = Bounded<1, 1000>;

/// What a page of jobs holds when nobody says otherwise: as many as it can.
pub const ALL: Limit = Limit::nearest(1000);

/// What a page of scores holds when nobody says otherwise.
pub const USUAL: Limit = Limit::nearest(100);

/// The page of a query.
pub fn page(limit: Limit, offset: Offset) -> Page {
    Page { limit: limit.number(), offset: offset.number() }
}

/// A page, with the link to the next if there is one.
pub fn listed((json, has_more): (Vec<u8>, bool), uri: &Uri, page: Page) -> Response {
    let response = JsonText::new(json).into_response();
    if has_more { linked(response, uri, page) } else { response }
}

/// The page with the link to the next.
pub fn linked(mut response: Response, uri: &Uri, page: Page) -> Response {
    let query = uri.query().unwrap_or_default();
    let kept = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| !["limit", "offset"].contains(&name.as_ref()));
    let next = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("limit", &page.limit.to_string())
        .append_pair("offset", &page.offset.saturating_add(page.limit).to_string())
        .finish();
    // A query that is encoded always fits a header.
    if let Ok(link) = HeaderValue::try_from(format!("<{}?{next}>; rel=\"next\"", uri.path())) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}
