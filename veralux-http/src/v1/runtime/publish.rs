use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{PublishedView, writable};
use crate::Api;
use crate::web::{Auth, Json, JsonBytes, Params, Problem, ProblemBody};

/// On which condition.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Expected {
    /// Publish only while this version is current; 0 while none is.
    expected_version: Option<u64>,
}

impl Expected {
    /// With the version of `If-Match`. A condition that is not understood is refused, never overlooked.
    fn version(&self, headers: &HeaderMap) -> Result<Option<u64>, Problem> {
        let refuse = |message| Err(Problem::field("invalid_if_match", "If-Match", message));
        let mut tags = headers.get_all(header::IF_MATCH).iter();
        match (tags.next(), tags.next()) {
            (None, _) => Ok(self.expected_version),
            (Some(tag), None) => match (tagged(tag), self.expected_version) {
                (None, _) => refuse("must be one version in quotes, as `ETag` gives it"),
                (Some(tag), Some(version)) if tag != version => refuse("contradicts `expectedVersion`"),
                (tag, _) => Ok(tag),
            },
            (Some(_), Some(_)) => refuse("must occur once"),
        }
    }
}

/// The version in a strong entity tag (RFC 9110, 8.8.3).
fn tagged(tag: &HeaderValue) -> Option<u64> {
    let digits = tag.to_str().ok()?.strip_prefix('"')?.strip_suffix('"')?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// Publishes a configuration exactly as it is sent. The same twice changes nothing.
#[utoipa::path(
    post, path = "/api/admin/runtime/tenants/{id}/config", tag = "runtime", operation_id = "publish_runtime_config",
    params(
        ("id" = String, Path), Expected,
        ("If-Match" = Option<String>, Header, description = "The same condition as the `ETag` that was read: `\"3\"`"),
    ),
    request_body(content = Object, content_type = "application/json", description = "A `RuntimeTenantConfig`, version 1"),
    responses(
        (status = OK, body = PublishedView),
        (status = BAD_REQUEST, body = ProblemBody, description = "`tenant_id_mismatch`, `invalid_if_match`"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "`version_moved`, `did_conflict`"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "`invalid_runtime_config`, with every fault"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn publish(
    State(api): State<Api>,
    auth: Auth,
    Path(id): Path<String>,
    Params(expected): Params<Expected>,
    headers: HeaderMap,
    JsonBytes(document): JsonBytes,
) -> Result<Json<PublishedView>, Problem> {
    let tenant = writable(&auth, &id)?;
    let expected = expected.version(&headers)?;
    let published = api.publisher().publish(&auth.context(), &tenant, &document, expected).await?;
    Ok(Json(PublishedView::of(&tenant, &published)))
}
