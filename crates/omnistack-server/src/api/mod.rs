//! The routes and their handlers, from which the OpenAPI document is made.
//!
//! A handler has the request's body as a wire type and answers with one; who asks, and whether they
//! may, the guard has settled before.

// A handler's comment is its description in the OpenAPI document, where its errors stand among the
// responses.
#![allow(clippy::missing_errors_doc)]

pub mod analyze;
pub mod health;
pub mod models;
pub mod predict;
mod refusals;
pub mod token;
pub mod usage;

use std::time::Duration;

use ::models::wire;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use tower_http::cors::CorsLayer;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::guard;
use crate::problem::Code;
use crate::state::App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "OmniStack team server",
        description = "Predicts bugs in functions, and analyses files, for the daemons of a team.\n\n\
            All but the public routes want an access token, which `POST /v1/token` gives for a \
            client's id and secret. Errors are `application/problem+json` (RFC 9457), whose `code` \
            is stable."
    ),
    modifiers(&BearerToken)
)]
struct Document;

/// How a client says who it is.
struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(
            Http::builder().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build(),
        );
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", scheme);
    }
}

fn routes_of_all() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(token::jwks))
        .routes(routes!(token::token))
        .routes(routes!(token::revoke))
        .routes(routes!(predict::predict))
        .routes(routes!(analyze::analyze))
        .routes(routes!(models::list))
        .routes(routes!(models::one))
        .routes(routes!(models::load))
        .routes(routes!(models::unload))
        .routes(routes!(usage::usage))
}

/// The handlers, and what the document says of them.
fn parts() -> (Router<App>, utoipa::openapi::OpenApi) {
    let (router, mut document) = routes_of_all().split_for_parts();
    refusals::add(&mut document);
    (router, document)
}

/// The OpenAPI document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    parts().1
}

/// The router of a server.
pub fn router(app: App) -> Router {
    let (router, document) = parts();
    let text = document.to_json().unwrap_or_default();
    let pages = Router::<App>::from(SwaggerUi::new("/docs").config(Config::from("/openapi.json")));
    // The settings were checked: each is one.
    let origins = app.configuration.listen.cors_origins.iter();
    let origins: Vec<HeaderValue> = origins.filter_map(|it| it.parse().ok()).collect();
    let json = [(http::header::CONTENT_TYPE, "application/json")];
    let router = router
        .route("/openapi.json", get(move || std::future::ready((json, text.clone()))))
        .merge(pages)
        .fallback(nothing)
        .layer(from_fn_with_state(app.clone(), guard::guard));
    let router = if origins.is_empty() { router } else { router.layer(cors(origins)) };
    router.with_state(app)
}

/// What pages of other origins may ask from a browser. They get no cookies along, since there are none:
/// a page has to have a token.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    let told = [wire::REQUEST_HEADER, "ratelimit", "ratelimit-policy", "retry-after"];
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers(told.map(HeaderName::from_static))
        .max_age(Duration::from_mins(10))
}

async fn nothing() -> impl IntoResponse {
    Code::NotFound.because("There is nothing at this path: /openapi.json tells what there is.")
}
