use axum::extract::State;
use veralux_core::port::Listed;

use super::TenantView;
use crate::Api;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Problem, ProblemBody};

/// The tenants that the caller may see, by id.
#[utoipa::path(
    get, path = "/api/admin/tenants", tag = "tenants", params(PageParams),
    responses((status = OK, body = PageView<TenantView>), (status = UNAUTHORIZED, body = ProblemBody)),
)]
pub(crate) async fn list(
    State(api): State<Api>,
    auth: Auth,
    paging: Paging,
) -> Result<Json<PageView<TenantView>>, Problem> {
    let page = paging.page(false);
    let listed = match auth.caller.bound_tenant() {
        None => api.tenants().list(&page).await?,
        Some(own) => Listed { items: vec![api.tenants().lookup(own).await?], next: None },
    };
    Ok(Json(paging.view(listed, TenantView::from)))
}
