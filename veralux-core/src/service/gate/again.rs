use super::outbound::writer;
use super::{inbound_sender, snapshot};
use crate::id::StaffId;
use crate::party::{Direction, Role};
use crate::policy::Counts;
use crate::port::{Conversation, ErrorRecord, Sender};
use crate::routing::{self, Action, Decision, Reason, Ruleset};
use crate::service::{Kind, Refusal, Result, Writer};
use crate::time::Instant;

/// Why the routing rules do not let a message go that they once let be queued.
#[derive(Debug, Clone)]
pub(in crate::service) struct Forbidden {
    pub(in crate::service) reason: String,
    explanation: String,
    /// The customer wants no messages: there is nothing for a person to put right.
    pub(in crate::service) opted_out: bool,
}

impl Forbidden {
    /// As it is kept with the message.
    pub(in crate::service) fn record(&self) -> ErrorRecord {
        let sentence = format!("the routing rules do not let it be sent now: {}", self.explanation);
        ErrorRecord::new(Some(&self.reason), &sentence, None)
    }

    /// As it is told to who asks for the message to be sent.
    pub(in crate::service) fn refusal(&self) -> Refusal {
        let detail = format!("the routing rules forbid it: `{}`", self.reason);
        Refusal::new(Kind::Conflict, "not_sent", detail)
    }
}

/// What the routing rules say at an instant to a message of this sender that was queued before. Its findings are no longer in the
/// way: they were decided about then.
pub(in crate::service) fn forbidden(
    ruleset: &Ruleset,
    conversation: &Conversation,
    sender: &Sender,
    at: Instant,
) -> Result<Option<Forbidden>> {
    let (sender, _) = writer(&author(sender));
    let snapshot = snapshot(conversation, at, Direction::Outbound, sender, Counts::default())?;
    let decision = routing::decide(&snapshot, ruleset);
    Ok((decision.action() == Action::Block).then(|| because_of(&decision)))
}

/// The same for an automatic reply: it goes while a message of this sender would be answered so.
pub(in crate::service) fn unanswered(
    ruleset: &Ruleset,
    conversation: &Conversation,
    at: Instant,
) -> Result<Option<Forbidden>> {
    let sender = inbound_sender(conversation);
    let snapshot = snapshot(conversation, at, Direction::Inbound, sender, Counts::default())?;
    let decision = routing::decide(&snapshot, ruleset);
    Ok(decision.auto_reply().is_none().then(|| because_of(&decision)))
}

fn because_of(decision: &Decision<'_>) -> Forbidden {
    Forbidden {
        reason: decision.reason().as_str().to_owned(),
        explanation: decision.explanation(),
        opted_out: decision.reason() == Reason::OptedOut,
    }
}

/// Who wrote a message or a draft.
pub(in crate::service) fn author(sender: &Sender) -> Writer {
    let staff = sender.id.as_deref().and_then(|id| StaffId::parse(id).ok());
    match (sender.role, staff) {
        (Role::Staff, Some(staff)) => Writer::Staff(staff),
        (Role::Automation, _) => Writer::Automation,
        _ => Writer::Owner,
    }
}
