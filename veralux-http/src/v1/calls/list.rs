use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::CallView;
use crate::Api;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Params, Problem, ProblemBody, Reader};

/// Which calls.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallFilter {
    /// `true` for those that are not over.
    #[serde(default)]
    open: bool,
}

/// The tenant's calls, newest first.
#[utoipa::path(
    get, path = "/api/calls", tag = "calls", params(CallFilter, PageParams),
    responses((status = OK, body = PageView<CallView>), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn list(
    State(api): State<Api>,
    reader: Reader,
    auth: Auth,
    Params(filter): Params<CallFilter>,
    paging: Paging,
) -> Result<Json<PageView<CallView>>, Problem> {
    let listed = api.calls().list(&reader.tenant, filter.open, &paging.page(true)).await?;
    let whole = auth.caller.sees_whole_texts();
    Ok(Json(paging.view(listed, |call| CallView::new(call, whole))))
}
