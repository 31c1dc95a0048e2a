use super::{MessageGate, Result};
use crate::id::TenantId;
use crate::phone::{E164, SenderName};
use crate::port::Conversation;
use crate::time::Instant;

/// A number that was dialled, whose it was when the stores were asked, and what stood between it and the sender.
///
/// The signature of a webhook is checked with what belongs to this tenant, and the message is taken in for this tenant or
/// for none: a number that changes hands in between does not carry the message along.
#[derive(Debug, Clone)]
pub struct Called {
    pub(super) party: Option<E164>,
    /// Who that is where it is no number.
    pub(super) name: Option<SenderName>,
    pub(super) at: Instant,
    pub(super) held: std::result::Result<Held, &'static str>,
}

/// What stands between the sender and a number that somebody holds.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) number: E164,
    pub(super) conversation: Box<Conversation>,
}

impl Called {
    /// Whose the number is, if anybody's.
    pub fn tenant(&self) -> Option<&TenantId> {
        self.held.as_ref().ok().map(|held| &held.conversation.tenant.id)
    }
}

impl MessageGate {
    /// Asks whose a number is and what stands between it and a sender, both as a provider writes them; the sender is not always
    /// an E.164 number.
    ///
    /// # Errors
    /// The stores'.
    pub async fn called(&self, to: &str, from: &str) -> Result<Called> {
        let (at, party) = (self.stores.now(), E164::normalise(from).ok());
        let name = if party.is_none() { SenderName::told(from) } else { None };
        let held = match E164::normalise(to) {
            Ok(number) => {
                let found = self.stores.conversations.find_called(&number, party.as_ref(), at).await?;
                let found = found.filter(|conversation| conversation.number.is_some());
                let held = found.map(|found| Held { number, conversation: Box::new(found) });
                held.ok_or("number_not_held")
            }
            Err(_) => Err("number_not_e164"),
        };
        Ok(Called { party, name, at, held })
    }
}
