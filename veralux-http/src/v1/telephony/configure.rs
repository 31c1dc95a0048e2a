use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use veralux_core::forwarding::{Carrier, CodeError, Destination, Mode, read_ring_time};
use veralux_core::service::ForwardingRequest;

use super::ForwardingView;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer, path_id};

/// A line to be forwarded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Configure {
    /// `id` of the verified number.
    verified_caller_id: String,
    /// Every call, or missed ones only.
    #[schema(value_type = String, example = "total_ai")]
    forwarding_type: Mode,
    #[schema(value_type = String, example = "tmobile")]
    carrier: Carrier,
    /// ISO 3166-1; `US` when absent.
    carrier_country_code: Option<String>,
    /// 5 to 60, 25 when absent; ignored for `total_ai`.
    #[serde(default)]
    #[schema(value_type = Option<u8>, minimum = 5, maximum = 60)]
    ring_time_seconds: Value,
    /// Where to, a number of the tenant's; the one at which its receptionist is reached when absent.
    twilio_forwarding_number: Option<String>,
}

/// What is to be dialled.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Configured {
    success: bool,
    config: ForwardingView,
    /// When the line had codes before: those off, then the new one on, in this order.
    #[schema(value_type = Vec<Object>)]
    change_steps: Value,
    /// `config.details.dialUri` as an SVG image.
    qr_svg: String,
}

/// Makes the codes that forward a verified number, in place of those it had.
#[utoipa::path(
    post, path = "/api/telephony/forwarding-config", tag = "telephony", request_body = Configure,
    responses(
        (status = CREATED, body = Configured),
        (status = OK, body = Configured, description = "In place of another configuration of this number"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "Not verified, nowhere to forward to, or a circle"),
    ),
)]
pub(crate) async fn configure(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<Configure>,
) -> Result<(StatusCode, Json<Configured>), Problem> {
    let set_up = api.forwardings().put(&context, &tenant, &body.check()?).await?;
    let status = if set_up.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let configured = Configured {
        success: true,
        change_steps: serde_json::to_value(&set_up.steps).unwrap_or_default(),
        qr_svg: set_up.codes.qr(),
        config: ForwardingView::new(set_up.forwarding, Some(&set_up.codes)),
    };
    Ok((status, Json(configured)))
}

impl Configure {
    fn check(self) -> Result<ForwardingRequest, Problem> {
        let caller_id = path_id(&self.verified_caller_id, "caller_id_not_found", "verified number")?;
        let destination = self.twilio_forwarding_number.as_deref().map(Destination::parse).transpose();
        let destination = destination.map_err(|error| fault("twilioForwardingNumber", &error))?;
        let ring_time = read_ring_time(self.forwarding_type, &self.ring_time_seconds)
            .map_err(|error| fault("ringTimeSeconds", &error.into()))?;
        Ok(ForwardingRequest {
            caller_id,
            carrier: self.carrier,
            country: self.carrier_country_code.unwrap_or_else(|| "US".to_owned()),
            mode: self.forwarding_type,
            ring_time,
            destination: destination.map(Destination::number),
        })
    }
}

fn fault(path: &str, error: &CodeError) -> Problem {
    let detail = error.to_string();
    Problem { detail: detail.clone(), ..Problem::field(error.code(), path, &detail) }
}
