use url::form_urlencoded::Serializer;

use super::Dispatcher;
use crate::delivery::Delivery;
use crate::id::{MessageId, TenantId};
use crate::number::Number;
use crate::party::TenantStatus;
use crate::phone::E164;
use crate::port::{Conversation, DeliveryRecord, Destination, ErrorRecord, Message, OutgoingSms, Thread};
use crate::service::Result;
use crate::service::gate::{Forbidden, forbidden, unanswered};
use crate::time::Instant;

/// What there is to do about a message.
#[derive(Debug)]
pub(super) enum Found {
    /// There is none, or none that we send.
    Nothing,
    /// It needs nothing any more.
    Settled(Box<Message>, DeliveryRecord),
    /// Not now: the tenant is suspended, or nobody here sends over its provider.
    NotNow,
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
    /// `None` for a reply to a stranger.
    pub(super) thread: Option<Thread>,
    pub(super) provider: String,
    pub(super) sms: OutgoingSms,
    /// What the routing rules have against it.
    pub(super) forbidden: Option<Forbidden>,
}

/// What a message is sent with, and whether it may be, as things are now.
#[derive(Debug)]
pub(super) struct Means {
    is_suspended: bool,
    thread: Option<Thread>,
    to: E164,
    pub(super) number: Number,
    pub(super) forbidden: Option<Forbidden>,
}

impl Dispatcher {
    pub(super) async fn find(&self, tenant: &TenantId, id: &MessageId) -> Result<Found> {
        let Some((message, delivery)) = self.read(tenant, id).await? else { return Ok(Found::Nothing) };
        let message = Box::new(message);
        if delivery.state != Delivery::Queued || delivery.dead_since.is_some() {
            return Ok(Found::Settled(message, delivery));
        }
        let means = match self.means(tenant, &message).await? {
            Ok(means) => means,
            Err(sentence) => return Ok(Found::Unsendable(message, delivery, lost(sentence))),
        };
        if means.is_suspended {
            return Ok(Found::NotNow);
        }
        let Means { thread, to, number, forbidden, .. } = means;
        if self.provider(&number.provider).is_none() {
            return Ok(match forbidden {
                Some(forbidden) => Found::Unsendable(message, delivery, forbidden.record()),
                None => Found::NotNow,
            });
        }
        let sms = OutgoingSms {
            message: message.id.clone(),
            from: number.e164,
            to,
            body: message.body.clone(),
            status_url: None,
        };
        let provider = number.provider;
        Ok(Found::Job(Box::new(Job { message: *message, delivery, thread, provider, sms, forbidden })))
    }

    /// Reads what a message is sent with and asks the routing rules; the inner error says what is missing.
    pub(super) async fn means(
        &self,
        tenant: &TenantId,
        message: &Message,
    ) -> Result<std::result::Result<Means, &'static str>> {
        let at = self.stores.now();
        if let Some(Destination::Sender(answered)) = &message.target {
            return self.means_of_reply(tenant, message, answered, at).await;
        }
        let conversation = match &message.thread {
            Some(thread) => self.stores.conversations.lookup(tenant, thread, at).await?,
            None => None,
        };
        let number = self.number(tenant, message, conversation.as_ref()).await?;
        let Some(conversation) = conversation else { return Ok(Err("its thread is gone")) };
        let Some(number) = number else { return Ok(Err("its number is not in use any more")) };
        let conversation = Conversation { number: Some(number.clone()), ..conversation };
        let forbidden = forbidden(&self.ruleset, &conversation, &message.sender, at)?;
        let is_suspended = conversation.tenant.status != TenantStatus::Active;
        let Conversation { thread: Some(thread), customer: Some(customer), .. } = conversation else {
            return Ok(Err("its thread is gone"));
        };
        Ok(Ok(Means { is_suspended, thread: Some(thread), to: customer.phone, number, forbidden }))
    }

    /// The same for what answers a message of somebody who has no thread.
    async fn means_of_reply(
        &self,
        tenant: &TenantId,
        message: &Message,
        answered: &MessageId,
        at: Instant,
    ) -> Result<std::result::Result<Means, &'static str>> {
        let answered = self.stores.messages.lookup(tenant, answered).await?;
        let number = self.number(tenant, message, None).await?;
        let Some(to) = answered.and_then(|answered| answered.sender.phone) else {
            return Ok(Err("the message that it answers is gone"));
        };
        let Some(number) = number else { return Ok(Err("its number is not in use any more")) };
        let found = self.stores.conversations.find(tenant, &number.e164, Some(&to), at).await?;
        let Some(conversation) = found else { return Ok(Err("its tenant is gone")) };
        let forbidden = unanswered(&self.ruleset, &conversation, at)?;
        let is_suspended = conversation.tenant.status != TenantStatus::Active;
        Ok(Ok(Means { is_suspended, thread: None, to, number, forbidden }))
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
