use axum::extract::{Path, State};

use super::CallView;
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody, Reader, path_id};

/// One call.
#[utoipa::path(
    get, path = "/api/calls/{id}", tag = "calls", params(("id" = String, Path)),
    responses((status = OK, body = CallView), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn lookup(
    State(api): State<Api>,
    reader: Reader,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<Json<CallView>, Problem> {
    let id = path_id(&id, "call_not_found", "call")?;
    let call = api.calls().lookup(&reader.tenant, &id).await?;
    Ok(Json(CallView::new(call, auth.caller.sees_whole_texts())))
}
