use async_trait::async_trait;
use serde_json::json;

use super::MessageGate;
use crate::id::{MessageId, TenantId};
use crate::party::{Direction, Role};
use crate::port::{
    Body, Change, Commit, Conflict, Conversation, DeliveryRecord, Destination, Message, Sender, WebhookClaim,
    Work, WorkKind,
};
use crate::routing::{Action, AutoReply};
use crate::service::context::Note;
use crate::service::{Context, Result, Worker};
use crate::time::{DAY, Instant};

/// Under which name replies are claimed; no provider has it.
const CLAIMED_AS: &str = "auto_reply";

impl MessageGate {
    /// The work of answering a message, where somebody can: the sender has a number, and there is who sends over ours.
    ///
    /// It is no message yet, since a claim that is refused refuses its commit, and the message that came must be stored.
    pub(super) fn reply_to(&self, conversation: &Conversation, message: &Message) -> Option<Change> {
        conversation.number.as_ref().filter(|number| self.sends_over(&number.provider))?;
        let due = Some(message.received_at);
        message.sender.phone.map(|_| work(WorkKind::AutoReply, &message.id, due))
    }

    /// Queues the reply to a message, with its claim. `None` where nobody can be answered.
    fn reply(&self, tenant: &TenantId, answered: &Message) -> Result<Option<Commit>> {
        let (Some(number), Some(phone)) = (&answered.number, &answered.sender.phone) else { return Ok(None) };
        let at = self.stores.now();
        let reply = self.message_back(answered, at);
        let payload = json!({
            "decisionId": reply.decision, "threadId": null, "action": reply.action.as_str(),
            "senderRole": reply.sender.role.as_str(), "findings": 0, "answers": answered.id,
        });
        let note = Note::new("message.queued", ("message", reply.id.as_str()), payload);
        // The day on which the message came: who does the same work behind midnight claims the same.
        let day = answered.received_at.micros().div_euclid(DAY);
        let claim =
            WebhookClaim { provider: CLAIMED_AS.to_owned(), event: format!("{number} {phone} {day}") };
        let commit = self.stores.start(tenant, at, &Context::SYSTEM, note)?;
        let commit = commit
            .change(Change::Claim(claim))
            .change(work(WorkKind::AutoReply, &answered.id, None))
            .change(work(WorkKind::SendMessage, &reply.id, Some(at)))
            .change(Change::Message(Box::new(reply)));
        Ok(Some(commit))
    }

    fn message_back(&self, answered: &Message, at: Instant) -> Message {
        Message {
            id: MessageId::generate(at, self.stores.id_bytes()),
            thread: None,
            number: answered.number.clone(),
            direction: Direction::Outbound,
            sender: Sender { role: Role::Automation, id: None, phone: None, name: None },
            body: Body::new(AutoReply::SenderNotRecognised.text()),
            media: Vec::new(),
            findings: Vec::new(),
            action: Action::Deliver,
            target: Some(Destination::Sender(answered.id.clone())),
            decision: answered.decision.clone(),
            received_at: at,
            provider: None,
            delivery: Some(DeliveryRecord::queued(at)),
        }
    }
}

#[async_trait]
impl Worker for MessageGate {
    fn kind(&self) -> WorkKind {
        WorkKind::AutoReply
    }

    async fn perform(&self, work: &Work) -> Result<()> {
        let answered = match MessageId::parse(&work.id) {
            Ok(id) => self.stores.messages.lookup(&work.tenant, &id).await?,
            Err(_) => None,
        };
        if let Some(commit) = answered.and_then(|answered| self.reply(&work.tenant, &answered).transpose()) {
            match self.stores.ledger.commit(commit?).await {
                // This sender had one that day over the same number: of two robots that answer each other one must end it.
                Err(error) if error.conflict() == Some(&Conflict::Claimed) => {}
                outcome => return Ok(outcome?),
            }
        }
        let done = Change::Work { kind: WorkKind::AutoReply, id: work.id.clone(), due: None };
        Ok(self
            .stores
            .ledger
            .commit(Commit::new(work.tenant.clone(), self.stores.now()).change(done))
            .await?)
    }
}

fn work(kind: WorkKind, id: &MessageId, due: Option<Instant>) -> Change {
    Change::Work { kind, id: id.to_string(), due }
}
