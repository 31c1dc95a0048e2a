use super::turns::Turn;
use super::{MessageGate, Result};
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::Conversation;
use crate::time::Instant;

/// A number that was dialled, whose it was when the stores were asked, and what stood between it and the sender.
///
/// The signature of a webhook is checked with what belongs to this tenant, and the message is taken in for this tenant or
/// for none: a number that changes hands in between does not carry the message along. Until this is dropped, what the same
/// sender writes to the same number by way of this process waits, so that it finds what this message leaves.
#[derive(Debug)]
pub struct Called<'a> {
    pub(super) party: Option<E164>,
    pub(super) at: Instant,
    pub(super) held: std::result::Result<Held, &'static str>,
    pub(super) turn: Option<Turn<'a>>,
}

/// What stands between the sender and a number that somebody holds.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) number: E164,
    pub(super) conversation: Box<Conversation>,
}

impl Called<'_> {
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
    pub async fn called(&self, to: &str, from: &str) -> Result<Called<'_>> {
        let (at, party) = (self.stores.now(), E164::normalise(from).ok());
        let nobody = |reason| Called { party, at, held: Err(reason), turn: None };
        let Ok(number) = E164::normalise(to) else { return Ok(nobody("number_not_e164")) };
        let turn = match &party {
            Some(party) => self.turns.wait(number.to_string(), party.as_str()).await,
            None => None,
        };
        let found = self.stores.conversations.find_called(&number, party.as_ref(), at).await?;
        Ok(match found.filter(|conversation| conversation.number.is_some()) {
            Some(conversation) => {
                let held = Held { number, conversation: Box::new(conversation) };
                Called { party, at, held: Ok(held), turn }
            }
            None => nobody("number_not_held"),
        })
    }
}
