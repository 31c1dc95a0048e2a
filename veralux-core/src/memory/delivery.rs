use super::write::{Outcome, Writer};
use crate::id::MessageId;
use crate::port::{Conflict, DeliveryRecord, Message, ProviderMessage};

impl Writer<'_> {
    pub(super) fn put_delivery(
        &mut self,
        message: &MessageId,
        provider: Option<ProviderMessage>,
        after: DeliveryRecord,
        before: u64,
    ) -> Outcome {
        let found = self.reach.own.messages.get(message);
        let same = |found: &&Message| found.delivery.as_ref().is_some_and(|found| found.revision == before);
        let old = found.filter(same).ok_or(Conflict::Stale)?.clone();
        let after = Message { provider, delivery: Some(after), ..old.clone() };
        self.is_free(&after)?;
        self.unindex(&old);
        self.index(&after);
        self.put(|reach| &mut reach.own.messages, message.clone(), after);
        Ok(())
    }

    /// Whether the provider calls no other message that we send so.
    pub(super) fn is_free(&self, message: &Message) -> Outcome {
        let Some(named) = message.provider.as_ref().filter(|_| message.delivery.is_some()) else {
            return Ok(());
        };
        match self.reach.own.messages_by_provider.get(&key(named)) {
            Some(other) if *other != message.id => Err(Conflict::ProviderIdTaken),
            _ => Ok(()),
        }
    }

    /// Notes what a message that we send is found by beside its id and thread.
    pub(super) fn index(&mut self, message: &Message) {
        let Some(delivery) = &message.delivery else { return };
        if let Some(named) = &message.provider {
            self.put(|reach| &mut reach.own.messages_by_provider, key(named), message.id.clone());
        }
        if delivery.dead_since.is_some() {
            self.put(|reach| &mut reach.own.dead_letters, message.id.clone(), ());
        }
        if let (Some(number), Some(at)) = (&message.number, delivery.failed_at) {
            self.link(|reach| &mut reach.own.failures_on, number, &(at, message.id.clone()));
        }
    }

    fn unindex(&mut self, message: &Message) {
        if let Some(named) = &message.provider {
            self.remove(|reach| &mut reach.own.messages_by_provider, &key(named));
        }
        self.remove(|reach| &mut reach.own.dead_letters, &message.id);
        let failed_at = message.delivery.as_ref().and_then(|delivery| delivery.failed_at);
        if let (Some(number), Some(at)) = (&message.number, failed_at) {
            self.unlink(|reach| &mut reach.own.failures_on, number, &(at, message.id.clone()));
        }
    }
}

fn key(named: &ProviderMessage) -> (String, String) {
    (named.provider.clone(), named.id.clone())
}
