use axum::extract::State;

use super::EventView;
use crate::Api;
use crate::web::{Json, PageParams, PageView, Params, Problem, ProblemBody, Reader};

/// Events of a tenant, newest first; `?tenantId=_platform` for the operator's own.
#[utoipa::path(
    get, path = "/api/admin/audit", tag = "audit",
    params(PageParams, ("tenantId" = Option<String>, Query)),
    responses((status = OK, body = PageView<EventView>), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn list(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Params(page): Params<PageParams>,
) -> Result<Json<PageView<EventView>>, Problem> {
    let page = page.page(true)?;
    let listed = api.audit().list(&tenant, &page).await?;
    Ok(Json(PageView::of(listed, EventView::from)))
}
