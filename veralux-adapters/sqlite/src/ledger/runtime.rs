use veralux_core::id::TenantId;
use veralux_core::number::Number;
use veralux_core::phone::E164;
use veralux_core::port::{Conflict, RuntimeVersion};
use veralux_core::time::Instant;
use veralux_sql::{Finding, Invalid, Plan, Refusal, stored};

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
                              WHERE d.tenant_id = $1 AND d.by_document = 0 AND d.by_hand = 0 \
                              ON CONFLICT (tenant_id, did) DO UPDATE SET sequence = excluded.sequence";
        LEAVE_DID = "INSERT INTO runtime_outbox_did (tenant_id, did, sequence) \
                     SELECT d.tenant_id, d.did, o.sequence FROM runtime_did d \
                     JOIN runtime_outbox o ON o.tenant_id = d.tenant_id WHERE d.did = $1 AND d.tenant_id = $2 \
                     ON CONFLICT (tenant_id, did) DO UPDATE SET sequence = excluded.sequence";
        ADD_VERSION = "INSERT INTO runtime_version (tenant_id, version, digest, document, dids, kind, actor, \
                       published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        // Version 1 needs no head, any other the one before it.
        MOVE_HEAD = "INSERT INTO runtime_head (tenant_id, version) SELECT i.tenant_id, i.version \
                     FROM (SELECT $1 AS tenant_id, $2 AS version) i \
                     WHERE coalesce((SELECT r.version FROM runtime_head r WHERE r.tenant_id = i.tenant_id), 0) \
                           = i.version - 1 \
                     ON CONFLICT (tenant_id) DO UPDATE SET version = excluded.version";
        LOOKUP_HEAD = "SELECT coalesce(r.version, 0) FROM runtime_head r WHERE r.tenant_id = $1";
        FORGET_DOCUMENT_DIDS = "UPDATE runtime_did SET by_document = 0 WHERE tenant_id = $1 AND by_document = 1";
        MAP_DOCUMENT_DIDS = "INSERT INTO runtime_did (did, tenant_id, by_document, by_hand) \
                             SELECT j.value, $1, 1, 0 FROM json_each($2) j WHERE NOT EXISTS \
                             (SELECT 1 FROM number n WHERE n.e164 = j.value AND n.given_back_at IS NULL AND n.tenant_id <> $1) \
                             ON CONFLICT (did) DO UPDATE SET by_document = 1 \
                             WHERE runtime_did.tenant_id = excluded.tenant_id";
        FIND_FOREIGN_DID = "SELECT j.value FROM json_each($1) j WHERE EXISTS \
                            (SELECT 1 FROM runtime_did d WHERE d.did = j.value AND d.tenant_id <> $2) OR EXISTS \
                            (SELECT 1 FROM number n WHERE n.e164 = j.value AND n.given_back_at IS NULL AND n.tenant_id <> $2) \
                            ORDER BY j.key LIMIT 1";
        REMOVE_UNNAMED_DIDS = "DELETE FROM runtime_did WHERE tenant_id = $1 AND by_document = 0 AND by_hand = 0";
        ADD_HEAD = "INSERT INTO runtime_head (tenant_id) VALUES ($1) ON CONFLICT (tenant_id) DO NOTHING";
        MAP_DID = "INSERT INTO runtime_did (did, tenant_id, by_document, by_hand) SELECT $1, $2, 0, 1 WHERE NOT EXISTS \
                   (SELECT 1 FROM number n WHERE n.e164 = $1 AND n.given_back_at IS NULL AND n.tenant_id <> $2) \
                   ON CONFLICT (did) DO UPDATE SET by_hand = 1 WHERE runtime_did.tenant_id = excluded.tenant_id";
        // A number that the tenant holds already is not asked about again, nor is one that is not as it was read: that it is put
        // from an old state is told by the statement that puts it.
        ASK_WHERE_IT_LEADS = "SELECT 1 WHERE NOT EXISTS \
                              (SELECT 1 FROM runtime_did d WHERE d.did = $1 AND d.tenant_id <> $2) OR EXISTS \
                              (SELECT 1 FROM number n WHERE n.tenant_id = $2 AND n.id = $3 AND n.e164 = $1 \
                               AND n.given_back_at IS NULL) OR \
                              coalesce((SELECT n.revision FROM number n WHERE n.tenant_id = $2 AND n.id = $3), 0) <> $4";
        UNMAP_DID = "DELETE FROM runtime_did WHERE did = $1 AND tenant_id = $2";
    }
}

/// Has a projection written once more: parameters are tenant and instant.
pub(crate) const ADD_TO_OUTBOX: &str = MOVE_ON;

pub(super) fn publish(
    plan: &mut Plan,
    tenant: &TenantId,
    at: Instant,
    version: RuntimeVersion,
) -> Result<(), Invalid> {
    let dids =
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
        .bind(dids.as_str())
        .bind(version.kind.as_str())
        .bind(version.actor)
        .bind(version.published_at.micros())
        .key_exists_means(moved());
    plan.statement(MOVE_HEAD).bind(tenant.as_str()).bind(stored(version.version)).must_write(1, moved());
    plan.statement(FORGET_DOCUMENT_DIDS).bind(tenant.as_str());
    let taken = Refusal::ask(FIND_FOREIGN_DID, Finding::DidTaken, Conflict::Stale)
        .bind(dids.as_str())
        .bind(tenant.as_str());
    // The array may name one DID twice; each naming writes its row.
    let named = u64::try_from(version.dids.len()).unwrap_or(u64::MAX);
    plan.statement(MAP_DOCUMENT_DIDS).bind(tenant.as_str()).bind(dids).must_write(named, taken);
    plan.statement(LEAVE_UNNAMED_DIDS).bind(tenant.as_str());
    plan.statement(REMOVE_UNNAMED_DIDS).bind(tenant.as_str());
    Ok(())
}

pub(super) fn map_did(plan: &mut Plan, tenant: &TenantId, at: Instant, did: E164) {
    move_on(plan, tenant, at);
    plan.statement(ADD_HEAD).bind(tenant.as_str());
    plan.statement(MAP_DID)
        .bind(did.as_str())
        .bind(tenant.as_str())
        .must_write(1, Refusal::Is(Conflict::DidTaken(did)));
}

/// A number that is to become the tenant's, or to be its own again, leads to no other one as a DID. Asked before it is put, since then it is the tenant's.
pub(super) fn require_free(plan: &mut Plan, tenant: &TenantId, number: &Number, before: Option<u64>) {
    if number.given_back_at.is_some() {
        return;
    }
    plan.statement(ASK_WHERE_IT_LEADS)
        .bind(number.e164.as_str())
        .bind(tenant.as_str())
        .bind(number.id.as_str())
        .bind(stored(before.unwrap_or(0)))
        .must_answer(Refusal::Is(Conflict::NumberTaken));
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
