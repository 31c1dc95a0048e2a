use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::forwarding::Destination;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// A number to be proved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Initiate {
    /// In E.164 form.
    #[schema(example = "+15551234567")]
    phone_number: String,
    /// What people call it.
    friendly_name: Option<String>,
}

/// A code is on its way.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Initiated {
    success: bool,
    verification_id: String,
    /// The provider's name for the call or message.
    validation_id: String,
    message: &'static str,
    status: String,
    #[schema(format = DateTime)]
    expires_at: String,
    tries_left: u8,
    /// Until when nothing is confirmed, after too many wrong codes.
    #[schema(format = DateTime)]
    locked_until: Option<String>,
}

/// Sends a six-digit code to a phone, or another one in its place. At most 3 an hour and number.
#[utoipa::path(
    post, path = "/api/telephony/verify-caller-id/initiate", tag = "telephony", request_body = Initiate,
    responses(
        (status = OK, body = Initiated),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It is verified already"),
        (status = LOCKED, body = ProblemBody, description = "After too many wrong codes: it could not be confirmed in its life"),
        (status = TOO_MANY_REQUESTS, body = ProblemBody, description = "Too many codes went to this number"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "No provider, or it does not answer"),
    ),
)]
pub(crate) async fn initiate(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<Initiate>,
) -> Result<Json<Initiated>, Problem> {
    let number = Destination::parse(&body.phone_number).map_err(|_| {
        let detail = "Invalid phone format. Must be E.164: +countrycode+number";
        Problem {
            detail: detail.to_owned(),
            ..Problem::field("invalid_phone_number", "phoneNumber", "must be E.164")
        }
    })?;
    let issued = api.caller_ids().initiate(&context, &tenant, number.number(), body.friendly_name).await?;
    let (now, verification) = (api.clock().now(), issued.caller_id.verification);
    Ok(Json(Initiated {
        success: true,
        verification_id: issued.caller_id.id.to_string(),
        validation_id: issued.reference,
        message: "Verification call initiated. Check your phone for 6-digit code.",
        status: verification.status(now).to_string(),
        expires_at: verification.expires_at().to_string(),
        tries_left: verification.tries_left(),
        locked_until: verification.locked_until(now).map(|at| at.to_string()),
    }))
}
