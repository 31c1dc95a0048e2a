use veralux_core::id::{MAX_ID_BYTES, TenantId};
use veralux_core::port::WorkKind;
use veralux_core::time::Instant;

use super::plan::Plan;
use crate::error::Cause;

crate::statements::statements! {
    one {
        SCHEDULE = "INSERT INTO due_work (tenant_id, kind, id, due, was_due) VALUES (?, ?, ?, ?, ?) \
                    ON CONFLICT (tenant_id, kind, id) DO UPDATE SET due = excluded.due, was_due = excluded.due";
        REMOVE = "DELETE FROM due_work WHERE tenant_id = ? AND kind = ? AND id = ?";
    }
}

pub(super) fn schedule(
    plan: &mut Plan,
    tenant: &TenantId,
    kind: WorkKind,
    id: String,
    due: Option<Instant>,
) -> Result<(), Cause> {
    if id.is_empty() || id.len() > MAX_ID_BYTES {
        return Err(Cause::Invalid("work names what it is about by an id"));
    }
    plan.statement(if due.is_some() { SCHEDULE } else { REMOVE })
        .bind(tenant.as_str())
        .bind(kind.as_str())
        .bind(id);
    if let Some(due) = due {
        plan.bind(due.micros()).bind(due.micros());
    }
    Ok(())
}
