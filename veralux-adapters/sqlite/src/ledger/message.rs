use veralux_core::id::{MessageId, NumberId, TenantId, ThreadId};
use veralux_core::phone::E164;
use veralux_core::port::{Conflict, DecisionRecord, Destination, Message, WebhookClaim};
use veralux_core::time::Instant;

use super::delivery;
use super::plan::{Plan, Refusal};
use crate::error::Cause;

crate::statements::statements! {
    one {
        CLAIM = "INSERT INTO webhook_claim (tenant_id, provider, event, claimed_at) VALUES (?, ?, ?, ?)";
        ADD = "INSERT INTO message (tenant_id, id, thread, number, direction, sender_role, sender_id, sender_phone, \
               body, findings, action, target, target_id, decision, received_at, provider, provider_id) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        ADD_DECISION = "INSERT INTO decision (tenant_id, id, thread, message, at, snapshot, decision, \
                        detector_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    }
}

pub(super) fn claim(plan: &mut Plan, tenant: &TenantId, at: Instant, claim: WebhookClaim) {
    plan.statement(CLAIM)
        .bind(tenant.as_str())
        .bind(claim.provider)
        .bind(claim.event)
        .bind(at.micros())
        .key_exists_means(Refusal::Is(Conflict::Claimed));
}

pub(super) fn add(plan: &mut Plan, tenant: &TenantId, message: Message) -> Result<(), Cause> {
    let findings = if message.findings.is_empty() {
        None
    } else {
        let json = serde_json::to_string(&message.findings);
        Some(json.map_err(|_| Cause::Invalid("a finding cannot be written as JSON"))?)
    };
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
        .bind(message.body.as_str())
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
