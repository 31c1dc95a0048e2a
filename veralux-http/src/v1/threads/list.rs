use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use veralux_core::id::{CustomerId, NumberId};
use veralux_core::party::ThreadStatus;
use veralux_core::port::ThreadFilter;

use super::ThreadView;
use crate::Api;
use crate::web::{Json, PageParams, PageView, Paging, Params, Problem, ProblemBody, Reader};

/// Which threads.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ThreadParams {
    /// Only on this number.
    #[param(value_type = Option<String>)]
    number_id: Option<NumberId>,
    /// Only of this customer.
    #[param(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    /// Only with this status: `active`, `closed`, `blocked` or `archived`.
    #[param(value_type = Option<String>)]
    status: Option<ThreadStatus>,
}

/// Threads, by id.
#[utoipa::path(
    get, path = "/api/threads", tag = "threads", params(ThreadParams, PageParams),
    responses((status = OK, body = PageView<ThreadView>), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn list(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Params(filter): Params<ThreadParams>,
    paging: Paging,
) -> Result<Json<PageView<ThreadView>>, Problem> {
    let ThreadParams { number_id: number, customer_id: customer, status } = filter;
    let filter = ThreadFilter { number, customer, status };
    let listed = api.threads().list(&tenant, &filter, &paging.page(false)).await?;
    let items = super::views(&api, &tenant, &listed.items).await?;
    Ok(Json(PageView { items, next_cursor: paging.mark(listed.next) }))
}
