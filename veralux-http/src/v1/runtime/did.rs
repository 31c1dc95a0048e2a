use axum::extract::{Path, State};

use super::{DidView, did_of, unmapped};
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody};

/// The tenant that a DID leads to.
#[utoipa::path(
    get, path = "/api/admin/runtime/dids/{did}", tag = "runtime", operation_id = "lookup_did",
    params(("did" = String, Path)),
    responses(
        (status = OK, body = DidView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`invalid_did_e164`"),
        (status = NOT_FOUND, body = ProblemBody, description = "`did_unmapped`"),
    ),
)]
pub(crate) async fn did(
    State(api): State<Api>,
    auth: Auth,
    Path(did): Path<String>,
) -> Result<Json<DidView>, Problem> {
    let did = did_of(&did)?;
    let tenant = api.publisher().find_did(&did).await?.filter(|tenant| auth.may_read(tenant).is_ok());
    let tenant = tenant.ok_or_else(unmapped)?;
    Ok(Json(DidView { did: did.to_string(), tenant_id: tenant.to_string() }))
}
