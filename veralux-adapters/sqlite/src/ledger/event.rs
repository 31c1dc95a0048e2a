use veralux_core::audit::{Draft, Head, seal};
use veralux_core::id::{EventId, TenantId};
use veralux_core::time::Instant;
use veralux_sql::{Invalid, Plan, stored};

crate::statements::statements! {
    one {
        ADD = "INSERT INTO audit_event (tenant_id, sequence, id, at, draft, previous, hash) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    }
}

/// Seals an event behind `head` and says where the chain stands then.
pub(super) fn append(
    plan: &mut Plan,
    tenant: &TenantId,
    at: Instant,
    head: Head,
    id: EventId,
    draft: Draft,
) -> Result<Head, Invalid> {
    let event = seal(head, tenant.clone(), at, id, draft);
    let draft = serde_json::to_string(&event.draft)
        .map_err(|_| Invalid("an audit event cannot be written as JSON"))?;
    plan.statement(ADD)
        .bind(tenant.as_str())
        .bind(stored(event.sequence))
        .bind(event.id.as_str())
        .bind(event.at.micros())
        .bind(draft)
        .bind(event.previous.as_bytes().as_slice())
        .bind(event.hash.as_bytes().as_slice());
    Ok(event.head())
}
