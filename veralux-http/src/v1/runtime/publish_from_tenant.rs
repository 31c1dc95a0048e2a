use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{PublishedView, writable};
use crate::Api;
use crate::web::{Auth, Json, OptionalJson, Problem, ProblemBody};

/// What to begin with.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PublishFromTenant {
    /// A `RuntimeTenantConfig` that may lack `tenantId` and `dids`; the current one when absent.
    #[schema(value_type = Option<Object>)]
    base: Option<Box<RawValue>>,
}

/// Publishes the current configuration, or another one, with the tenant's id and its active front desk numbers.
#[utoipa::path(
    post, path = "/api/admin/runtime/tenants/{id}/publish-from-tenant", tag = "runtime",
    operation_id = "publish_runtime_config_from_tenant", params(("id" = String, Path)),
    request_body = Option<PublishFromTenant>,
    responses(
        (status = OK, body = PublishedView),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "`tenant_not_found`, `runtime_config_not_found`"),
        (status = CONFLICT, body = ProblemBody, description = "`number_missing`, `did_conflict`"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "`invalid_runtime_config`, with every fault"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn publish_from_tenant(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    OptionalJson(body): OptionalJson<PublishFromTenant>,
) -> Result<Json<PublishedView>, Problem> {
    let tenant = writable(&auth, &id)?;
    let base = body.base.as_deref().map(RawValue::get);
    let published = api.publisher().publish_from_tenant(&auth.context(), &tenant, base).await?;
    Ok(Json(PublishedView::of(&tenant, &published)))
}
