//! The VeraLux HTTP API, as a library over the core's ports: [`router`] takes an [`Api`] and is mounted wherever axum is.
//!
//! Every refusal is `application/problem+json` with a stable `code`; every list is a cursor page; every POST that acts
//! takes an `Idempotency-Key`. The binary `veralux` (feature `server`) adds settings, the adapters and logs, and bounds what
//! connections may take; whoever serves the router himself sees to that himself.

mod api;
mod integrations;
mod providers;
mod provisioning;
mod telephony;
mod v1;
mod web;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::CorsLayer;
use utoipa::openapi::OpenApi;

pub use api::{Api, Parts, Settings};
pub use integrations::{MockProviders, ephemeral_vault};
pub use providers::Providers;
pub use telephony::{BcryptHasher, MockCallerIds, VerificationCalls};
pub use veralux_providers::telnyx::webhook::Key as TelnyxKey;
pub use web::TrustedProxies;

/// The whole API.
pub fn router(api: Api) -> Router {
    let (routes, mut document) = v1::routes().split_for_parts();
    v1::complete(&mut document);
    let names = v1::query_names(&document);
    routes
        .merge(v1::documents(&document))
        .fallback(web::no_such_endpoint)
        .method_not_allowed_fallback(web::no_such_method)
        .layer(from_fn(move |request, next| web::check_query(names.clone(), request, next)))
        .layer(from_fn_with_state(api.clone(), web::keep_answers))
        .layer(from_fn_with_state(api.clone(), web::limit_rate))
        .layer(CatchPanicLayer::custom(web::panicked))
        .layer(cors(&api.settings().allowed_origins))
        .layer(from_fn_with_state(api.clone(), web::trace))
        .with_state(api)
}

/// The OpenAPI 3.1 document of [`router`].
pub fn openapi() -> OpenApi {
    let mut document = v1::routes().into_openapi();
    v1::complete(&mut document);
    document
}

fn cors(origins: &[String]) -> CorsLayer {
    let own = |name| HeaderName::from_static(name);
    let allowed: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            own("idempotency-key"),
            own("x-admin-key"),
            own("x-request-id"),
            own("x-tenant-id"),
        ])
        .expose_headers([
            header::ETAG,
            header::RETRY_AFTER,
            own("idempotency-replayed"),
            own("ratelimit-limit"),
            own("ratelimit-remaining"),
            own("ratelimit-reset"),
            own("x-request-id"),
        ])
}
