use serde::Serialize;
use veralux_core::id::{MessageId, NumberId, TenantId};
use veralux_core::port::{Conflict, DeliveryRecord, ProviderMessage};
use veralux_core::time::Instant;
use veralux_sql::stored;

use super::plan::{Plan, Refusal};
use crate::error::Cause;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO message_delivery (provider, provider_id, state, attempts, retries, attempt_at, error, \
               failed_at, dead_since, updated_at, revision, tenant_id, message, number) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        PUT = "UPDATE message_delivery SET provider = ?, provider_id = ?, state = ?, attempts = ?, retries = ?, \
               attempt_at = ?, error = ?, failed_at = ?, dead_since = ?, updated_at = ?, revision = ? \
               WHERE tenant_id = ? AND message = ? AND revision = ?";
    }
}

/// Beside a new message that we send.
pub(super) fn add(
    plan: &mut Plan,
    tenant: &TenantId,
    (message, number): (&MessageId, Option<&NumberId>),
    provider: Option<ProviderMessage>,
    delivery: &DeliveryRecord,
) -> Result<(), Cause> {
    bind(plan, ADD, provider, delivery)?;
    plan.bind(tenant.as_str()).bind(message.as_str()).bind(number.map(NumberId::as_str));
    Ok(())
}

pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    message: &MessageId,
    provider: Option<ProviderMessage>,
    (after, before): (&DeliveryRecord, u64),
) -> Result<(), Cause> {
    bind(plan, PUT, provider, after)?;
    plan.bind(tenant.as_str()).bind(message.as_str()).bind(stored(before));
    plan.must_write(1, Refusal::Is(Conflict::Stale));
    Ok(())
}

fn bind(
    plan: &mut Plan,
    sql: &'static str,
    provider: Option<ProviderMessage>,
    delivery: &DeliveryRecord,
) -> Result<(), Cause> {
    let (provider, provider_id) = provider.map(|named| (named.provider, named.id)).unzip();
    plan.statement(sql)
        .bind(provider)
        .bind(provider_id)
        .bind(delivery.state.as_str())
        .bind(delivery.attempts)
        .bind(delivery.retries)
        .bind(delivery.attempt_at.map(Instant::micros))
        .bind(json(delivery.error.as_ref())?)
        .bind(delivery.failed_at.map(Instant::micros))
        .bind(delivery.dead_since.map(Instant::micros))
        .bind(delivery.updated_at.micros())
        .bind(stored(delivery.revision));
    Ok(())
}

pub(super) fn json<T: Serialize>(value: Option<&T>) -> Result<Option<String>, Cause> {
    let json = value.map(serde_json::to_string).transpose();
    json.map_err(|_| Cause::Invalid("what a provider said cannot be written as JSON"))
}
