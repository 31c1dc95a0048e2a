use serde::Serialize;
use veralux_core::id::{MessageId, NumberId, TenantId, ThreadId};
use veralux_core::phone::{E164, SenderName};
use veralux_core::port::{Conflict, DecisionRecord, Destination, Message, WebhookClaim};
use veralux_core::time::Instant;

use super::delivery;
use crate::plan::{Invalid, Plan, Refusal};
use crate::query::Value;

crate::statements::statements! {
    one {
        CLAIM = "INSERT INTO webhook_claim (tenant_id, provider, event, claimed_at) VALUES ($1, $2, $3, $4)";
        ADD = "INSERT INTO message (tenant_id, id, thread, number, direction, sender_role, sender_id, sender_phone, \
               sender_name, body, media, findings, action, target, target_id, decision, received_at, provider, provider_id) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
        ADD_DECISION = "INSERT INTO decision (tenant_id, id, thread, message, at, snapshot, decision, \
                        detector_version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    }
}

/// A webhook that is taken in once.
pub(super) fn claim(plan: &mut Plan, tenant: &TenantId, at: Instant, claim: WebhookClaim) {
    plan.statement(CLAIM)
        .bind(tenant.as_str())
        .bind(claim.provider)
        .bind(claim.event)
        .bind(at.micros())
        .key_exists_means(Refusal::Is(Conflict::Claimed));
}

/// A new message, and where we send it how far it is.
pub(super) fn add(plan: &mut Plan, tenant: &TenantId, message: Message) -> Result<(), Invalid> {
    let findings = json_if_any(&message.findings, "a finding cannot be written as JSON")?;
    let media = json_if_any(&message.media, "media cannot be written as JSON")?;
    let mut provider = message.provider;
    if let Some(delivery) = &message.delivery {
        // What the provider calls it changes with how far it is.
        let whose = (&message.id, message.number.as_ref());
        delivery::add(plan, tenant, whose, provider.take(), delivery)?;
    }
    let (provider, provider_id) = provider.map(|named| (named.provider, named.id)).unzip();
    plan.statement(ADD)
        .bind(tenant.as_str())
        .bind(message.id.as_str())
        .bind(message.thread.as_ref().map(ThreadId::as_str))
        .bind(message.number.as_ref().map(NumberId::as_str))
        .bind(message.direction.as_str())
        .bind(message.sender.role.as_str())
        .bind(message.sender.id)
        .bind(message.sender.phone.as_ref().map(E164::as_str))
        .bind(message.sender.name.as_ref().map(SenderName::as_str))
        .bind(Value::any_text(message.body.as_str()))
        .bind(media)
        .bind(findings)
        .bind(message.action.as_str())
        .bind(message.target.as_ref().map(Destination::kind))
        .bind(message.target.as_ref().and_then(Destination::id))
        .bind(message.decision.as_str())
        .bind(message.received_at.micros())
        .bind(provider)
        .bind(provider_id);
    Ok(())
}

/// A list as JSON, NULL where nothing is in it.
fn json_if_any<T: Serialize>(list: &[T], fault: &'static str) -> Result<Option<String>, Invalid> {
    if list.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(list).map(Some).map_err(|_| Invalid(fault))
}

/// Why a message went where it went.
pub(super) fn add_decision(plan: &mut Plan, tenant: &TenantId, decision: DecisionRecord) {
    plan.statement(ADD_DECISION)
        .bind(tenant.as_str())
        .bind(decision.id.as_str())
        .bind(decision.thread.as_ref().map(ThreadId::as_str))
        .bind(decision.message.as_ref().map(MessageId::as_str))
        .bind(decision.at.micros())
        .bind(decision.snapshot)
        .bind(decision.decision)
        .bind(decision.detector_version);
}
