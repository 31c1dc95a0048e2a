use veralux_core::id::{MessageId, TenantId, ThreadId};
use veralux_core::phone::{E164, SenderName};
use veralux_core::port::{AllowList, Conflict, ScanMemory, Violation};

use crate::plan::{Invalid, Plan, Refusal};
use crate::query::Value;
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO policy_violation (thread, message, direction, sender_role, sender_id, sender_phone, \
               sender_name, draft, findings, detector_version, status, created_at, ruling, revision, tenant_id, id) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        PUT = "UPDATE policy_violation SET thread = $1, message = $2, direction = $3, sender_role = $4, \
               sender_id = $5, sender_phone = $6, sender_name = $7, draft = $8, findings = $9, detector_version = $10, \
               status = $11, created_at = $12, ruling = $13, revision = $14 \
               WHERE tenant_id = $15 AND id = $16 AND revision = $17";
        ADD_MEMORY = "INSERT INTO policy_scan_memory (state, revision, tenant_id, thread, sender) \
                      VALUES ($1, $2, $3, $4, $5)";
        PUT_MEMORY = "UPDATE policy_scan_memory SET state = $1, revision = $2 \
                      WHERE tenant_id = $3 AND thread = $4 AND sender = $5 AND revision = $6";
        ADD_ALLOWED = "INSERT INTO policy_allow_list (entries, revision, tenant_id) VALUES ($1, $2, $3)";
        PUT_ALLOWED = "UPDATE policy_allow_list SET entries = $1, revision = $2 \
                       WHERE tenant_id = $3 AND revision = $4";
    }
}

/// A violation that is new, or as it stands now.
pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &Violation,
    before: Option<u64>,
) -> Result<(), Invalid> {
    let findings = serde_json::to_string(&after.findings);
    let findings = findings.map_err(|_| Invalid("a finding cannot be written as JSON"))?;
    let ruling = after.ruling.as_ref().map(serde_json::to_string).transpose();
    let ruling = ruling.map_err(|_| Invalid("a ruling cannot be written as JSON"))?;
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(after.thread.as_ref().map(ThreadId::as_str))
        .bind(after.message.as_ref().map(MessageId::as_str))
        .bind(after.direction.as_str())
        .bind(after.sender.role.as_str())
        .bind(after.sender.id.as_deref())
        .bind(after.sender.phone.as_ref().map(E164::as_str))
        .bind(after.sender.name.as_ref().map(SenderName::as_str))
        .bind(Value::AnyText(after.draft.as_ref().map(|draft| draft.as_str().to_owned())))
        .bind(findings)
        .bind(after.detector_version.as_str())
        .bind(after.status.as_str())
        .bind(after.created_at.micros())
        .bind(ruling)
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.id.as_str());
    if let Some(before) = before {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    }
    Ok(())
}

/// What the detector remembers of a sender.
pub(super) fn remember(
    plan: &mut Plan,
    tenant: &TenantId,
    (thread, sender): (&ThreadId, &str),
    after: &ScanMemory,
    before: Option<u64>,
) {
    plan.statement(if before.is_some() { PUT_MEMORY } else { ADD_MEMORY })
        .bind(after.state.as_str())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(thread.as_str())
        .bind(sender);
    if let Some(before) = before {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    }
}

/// What the tenant allows.
pub(super) fn allow(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &AllowList,
    before: u64,
) -> Result<(), Invalid> {
    let entries = serde_json::to_string(&after.entries);
    let entries = entries.map_err(|_| Invalid("an allow-list cannot be written as JSON"))?;
    plan.statement(if before > 0 { PUT_ALLOWED } else { ADD_ALLOWED })
        .bind(entries)
        .bind(stored(after.revision))
        .bind(tenant.as_str());
    if before > 0 {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    } else {
        plan.key_exists_means(Refusal::Is(Conflict::Stale));
    }
    Ok(())
}
