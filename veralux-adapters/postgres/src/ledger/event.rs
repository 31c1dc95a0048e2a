use tokio_postgres::Row;
use veralux_core::audit::{Draft, Head, seal};
use veralux_core::digest::Digest;
use veralux_core::id::{EventId, TenantId};
use veralux_core::time::Instant;

use super::plan::Plan;
use crate::error::Cause;
use crate::query::Done;
use crate::row::{Columns, stored};
use crate::script::Script;

crate::statements::statements! {
    one {
        LOOKUP_HEAD = "SELECT a.sequence, a.hash FROM audit_head a WHERE a.tenant_id = $1";
        ADD = "INSERT INTO audit_event (tenant_id, sequence, id, at, draft, previous, hash) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
        PUT_HEAD = "INSERT INTO audit_head (tenant_id, sequence, hash) VALUES ($1, $2, $3) \
                    ON CONFLICT (tenant_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash";
    }
}

/// Finds the end of the tenant's chain, which nobody else moves while the tenant is locked.
pub(super) fn lookup_head(plan: &mut Plan, tenant: &TenantId) {
    plan.statement(LOOKUP_HEAD).bind(tenant.as_str());
}

/// Seals events behind the head that was found, and moves it.
pub(super) fn seal_all(
    tenant: &TenantId,
    at: Instant,
    found: Option<&Done>,
    events: &[(EventId, Draft)],
) -> Result<Script, Cause> {
    let row = found.and_then(|done| done.rows.first());
    let mut head = row.map_or(Ok(Head::GENESIS), read_head)?;
    let mut script = Script::new();
    for (id, draft) in events {
        let event = seal(head, tenant.clone(), at, id.clone(), draft.clone());
        let draft = serde_json::to_string(&event.draft)
            .map_err(|_| Cause::Invalid("an audit event cannot be written as JSON"))?;
        script
            .statement(ADD)
            .bind(tenant.as_str())
            .bind(stored(event.sequence))
            .bind(event.id.as_str())
            .bind(event.at.micros())
            .bind(draft)
            .bind(event.previous.as_bytes().as_slice())
            .bind(event.hash.as_bytes().as_slice());
        head = event.head();
    }
    script
        .statement(PUT_HEAD)
        .bind(tenant.as_str())
        .bind(stored(head.sequence))
        .bind(head.hash.as_bytes().as_slice());
    Ok(script)
}

fn read_head(row: &Row) -> Result<Head, Cause> {
    let mut columns = Columns::new(row);
    Ok(Head { sequence: columns.count("sequence")?, hash: Digest::from_bytes(columns.bytes("hash")?) })
}
