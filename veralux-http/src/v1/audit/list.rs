use axum::extract::State;

use super::EventView;
use crate::Api;
use crate::web::{ChainReader, Json, PageParams, PageView, Paging, Problem, ProblemBody};

/// Events of a tenant, newest first; `?tenantId=_platform` for the operator's own.
#[utoipa::path(
    get, path = "/api/admin/audit", tag = "audit",
    params(PageParams),
    responses((status = OK, body = PageView<EventView>), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn list(
    State(api): State<Api>,
    ChainReader { tenant }: ChainReader,
    paging: Paging,
) -> Result<Json<PageView<EventView>>, Problem> {
    let page = paging.page(true);
    let listed = api.audit().list(&tenant, &page).await?;
    Ok(Json(paging.view(listed, EventView::from)))
}
