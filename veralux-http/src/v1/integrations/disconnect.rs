use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::named;
use crate::Api;
use crate::web::{Problem, ProblemBody, Writer};

/// Forgets a provider's credential. It is not revoked at the provider.
#[utoipa::path(
    delete, path = "/api/integrations/{provider}", tag = "integrations",
    params(("provider" = String, Path, example = "twilio")),
    responses(
        (status = NO_CONTENT),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "Unknown integration"),
        (status = CONFLICT, body = ProblemBody, description = "Not connected"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn disconnect(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(provider): Path<String>,
) -> Result<StatusCode, Problem> {
    let provider = named(&provider)?;
    api.vault().remove(&context, &tenant, provider).await?;
    let (action, provider) = ("disconnected", provider.as_str());
    tracing::info!(target: super::LOG, action, provider, "credential");
    Ok(StatusCode::NO_CONTENT)
}
