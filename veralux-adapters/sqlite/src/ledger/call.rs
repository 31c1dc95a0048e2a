use veralux_core::id::TenantId;
use veralux_core::port::{Call, Conflict};
use veralux_core::time::Instant;
use veralux_sql::stored;

use super::plan::{Plan, Refusal};
use crate::error::Cause;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO phone_call (provider, provider_call, called, caller, state, outcome, started_at, ended_at, \
               stream, revision, tenant_id, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        PUT = "UPDATE phone_call SET provider = ?, provider_call = ?, called = ?, caller = ?, state = ?, \
               outcome = ?, started_at = ?, ended_at = ?, stream = ?, revision = ? \
               WHERE tenant_id = ? AND id = ? AND revision = ?";
    }
}

pub(super) fn put(plan: &mut Plan, tenant: &TenantId, after: Call, before: Option<u64>) -> Result<(), Cause> {
    after.check().map_err(Cause::Invalid)?;
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
