use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{MappedView, did_of, unmapped};
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody};

/// Which DID.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnmapDid {
    #[serde(rename = "didE164")]
    #[schema(example = "+14155550123")]
    did: String,
}

/// Stops a DID from leading to its tenant; answers with what it led to.
///
/// The same again finishes what failed half way.
#[utoipa::path(
    post, path = "/api/admin/runtime/dids/unmap", tag = "runtime", operation_id = "unmap_did", request_body = UnmapDid,
    responses(
        (status = OK, body = MappedView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`did_required`, `invalid_did_e164`"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "`did_unmapped`"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "`runtime_publish_failed`: nothing is stored"),
    ),
)]
pub(crate) async fn unmap(
    State(api): State<Api>,
    auth: Auth,
    Json(body): Json<UnmapDid>,
) -> Result<Json<MappedView>, Problem> {
    let did = did_of(&body.did)?;
    let tenant = match api.publisher().find_did(&did).await? {
        None => api.publisher().find_leftover(&did).await?,
        tenant => tenant,
    };
    let tenant = tenant.filter(|tenant| auth.may_read(tenant).is_ok()).ok_or_else(unmapped)?;
    auth.may_write(&tenant)?;
    let projected = api.publisher().unmap_did(&auth.context(), &tenant, &did).await?.projected;
    Ok(Json(MappedView { did: did.to_string(), tenant_id: tenant.to_string(), projected }))
}
