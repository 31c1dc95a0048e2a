use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Conflict, Tenant};

use crate::plan::{Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO tenant (tenant_id, name, status, business_number, created_at, updated_at, revision) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
        PUT = "UPDATE tenant SET name = $1, status = $2, business_number = $3, created_at = $4, updated_at = $5, \
               revision = $6 WHERE tenant_id = $7 AND revision = $8";
    }
}

/// A tenant that is new, or as it is now.
pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: Tenant,
    before: Option<u64>,
) -> Result<(), Invalid> {
    if after.id != *tenant {
        return Err(Invalid("a commit changes its own tenant only"));
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
