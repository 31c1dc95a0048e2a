use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use veralux_core::id::ThreadId;
use veralux_core::port::{ViolationFilter, ViolationStatus};

use super::ViolationView;
use crate::Api;
use crate::v1::messages::eye;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Params, Problem, ProblemBody, Reader};

/// Which violations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct ViolationParams {
    /// Only with this status: `open`, `resolved`, `dismissed` or `overridden`.
    #[param(value_type = Option<String>)]
    status: Option<ViolationStatus>,
    /// Only of this thread.
    #[param(value_type = Option<String>)]
    thread_id: Option<ThreadId>,
}

/// Messages with contact details in them, newest first: flagged, sent with a warning, or held.
#[utoipa::path(
    get, path = "/api/policy/violations", tag = "policy", params(ViolationParams, PageParams),
    responses((status = OK, body = PageView<ViolationView>), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn violations(
    State(api): State<Api>,
    auth: Auth,
    Reader { tenant }: Reader,
    Params(filter): Params<ViolationParams>,
    paging: Paging,
) -> Result<Json<PageView<ViolationView>>, Problem> {
    let filter = ViolationFilter { status: filter.status, thread: filter.thread_id };
    let listed = api.policy().list(&tenant, &filter, &paging.page(true)).await?;
    let eye = eye(&api, &auth);
    Ok(Json(paging.view(listed, |violation| super::view(&eye, violation))))
}
