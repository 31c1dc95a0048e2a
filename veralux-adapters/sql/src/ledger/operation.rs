use veralux_core::id::TenantId;
use veralux_core::port::{Conflict, Operation};

use super::delivery::json;
use crate::plan::{Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO provider_operation (kind, provider, number, class, state, steps, requested_by, created_at, \
               updated_at, revision, tenant_id, id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        PUT = "UPDATE provider_operation SET kind = $1, provider = $2, number = $3, class = $4, state = $5, steps = $6, \
               requested_by = $7, created_at = $8, updated_at = $9, revision = $10 \
               WHERE tenant_id = $11 AND id = $12 AND revision = $13";
    }
}

/// An operation at a provider that is new, or as it stands now.
pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: Operation,
    before: Option<u64>,
) -> Result<(), Invalid> {
    after.check().map_err(Invalid)?;
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
