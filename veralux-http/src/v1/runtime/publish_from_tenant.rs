use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{Expected, PublishedView, writable};
use crate::Api;
use crate::web::{Auth, Json, OptionalJson, Params, Problem, ProblemBody};

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
    operation_id = "publish_runtime_config_from_tenant", params(
        ("id" = String, Path), Expected,
        ("If-Match" = Option<String>, Header, description = "The same condition as the `ETag` that was read: `\"3\"`"),
    ),
    request_body = Option<PublishFromTenant>,
    responses(
        (status = OK, body = PublishedView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`invalid_if_match`"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "`tenant_not_found`, `runtime_config_not_found`"),
        (status = CONFLICT, body = ProblemBody, description = "`number_missing`, `version_moved`, `did_conflict`"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "`invalid_runtime_config`, with every fault"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn publish_from_tenant(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    Params(expected): Params<Expected>,
    headers: HeaderMap,
    OptionalJson(body): OptionalJson<PublishFromTenant>,
) -> Result<Json<PublishedView>, Problem> {
    let tenant = writable(&auth, &id)?;
    let expected = expected.version(&headers)?;
    let base = body.base.as_deref().map(RawValue::get);
    let published = api.publisher().publish_from_tenant(&auth.context(), &tenant, base, expected).await?;
    Ok(Json(PublishedView::of(&tenant, &published)))
}
