use veralux_core::party::Role;
use veralux_core::phone::{E164, SenderName};
use veralux_core::port::{Body, DeliveryRecord, FindingRecord, Media, Message, ProviderMessage, Sender};

use super::target::read_destination;
use super::{Columns, Corrupt, Database, Record, Result};

/// The columns of a [`Message`](veralux_core::port::Message), over `m` and its delivery `d`.
#[macro_export]
macro_rules! message_columns {
    () => {
        concat!(
            "m.id, m.thread, m.number, m.direction, m.sender_role, m.sender_id, m.sender_phone, m.sender_name, \
         m.body, m.media, m.findings, m.action, m.target, m.target_id, m.decision, m.received_at, coalesce(d.provider, m.provider), \
         coalesce(d.provider_id, m.provider_id), ",
            $crate::delivery_columns!()
        )
    };
}

/// Where they are read from: messages, those that we send with how far they are.
#[macro_export]
macro_rules! messages {
    () => {
        " FROM message m LEFT JOIN message_delivery d ON d.tenant_id = m.tenant_id AND d.message = m.id"
    };
}

impl Record for Message {
    const COLUMNS: usize = 18 + DeliveryRecord::COLUMNS;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            thread: columns.parsed_if_any("thread")?,
            number: columns.parsed_if_any("number")?,
            direction: columns.parsed("direction")?,
            sender: sender(columns)?,
            body: Body::new(columns.any_text("body")?),
            media: columns.json_if_any::<Vec<Media>>("media")?.unwrap_or_default(),
            findings: columns.json_if_any::<Vec<FindingRecord>>("findings")?.unwrap_or_default(),
            action: columns.parsed("action")?,
            target: read_destination(columns)?,
            decision: columns.parsed("decision")?,
            received_at: columns.instant("received_at")?,
            provider: provider(columns.text_if_any("provider")?, columns.text_if_any("provider_id")?)?,
            delivery: columns.record_if_any()?,
        })
    }
}

pub(super) fn sender<D: Database>(columns: &mut Columns<'_, D>) -> Result<Sender> {
    let role: Role = columns.parsed("sender_role")?;
    let id = columns.text_if_any("sender_id")?;
    let phone: Option<E164> = columns.parsed_if_any("sender_phone")?;
    let name: Option<SenderName> = columns.parsed_if_any("sender_name")?;
    Ok(Sender { role, id, phone, name })
}

fn provider(provider: Option<String>, id: Option<String>) -> Result<Option<ProviderMessage>> {
    match (provider, id) {
        (None, None) => Ok(None),
        (Some(provider), Some(id)) => Ok(Some(ProviderMessage { provider, id })),
        _ => Err(Corrupt("provider_id")),
    }
}
