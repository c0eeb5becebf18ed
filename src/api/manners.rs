//! What the description says of every operation of a kind, told once: idempotency keys of every POST,
//! versions of every thing that has them. Nothing of it runs in the Worker.

use utoipa::openapi::header::Header;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{OpenApi, RefOr, Required};

/// Adds it all.
pub fn describe(document: &mut OpenApi) {
    let paths = &mut document.paths.paths;
    let versioned: Vec<String> =
        paths.iter().filter(|(_, item)| is_versioned(item)).map(|(path, _)| path.clone()).collect();
    for (path, item) in paths.iter_mut() {
        if versioned.contains(path) {
            versions(item);
        }
        // Who is not known is given no idempotency.
        if let Some(post) = item.post.as_mut().filter(|post| asks_who(post)) {
            // What is created in a list of versioned things comes under its tag.
            let creates =
                versioned.iter().filter_map(|one| one.rsplit_once('/')).any(|(list, _)| list == path);
            if creates {
                tag_answers(post);
            }
            idempotency(post);
        }
    }
}

/// Whether an operation is for those only who say who they are. One that is open to everybody says so.
fn asks_who(operation: &Operation) -> bool {
    let is_open = operation.security.as_deref() == Some(&[SecurityRequirement::default()]);
    !is_open && operation.responses.responses.contains_key("401")
}

/// Things that have versions are those that are read with 304.
fn is_versioned(item: &PathItem) -> bool {
    item.get.as_ref().is_some_and(|get| get.responses.responses.contains_key("304"))
}

fn versions(item: &mut PathItem) {
    if let Some(get) = &mut item.get {
        tag_answers(get);
        add(get, header("If-None-Match", "Versions that the caller has: tags, or `*`.", "\"c1-1\""));
    }
    for write in [&mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten() {
        tag_answers(write);
        add(write, header("If-Match", "Versions that the write is meant for: tags, or `*`.", "\"c1-1\""));
        refuse(write, "412", "It is of another version than `If-Match` names. Nothing was written");
    }
}

fn idempotency(post: &mut Operation) {
    let about = "1 to 255 printable ASCII characters. The same request with the same key within 24 hours \
        is given the first answer, with `Idempotency-Replayed: true`.";
    add(post, header("Idempotency-Key", about, "5c1d5b0e-7f4e-4a57-9c0f-3f2f0a6b8f11"));
    refuse(
        post,
        "409",
        "The `Idempotency-Key` was used with another request, or the request is still running (then with \
         `Retry-After`)",
    );
}

fn header(name: &str, about: &str, example: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some(example.into()))
        .build()
}

fn add(operation: &mut Operation, parameter: Parameter) {
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
}

/// Adds a refusal, which looks as the one for strangers does: in the style of the contract. Where the
/// operation has one of this status already, it is one reason more.
fn refuse(operation: &mut Operation, status: &str, about: &str) {
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(present)) = responses.get_mut(status) {
        present.description = format!("{}. Or: {about}", present.description);
        return;
    }
    let Some(RefOr::T(unauthorized)) = responses.get("401") else { return };
    let mut refusal = unauthorized.clone();
    about.clone_into(&mut refusal.description);
    for content in refusal.content.values_mut() {
        if let RefOr::T(content) = content {
            content.example = None;
        }
    }
    responses.insert(status.to_owned(), RefOr::T(refusal));
}

/// Good answers come under a tag.
fn tag_answers(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let ("200" | "201" | "304", RefOr::T(response)) = (status.as_str(), response) {
            let mut tag = Header::new(ObjectBuilder::new().schema_type(Type::String).build());
            tag.description = Some("The version, as a strong tag".to_owned());
            response.headers.insert("ETag".to_owned(), RefOr::T(tag));
        }
    }
}
