use veralux_core::party::Role;
use veralux_core::phone::E164;
use veralux_core::port::{Body, DeliveryRecord, FindingRecord, Message, ProviderMessage, Sender};

use super::target::read_destination;
use super::{Columns, Record, Result};
use crate::error::Cause;

macro_rules! message_columns {
    () => {
        concat!(
            "m.id, m.thread, m.number, m.direction, m.sender_role, m.sender_id, m.sender_phone, m.body, m.findings, \
         m.action, m.target, m.target_id, m.decision, m.received_at, coalesce(d.provider, m.provider), \
         coalesce(d.provider_id, m.provider_id), ",
            $crate::row::delivery::delivery_columns!()
        )
    };
}
pub(crate) use message_columns;

/// Where they are read from: messages, those that we send with how far they are.
macro_rules! messages {
    () => {
        " FROM message m LEFT JOIN message_delivery d ON d.tenant_id = m.tenant_id AND d.message = m.id"
    };
}
pub(crate) use messages;

impl Record for Message {
    const COLUMNS: usize = 16 + DeliveryRecord::COLUMNS;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            thread: columns.parsed_if_any("thread")?,
            number: columns.parsed_if_any("number")?,
            direction: columns.parsed("direction")?,
            sender: sender(columns)?,
            body: Body::new(columns.any_text("body")?),
            findings: findings(columns.take("findings")?)?,
            action: columns.parsed("action")?,
            target: read_destination(columns)?,
            decision: columns.parsed("decision")?,
            received_at: columns.instant("received_at")?,
            provider: provider(columns.take("provider")?, columns.take("provider_id")?)?,
            delivery: columns.record_if_any()?,
        })
    }
}

pub(super) fn sender(columns: &mut Columns<'_>) -> Result<Sender> {
    let role: Role = columns.parsed("sender_role")?;
    let id: Option<String> = columns.take("sender_id")?;
    let phone: Option<E164> = columns.parsed_if_any("sender_phone")?;
    Ok(Sender { role, id, phone })
}

fn findings(json: Option<&str>) -> Result<Vec<FindingRecord>> {
    let Some(json) = json else { return Ok(Vec::new()) };
    serde_json::from_str(json).map_err(|_| Cause::Corrupt("findings"))
}

fn provider(provider: Option<String>, id: Option<String>) -> Result<Option<ProviderMessage>> {
    match (provider, id) {
        (None, None) => Ok(None),
        (Some(provider), Some(id)) => Ok(Some(ProviderMessage { provider, id })),
        _ => Err(Cause::Corrupt("provider_id")),
    }
}
