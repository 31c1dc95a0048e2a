use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use veralux_core::id::ThreadId;

use super::WindowView;
use crate::Api;
use crate::web::{Json, PageParams, PageView, Paging, Params, Problem, ProblemBody, Reader};

/// Which windows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct WindowFilter {
    /// Only of this thread.
    #[param(value_type = Option<String>)]
    thread_id: Option<ThreadId>,
}

/// Assignment windows, those of the past included, by id.
#[utoipa::path(
    get, path = "/api/assignments/windows", tag = "assignments", params(WindowFilter, PageParams),
    responses((status = OK, body = PageView<WindowView>), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn list_windows(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Params(filter): Params<WindowFilter>,
    paging: Paging,
) -> Result<Json<PageView<WindowView>>, Problem> {
    let page = paging.page(false);
    let listed = api.schedule().list_windows(&tenant, filter.thread_id.as_ref(), &page).await?;
    Ok(Json(paging.view(listed, WindowView::from)))
}
