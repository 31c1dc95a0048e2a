use axum::extract::State;
use veralux_core::access::Caller;

use super::OperationView;
use crate::Api;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Problem, ProblemBody, Reader};

/// What was and is done with numbers at providers, newest first.
#[utoipa::path(
    get, path = "/api/numbers/operations", tag = "numbers", params(PageParams),
    responses((status = OK, body = PageView<OperationView>), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn list_operations(
    State(api): State<Api>,
    auth: Auth,
    Reader { tenant }: Reader,
    paging: Paging,
) -> Result<Json<PageView<OperationView>>, Problem> {
    let raw = auth.caller == Caller::Superadmin;
    let listed = api.provisioning().list(&tenant, &paging.page(true)).await?;
    Ok(Json(paging.view(listed, |operation| OperationView::of(operation, raw))))
}
