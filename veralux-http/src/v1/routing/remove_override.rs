use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::Api;
use crate::web::{Problem, ProblemBody, Writer, path_id};

/// Takes an override back from now on; it stays in the list.
#[utoipa::path(
    delete, path = "/api/routing/overrides/{id}", tag = "routing", params(("id" = String, Path)),
    responses(
        (status = NO_CONTENT),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "There is none, or it was taken back before"),
    ),
)]
pub(crate) async fn remove_override(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = path_id(&id, "override_not_found", "override")?;
    api.schedule().remove_override(&context, &tenant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
