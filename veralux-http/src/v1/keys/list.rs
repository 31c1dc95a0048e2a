use axum::extract::State;

use super::ApiKeyView;
use crate::Api;
use crate::web::{Json, KeyHolder, PageParams, PageView, Paging, Problem, ProblemBody};

/// Keys of a tenant, revoked and expired ones included, by id. `?tenantId=` chooses for those who are bound to none;
/// without it they get the operator's own.
#[utoipa::path(
    get, path = "/api/admin/auth/keys", tag = "keys",
    params(PageParams),
    responses((status = OK, body = PageView<ApiKeyView>), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn list(
    State(api): State<Api>,
    KeyHolder { tenant, .. }: KeyHolder,
    paging: Paging,
) -> Result<Json<PageView<ApiKeyView>>, Problem> {
    let page = paging.page(false);
    let listed = api.keys().list(&tenant, &page).await?;
    Ok(Json(paging.view(listed, ApiKeyView::from)))
}
