use super::{ATTEMPTS, Dispatcher, conflict, step};
use crate::delivery::Delivery;
use crate::id::{MessageId, TenantId};
use crate::port::{Conflict, DeliveryRecord, Error as PortError, Message, ProviderMessage};
use crate::service::{Context, Error, Result};

/// What a provider reports of a message that it has, its signature checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// Provider slug, like `twilio`.
    pub provider: String,
    /// The provider's id of the message.
    pub provider_id: String,
    /// Our id of it, where the URL of the report names it.
    pub message: Option<MessageId>,
    /// The attempt that it is about, likewise.
    pub attempt: Option<u32>,
    /// How far it is.
    pub state: Delivery,
    /// The provider's code of why it did not arrive.
    pub code: Option<String>,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// The message has come further.
    Noted,
    /// It says nothing new: late, a repeat, or about an attempt that is over.
    Old,
    /// It is about no message that this tenant sends.
    Unknown,
}

impl Dispatcher {
    /// Notes what a provider reports, in any order and however often. A report that comes before our own answer is stored
    /// settles the attempt.
    ///
    /// # Errors
    /// The stores'; the report may be made again.
    pub async fn report(
        &self,
        context: &Context,
        tenant: &TenantId,
        report: &StatusReport,
    ) -> Result<Reported> {
        for _ in 0..ATTEMPTS {
            let Some((message, was)) = self.reported(tenant, report).await? else {
                return Ok(Reported::Unknown);
            };
            if !is_about(&message, &was, report) {
                return Ok(Reported::Old);
            }
            let at = self.stores.now();
            let named = ProviderMessage { provider: report.provider.clone(), id: report.provider_id.clone() };
            let step = step::told(&was, named.clone(), (report.state, report.code.as_deref()), at);
            if step.after.state == was.state && was.attempt_at.is_none() {
                return Ok(Reported::Old);
            }
            let thread = match &message.thread {
                Some(thread) if step.opts_out => self.stores.threads.lookup(tenant, thread).await?,
                _ => None,
            };
            let posted = self.post(context, tenant, (&message, thread.as_ref()), step, at).await;
            match posted.as_ref().err().and_then(conflict) {
                Some(Conflict::Stale) => {}
                Some(Conflict::ProviderIdTaken) => self.take_back(tenant, &message, &named).await?,
                _ => return posted.map(|()| Reported::Noted),
            }
        }
        Err(Error::Port(PortError::Transient { doing: "noting a report of a message", source: None }))
    }

    async fn reported(
        &self,
        tenant: &TenantId,
        report: &StatusReport,
    ) -> Result<Option<(Message, DeliveryRecord)>> {
        if let Some(id) = &report.message {
            return self.read(tenant, id).await;
        }
        let messages = &self.stores.messages;
        let found = messages.find_by_provider(tenant, &report.provider, &report.provider_id).await?;
        Ok(found.and_then(|message| message.delivery.clone().map(|delivery| (message, delivery))))
    }
}

/// Whether a report is about the present attempt of a message. Before our own answer is stored the attempt's number is all
/// that tells; from then on the provider's id of the message does, too.
fn is_about(message: &Message, was: &DeliveryRecord, report: &StatusReport) -> bool {
    if report.attempt.is_some_and(|attempt| attempt != was.attempts) {
        return false;
    }
    let same = |named: &ProviderMessage| named.provider == report.provider && named.id == report.provider_id;
    match (&message.provider, was.attempt_at) {
        // While an attempt is open the id is an earlier one's.
        (named, Some(_)) => report.attempt.is_some() && !named.as_ref().is_some_and(same),
        (Some(named), None) => same(named),
        (None, None) => false,
    }
}
