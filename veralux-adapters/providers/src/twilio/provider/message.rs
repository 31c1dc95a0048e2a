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

    /// Twilio does not know our ids: the latest with the same numbers and text counts. What was sent between the two on that
    /// day and later is read back to that instant. A message that still waits has no day of sending, so then the pair's messages are
    /// read in the same way, whatever was found: an earlier one with the same text may hide the one that waits.
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
        let mut search = Search { sms, since, latest: None };
        for filter in [MessageFilter { sent_since: Some(since), ..pair }, pair] {
            client.messages(&filter, |page| search.see(page)).await?;
        }
        Ok(search.latest.map(taken))
    }
}

/// The look for the latest of the messages that look like one of ours.
struct Search<'a> {
    sms: &'a OutgoingSms,
    since: Instant,
    latest: Option<Message>,
}

impl Search<'_> {
    /// Takes a page in, and says whether what it looks for may be on a later one.
    fn see(&mut self, page: Vec<Message>) -> bool {
        let is_over = self.is_behind(&page);
        let same = page.into_iter().rev().filter(|message| self.is_same(message));
        // Of several in one second the first in Twilio's order, which is the latest.
        let found = same.max_by_key(|message| message.created_at);
        let is_later =
            |found: &Message| self.latest.as_ref().is_none_or(|own| own.created_at < found.created_at);
        if let Some(found) = found.filter(is_later) {
            self.latest = Some(found);
        }
        !is_over
    }

    fn is_same(&self, message: &Message) -> bool {
        !message.inbound
            && message.to == Some(self.sms.to)
            && message.from == Some(self.sms.from)
            && message.has_text(&self.sms.body)
            && !is_before(message.created_at, self.since)
    }

    /// Whether everything behind a page was sent too early. Twilio says that what was sent last comes first; should it not be so, the
    /// list is read to its end.
    fn is_behind(&self, page: &[Message]) -> bool {
        page.iter().all(|message| is_before(message.sent_at, self.since))
            && page.is_sorted_by(|earlier, later| earlier.sent_at >= later.sent_at)
    }
}

/// A message without a moment is never before: better not sent again than sent twice.
fn is_before(at: Option<Instant>, since: Instant) -> bool {
    at.is_some_and(|at| at < since)
}

fn taken(message: Message) -> SentSms {
    // A status that is not known says no more than that Twilio has the message.
    SentSms { id: message.sid, state: message.delivery.unwrap_or(Delivery::Queued), code: message.error_code }
}
