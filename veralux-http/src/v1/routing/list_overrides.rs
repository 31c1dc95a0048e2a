use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use veralux_core::id::ThreadId;

use super::OverrideView;
use crate::Api;
use crate::web::{Json, PageParams, PageView, Paging, Params, Problem, ProblemBody, Reader};

/// Which overrides.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct OverrideFilter {
    /// Only of this thread.
    #[param(value_type = Option<String>)]
    thread_id: Option<ThreadId>,
}

/// Overrides, those of the past included, by id.
#[utoipa::path(
    get, path = "/api/routing/overrides", tag = "routing", params(OverrideFilter, PageParams),
    responses((status = OK, body = PageView<OverrideView>), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn list_overrides(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Params(filter): Params<OverrideFilter>,
    paging: Paging,
) -> Result<Json<PageView<OverrideView>>, Problem> {
    let page = paging.page(false);
    let listed = api.schedule().list_overrides(&tenant, filter.thread_id.as_ref(), &page).await?;
    Ok(Json(paging.view(listed, OverrideView::from)))
}
