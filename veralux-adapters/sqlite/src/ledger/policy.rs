use veralux_core::id::{MessageId, TenantId, ThreadId};
use veralux_core::phone::E164;
use veralux_core::port::{AllowList, Body, Conflict, ScanMemory, Violation};
use veralux_sql::stored;

use super::plan::{Plan, Refusal};
use crate::error::Cause;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO policy_violation (thread, message, direction, sender_role, sender_id, sender_phone, \
               draft, findings, detector_version, status, created_at, ruling, revision, tenant_id, id) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        PUT = "UPDATE policy_violation SET thread = ?, message = ?, direction = ?, sender_role = ?, \
               sender_id = ?, sender_phone = ?, draft = ?, findings = ?, detector_version = ?, status = ?, \
               created_at = ?, ruling = ?, revision = ? WHERE tenant_id = ? AND id = ? AND revision = ?";
        ADD_MEMORY = "INSERT INTO policy_scan_memory (state, revision, tenant_id, thread, sender) \
                      VALUES (?, ?, ?, ?, ?)";
        PUT_MEMORY = "UPDATE policy_scan_memory SET state = ?, revision = ? \
                      WHERE tenant_id = ? AND thread = ? AND sender = ? AND revision = ?";
        ADD_ALLOWED = "INSERT INTO policy_allow_list (entries, revision, tenant_id) VALUES (?, ?, ?)";
        PUT_ALLOWED = "UPDATE policy_allow_list SET entries = ?, revision = ? \
                       WHERE tenant_id = ? AND revision = ?";
    }
}

pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: &Violation,
    before: Option<u64>,
) -> Result<(), Cause> {
    let findings = serde_json::to_string(&after.findings);
    let findings = findings.map_err(|_| Cause::Invalid("a finding cannot be written as JSON"))?;
    let ruling = after.ruling.as_ref().map(serde_json::to_string).transpose();
    let ruling = ruling.map_err(|_| Cause::Invalid("a ruling cannot be written as JSON"))?;
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(after.thread.as_ref().map(ThreadId::as_str))
        .bind(after.message.as_ref().map(MessageId::as_str))
        .bind(after.direction.as_str())
        .bind(after.sender.role.as_str())
        .bind(after.sender.id.as_deref())
        .bind(after.sender.phone.as_ref().map(E164::as_str))
        .bind(after.draft.as_ref().map(Body::as_str))
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

pub(super) fn allow(plan: &mut Plan, tenant: &TenantId, after: &AllowList, before: u64) -> Result<(), Cause> {
    let entries = serde_json::to_string(&after.entries);
    let entries = entries.map_err(|_| Cause::Invalid("an allow-list cannot be written as JSON"))?;
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
