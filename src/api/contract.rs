//! The contracts, told apart by path, and the style in which each one says that something is wrong.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use super::error::{ApiError, FieldError};

/// Whose path it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contract {
    /// RecruitOS: candidates, interviews, dashboard.
    RecruitOs,
    /// AIRecruiter v2: everything under `/api/v1`.
    AiRecruiter,
    /// The event log and its webhooks: no contract's, and written as outside of all.
    Events,
    /// Recruiterflow and job scoring: jobs, scores, syncs, webhooks in, and the accounts of those who score.
    Scoring,
    /// Outside every contract.
    None,
}

/// Path prefixes, the longest first where one holds another.
const PREFIXES: &[(&str, Contract)] = &[
    ("/api/v1", Contract::AiRecruiter),
    ("/api/events", Contract::Events),
    ("/api/dashboard/stats", Contract::RecruitOs),
    ("/api/activity", Contract::RecruitOs),
    ("/api/candidates", Contract::RecruitOs),
    ("/api/interviews", Contract::RecruitOs),
    ("/api/auth", Contract::Scoring),
    ("/api/cache", Contract::Scoring),
    ("/api/dashboard", Contract::Scoring),
    ("/api/jobs", Contract::Scoring),
    ("/api/scores", Contract::Scoring),
    ("/api/scoring", Contract::Scoring),
    ("/api/sync", Contract::Scoring),
    ("/api/users", Contract::Scoring),
    ("/api/webhooks", Contract::Scoring),
];

impl Contract {
    /// The contract of a path.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let under = |prefix: &str| {
            path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        PREFIXES.iter().find(|(prefix, _)| under(prefix)).map_or(Self::None, |(_, contract)| *contract)
    }

    /// Whether every path of the contract, known or not, asks for the API key.
    #[must_use]
    pub const fn needs_api_key(self) -> bool {
        matches!(self, Self::RecruitOs | Self::Events)
    }

    /// Whether every path of the contract, known or not, asks for the API key or a user's token.
    #[must_use]
    pub const fn takes_users(self) -> bool {
        matches!(self, Self::Scoring)
    }

    /// The error as this contract writes it. An internal one names the request, for the log.
    #[must_use]
    pub fn render(self, error: &ApiError, request_id: &str) -> Response<Bytes> {
        let request_id = (error.status == StatusCode::INTERNAL_SERVER_ERROR).then_some(request_id);
        let body = match self {
            Self::RecruitOs => serde_json::to_vec(&RecruitOsError {
                detail: &error.message,
                errors: &error.fields,
                request_id,
            }),
            Self::AiRecruiter => serde_json::to_vec(&AiRecruiterError {
                error: AiRecruiterErrorBody {
                    code: error.code,
                    message: &error.message,
                    details: &error.fields,
                    request_id,
                },
            }),
            Self::Events | Self::Scoring | Self::None => {
                serde_json::to_vec(&PlainError { error: &error.message, errors: &error.fields, request_id })
            }
        };
        // Structs of texts always serialize.
        let mut response = Response::new(Bytes::from(body.unwrap_or_default()));
        *response.status_mut() = error.status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}

/// RecruitOS, "Error Responses".
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecruitOsError<'a> {
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

/// AIRecruiter, "Error Response".
#[derive(Serialize)]
struct AiRecruiterError<'a> {
    error: AiRecruiterErrorBody<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AiRecruiterErrorBody<'a> {
    code: &'a str,
    message: &'a str,
    details: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

/// Outside every contract.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainError<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_at_a_slash() {
        assert_eq!(Contract::of("/api/candidates"), Contract::RecruitOs);
        assert_eq!(Contract::of("/api/candidates/1/x"), Contract::RecruitOs);
        assert_eq!(Contract::of("/api/candidatesX"), Contract::None);
        assert_eq!(Contract::of("/api/dashboard"), Contract::Scoring);
        assert_eq!(Contract::of("/api/dashboard/stats"), Contract::RecruitOs);
        assert_eq!(Contract::of("/api/v1/health"), Contract::AiRecruiter);
        assert_eq!(Contract::of("/"), Contract::None);
    }
}
