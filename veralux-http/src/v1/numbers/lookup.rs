use axum::extract::{Path, State};

use super::NumberView;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Reader, path_id};

/// One number.
#[utoipa::path(
    get, path = "/api/numbers/{id}", tag = "numbers", params(("id" = String, Path)),
    responses((status = OK, body = NumberView), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn lookup(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Path(id): Path<String>,
) -> Result<Json<NumberView>, Problem> {
    let id = path_id(&id, "number_not_found", "number")?;
    let view = NumberView::from(api.numbers().lookup(&tenant, &id).await?);
    let health = Some(api.numbers().health(&tenant, &id).await?.as_str());
    Ok(Json(NumberView { health, ..view }))
}
