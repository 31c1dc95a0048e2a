use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::Api;
use crate::web::{KeyHolder, Problem, ProblemBody, path_id};

/// Revokes a key: from the answer on it opens nothing.
#[utoipa::path(
    delete, path = "/api/admin/auth/keys/{id}", tag = "keys",
    params(("id" = String, Path)),
    responses(
        (status = NO_CONTENT),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "There is none, or it was revoked before"),
    ),
)]
pub(crate) async fn revoke(
    State(api): State<Api>,
    KeyHolder { tenant, auth }: KeyHolder,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    auth.may_write(&tenant)?;
    let id = path_id(&id, "key_not_found", "key")?;
    api.keys().revoke(&auth.context(), &tenant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
