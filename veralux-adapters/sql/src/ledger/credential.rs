use serde::Serialize;
use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::port::{Conflict, Credential, CredentialExport, MAX_SECRETS, TenantKey, TenantSecret};
use veralux_core::time::Instant;

use super::Dialect;
use crate::plan::{Finding, Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        FIND_KEY = "SELECT 1 FROM tenant_key k WHERE k.tenant_id = $1 AND k.version = $2";
        ADD = "INSERT INTO credential (generation, envelope, root_key, key_version, state, hint, account, \
               expires_at, last_check, last_error, lease, created_at, sealed_at, revision, tenant_id, provider, id) \
               SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
               $13, $14, $15, $16, $17 \
               WHERE EXISTS (SELECT 1 FROM tenant_key k WHERE k.tenant_id = $15 AND k.version = $4)";
        PUT = "UPDATE credential SET generation = $1, envelope = $2, root_key = $3, key_version = $4, state = $5, \
               hint = $6, account = $7, expires_at = $8, last_check = $9, last_error = $10, lease = $11, created_at = $12, \
               sealed_at = $13, revision = $14 WHERE tenant_id = $15 AND provider = $16 AND id = $17 \
               AND EXISTS (SELECT 1 FROM tenant_key k WHERE k.tenant_id = $15 AND k.version = $4) AND revision = $18";
        REMOVE = "DELETE FROM credential WHERE tenant_id = $1 AND provider = $2 AND revision = $3";
        MOVE_VERSION = "INSERT INTO tenant_key_version (tenant_id, last) SELECT i.tenant_id, i.version \
                        FROM (SELECT CAST($1 AS text) AS tenant_id, CAST($2 AS bigint) AS version) i \
                        WHERE i.version - 1 = \
                        coalesce((SELECT last FROM tenant_key_version WHERE tenant_id = i.tenant_id), 0) \
                        ON CONFLICT (tenant_id) DO UPDATE SET last = excluded.last";
        REMOVE_KEY = "DELETE FROM tenant_key WHERE tenant_id = $1 AND version = $2 \
                      AND NOT EXISTS (SELECT 1 FROM credential c WHERE c.tenant_id = $1 AND c.key_version = $2) \
                      AND NOT EXISTS (SELECT 1 FROM tenant_secret s WHERE s.tenant_id = $1 AND s.key_version = $2)";
        DESTROY_KEYS = "DELETE FROM tenant_key WHERE tenant_id = $1";
        ADD_EXPORT = "INSERT INTO credential_export (remote_id, generation, state, error, at, revision, tenant_id, \
                      provider, target) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        PUT_EXPORT = "UPDATE credential_export SET remote_id = $1, generation = $2, state = $3, error = $4, at = $5, \
                      revision = $6 WHERE tenant_id = $7 AND provider = $8 AND target = $9 AND revision = $10";
        ADD_SECRET = "INSERT INTO tenant_secret (generation, envelope, root_key, key_version, sealed_at, tenant_id, \
                      key) SELECT $1, $2, $3, $4, $5, $6, $7 \
                      WHERE EXISTS (SELECT 1 FROM tenant_key k WHERE k.tenant_id = $6 AND k.version = $4) \
                      AND ((SELECT count(*) FROM tenant_secret s WHERE s.tenant_id = $6) < $8 \
                      OR EXISTS (SELECT 1 FROM tenant_secret s WHERE s.tenant_id = $6 AND s.key = $7))";
        PUT_SECRET = "UPDATE tenant_secret SET generation = $1, envelope = $2, root_key = $3, key_version = $4, \
                      sealed_at = $5 WHERE tenant_id = $6 AND key = $7 \
                      AND EXISTS (SELECT 1 FROM tenant_key k WHERE k.tenant_id = $6 AND k.version = $4) \
                      AND generation = $8";
        REMOVE_SECRET = "DELETE FROM tenant_secret WHERE tenant_id = $1 AND key = $2 AND generation = $3";
    }
}

/// A credential that is new, or as it stands now.
pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &Credential,
    before: Option<u64>,
) -> Result<(), Invalid> {
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(stored(after.generation))
        .bind(after.envelope.as_bytes())
        .bind(after.root_key)
        .bind(after.key_version)
        .bind(after.state.as_str())
        .bind(after.hint.as_deref())
        .bind(after.account.as_deref())
        .bind(after.expires_at.map(Instant::micros))
        .bind(json(after.check.as_ref())?)
        .bind(json(after.last_error.as_ref())?)
        .bind(json(after.lease.as_ref())?)
        .bind(after.created_at.micros())
        .bind(after.sealed_at.micros())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.provider.as_str())
        .bind(after.id.as_str());
    must_have_key(plan, tenant, after.key_version, before);
    Ok(())
}

/// A credential that is no more.
pub(super) fn remove(plan: &mut Plan, tenant: &TenantId, provider: Provider, before: u64) {
    plan.statement(REMOVE)
        .bind(tenant.as_str())
        .bind(provider.as_str())
        .bind(stored(before))
        .must_write(1, Refusal::Is(Conflict::Stale));
}

/// A tenant's next key.
pub(super) fn add_key<D: Dialect>(plan: &mut Plan, tenant: &TenantId, key: &TenantKey) {
    plan.statement(MOVE_VERSION)
        .bind(tenant.as_str())
        .bind(key.version)
        .must_write(1, Refusal::Is(Conflict::Exists));
    plan.statement(D::ADD_TENANT_KEY)
        .bind(tenant.as_str())
        .bind(key.version)
        .bind(key.root_key)
        .bind(key.wrapped.as_bytes())
        .bind(key.created_at.micros())
        .must_write(1, Refusal::Is(Conflict::Stale));
}

/// A tenant's key under which nothing lies any more.
pub(super) fn remove_key(plan: &mut Plan, tenant: &TenantId, version: u32) {
    plan.statement(REMOVE_KEY).bind(tenant.as_str()).bind(version);
    plan.must_write(1, ask_for_key(tenant, version, Conflict::InUse, Conflict::Stale));
}

/// All of a tenant's keys, whatever lies under them.
pub(super) fn destroy_keys(plan: &mut Plan, tenant: &TenantId) {
    plan.statement(DESTROY_KEYS).bind(tenant.as_str());
}

/// A copy of a credential that is new, or as it stands now.
pub(super) fn put_export(plan: &mut Plan, tenant: &TenantId, after: &CredentialExport, before: Option<u64>) {
    plan.statement(if before.is_some() { PUT_EXPORT } else { ADD_EXPORT })
        .bind(after.remote_id.as_deref())
        .bind(stored(after.generation))
        .bind(after.state.as_str())
        .bind(after.error.as_deref())
        .bind(after.at.micros())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.provider.as_str())
        .bind(after.target.as_str());
    if let Some(before) = before {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    }
}

/// A secret that is new, or as it is now.
pub(super) fn put_secret(plan: &mut Plan, tenant: &TenantId, after: &TenantSecret, before: Option<u64>) {
    plan.statement(if before.is_some() { PUT_SECRET } else { ADD_SECRET })
        .bind(stored(after.generation))
        .bind(after.envelope.as_bytes())
        .bind(after.root_key)
        .bind(after.key_version)
        .bind(after.sealed_at.micros())
        .bind(tenant.as_str())
        .bind(after.key.as_str());
    if before.is_none() {
        // A key that is there already is told as such, however many there are.
        plan.bind(i64::try_from(MAX_SECRETS).unwrap_or(i64::MAX));
    }
    must_have_key(plan, tenant, after.key_version, before);
}

/// A secret that is no more.
pub(super) fn remove_secret(plan: &mut Plan, tenant: &TenantId, key: &str, before: u64) {
    plan.statement(REMOVE_SECRET)
        .bind(tenant.as_str())
        .bind(key)
        .bind(stored(before))
        .must_write(1, Refusal::Is(Conflict::Stale));
}

/// The last statement writes a row under a version of the tenant's key. If it does not, though that is there, a row that
/// was read has changed, or there are as many new ones as there may be.
fn must_have_key(plan: &mut Plan, tenant: &TenantId, version: u32, before: Option<u64>) {
    let refusal = match before {
        Some(before) => {
            plan.bind(stored(before));
            ask_for_key(tenant, version, Conflict::Stale, Conflict::Dangling)
        }
        None => ask_for_key(tenant, version, Conflict::Full, Conflict::Dangling),
    };
    plan.must_write(1, refusal);
}

fn ask_for_key(tenant: &TenantId, version: u32, found: Conflict, otherwise: Conflict) -> Refusal {
    Refusal::ask(FIND_KEY, Finding::Is(found), otherwise).bind(tenant.as_str()).bind(version)
}

fn json<T: Serialize>(value: Option<&T>) -> Result<Option<String>, Invalid> {
    let json = value.map(serde_json::to_string).transpose();
    json.map_err(|_| Invalid("what is known of a credential cannot be written as JSON"))
}
