use axum::extract::State;

use super::AllowListView;
use crate::Api;
use crate::web::{Json, Problem, Reader};

/// The contact details that the tenant allows.
#[utoipa::path(
    get, path = "/api/policy/allow-list", tag = "policy",
    responses((status = OK, body = AllowListView)),
)]
pub(crate) async fn allow_list(
    State(api): State<Api>,
    Reader { tenant }: Reader,
) -> Result<Json<AllowListView>, Problem> {
    Ok(Json(api.policy().allow_list(&tenant).await?.into()))
}
