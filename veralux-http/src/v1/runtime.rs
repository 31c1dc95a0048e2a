//! The runtime contract: what is published for a tenant, and which DIDs lead there.

pub(crate) mod did;
mod expected;
pub(crate) mod health;
pub(crate) mod lookup;
pub(crate) mod map;
pub(crate) mod publish;
pub(crate) mod publish_from_tenant;
pub(crate) mod put_quick_replies;
pub(crate) mod quick_replies;
pub(crate) mod reconcile;
pub(crate) mod rollback;
pub(crate) mod unmap;
pub(crate) mod versions;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use veralux_core::id::TenantId;
use veralux_core::phone::{E164, PhoneError};
use veralux_core::port::RuntimeVersion;
use veralux_core::runtime;
use veralux_core::service::Published;

use self::expected::Expected;
use crate::Api;
use crate::web::{Auth, Problem, path_id};

/// What a publish did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Published)]
pub(crate) struct PublishedView {
    #[schema(example = "oak_dental")]
    tenant_id: String,
    /// The version that is current now.
    #[schema(example = 3)]
    version: u64,
    /// SHA-256 of the document as it may be read: without the webhook secret.
    #[schema(example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    digest: String,
    /// Whether it is a new version; the same document published twice is not.
    changed: bool,
    /// Whether calls follow it already. If not, it waits until the runtime store answers, and nothing is to be done.
    projected: bool,
    #[schema(format = DateTime)]
    published_at: String,
}

impl PublishedView {
    fn of(tenant: &TenantId, published: &Published) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            version: published.version.version,
            digest: shown_digest(&published.version),
            changed: published.changed,
            projected: published.projected,
            published_at: published.version.published_at.to_string(),
        }
    }
}

/// A DID and the tenant that it leads to.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DidMapping)]
pub(crate) struct DidView {
    #[serde(rename = "didE164")]
    #[schema(example = "+14155550123")]
    did: String,
    #[schema(example = "oak_dental")]
    tenant_id: String,
}

/// What became of a DID's mapping.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DidMapped)]
pub(crate) struct MappedView {
    #[serde(rename = "didE164")]
    #[schema(example = "+14155550123")]
    did: String,
    #[schema(example = "oak_dental")]
    tenant_id: String,
    /// Whether calls follow it already. If not, it waits until the runtime store answers, and nothing is to be done.
    projected: bool,
}

/// Not the version's own digest: that one covers the webhook secret and would confirm a guess of it.
fn shown_digest(version: &RuntimeVersion) -> String {
    runtime::redacted_digest(version.document.expose()).to_string()
}

/// The tenant of a path, which the caller may read and which exists.
async fn readable(api: &Api, auth: &Auth, id: &str) -> Result<TenantId, Problem> {
    let tenant = path_id(id, "tenant_not_found", "tenant")?;
    auth.may_read(&tenant)?;
    api.tenants().lookup(&tenant).await?;
    Ok(tenant)
}

/// The tenant of a path, which the caller may change.
fn writable(auth: &Auth, id: &str) -> Result<TenantId, Problem> {
    let tenant = path_id(id, "tenant_not_found", "tenant")?;
    auth.may_write(&tenant)?;
    Ok(tenant)
}

/// A DID by the runtime's own rule for keys.
fn did_of(text: &str) -> Result<E164, Problem> {
    E164::normalise(text).map_err(|error| match error {
        PhoneError::Empty => Problem::field("did_required", "didE164", "is required"),
        _ => Problem::field(
            "invalid_did_e164",
            "didE164",
            "must be a phone number in E.164 form, like +14155550123",
        ),
    })
}

fn unmapped() -> Problem {
    Problem::not_found("did_unmapped", "DID")
}
