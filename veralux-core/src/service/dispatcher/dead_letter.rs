use serde_json::json;

use super::Dispatcher;
use crate::delivery::Delivery;
use crate::id::{MessageId, TenantId};
use crate::port::{Change, Conflict, DeliveryRecord, Listed, Message, Page, WorkKind};
use crate::service::context::Note;
use crate::service::policy::check_reason;
use crate::service::{Context, Error, Kind, Refusal, Result};
use crate::time::Instant;

impl Dispatcher {
    /// A page of the messages that wait for a person.
    ///
    /// # Errors
    /// The stores'.
    pub async fn list_dead_letters(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Message>> {
        Ok(self.stores.messages.list_dead_letters(tenant, page).await?)
    }

    /// Has a dead letter sent once more: looked up first, where it may have been sent.
    ///
    /// # Errors
    /// `message_not_found`; `not_dead` when it does not wait for a person; `not_sendable` when nobody sends over the
    /// provider of its number; `not_sent` when the routing rules forbid it now; `invalid_reason` unless it has 1 to 500
    /// characters; `stale`; or the stores'.
    pub async fn replay(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &MessageId,
        reason: &str,
    ) -> Result<Message> {
        let reason = check_reason(reason)?;
        let (message, was) = self.dead_letter(tenant, id).await?;
        self.send_again(context, tenant, (message, was), reason).await
    }

    /// Has a message sent once more that failed, whether or not it waits in the dead letters.
    ///
    /// # Errors
    /// `not_failed` when it did not fail; else as [`replay`](Self::replay).
    pub async fn retry(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &MessageId,
        reason: &str,
    ) -> Result<Message> {
        let reason = check_reason(reason)?;
        let (message, was) = self.outgoing(tenant, id).await?;
        if !was.state.is_error() && was.dead_since.is_none() {
            let detail = format!("this message has not failed, it is `{}`", was.state);
            return Err(Refusal::new(Kind::Conflict, "not_failed", detail).into());
        }
        self.send_again(context, tenant, (message, was), reason).await
    }

    /// Takes a dead letter off the list: it is not sent.
    ///
    /// # Errors
    /// As [`replay`](Self::replay), but for `not_sendable` and `not_sent`.
    pub async fn ignore(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &MessageId,
        reason: &str,
    ) -> Result<Message> {
        let reason = check_reason(reason)?;
        let (message, was) = self.dead_letter(tenant, id).await?;
        let at = self.stores.now();
        let after = DeliveryRecord {
            state: was.state.then(Delivery::Failed),
            dead_since: None,
            updated_at: at,
            revision: was.revision + 1,
            ..was
        };
        let act = Act { event: "message.dead_letter_ignored", due: None, reason, at };
        self.act(context, tenant, message, after, act).await
    }

    pub(super) async fn send_again(
        &self,
        context: &Context,
        tenant: &TenantId,
        (message, was): (Message, DeliveryRecord),
        reason: &str,
    ) -> Result<Message> {
        self.check_sendable(tenant, &message).await?;
        let at = self.stores.now();
        let after = DeliveryRecord {
            state: Delivery::Queued,
            retries: 0,
            error: None,
            dead_since: None,
            updated_at: at,
            revision: was.revision + 1,
            ..was
        };
        let act = Act { event: "message.replayed", due: Some(at), reason, at };
        self.act(context, tenant, message, after, act).await
    }

    async fn act(
        &self,
        context: &Context,
        tenant: &TenantId,
        message: Message,
        after: DeliveryRecord,
        act: Act<'_>,
    ) -> Result<Message> {
        let payload =
            json!({ "reason": act.reason, "state": after.state.as_str(), "attempts": after.attempts });
        let note = Note::new(act.event, ("message", message.id.as_str()), payload);
        let work = Change::Work { kind: WorkKind::SendMessage, id: message.id.to_string(), due: act.due };
        let delivery = Change::Delivery {
            message: message.id.clone(),
            provider: message.provider.clone(),
            before: after.revision - 1,
            after: Box::new(after.clone()),
        };
        let commit = self.stores.start(tenant, act.at, context, note)?.change(delivery).change(work);
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(Message { delivery: Some(after), ..message }),
            Err(error) if error.conflict() == Some(&Conflict::Stale) => Err(Refusal::stale().into()),
            Err(error) => Err(Error::Port(error)),
        }
    }

    async fn dead_letter(&self, tenant: &TenantId, id: &MessageId) -> Result<(Message, DeliveryRecord)> {
        let (message, was) = self.outgoing(tenant, id).await?;
        if was.dead_since.is_none() {
            let detail = format!("this message does not wait in the dead letters, it is `{}`", was.state);
            return Err(Refusal::new(Kind::Conflict, "not_dead", detail).into());
        }
        Ok((message, was))
    }

    async fn outgoing(&self, tenant: &TenantId, id: &MessageId) -> Result<(Message, DeliveryRecord)> {
        let found = self.read(tenant, id).await?;
        Ok(found.ok_or_else(|| Refusal::not_found("message_not_found", "message that we send"))?)
    }

    async fn check_sendable(&self, tenant: &TenantId, message: &Message) -> Result<()> {
        let means = self.means(tenant, message).await?.ok();
        if let Some(means) = means.filter(|means| self.provider(&means.number.provider).is_some()) {
            return means.forbidden.map_or(Ok(()), |forbidden| Err(forbidden.refusal().into()));
        }
        let detail = "nobody sends over the provider of this message's number";
        Err(Refusal::new(Kind::Conflict, "not_sendable", detail).into())
    }
}

/// What a person does about a message.
struct Act<'a> {
    event: &'static str,
    due: Option<Instant>,
    reason: &'a str,
    at: Instant,
}
