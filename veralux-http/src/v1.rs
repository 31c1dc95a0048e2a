//! The endpoints, one a file: this is the router in one page.

mod audit;
mod health;
mod keys;
mod numbers;
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
        .routes(routes!(keys::list::list, keys::add::add))
        .routes(routes!(keys::revoke::revoke))
        .routes(routes!(audit::list::list))
        .routes(routes!(audit::verify::verify))
        .routes(routes!(audit::export::export))
        .routes(routes!(numbers::list::list))
        .routes(routes!(numbers::import::import))
        .routes(routes!(numbers::lookup::lookup))
        .routes(routes!(numbers::impact::impact))
        .routes(routes!(numbers::quarantine::quarantine))
        .routes(routes!(numbers::release::release))
        .routes(routes!(numbers::assign::assign))
        .routes(routes!(numbers::deactivate::deactivate))
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
