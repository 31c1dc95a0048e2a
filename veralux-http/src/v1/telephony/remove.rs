use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::forwarding::configuration::Status;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer, path_id};

/// The number is gone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemovedNumber {
    success: bool,
    message: &'static str,
    /// What the line's owner still has to dial, when the number was forwarded.
    forwarding: Option<String>,
}

/// Removes a verified number and its forwarding configuration.
#[utoipa::path(
    delete, path = "/api/telephony/verified-numbers/{id}", tag = "telephony", params(("id" = String, Path)),
    responses(
        (status = OK, body = RemovedNumber),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It has changed in the meantime"),
        (status = LOCKED, body = ProblemBody, description = "Too many wrong codes: it stays until the lock ends"),
    ),
)]
pub(crate) async fn remove(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
) -> Result<Json<RemovedNumber>, Problem> {
    let id = path_id(&id, "caller_id_not_found", "verified number")?;
    let removed = api.caller_ids().remove(&context, &tenant, &id).await?;
    // Whoever was shown a code may have dialled it, confirmed or not.
    let forwarding = removed.forwarding.filter(|forwarding| forwarding.status != Status::Disabled);
    Ok(Json(RemovedNumber {
        success: true,
        message: "Verified number removed",
        forwarding: forwarding.map(|forwarding| forwarding.disabled_message()),
    }))
}
