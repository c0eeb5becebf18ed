//! The API's description, OpenAPI 3.1, put together from the handlers. Built natively into
//! `schema/openapi.json`, which is served as a static file; nothing of it runs in the Worker.

use serde::{Deserialize, Serialize};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi, ToSchema};

use super::{accounts, airecruiter, events, manners, recruitos, root, scoring, sync, webhooks};

/// 304, of a thing that has versions: everything else about them is added by `manners`.
#[derive(IntoResponses)]
#[response(status = 304, description = "The version in `If-None-Match` is the present one")]
pub struct NotModified;

/// 400
#[derive(IntoResponses)]
#[response(status = 400, description = "Every field that can't be taken, and why")]
pub struct BadRequest(#[to_schema] pub ValidationProblem);

/// 401
#[derive(IntoResponses)]
#[response(
    status = 401,
    description = "No API key, or a wrong one",
    example = json!({ "detail": "Invalid or missing authentication token" })
)]
pub struct Refused(#[to_schema] pub Problem);

/// 404
#[derive(IntoResponses)]
#[response(status = 404, description = "There is none with this id")]
pub struct NotFound(#[to_schema] pub Problem);

/// Fields that can't be taken.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidationProblem {
    #[schema(example = "Validation error")]
    pub detail: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// A field that can't be taken.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldProblem {
    #[schema(example = "email")]
    pub field: String,
    #[schema(example = "Invalid email format")]
    pub message: String,
}

/// Why a request was not done.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    #[schema(example = "Candidate not found")]
    pub detail: String,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Edgehire API",
        description = "A recruiting backend: several API contracts over one set of facts.\n\n\
            Every answer carries `X-Request-Id`; a request may bring its own. Times are UTC. \
            Bodies of more than 1 MiB are refused with 413. A POST with an `Idempotency-Key` may be \
            repeated: it is done once.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    security(("bearer" = []), ("apiKey" = [])),
    tags(
        (name = "RecruitOS: dashboard", description = "Figures and the feed of what happened."),
        (name = "RecruitOS: candidates", description = "People who applied or were sourced."),
        (name = "RecruitOS: interviews", description = "The recruiters' diary."),
        (name = "Recruiterflow: webhooks in", description = "What Recruiterflow tells us, and what could \
            not be done about it."),
        (name = "Sign-in", description = "Users sign in with e-mail and password, and are given a token: \
            the bearer of what says that it takes one. It is good for 12 hours."),
        (name = "Users", description = "Who may sign in, and what they may do."),
        (name = "Jobs", description = "What there is to work on, the best first."),
        (name = "Scoring", description = "What people think of jobs, and the ranks it comes to."),
        (name = "Events", description = "The log of what happened, in order."),
        (name = "Webhooks", description = "Who is told of events, and what became of it."),
        (name = "Sync", description = "Jobs and pipelines as Recruiterflow has them."),
        (name = "Service", description = "About the service itself."),
    ),
    components(schemas(FieldProblem)),
    modifiers(&Credentials)
)]
struct Doc;

/// How callers say who they are.
struct Credentials;

impl Modify for Credentials {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let header = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
        components.add_security_scheme("bearer", bearer);
        components.add_security_scheme("apiKey", header);
    }
}

/// The description of every endpoint.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Doc::openapi();
    for part in [
        recruitos::Doc::openapi(),
        airecruiter::Doc::openapi(),
        webhooks::Doc::openapi(),
        accounts::Doc::openapi(),
        scoring::Doc::openapi(),
        events::Doc::openapi(),
        sync::Doc::openapi(),
        root::Doc::openapi(),
    ] {
        document.merge(part);
    }
    manners::describe(&mut document);
    document
}
