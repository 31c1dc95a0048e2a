use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::secret::Secret;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer, path_id};

/// What a person typed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ConfirmCode {
    verification_id: String,
    /// Six digits.
    #[schema(value_type = String, example = "123456")]
    verification_code: Secret,
}

/// The number is the tenant's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeConfirmed {
    success: bool,
    message: &'static str,
    /// Under which id the number is kept: `id` of the verified number.
    caller_id_sid: String,
    #[schema(format = DateTime)]
    verified_at: Option<String>,
}

/// Proves a number with the code that reached its phone. Every code stands 3 tries and 10 minutes; after the third
/// wrong one nothing is confirmed for an hour.
#[utoipa::path(
    post, path = "/api/telephony/verify-caller-id/confirm", tag = "telephony", request_body = ConfirmCode,
    responses(
        (status = OK, body = CodeConfirmed),
        (status = BAD_REQUEST, body = ProblemBody, description = "A wrong code: `triesLeft` says how many tries are left"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It is verified already, or by another tenant"),
        (status = GONE, body = ProblemBody, description = "The code is too old or used up"),
        (status = LOCKED, body = ProblemBody, description = "Too many wrong codes: until `retryAt`"),
    ),
)]
pub(crate) async fn confirm_code(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<ConfirmCode>,
) -> Result<Json<CodeConfirmed>, Problem> {
    let id = path_id(&body.verification_id, "caller_id_not_found", "verified number")?;
    let verified = api.caller_ids().confirm(&context, &tenant, &id, &body.verification_code).await?;
    Ok(Json(CodeConfirmed {
        success: true,
        message: "Phone number verified successfully",
        caller_id_sid: verified.id.to_string(),
        verified_at: verified.verification.verified_at().map(|at| at.to_string()),
    }))
}
