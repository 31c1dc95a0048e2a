use serde_json::json;

use super::scan::{self, Scan};
use super::{ATTEMPTS, MessageGate, crowded, is_overtaken, snapshot, unusable};
use crate::id::{DecisionId, MessageId, TenantId, ThreadId, ViolationId};
use crate::party::{Direction, Role};
use crate::policy::{Counts, DETECTOR_VERSION, Detector};
use crate::port::{
    Body, Change, Commit, Conversation, DecisionRecord, DeliveryRecord, Destination, ErrorRecord, Message,
    Sender, WorkKind,
};
use crate::routing::{self, Action, Decision};
use crate::service::context::Note;
use crate::service::{Context, Error, Kind, Refusal, Result, Writer};
use crate::time::Instant;

/// Longest text that is sent, in characters: ten segments of an SMS (3GPP TS 23.040, 9.2.3.24.1).
const MAX_CHARACTERS: usize = 1530;

/// A message to a thread's customer.
#[derive(Debug, Clone)]
pub struct Outbound {
    /// In which thread.
    pub thread: ThreadId,
    /// Who writes: a staff member, the owner, or the product itself.
    pub writer: Writer,
    /// The text.
    pub body: Body,
}

/// What became of an outbound message.
#[derive(Debug, Clone)]
pub enum Sent {
    /// It waits for the provider. With contact details in it a warning is due.
    Queued(Box<Message>),
    /// It holds contact details and waits for the owner; the draft is kept.
    Held(ViolationId),
}

impl MessageGate {
    /// Sends a message into a thread: permission and window, scan, decision; then it is queued, or held for the owner
    /// when a staff member gives contact details away.
    ///
    /// # Errors
    /// `thread_not_found`; `invalid_body` for an empty or overlong text; `not_sent` when the routing rules forbid it,
    /// with their reason; or the stores'.
    pub async fn send(&self, context: &Context, tenant: &TenantId, outbound: Outbound) -> Result<Sent> {
        check_text(&outbound.body)?;
        let name = scan::name(&writer(&outbound.writer).0);
        let (_turn, _) = self.turns.wait(format!("{tenant}/{}", outbound.thread), &name).await;
        for _ in 0..ATTEMPTS {
            match self.try_to_send(context, tenant, &outbound).await {
                Err(Error::Port(error)) if is_overtaken(&error) => {}
                outcome => return outcome,
            }
        }
        Err(Error::Port(crowded()))
    }

    async fn try_to_send(&self, context: &Context, tenant: &TenantId, outbound: &Outbound) -> Result<Sent> {
        let at = self.stores.now();
        let conversation = self.conversation(tenant, &outbound.thread, at).await?;
        let (sender, role_and_id) = writer(&outbound.writer);
        let thread = Some(&outbound.thread);
        let name = scan::name(&sender);
        let known = self.stores.policy.scan_context(tenant, thread, &name).await?;
        let scan = self.scan(&conversation, thread, name, &known, outbound.body.as_str());
        let decided = self.decide(&conversation, at, sender, Counts::of(&scan.findings))?;
        let message = self.outgoing(&conversation, outbound, role_and_id, &scan, &decided)?;
        match decided.action {
            Action::Review => self.hold(context, &conversation, message, scan, decided.record).await,
            Action::Block => Err(self.refuse(context, &conversation, decided).await?),
            _ => {
                let violation = self.violation_in(&message, None, at);
                let commit = self.queue(context, &conversation, &message, decided.record)?;
                let commit = violation.into_iter().chain(scan.remember).fold(commit, Commit::change);
                self.stores.ledger.commit(commit).await?;
                Ok(Sent::Queued(Box::new(message)))
            }
        }
    }

    /// A held draft on its way after all: decided anew, since windows end, its findings no longer in the way.
    pub(in crate::service) async fn release(
        &self,
        context: &Context,
        tenant: &TenantId,
        outbound: &Outbound,
    ) -> Result<(Message, Commit)> {
        let at = self.stores.now();
        let conversation = self.conversation(tenant, &outbound.thread, at).await?;
        let (sender, role_and_id) = writer(&outbound.writer);
        let decided = self.decide(&conversation, at, sender, Counts::default())?;
        if decided.action == Action::Block {
            return Err(self.refuse(context, &conversation, decided).await?);
        }
        let detector = scan::in_conversation(&self.detector, &conversation, &conversation.scan.allowed);
        let scan = Scan { findings: detector.scan(outbound.body.as_str()), remember: None };
        let message = self.outgoing(&conversation, outbound, role_and_id, &scan, &decided)?;
        let commit = self.queue(context, &conversation, &message, decided.record)?;
        Ok((message, commit))
    }

    /// The tenant's detector for what is said in a thread.
    pub(in crate::service) async fn detector(
        &self,
        tenant: &TenantId,
        thread: &ThreadId,
    ) -> Result<Detector> {
        let conversation = self.conversation(tenant, thread, self.stores.now()).await?;
        Ok(scan::in_conversation(&self.detector, &conversation, &conversation.scan.allowed))
    }

    async fn conversation(&self, tenant: &TenantId, thread: &ThreadId, at: Instant) -> Result<Conversation> {
        let found = self.stores.conversations.lookup(tenant, thread, at).await?;
        Ok(found.ok_or_else(|| Refusal::not_found("thread_not_found", "thread"))?)
    }

    fn decide(
        &self,
        conversation: &Conversation,
        at: Instant,
        sender: routing::Sender,
        counts: Counts,
    ) -> Result<Decided> {
        let snapshot = snapshot(conversation, at, Direction::Outbound, sender, counts)?;
        let decision = routing::decide(&snapshot, &self.ruleset);
        let record = DecisionRecord {
            id: DecisionId::generate(at, self.stores.id_bytes()),
            thread: conversation.thread.as_ref().map(|thread| thread.id.clone()),
            message: Some(MessageId::generate(at, self.stores.id_bytes())),
            at,
            snapshot: snapshot.to_json(),
            decision: decision.to_json(),
            detector_version: DETECTOR_VERSION.to_owned(),
        };
        Ok(Decided::new(&decision, record))
    }

    fn outgoing(
        &self,
        conversation: &Conversation,
        outbound: &Outbound,
        (role, id): (Role, Option<String>),
        scan: &Scan,
        decided: &Decided,
    ) -> Result<Message> {
        Ok(Message {
            id: decided.record.message.clone().ok_or_else(unusable)?,
            thread: Some(outbound.thread.clone()),
            number: conversation.number.as_ref().map(|number| number.id.clone()),
            direction: Direction::Outbound,
            sender: Sender { role, id, phone: None, name: None },
            body: outbound.body.clone(),
            media: Vec::new(),
            findings: scan.records(),
            action: decided.action,
            target: decided.target.clone(),
            decision: decided.record.id.clone(),
            received_at: decided.record.at,
            provider: None,
            delivery: Some(DeliveryRecord {
                error: self.unsent(conversation),
                ..DeliveryRecord::queued(decided.record.at)
            }),
        })
    }

    pub(super) fn sends_over(&self, provider: &str) -> bool {
        self.sending.as_ref().is_some_and(|sending| sending.contains(provider))
    }

    /// Why nobody will send what is queued, if so. The message is kept all the same: whoever has the number's line may send it.
    fn unsent(&self, conversation: &Conversation) -> Option<ErrorRecord> {
        let number = conversation.number.as_ref()?;
        if self.sending.is_none() || self.sends_over(&number.provider) {
            return None;
        }
        let sentence = format!(
            "it stays queued: this server sends nothing over the number's provider, `{}`",
            number.provider
        );
        Some(ErrorRecord::new(None, &sentence, None))
    }

    /// The commit that queues a message.
    fn queue(
        &self,
        context: &Context,
        conversation: &Conversation,
        message: &Message,
        record: DecisionRecord,
    ) -> Result<Commit> {
        let event =
            if message.findings.is_empty() { "message.queued" } else { "message.queued_with_warning" };
        let payload = json!({
            "decisionId": record.id, "threadId": record.thread, "action": message.action.as_str(),
            "senderRole": message.sender.role.as_str(), "findings": message.findings.len(),
        });
        let note = Note::new(event, ("message", message.id.as_str()), payload);
        let mut commit = self.stores.start(&conversation.tenant.id, record.at, context, note)?;
        if let Some(number) = &conversation.number {
            commit =
                commit.change(Change::NumberUsed { id: number.id.clone(), e164: number.e164, at: record.at });
            if self.sends_over(&number.provider) {
                let id = message.id.to_string();
                commit =
                    commit.change(Change::Work { kind: WorkKind::SendMessage, id, due: Some(record.at) });
            }
        }
        Ok(commit.change(Change::Message(Box::new(message.clone()))).change(Change::Decision(record)))
    }

    /// Keeps a draft for the owner. What the detector remembers of it stays: pieces of a number are held one by one.
    async fn hold(
        &self,
        context: &Context,
        conversation: &Conversation,
        message: Message,
        scan: Scan,
        record: DecisionRecord,
    ) -> Result<Sent> {
        let Some(violation) = self.violation_in(&message, Some(message.body.clone()), record.at) else {
            return Err(unusable());
        };
        let Change::Violation { after, .. } = &violation else { return Err(unusable()) };
        let id = after.id.clone();
        let payload = json!({
            "decisionId": record.id, "threadId": record.thread, "senderRole": message.sender.role.as_str(),
            "findings": message.findings.len(), "detectorVersion": DETECTOR_VERSION,
        });
        let note = Note::new("message.held", ("violation", id.as_str()), payload);
        let record = DecisionRecord { message: None, ..record };
        let commit = self.stores.start(&conversation.tenant.id, record.at, context, note)?;
        let commit = commit.change(violation).change(Change::Decision(record));
        self.stores.ledger.commit(scan.remember.into_iter().fold(commit, Commit::change)).await?;
        Ok(Sent::Held(id))
    }

    /// Keeps the decision, so that it can be explained, and says why nothing is sent.
    async fn refuse(
        &self,
        context: &Context,
        conversation: &Conversation,
        decided: Decided,
    ) -> Result<Error> {
        let record = DecisionRecord { message: None, ..decided.record };
        let thread = record.thread.as_ref().map_or("unknown", ThreadId::as_str);
        let payload = json!({ "decisionId": record.id, "reason": decided.reason });
        let note = Note::new("message.not_sent", ("thread", thread), payload);
        let detail = format!("the routing rules forbid it: `{}` (decision {})", decided.reason, record.id);
        let commit = self.stores.start(&conversation.tenant.id, record.at, context, note)?;
        self.stores.ledger.commit(commit.change(Change::Decision(record))).await?;
        Ok(Refusal::new(Kind::Conflict, "not_sent", detail).into())
    }
}

/// What was decided, free of the snapshot.
struct Decided {
    action: Action,
    target: Option<Destination>,
    reason: String,
    record: DecisionRecord,
}

impl Decided {
    fn new(decision: &Decision<'_>, record: DecisionRecord) -> Self {
        Self {
            action: decision.action(),
            target: decision.target().map(Destination::from),
            reason: decision.reason().as_str().to_owned(),
            record,
        }
    }
}

fn check_text(body: &Body) -> Result<()> {
    let characters = body.as_str().chars().count();
    if body.as_str().trim().is_empty() || characters > MAX_CHARACTERS {
        let message = format!("must have 1 to {MAX_CHARACTERS} characters");
        return Err(Refusal::field("invalid_body", "body", message).into());
    }
    Ok(())
}

/// A writer as the engine sees them, and as the stores name them.
pub(super) fn writer(writer: &Writer) -> (routing::Sender, (Role, Option<String>)) {
    let (role, id) = match writer {
        Writer::Staff(staff) => (Role::Staff, Some(routing::SenderId::from(staff))),
        Writer::Owner => (Role::Owner, None),
        Writer::Automation => (Role::Automation, None),
        Writer::Customer => (Role::Customer, None),
    };
    let name = id.as_ref().map(|id| id.as_str().to_owned());
    (routing::Sender { role, id, mapped: true }, (role, name))
}
