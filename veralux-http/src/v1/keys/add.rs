use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::access::KeyRole;
use veralux_core::id::TenantId;
use veralux_core::service::{KeyRequest, NewKey};
use veralux_core::time::Instant;

use super::ApiKeyView;
use crate::Api;
use crate::web::{Json, KeyHolder, Problem, ProblemBody};

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddKey {
    #[schema(example = "nightly export")]
    name: String,
    #[schema(value_type = String, example = "viewer")]
    role: KeyRole,
    /// The only tenant it shall act for. Absent: the caller's own, or any when that is bound to none.
    #[schema(value_type = Option<String>)]
    tenant_id: Option<TenantId>,
    /// From when on it shall be refused.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Instant>,
}

/// A key that was made, with its text: nowhere else, and never again. It has no `Debug`.
#[derive(Serialize, ToSchema)]
#[schema(as = NewApiKey)]
pub(crate) struct NewKeyView {
    /// What its owner sends as `X-Admin-Key`.
    #[schema(example = "vlx_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    key: String,
    #[serde(flatten)]
    stored: ApiKeyView,
}

/// Makes a key. Who is bound to a tenant makes keys of that tenant only.
#[utoipa::path(
    post, path = "/api/admin/auth/keys", tag = "keys", request_body = AddKey,
    responses(
        (status = CREATED, body = NewKeyView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
    ),
)]
pub(crate) async fn add(
    State(api): State<Api>,
    KeyHolder { tenant, auth }: KeyHolder,
    Json(body): Json<AddKey>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<NewKeyView>), Problem> {
    let home = body.tenant_id.unwrap_or(tenant);
    auth.may_write(&home)?;
    let tenant = Some(home).filter(|home| !home.is_platform());
    let request = KeyRequest { name: body.name, role: body.role, tenant, expires_at: body.expires_at };
    let NewKey { key, text } = api.keys().add(&auth.context(), request).await?;
    let view = NewKeyView { key: text.expose().to_owned(), stored: key.into() };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)))
}
