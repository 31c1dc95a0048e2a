use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use veralux_core::party::{NumberClass, NumberStatus};
use veralux_core::port;

use super::NumberView;
use crate::Api;
use crate::web::{Json, PageParams, PageView, Paging, Params, Problem, ProblemBody, Reader};

/// Which numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NumberFilter {
    /// Only `front_desk`, `staff` or `pool` numbers.
    #[param(value_type = Option<String>)]
    class: Option<NumberClass>,
    /// Only `active`, `quarantined` or `inactive` ones.
    #[param(value_type = Option<String>)]
    status: Option<NumberStatus>,
}

/// Numbers, by id.
#[utoipa::path(
    get, path = "/api/numbers", tag = "numbers", params(NumberFilter, PageParams),
    responses((status = OK, body = PageView<NumberView>), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn list(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Params(filter): Params<NumberFilter>,
    paging: Paging,
) -> Result<Json<PageView<NumberView>>, Problem> {
    let filter = port::NumberFilter { class: filter.class, status: filter.status };
    let page = paging.page(false);
    let listed = api.numbers().list(&tenant, filter, &page).await?;
    Ok(Json(paging.view(listed, NumberView::from)))
}
