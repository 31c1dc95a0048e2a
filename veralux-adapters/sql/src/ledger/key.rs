use veralux_core::access::ApiKey;
use veralux_core::id::{ApiKeyId, TenantId};
use veralux_core::port::Conflict;
use veralux_core::time::Instant;

use crate::plan::{Invalid, Plan, Refusal};

crate::statements::statements! {
    one {
        ADD = "INSERT INTO api_key (tenant_id, id, name, role, digest, last_four, created_at, expires_at, revoked_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        REVOKE = "UPDATE api_key SET revoked_at = $1 WHERE tenant_id = $2 AND id = $3 AND revoked_at IS NULL";
    }
}

/// A new API key.
pub(super) fn add(plan: &mut Plan, tenant: &TenantId, key: ApiKey) -> Result<(), Invalid> {
    if key.home() != *tenant {
        return Err(Invalid("an API key is kept under the tenant that it is bound to"));
    }
    plan.statement(ADD)
        .bind(tenant.as_str())
        .bind(key.id.as_str())
        .bind(key.name)
        .bind(key.role.as_str())
        .bind(key.digest.as_bytes().as_slice())
        .bind(key.last_four)
        .bind(key.created_at.micros())
        .bind(key.expires_at.map(Instant::micros))
        .bind(key.revoked_at.map(Instant::micros));
    Ok(())
}

/// An API key that is not to be taken any more.
pub(super) fn revoke(plan: &mut Plan, tenant: &TenantId, id: &ApiKeyId, at: Instant) {
    plan.statement(REVOKE)
        .bind(at.micros())
        .bind(tenant.as_str())
        .bind(id.as_str())
        .must_write(1, Refusal::Is(Conflict::Stale));
}
