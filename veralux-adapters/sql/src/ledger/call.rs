use veralux_core::id::TenantId;
use veralux_core::port::{Call, Conflict};
use veralux_core::time::Instant;

use crate::plan::{Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO phone_call (provider, provider_call, called, caller, state, outcome, started_at, ended_at, \
               stream, revision, tenant_id, id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        PUT = "UPDATE phone_call SET provider = $1, provider_call = $2, called = $3, caller = $4, state = $5, \
               outcome = $6, started_at = $7, ended_at = $8, stream = $9, revision = $10 \
               WHERE tenant_id = $11 AND id = $12 AND revision = $13";
    }
}

/// A call that is new, or as it stands now.
pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    after: Call,
    before: Option<u64>,
) -> Result<(), Invalid> {
    after.check().map_err(Invalid)?;
    plan.statement(if before.is_some() { PUT } else { ADD })
        .bind(after.provider)
        .bind(after.provider_call)
        .bind(after.called.as_str())
        .bind(after.caller)
        .bind(after.state.as_str())
        .bind(after.outcome)
        .bind(after.started_at.micros())
        .bind(after.ended_at.map(Instant::micros))
        .bind(after.stream)
        .bind(stored(after.revision))
        .bind(tenant.as_str())
        .bind(after.id.as_str());
    if let Some(before) = before {
        plan.bind(stored(before)).must_write(1, Refusal::Is(Conflict::Stale));
    }
    Ok(())
}
