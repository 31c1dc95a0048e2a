use veralux_core::audit::{Draft, Head, seal};
use veralux_core::id::{EventId, TenantId};
use veralux_core::time::Instant;
use veralux_sql::stored;

use crate::error::Cause;
use crate::query::Done;
use crate::row;
use crate::script::Script;

crate::statements::statements! {
    one {
        LOOKUP_HEAD = "SELECT a.sequence, a.hash FROM audit_head a WHERE a.tenant_id = $1";
        ADD = "INSERT INTO audit_event (tenant_id, sequence, id, at, draft, previous, hash) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
        /// As `ADD`, and moves the head behind it.
        ADD_LAST = "WITH head AS (INSERT INTO audit_head (tenant_id, sequence, hash) VALUES ($1, $2, $7) \
                    ON CONFLICT (tenant_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash) \
                    INSERT INTO audit_event (tenant_id, sequence, id, at, draft, previous, hash) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7)";
    }
}

/// Finds the end of the tenant's chain, which nobody else moves while the tenant is locked.
pub(super) fn head_of(tenant: &TenantId) -> Script {
    let mut script = Script::new();
    script.statement(LOOKUP_HEAD).bind(tenant.as_str());
    script
}

/// The end of the chain as it was found.
pub(super) fn head_in(found: Option<&Done>) -> Result<Head, Cause> {
    let row = found.and_then(|done| done.rows.first());
    Ok(row.map_or(Ok(Head::GENESIS), row::read)?)
}

/// Seals events behind a head and adds them; with `is_last`, nothing comes behind them and they move the head. The new head.
pub(super) fn seal_into(
    script: &mut Script,
    mut head: Head,
    tenant: &TenantId,
    at: Instant,
    events: &[(EventId, Draft)],
    is_last: bool,
) -> Result<Head, Cause> {
    for (index, (id, draft)) in events.iter().enumerate() {
        let event = seal(head, tenant.clone(), at, id.clone(), draft.clone());
        let draft = serde_json::to_string(&event.draft)
            .map_err(|_| Cause::Invalid("an audit event cannot be written as JSON"))?;
        script
            .statement(if is_last && index + 1 == events.len() { ADD_LAST } else { ADD })
            .bind(tenant.as_str())
            .bind(stored(event.sequence))
            .bind(event.id.as_str())
            .bind(event.at.micros())
            .bind(draft)
            .bind(event.previous.as_bytes().as_slice())
            .bind(event.hash.as_bytes().as_slice());
        head = event.head();
    }
    Ok(head)
}
