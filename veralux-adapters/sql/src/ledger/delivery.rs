use serde::Serialize;
use veralux_core::id::{MessageId, NumberId, TenantId};
use veralux_core::port::{Conflict, DeliveryRecord, ProviderMessage};
use veralux_core::time::Instant;

use crate::plan::{Invalid, Plan, Refusal};
use crate::record::stored;

crate::statements::statements! {
    one {
        ADD = "INSERT INTO message_delivery (provider, provider_id, state, attempts, retries, attempt_at, error, \
               failed_at, dead_since, updated_at, revision, tenant_id, message, number) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
        PUT = "UPDATE message_delivery SET provider = $1, provider_id = $2, state = $3, attempts = $4, retries = $5, \
               attempt_at = $6, error = $7, failed_at = $8, dead_since = $9, updated_at = $10, revision = $11 \
               WHERE tenant_id = $12 AND message = $13 AND revision = $14";
    }
}

/// Beside a new message that we send.
pub(super) fn add(
    plan: &mut Plan,
    tenant: &TenantId,
    (message, number): (&MessageId, Option<&NumberId>),
    provider: Option<ProviderMessage>,
    delivery: &DeliveryRecord,
) -> Result<(), Invalid> {
    bind(plan, ADD, provider, delivery)?;
    plan.bind(tenant.as_str())
        .bind(message.as_str())
        .bind(number.map(NumberId::as_str))
        .value_exists_means(Refusal::Is(Conflict::ProviderIdTaken));
    Ok(())
}

/// How far a message is.
pub(super) fn put(
    plan: &mut Plan,
    tenant: &TenantId,
    message: &MessageId,
    provider: Option<ProviderMessage>,
    (after, before): (&DeliveryRecord, u64),
) -> Result<(), Invalid> {
    bind(plan, PUT, provider, after)?;
    plan.bind(tenant.as_str()).bind(message.as_str()).bind(stored(before));
    plan.must_write(1, Refusal::Is(Conflict::Stale))
        .value_exists_means(Refusal::Is(Conflict::ProviderIdTaken));
    Ok(())
}

fn bind(
    plan: &mut Plan,
    sql: &'static str,
    provider: Option<ProviderMessage>,
    delivery: &DeliveryRecord,
) -> Result<(), Invalid> {
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

/// What a provider said, as it is kept.
///
/// # Errors
/// It cannot be written as JSON.
pub(super) fn json<T: Serialize>(value: Option<&T>) -> Result<Option<String>, Invalid> {
    let json = value.map(serde_json::to_string).transpose();
    json.map_err(|_| Invalid("what a provider said cannot be written as JSON"))
}
