use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use veralux_core::forwarding::transition;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer, path_id};

/// It is given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Disabled {
    success: bool,
    /// Says what the line's owner has to dial now.
    message: String,
    status: String,
    deactivation_code: String,
    /// All codes that undo it, in their order; those with `optional` are for who dialled the extra steps too.
    #[schema(value_type = Vec<Object>)]
    steps: Value,
}

/// Gives a configuration up. The line itself forwards until the code in the answer is dialled.
#[utoipa::path(
    delete, path = "/api/telephony/forwarding-config/{id}", tag = "telephony", params(("id" = String, Path)),
    responses(
        (status = OK, body = Disabled),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It has changed in the meantime"),
    ),
)]
pub(crate) async fn disable(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
) -> Result<Json<Disabled>, Problem> {
    let id = path_id(&id, "forwarding_not_found", "forwarding configuration")?;
    let forwarding = api.forwardings().disable(&context, &tenant, &id).await?;
    let steps = forwarding.codes().map(|codes| transition(Some(&codes), None));
    Ok(Json(Disabled {
        success: true,
        steps: serde_json::to_value(steps.unwrap_or_default()).unwrap_or_default(),
        message: forwarding.disabled_message(),
        status: forwarding.status.to_string(),
        deactivation_code: forwarding.deactivation_code,
    }))
}
