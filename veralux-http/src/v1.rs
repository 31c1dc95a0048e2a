//! The endpoints, one a file: this is the router in one page.

mod health;
mod runtime;
mod tenants;
mod webhooks;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::web::{FieldError, ProblemBody};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "VeraLux", description = "The control plane for AI receptionists and masked business messaging."),
    components(schemas(ProblemBody, FieldError)),
    security(("key" = []), ("bearer" = [])),
    modifiers(&Keys),
)]
struct Document;

struct Keys;

impl utoipa::Modify for Keys {
    fn modify(&self, document: &mut OpenApi) {
        use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "key",
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-Admin-Key"))),
        );
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// Every endpoint with its description.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(health::live::live))
        .routes(routes!(health::ready::ready))
        .routes(routes!(tenants::list::list, tenants::put::put))
        .routes(routes!(tenants::lookup::lookup, tenants::patch::patch))
        .routes(routes!(runtime::lookup::lookup, runtime::publish::publish))
        .routes(routes!(runtime::publish_from_tenant::publish_from_tenant))
        .routes(routes!(runtime::quick_replies::quick_replies, runtime::put_quick_replies::put_quick_replies))
        .routes(routes!(runtime::versions::versions))
        .routes(routes!(runtime::rollback::rollback))
        .routes(routes!(runtime::map::map))
        .routes(routes!(runtime::unmap::unmap))
        .routes(routes!(runtime::did::did))
        .routes(routes!(runtime::health::health))
        .routes(routes!(runtime::reconcile::report, runtime::reconcile::repair))
        .routes(routes!(webhooks::twilio_inbound_sms::twilio_inbound_sms))
}

/// The description itself, at `/openapi.json`.
pub(crate) fn documents(document: &OpenApi) -> Router<Api> {
    let json = document.to_json().unwrap_or_default();
    Router::new().route(
        "/openapi.json",
        get(move || std::future::ready(([(header::CONTENT_TYPE, "application/json")], json.clone()))),
    )
}
