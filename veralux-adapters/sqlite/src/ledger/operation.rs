use veralux_core::id::TenantId;
use veralux_core::port::{Conflict, Operation};
use veralux_sql::stored;

use super::delivery::json;
use super::plan::{Plan, Refusal};
use crate::error::Cause;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO provider_operation (kind, provider, number, class, state, steps, requested_by, created_at, \
               updated_at, revision, tenant_id, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        PUT = "UPDATE provider_operation SET kind = ?, provider = ?, number = ?, class = ?, state = ?, steps = ?, \
               requested_by = ?, created_at = ?, updated_at = ?, revision = ? \
               WHERE tenant_id = ? AND id = ? AND revision = ?";
    }
}

pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: Operation,
    before: Option<u64>,
) -> Result<(), Cause> {
    after.check().map_err(Cause::Invalid)?;
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(after.kind.as_str())
        .bind(after.provider)
        .bind(after.number.as_str())
        .bind(after.class.as_str())
        .bind(after.state.as_str())
        .bind(json(Some(&after.steps))?)
        .bind(after.requested_by)
        .bind(after.created_at.micros())
        .bind(after.updated_at.micros())
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.id.as_str());
    if let Some(before) = before {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    }
    Ok(())
}
