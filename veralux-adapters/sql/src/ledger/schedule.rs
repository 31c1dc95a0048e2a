use veralux_core::id::{OverrideId, TenantId};
use veralux_core::port::{Conflict, Override, Window};
use veralux_core::time::Instant;

use super::thread::unless_dangling;
use crate::plan::{Invalid, Plan, Refusal};
use crate::record::target::override_parts;

crate::statements::statements! {
    one {
        ADD_WINDOW = "INSERT INTO assignment_window (tenant_id, id, thread, staff, starts_at, ends_at, created_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7)";
        ADD_OVERRIDE = "INSERT INTO routing_override (tenant_id, id, thread, target, target_id, starts_at, ends_at, \
                        created_at, removed_at, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        REMOVE_OVERRIDE = "UPDATE routing_override SET removed_at = $1 \
                           WHERE tenant_id = $2 AND id = $3 AND removed_at IS NULL";
    }
}

/// A new assignment window.
pub(super) fn add_window(plan: &mut Plan, tenant: &TenantId, window: &Window) -> Result<(), Invalid> {
    let end = window.span.end().ok_or(Invalid("an assignment window has an end"))?;
    plan.statement(ADD_WINDOW)
        .bind(tenant.as_str())
        .bind(window.id.as_str())
        .bind(window.thread.as_str())
        .bind(window.staff.as_str())
        .bind(window.span.start().micros())
        .bind(end.micros())
        .bind(window.created_at.micros())
        .key_exists_means(unless_dangling(tenant, &window.thread));
    Ok(())
}

/// A new override.
pub(super) fn add_override(plan: &mut Plan, tenant: &TenantId, entry: Override) {
    let (target, target_id) = override_parts(&entry.target);
    plan.statement(ADD_OVERRIDE)
        .bind(tenant.as_str())
        .bind(entry.id.as_str())
        .bind(entry.thread.as_str())
        .bind(target)
        .bind(target_id)
        .bind(entry.span.start().micros())
        .bind(entry.span.end().map(Instant::micros))
        .bind(entry.created_at.micros())
        .bind(entry.removed_at.map(Instant::micros))
        .bind(entry.reason)
        .key_exists_means(unless_dangling(tenant, &entry.thread));
}

/// An override that does not hold any more.
pub(super) fn remove_override(plan: &mut Plan, tenant: &TenantId, id: &OverrideId, at: Instant) {
    plan.statement(REMOVE_OVERRIDE)
        .bind(at.micros())
        .bind(tenant.as_str())
        .bind(id.as_str())
        .must_write(1, Refusal::Is(Conflict::Stale));
}
