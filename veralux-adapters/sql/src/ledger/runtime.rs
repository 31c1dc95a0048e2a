use std::collections::BTreeSet;

use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Conflict, RuntimeVersion};
use veralux_core::time::Instant;

use super::Dialect;
use crate::plan::{Finding, Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        // Whatever changes what is published counts on, so that the projection is written.
        MOVE_ON = "INSERT INTO runtime_outbox (tenant_id, sequence, projected, since) VALUES ($1, 1, 0, $2) \
                   ON CONFLICT (tenant_id) DO UPDATE SET sequence = runtime_outbox.sequence + 1, \
                   since = CASE WHEN runtime_outbox.projected < runtime_outbox.sequence \
                   THEN runtime_outbox.since ELSE excluded.since END";
        LEAVE_UNNAMED_DIDS = "INSERT INTO runtime_outbox_did (tenant_id, did, sequence) \
                              SELECT d.tenant_id, d.did, o.sequence FROM runtime_did d \
                              JOIN runtime_outbox o ON o.tenant_id = d.tenant_id \
                              WHERE d.tenant_id = $1 AND NOT d.by_document AND NOT d.by_hand \
                              ON CONFLICT (tenant_id, did) DO UPDATE SET sequence = excluded.sequence";
        LEAVE_DID = "INSERT INTO runtime_outbox_did (tenant_id, did, sequence) \
                     SELECT d.tenant_id, d.did, o.sequence FROM runtime_did d \
                     JOIN runtime_outbox o ON o.tenant_id = d.tenant_id WHERE d.did = $1 AND d.tenant_id = $2 \
                     ON CONFLICT (tenant_id, did) DO UPDATE SET sequence = excluded.sequence";
        ADD_VERSION = "INSERT INTO runtime_version (tenant_id, version, digest, document, dids, kind, actor, \
                       published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        // Version 1 needs no head, any other the one before it.
        MOVE_HEAD = "INSERT INTO runtime_head (tenant_id, version) SELECT i.tenant_id, i.version \
                     FROM (SELECT CAST($1 AS text) AS tenant_id, CAST($2 AS bigint) AS version) i \
                     WHERE coalesce((SELECT r.version FROM runtime_head r WHERE r.tenant_id = i.tenant_id), 0) \
                           = i.version - 1 \
                     ON CONFLICT (tenant_id) DO UPDATE SET version = excluded.version";
        LOOKUP_HEAD = "SELECT coalesce(r.version, 0) FROM runtime_head r WHERE r.tenant_id = $1";
        FORGET_DOCUMENT_DIDS = "UPDATE runtime_did SET by_document = false WHERE tenant_id = $1 AND by_document";
        REMOVE_UNNAMED_DIDS = "DELETE FROM runtime_did WHERE tenant_id = $1 AND NOT by_document AND NOT by_hand";
        ADD_HEAD = "INSERT INTO runtime_head (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO NOTHING";
        UNMAP_DID = "DELETE FROM runtime_did WHERE did = $1 AND tenant_id = $2";
    }
}

/// Has a tenant's projection written once more (tenant, instant).
pub const PROJECT_ANEW: &str = MOVE_ON;

pub(super) fn publish<D: Dialect>(
    plan: &mut Plan,
    tenant: &TenantId,
    at: Instant,
    version: RuntimeVersion,
) -> Result<(), Invalid> {
    let json =
        serde_json::to_string(&version.dids).map_err(|_| Invalid("the DIDs cannot be written as JSON"))?;
    let moved = || {
        Refusal::ask(LOOKUP_HEAD, Finding::VersionMoved, Conflict::VersionMoved { current: 0 })
            .bind(tenant.as_str())
    };
    move_on(plan, tenant, at);
    plan.statement(ADD_VERSION)
        .bind(tenant.as_str())
        .bind(stored(version.version))
        .bind(version.digest.as_bytes().as_slice())
        .bind(version.document.expose())
        .bind(json)
        .bind(version.kind.as_str())
        .bind(version.actor)
        .bind(version.published_at.micros())
        .key_exists_means(moved());
    plan.statement(MOVE_HEAD).bind(tenant.as_str()).bind(stored(version.version)).must_write(1, moved());
    plan.statement(FORGET_DOCUMENT_DIDS).bind(tenant.as_str());
    // A document may name one DID twice.
    let mut seen = BTreeSet::new();
    let dids = version.dids.iter().filter(|did| seen.insert(*did));
    let dids: Vec<String> = dids.map(ToString::to_string).collect();
    let named = u64::try_from(dids.len()).unwrap_or(u64::MAX);
    let taken = || {
        Refusal::ask(D::FIND_FOREIGN_DID, Finding::DidTaken, Conflict::Stale)
            .bind(dids.clone())
            .bind(tenant.as_str())
    };
    plan.statement(D::MAP_DOCUMENT_DIDS)
        .bind(tenant.as_str())
        .bind(dids.clone())
        .must_write(named, taken())
        .value_exists_means(taken());
    plan.statement(LEAVE_UNNAMED_DIDS).bind(tenant.as_str());
    plan.statement(REMOVE_UNNAMED_DIDS).bind(tenant.as_str());
    Ok(())
}

pub(super) fn map_did<D: Dialect>(plan: &mut Plan, tenant: &TenantId, at: Instant, did: &E164) {
    move_on(plan, tenant, at);
    plan.statement(ADD_HEAD).bind(tenant.as_str());
    let taken = || Refusal::Is(Conflict::DidTaken(*did));
    plan.statement(D::MAP_DID)
        .bind(did.as_str())
        .bind(tenant.as_str())
        .must_write(1, taken())
        .value_exists_means(taken());
}

pub(super) fn unmap_did(plan: &mut Plan, tenant: &TenantId, at: Instant, did: &E164) {
    move_on(plan, tenant, at);
    plan.statement(LEAVE_DID).bind(did.as_str()).bind(tenant.as_str());
    plan.statement(UNMAP_DID).bind(did.as_str()).bind(tenant.as_str());
}

/// First of all, so that what leaves carries the new sequence.
fn move_on(plan: &mut Plan, tenant: &TenantId, at: Instant) {
    plan.statement(MOVE_ON).bind(tenant.as_str()).bind(at.micros());
}
