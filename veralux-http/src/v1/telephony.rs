//! A tenant's own lines: proof that they are its own, and how they are forwarded to its receptionist.

pub(crate) mod configure;
pub(crate) mod confirm_code;
pub(crate) mod confirm_setup;
pub(crate) mod demo_codes;
pub(crate) mod disable;
pub(crate) mod forwarding;
pub(crate) mod initiate;
pub(crate) mod remove;
pub(crate) mod verified_numbers;

use axum::middleware::map_response;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veralux_core::forwarding::{Codes, configuration};
use veralux_core::port::Forwarding;

use crate::Api;
use crate::web::Problem;

/// Its endpoints. Their callers expect the reason for a refusal in `error`.
pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(initiate::initiate))
        .routes(routes!(confirm_code::confirm_code))
        .routes(routes!(verified_numbers::verified_numbers))
        .routes(routes!(remove::remove))
        .routes(routes!(forwarding::forwarding, configure::configure))
        .routes(routes!(confirm_setup::confirm_setup))
        .routes(routes!(disable::disable))
        .routes(routes!(demo_codes::demo_codes))
        .layer(map_response(with_error))
}

async fn with_error(mut response: Response) -> Response {
    if let Some(problem) = response.extensions_mut().get_mut::<Problem>() {
        problem.with_error = true;
    }
    response
}

/// A forwarding configuration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ForwardingConfiguration)]
pub(crate) struct ForwardingView {
    id: String,
    verified_caller_id: String,
    sim_phone_number: String,
    /// `total_ai` or `safety_net`.
    forwarding_type: String,
    carrier: String,
    carrier_country_code: String,
    /// Where calls go.
    twilio_forwarding_number: String,
    /// As asked for; 25 where a code has one and nothing was asked for.
    ring_time_seconds: Option<u8>,
    generated_activation_code: String,
    generated_deactivation_code: String,
    /// `pending_setup`, `active` or `disabled`.
    status: String,
    user_confirmed_setup: bool,
    #[schema(format = DateTime)]
    confirmed_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    /// What to do, step by step.
    instructions: Vec<String>,
    /// Everything else that should be known before dialling, as `veralux forwarding -` writes it: what the code covers,
    /// further steps, codes that show what is set, warnings, alternatives, notes, a link. Null when the carrier's codes
    /// have changed since.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

impl ForwardingView {
    fn new(forwarding: Forwarding, codes: Option<&Codes>) -> Self {
        let Forwarding { id, caller_id, number, destination, carrier, country, mode, status, .. } =
            forwarding;
        let ring_time = codes.and_then(|codes| codes.ring_time_seconds).or(forwarding.ring_time);
        Self {
            id: id.to_string(),
            verified_caller_id: caller_id.to_string(),
            sim_phone_number: number.to_string(),
            forwarding_type: mode.to_string(),
            carrier: carrier.to_string(),
            carrier_country_code: country,
            twilio_forwarding_number: destination.to_string(),
            ring_time_seconds: ring_time.map(veralux_core::forwarding::RingTime::seconds),
            generated_activation_code: forwarding.activation_code,
            generated_deactivation_code: forwarding.deactivation_code,
            status: status.to_string(),
            user_confirmed_setup: status == configuration::Status::Active,
            confirmed_at: forwarding.confirmed_at.map(|at| at.to_string()),
            created_at: forwarding.created_at.to_string(),
            updated_at: forwarding.updated_at.to_string(),
            instructions: codes.map(|codes| codes.instructions.clone()).unwrap_or_default(),
            details: codes.and_then(|codes| serde_json::to_value(codes).ok()),
        }
    }
}

impl From<Forwarding> for ForwardingView {
    fn from(forwarding: Forwarding) -> Self {
        let codes = forwarding.codes();
        Self::new(forwarding, codes.as_ref())
    }
}
