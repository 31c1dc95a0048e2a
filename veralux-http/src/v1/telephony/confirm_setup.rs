use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer, path_id};

/// Which configuration's code was dialled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ConfirmSetup {
    forwarding_config_id: String,
}

/// It is in use.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetupConfirmed {
    success: bool,
    message: &'static str,
    status: String,
    #[schema(format = DateTime)]
    confirmed_at: Option<String>,
}

/// The owner says that the code was dialled.
#[utoipa::path(
    post, path = "/api/telephony/forwarding-config/confirm", tag = "telephony", request_body = ConfirmSetup,
    responses(
        (status = OK, body = SetupConfirmed),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It is disabled"),
    ),
)]
pub(crate) async fn confirm_setup(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<ConfirmSetup>,
) -> Result<Json<SetupConfirmed>, Problem> {
    let id = path_id(&body.forwarding_config_id, "forwarding_not_found", "forwarding configuration")?;
    let forwarding = api.forwardings().confirm(&context, &tenant, &id).await?;
    Ok(Json(SetupConfirmed {
        success: true,
        message: "Setup confirmed! Your calls are now forwarding to your AI receptionist.",
        status: forwarding.status.to_string(),
        confirmed_at: forwarding.confirmed_at.map(|at| at.to_string()),
    }))
}
