use axum::extract::{Path, State};
use veralux_core::port::Verdict;

use super::{SavedView, log, named};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Asks the provider whether the stored credential works, and notes its answer. That it could not be asked says nothing of
/// the credential and is not noted.
#[utoipa::path(
    post, path = "/api/integrations/{provider}/verify", tag = "integrations",
    params(("provider" = String, Path, example = "twilio")),
    responses(
        (status = OK, body = SavedView),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "Unknown integration"),
        (status = CONFLICT, body = ProblemBody, description = "Not connected, disabled, or nobody can ask"),
        (status = INTERNAL_SERVER_ERROR, body = ProblemBody, description = "The stored credential is damaged"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn verify(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(provider): Path<String>,
) -> Result<Json<SavedView>, Problem> {
    let provider = named(&provider)?;
    let saved = api.vault().verify(&context, &tenant, provider).await?;
    log("verified", &saved.credential);
    let name = provider.display_name();
    let message = match saved.verdict {
        Some(Verdict::Verified) => format!("{name} takes this credential."),
        Some(Verdict::Rejected(class)) => format!("{name} refuses this credential ({class})."),
        Some(Verdict::Unreachable) | None => format!("{name} could not be asked. Try again shortly."),
    };
    Ok(Json(SavedView::new(saved, message, api.vault().policy())))
}
