use axum::extract::State;

use super::{DidView, MappedView, did_of, writable};
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody};

/// Leads a DID to a tenant by hand; it stays when a published configuration does not name it.
#[utoipa::path(
    post, path = "/api/admin/runtime/dids/map", tag = "runtime", operation_id = "map_did", request_body = DidView,
    responses(
        (status = OK, body = MappedView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`did_required`, `invalid_did_e164`"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "`tenant_not_found`"),
        (status = CONFLICT, body = ProblemBody, description = "`did_conflict`"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn map(
    State(api): State<Api>,
    auth: Auth,
    Json(body): Json<DidView>,
) -> Result<Json<MappedView>, Problem> {
    let tenant = writable(&auth, &body.tenant_id)?;
    let did = did_of(&body.did)?;
    let projected = api.publisher().map_did(&auth.context(), &tenant, &did).await?;
    Ok(Json(MappedView { did: did.to_string(), tenant_id: tenant.to_string(), projected }))
}
