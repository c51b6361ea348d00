//! What every route may be refused with, as the OpenAPI document tells it.
//!
//! It follows from the table of routes: whoever needs a token may have none that does, what is limited
//! may be asked too often, and a body may be too large. What only one handler refuses stands there.

use std::collections::BTreeMap;

use http::header::RETRY_AFTER;
use http::{HeaderName, Method};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{
    Content, Header, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, Type,
};

use crate::access::{Access, Limit, ROUTES, Route};
use crate::guard::limiting;
use crate::problem::Code;

/// Adds them to the document, where a handler says nothing of the same status.
pub(super) fn add(document: &mut OpenApi) {
    for route in &ROUTES {
        let Some(item) = document.paths.paths.get_mut(route.path) else { continue };
        let operation = if route.method == Method::POST { &mut item.post } else { &mut item.get };
        if let Some(operation) = operation {
            complete(operation, route);
        }
    }
}

fn complete(operation: &mut Operation, route: &Route) {
    let is_limited = route.limit != Limit::None;
    let codes = codes(route, operation.request_body.is_some());
    let mut by_status = BTreeMap::<String, Vec<Code>>::new();
    for code in codes {
        by_status.entry(code.row().0.as_u16().to_string()).or_default().push(code);
    }
    let responses = &mut operation.responses.responses;
    for (status, codes) in by_status {
        responses.entry(status).or_insert_with(|| RefOr::T(response(&codes)));
    }
    for (status, response) in responses.iter_mut() {
        let RefOr::T(response) = response else { continue };
        if is_limited && (status.starts_with('2') || status == "429") {
            let told = "How much of the limit is left (draft-ietf-httpapi-ratelimit-headers-10)";
            response.headers.insert(name(&limiting::STATE), header(told, Type::String));
            let told = "The limit (draft-ietf-httpapi-ratelimit-headers-10)";
            response.headers.insert(name(&limiting::POLICY), header(told, Type::String));
        }
        if matches!(status.as_str(), "429" | "503") {
            let told = "After how many seconds to try again; not with every 503";
            response.headers.insert(name(&RETRY_AFTER), header(told, Type::Integer));
        }
    }
}

/// What the guard and the readers of bodies refuse.
fn codes(route: &Route, has_body: bool) -> Vec<Code> {
    let mut codes = Vec::new();
    if route.limit != Limit::None {
        // A token in the query is malformed, too.
        codes.extend([Code::Malformed, Code::RateLimited, Code::Overloaded, Code::Draining]);
        codes.push(Code::Deadline);
    }
    if route.access != Access::Public {
        codes.extend([Code::Unauthenticated, Code::Forbidden]);
    }
    if has_body {
        codes.extend([Code::TooSlow, Code::TooLarge, Code::UnsupportedMediaType]);
    }
    codes
}

fn response(codes: &[Code]) -> Response {
    let told = codes.iter().map(|it| format!("{} (`{}`)", it.row().2, it.name()));
    ResponseBuilder::new()
        .description(told.collect::<Vec<_>>().join("; "))
        .content("application/problem+json", Content::new(Some(Ref::from_schema_name("Problem"))))
        .build()
}

fn name(name: &HeaderName) -> String {
    name.as_str().to_owned()
}

fn header(description: &str, kind: Type) -> RefOr<Header> {
    let schema = ObjectBuilder::new().schema_type(kind).build();
    RefOr::T(HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build())
}
