//! Versions over HTTP (RFC 9110): a single thing is answered under an `ETag`; `If-Match` says which
//! version a write is meant for, `If-None-Match` which one the caller has.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts};

use super::error::ApiError;
use super::respond::JsonText;
use crate::store::{OnlyIf, Outcome, Shown};

/// A strong tag, without its quotes.
pub struct ETag(pub String);

impl ETag {
    /// The header's value; nothing when it would not fit one.
    pub fn to_header(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(format!("\"{}\"", self.0)).ok()
    }

    /// The tag of an answer of ours.
    pub fn from_header(value: &HeaderValue) -> Option<Self> {
        let tag = value.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?;
        Some(Self(tag.to_owned()))
    }
}

/// A thing as its contract shows it, under its tag.
pub struct Versioned {
    shown: Shown,
    is_known: bool,
}

impl Versioned {
    /// With its body.
    pub fn new(shown: Shown) -> Self {
        Self { shown, is_known: false }
    }

    /// What a write came to: the thing as it stands; 404 when it is not there, 412 when it is another
    /// version than the write was meant for. `what` is a noun, capitalised: "Candidate".
    pub fn written(outcome: Outcome<Shown>, what: &str) -> Result<Self, ApiError> {
        done(outcome, what).map(Self::new)
    }
}

impl IntoResponse for Versioned {
    fn into_response(self) -> Response {
        let tag = ETag(self.shown.tag).to_header();
        let mut response = if self.is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            JsonText::new(self.shown.json).into_response()
        };
        if let Some(tag) = tag {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

/// What a write came to, as `Versioned::written`.
pub fn done<T>(outcome: Outcome<T>, what: &str) -> Result<T, ApiError> {
    match outcome {
        Outcome::Done(done) => Ok(done),
        Outcome::Stale => Err(ApiError::stale(what)),
        Outcome::Missing => Err(ApiError::not_found(what)),
    }
}

/// `If-Match`: which versions a write is meant for. A weak tag matches none. `*` is as no header: what
/// is not there is 404 to everybody, for that tells more than 412 would.
pub struct IfMatch(pub OnlyIf);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(header) = whole(&parts.headers, &header::IF_MATCH) else { return Ok(Self(OnlyIf::Any)) };
        let tags = header.and_then(|header| read(&header));
        match tags.ok_or_else(|| ApiError::field("If-Match", "must be entity tags like \"c1-1\", or *"))? {
            Tags::Star => Ok(Self(OnlyIf::Any)),
            Tags::List(tags) => {
                let strong = tags.into_iter().filter(|tag| !tag.is_weak).map(|tag| tag.text);
                Ok(Self(OnlyIf::Tagged(strong.collect())))
            }
        }
    }
}

/// `If-None-Match`: the versions that the caller has. One that can't be read is as none: the whole
/// answer is right for everybody.
pub struct IfNoneMatch(Option<Tags>);

impl<S: Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let header = whole(&parts.headers, &header::IF_NONE_MATCH).flatten();
        Ok(Self(header.and_then(|header| read(&header))))
    }
}

impl IfNoneMatch {
    /// The thing; 304 when the caller has it.
    pub fn answer(&self, shown: Shown) -> Versioned {
        let is_known = match &self.0 {
            None => false,
            Some(Tags::Star) => true,
            Some(Tags::List(tags)) => tags.iter().any(|tag| tag.text == shown.tag),
        };
        Versioned { shown, is_known }
    }
}

/// The lines of a header as one; `Some(None)` when they are no text.
fn whole(headers: &HeaderMap, name: &HeaderName) -> Option<Option<String>> {
    let lines: Vec<_> = headers.get_all(name).iter().map(HeaderValue::to_str).collect();
    (!lines.is_empty())
        .then(|| lines.into_iter().collect::<Result<Vec<_>, _>>().ok().map(|lines| lines.join(",")))
}

#[derive(Debug, PartialEq, Eq)]
enum Tags {
    /// Any.
    Star,
    List(Vec<Tag>),
}

#[derive(Debug, PartialEq, Eq)]
struct Tag {
    is_weak: bool,
    text: String,
}

/// Reads `*` or a list of tags; `None` when it is neither.
fn read(header: &str) -> Option<Tags> {
    if header.trim() == "*" {
        return Some(Tags::Star);
    }
    let mut tags = Vec::new();
    let mut rest = header;
    loop {
        // Empty places in a list are allowed.
        rest = rest.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return (!tags.is_empty()).then_some(Tags::List(tags));
        }
        let (is_weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |rest| (true, rest));
        let (text, after) = quoted.strip_prefix('"')?.split_once('"')?;
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        tags.push(Tag { is_weak, text: text.to_owned() });
        rest = after.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(tags: &[(bool, &str)]) -> Tags {
        let tag = |(is_weak, text): &(bool, &str)| Tag { is_weak: *is_weak, text: (*text).to_owned() };
        Tags::List(tags.iter().map(tag).collect())
    }

    #[test]
    fn a_list_of_tags_is_read_as_the_rfc_has_it() {
        assert_eq!(read(" * "), Some(Tags::Star));
        assert_eq!(read("\"a\""), Some(list(&[(false, "a")])));
        let several = list(&[(false, "a,b"), (true, "c"), (false, "")]);
        assert_eq!(read(", \"a,b\" ,,W/\"c\",\"\""), Some(several));
        for odd in
            ["", " ", ",", "a", "\"a", "a\"", "\"a\" \"b\"", "w/\"a\"", "*, \"a\"", "\"a b\"", "\"a\"b"]
        {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
