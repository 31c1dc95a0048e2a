use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Conflict, Tenant};
use veralux_sql::stored;

use super::plan::{Plan, Refusal};
use crate::error::Cause;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO tenant (tenant_id, name, status, business_number, created_at, updated_at, revision) \
               VALUES (?, ?, ?, ?, ?, ?, ?)";
        PUT = "UPDATE tenant SET name = ?, status = ?, business_number = ?, created_at = ?, updated_at = ?, \
               revision = ? WHERE tenant_id = ? AND revision = ?";
    }
}

pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: Tenant,
    before: Option<u64>,
) -> Result<(), Cause> {
    if after.id != *tenant {
        return Err(Cause::Invalid("a commit changes its own tenant only"));
    }
    plan.statement(if before.is_some() { PUT } else { ADD });
    if before.is_none() {
        plan.bind(tenant.as_str());
    }
    plan.bind(after.name)
        .bind(after.status.as_str())
        .bind(after.business_number.as_ref().map(E164::as_str))
        .bind(after.created_at.micros())
        .bind(after.updated_at.micros())
        .bind(stored(after.revision));
    if let Some(before) = before {
        plan.bind(tenant.as_str()).bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    }
    Ok(())
}
