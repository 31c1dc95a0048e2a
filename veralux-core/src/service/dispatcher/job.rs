use url::form_urlencoded::Serializer;

use super::Dispatcher;
use crate::delivery::Delivery;
use crate::id::{MessageId, TenantId};
use crate::number::Number;
use crate::party::{NumberStatus, TenantStatus};
use crate::port::{Conversation, DeliveryRecord, ErrorRecord, Message, OutgoingSms, Thread};
use crate::service::Result;

/// What there is to do about a message.
#[derive(Debug)]
pub(super) enum Found {
    /// There is none, or none that we send.
    Nothing,
    /// It needs nothing any more.
    Settled(Box<Message>, DeliveryRecord),
    /// Not now: the tenant is suspended, or nobody here sends over its provider.
    NotNow(Box<Message>, DeliveryRecord),
    /// It cannot be sent as things are.
    Unsendable(Box<Message>, DeliveryRecord, ErrorRecord),
    /// It is to be sent.
    Job(Box<Job>),
}

/// A message that is to be sent, with all that is needed.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) message: Message,
    pub(super) delivery: DeliveryRecord,
    pub(super) thread: Thread,
    pub(super) provider: String,
    pub(super) sms: OutgoingSms,
}

impl Dispatcher {
    pub(super) async fn find(&self, tenant: &TenantId, id: &MessageId) -> Result<Found> {
        let Some((message, delivery)) = self.read(tenant, id).await? else { return Ok(Found::Nothing) };
        let message = Box::new(message);
        if delivery.state != Delivery::Queued || delivery.dead_since.is_some() {
            return Ok(Found::Settled(message, delivery));
        }
        let conversation = match &message.thread {
            Some(thread) => self.stores.conversations.lookup(tenant, thread, self.stores.now()).await?,
            None => None,
        };
        let number = self.number(tenant, &message, conversation.as_ref()).await?;
        let unsendable = |sentence| Ok(Found::Unsendable(message.clone(), delivery.clone(), lost(sentence)));
        let Some(Conversation { tenant: owner, thread: Some(thread), customer: Some(customer), .. }) =
            conversation
        else {
            return unsendable("its thread is gone");
        };
        let Some(number) = number.filter(|number| number.status != NumberStatus::Inactive) else {
            return unsendable("its number is not in use any more");
        };
        if owner.status != TenantStatus::Active || self.provider(&number.provider).is_none() {
            return Ok(Found::NotNow(message, delivery));
        }
        let sms = OutgoingSms {
            message: message.id.clone(),
            from: number.e164,
            to: customer.phone,
            body: message.body.clone(),
            status_url: None,
        };
        Ok(Found::Job(Box::new(Job { message: *message, delivery, thread, provider: number.provider, sms })))
    }

    /// The message with how far it is; none when it is none that we send.
    pub(super) async fn read(
        &self,
        tenant: &TenantId,
        id: &MessageId,
    ) -> Result<Option<(Message, DeliveryRecord)>> {
        let message = self.stores.messages.lookup(tenant, id).await?;
        Ok(message.and_then(|message| message.delivery.clone().map(|delivery| (message, delivery))))
    }

    /// Our number as the message names it: its thread may have moved since.
    async fn number(
        &self,
        tenant: &TenantId,
        message: &Message,
        conversation: Option<&Conversation>,
    ) -> Result<Option<Number>> {
        let Some(id) = &message.number else { return Ok(None) };
        let near = conversation.and_then(|conversation| conversation.number.as_ref());
        match near.filter(|number| number.id == *id) {
            Some(number) => Ok(Some(number.clone())),
            None => Ok(self.stores.numbers.lookup(tenant, id).await?),
        }
    }

    /// Where a provider reports how far an attempt has come.
    pub(super) fn status_url(&self, tenant: &TenantId, job: &Job, attempt: u32) -> Option<String> {
        let base = self.public_base_url.as_ref()?;
        let path = match job.provider.as_str() {
            "telnyx" => "api/telnyx/messages".to_owned(),
            slug => format!("webhooks/{slug}/status-callback"),
        };
        let query = Serializer::new(String::new())
            .append_pair("tenant", tenant.as_str())
            .append_pair("message", job.message.id.as_str())
            .append_pair("attempt", &attempt.to_string())
            .finish();
        Some(format!("{base}/{path}?{query}"))
    }
}

fn lost(sentence: &str) -> ErrorRecord {
    ErrorRecord::new(None, &format!("the message cannot be sent: {sentence}"), None)
}
