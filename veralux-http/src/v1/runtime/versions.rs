use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::port::RuntimeVersion;

use super::{readable, shown_digest};
use crate::Api;
use crate::web::{Auth, Json, PageParams, PageView, Paging, Problem, ProblemBody};

/// One published version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RuntimeVersion)]
pub(crate) struct VersionView {
    /// Counts from 1 within the tenant.
    version: u64,
    /// SHA-256 of the document as it may be read: without the webhook secret.
    digest: String,
    /// The DIDs that the document names.
    #[schema(example = json!(["+14155550123"]))]
    dids: Vec<String>,
    /// `publish` or `rollback`.
    #[schema(example = "publish")]
    kind: &'static str,
    /// Who published it.
    actor: String,
    #[schema(format = DateTime)]
    published_at: String,
}

impl From<RuntimeVersion> for VersionView {
    fn from(version: RuntimeVersion) -> Self {
        Self {
            version: version.version,
            digest: shown_digest(&version),
            dids: version.dids.iter().map(ToString::to_string).collect(),
            kind: version.kind.as_str(),
            published_at: version.published_at.to_string(),
            actor: version.actor,
        }
    }
}

/// What was published for a tenant, newest first.
#[utoipa::path(
    get, path = "/api/admin/runtime/tenants/{id}/versions", tag = "runtime", operation_id = "list_runtime_versions",
    params(("id" = String, Path), PageParams),
    responses((status = OK, body = PageView<VersionView>), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn versions(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    paging: Paging,
) -> Result<Json<PageView<VersionView>>, Problem> {
    let tenant = readable(&api, &auth, &id).await?;
    let listed = api.publisher().versions(&tenant, &paging.page(true)).await?;
    Ok(Json(paging.view(listed, VersionView::from)))
}
