use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::port::{Conflict, Credential, CredentialExport, MAX_SECRETS, TenantKey, TenantSecret};
use veralux_core::time::Instant;
use veralux_sql::{Corrupt, stored};

use super::plan::{Plan, Refusal};
use crate::error::Cause;

crate::statements::statements! {
    one {
        FIND_KEY = "SELECT 1 FROM tenant_key k WHERE k.tenant_id = ? AND k.version = ?";
        ADD = "INSERT INTO credential (generation, envelope, root_key, key_version, state, hint, account, \
               expires_at, last_check, last_error, lease, created_at, sealed_at, revision, tenant_id, provider, id) \
               SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? \
               WHERE EXISTS (SELECT 1 FROM tenant_key k WHERE k.tenant_id = ? AND k.version = ?)";
        PUT = "UPDATE credential SET generation = ?, envelope = ?, root_key = ?, key_version = ?, state = ?, \
               hint = ?, account = ?, expires_at = ?, last_check = ?, last_error = ?, lease = ?, created_at = ?, \
               sealed_at = ?, revision = ? WHERE tenant_id = ? AND provider = ? AND id = ? \
               AND EXISTS (SELECT 1 FROM tenant_key k WHERE k.tenant_id = ? AND k.version = ?) AND revision = ?";
        REMOVE = "DELETE FROM credential WHERE tenant_id = ? AND provider = ? AND revision = ?";
        MOVE_VERSION = "INSERT INTO tenant_key_version (tenant_id, last) SELECT i.tenant_id, i.version \
                        FROM (SELECT ? AS tenant_id, ? AS version) i \
                        WHERE i.version - 1 = \
                        coalesce((SELECT last FROM tenant_key_version WHERE tenant_id = i.tenant_id), 0) \
                        ON CONFLICT (tenant_id) DO UPDATE SET last = excluded.last";
        ADD_KEY = "INSERT INTO tenant_key (tenant_id, version, root_key, wrapped, created_at) VALUES (?, ?, ?, ?, ?)";
        REMOVE_KEY = "DELETE FROM tenant_key WHERE tenant_id = ? AND version = ? \
                      AND NOT EXISTS (SELECT 1 FROM credential c WHERE c.tenant_id = ? AND c.key_version = ?) \
                      AND NOT EXISTS (SELECT 1 FROM tenant_secret s WHERE s.tenant_id = ? AND s.key_version = ?)";
        DESTROY_KEYS = "DELETE FROM tenant_key WHERE tenant_id = ?";
        ADD_EXPORT = "INSERT INTO credential_export (remote_id, generation, state, error, at, revision, tenant_id, \
                      provider, target) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        PUT_EXPORT = "UPDATE credential_export SET remote_id = ?, generation = ?, state = ?, error = ?, at = ?, \
                      revision = ? WHERE tenant_id = ? AND provider = ? AND target = ? AND revision = ?";
        ADD_SECRET = "INSERT INTO tenant_secret (generation, envelope, root_key, key_version, sealed_at, tenant_id, \
                      key) SELECT ?, ?, ?, ?, ?, ?, ? \
                      WHERE EXISTS (SELECT 1 FROM tenant_key k WHERE k.tenant_id = ? AND k.version = ?) \
                      AND ((SELECT count(*) FROM tenant_secret s WHERE s.tenant_id = ?) < ? \
                      OR EXISTS (SELECT 1 FROM tenant_secret s WHERE s.tenant_id = ? AND s.key = ?))";
        PUT_SECRET = "UPDATE tenant_secret SET generation = ?, envelope = ?, root_key = ?, key_version = ?, \
                      sealed_at = ? WHERE tenant_id = ? AND key = ? \
                      AND EXISTS (SELECT 1 FROM tenant_key k WHERE k.tenant_id = ? AND k.version = ?) \
                      AND generation = ?";
        REMOVE_SECRET = "DELETE FROM tenant_secret WHERE tenant_id = ? AND key = ? AND generation = ?";
    }
}

pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &Credential,
    before: Option<u64>,
) -> Result<(), Cause> {
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
        .bind(after.id.as_str())
        .bind(tenant.as_str())
        .bind(after.key_version);
    must_have_key(plan, tenant, after.key_version, before);
    Ok(())
}

pub(super) fn remove(plan: &mut Plan, tenant: &TenantId, provider: Provider, before: u64) {
    plan.statement(REMOVE)
        .bind(tenant.as_str())
        .bind(provider.as_str())
        .bind(stored(before))
        .must_write(1, Refusal::Is(Conflict::Stale));
}

pub(super) fn add_key(plan: &mut Plan, tenant: &TenantId, key: &TenantKey) {
    plan.statement(MOVE_VERSION)
        .bind(tenant.as_str())
        .bind(key.version)
        .must_write(1, Refusal::Is(Conflict::Exists));
    plan.statement(ADD_KEY)
        .bind(tenant.as_str())
        .bind(key.version)
        .bind(key.root_key)
        .bind(key.wrapped.as_bytes())
        .bind(key.created_at.micros());
}

pub(super) fn remove_key(plan: &mut Plan, tenant: &TenantId, version: u32) {
    plan.statement(REMOVE_KEY);
    for _ in 0..3 {
        plan.bind(tenant.as_str()).bind(version);
    }
    let in_use = |_: &SqliteRow| Ok(Conflict::InUse);
    plan.must_write(1, ask_for_key(tenant, version, in_use, Conflict::Stale));
}

pub(super) fn destroy_keys(plan: &mut Plan, tenant: &TenantId) {
    plan.statement(DESTROY_KEYS).bind(tenant.as_str());
}

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

pub(super) fn put_secret(plan: &mut Plan, tenant: &TenantId, after: &TenantSecret, before: Option<u64>) {
    plan.statement(if before.is_some() { PUT_SECRET } else { ADD_SECRET })
        .bind(stored(after.generation))
        .bind(after.envelope.as_bytes())
        .bind(after.root_key)
        .bind(after.key_version)
        .bind(after.sealed_at.micros())
        .bind(tenant.as_str())
        .bind(after.key.as_str())
        .bind(tenant.as_str())
        .bind(after.key_version);
    if before.is_none() {
        // A key that is there already is told as such, however many there are.
        plan.bind(tenant.as_str())
            .bind(i64::try_from(MAX_SECRETS).unwrap_or(i64::MAX))
            .bind(tenant.as_str())
            .bind(after.key.as_str());
    }
    must_have_key(plan, tenant, after.key_version, before);
}

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
            ask_for_key(tenant, version, |_| Ok(Conflict::Stale), Conflict::Dangling)
        }
        None => ask_for_key(tenant, version, |_| Ok(Conflict::Full), Conflict::Dangling),
    };
    plan.must_write(1, refusal);
}

fn ask_for_key(
    tenant: &TenantId,
    version: u32,
    found: fn(&SqliteRow) -> Result<Conflict, Corrupt>,
    otherwise: Conflict,
) -> Refusal {
    Refusal::ask(FIND_KEY, found, otherwise).bind(tenant.as_str()).bind(version)
}

fn json<T: Serialize>(value: Option<&T>) -> Result<Option<String>, Cause> {
    let json = value.map(serde_json::to_string).transpose();
    json.map_err(|_| Cause::Invalid("what is known of a credential cannot be written as JSON"))
}
