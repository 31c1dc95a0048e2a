//! Keys of the admin API: made, listed by their last four characters, revoked.

pub(crate) mod add;
pub(crate) mod list;
pub(crate) mod revoke;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::access::ApiKey;

/// A key. Its text is not in it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
pub(crate) struct ApiKeyView {
    id: String,
    #[schema(example = "nightly export")]
    name: String,
    /// `admin` or `viewer`.
    #[schema(example = "viewer")]
    role: &'static str,
    /// The only tenant it may act for; null for any.
    tenant_id: Option<String>,
    #[schema(example = "9f3a")]
    last_four: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// From when on it is refused.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name,
            role: key.role.as_str(),
            tenant_id: key.tenant.map(|id| id.to_string()),
            last_four: key.last_four,
            created_at: key.created_at.to_string(),
            expires_at: key.expires_at.map(|at| at.to_string()),
            revoked_at: key.revoked_at.map(|at| at.to_string()),
        }
    }
}
