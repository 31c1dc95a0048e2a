use async_trait::async_trait;
use veralux_core::credential::Purpose;
use veralux_core::id::TenantId;
use veralux_core::port::{Delivery, MessageProvider, OutgoingSms, ProviderResult, SentSms};
use veralux_core::time::{Instant, SECOND};

use super::Provider;
use crate::twilio::{Message, MessageFilter, NewMessage};

#[async_trait]
impl MessageProvider for Provider {
    fn slug(&self) -> &'static str {
        "twilio"
    }

    async fn send(&self, tenant: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms> {
        let client = self.client(tenant, Purpose::SendMessage).await?;
        let message = NewMessage {
            to: &sms.to,
            from: &sms.from,
            body: &sms.body,
            status_callback: sms.status_url.as_deref(),
        };
        Ok(taken(client.send(&message).await?))
    }

    /// Twilio does not know our ids: the latest with the same numbers and text counts. The day's messages between the two
    /// are read first. A message that still waits has no day of sending, so if there is none among them the pair's
    /// messages are read, the latest first, back to that instant.
    async fn find(
        &self,
        tenant: &TenantId,
        sms: &OutgoingSms,
        since: Instant,
    ) -> ProviderResult<Option<SentSms>> {
        let client = self.client(tenant, Purpose::SendMessage).await?;
        // Twilio's moments are whole seconds, cut.
        let since = since.plus(-since.micros().rem_euclid(SECOND));
        let pair = MessageFilter { to: Some(&sms.to), from: Some(&sms.from), sent_since: None };
        let of_day = MessageFilter { sent_since: Some(since), ..pair };
        let found = client.messages(&of_day, |_| true).await?;
        if let Some(message) = latest(found, sms, since) {
            return Ok(Some(taken(message)));
        }
        let back_to = |messages: &[Message]| messages.last().is_some_and(|last| !is_before(last, since));
        Ok(latest(client.messages(&pair, back_to).await?, sms, since).map(taken))
    }
}

fn latest(messages: Vec<Message>, sms: &OutgoingSms, since: Instant) -> Option<Message> {
    let same = |message: &Message| {
        !message.inbound
            && message.to == Some(sms.to)
            && message.from == Some(sms.from)
            && message.has_text(&sms.body)
            && !is_before(message, since)
    };
    // Of several in one second the first in Twilio's order, which is the latest.
    messages.into_iter().rev().filter(same).max_by_key(|message| message.created_at)
}

/// A message without a moment is never before: better not sent again than sent twice.
fn is_before(message: &Message, since: Instant) -> bool {
    message.created_at.is_some_and(|at| at < since)
}

fn taken(message: Message) -> SentSms {
    // A status that is not known says no more than that Twilio has the message.
    SentSms { id: message.sid, state: message.delivery.unwrap_or(Delivery::Queued), code: message.error_code }
}
