use axum::extract::State;

use super::ApiKeyView;
use crate::Api;
use crate::web::{Json, KeyHolder, PageParams, PageView, Params, Problem, ProblemBody};

/// Keys of a tenant, revoked and expired ones included, by id. `?tenantId=` chooses for those who are bound to none;
/// without it they get the operator's own.
#[utoipa::path(
    get, path = "/api/admin/auth/keys", tag = "keys",
    params(PageParams, ("tenantId" = Option<String>, Query)),
    responses((status = OK, body = PageView<ApiKeyView>), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn list(
    State(api): State<Api>,
    KeyHolder { tenant, .. }: KeyHolder,
    Params(page): Params<PageParams>,
) -> Result<Json<PageView<ApiKeyView>>, Problem> {
    let page = page.page(false)?;
    let listed = api.keys().list(&tenant, &page).await?;
    Ok(Json(PageView::of(listed, ApiKeyView::from)))
}
