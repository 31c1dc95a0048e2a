mod again;
mod auto_reply;
mod called;
mod outbound;
mod scan;
mod turns;

pub(super) use again::{Forbidden, author, forbidden, unanswered};
pub use called::Called;
pub use outbound::{Outbound, Sent};
pub(super) use scan::{in_conversation, of_tenant};

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use self::called::Held;
use self::scan::Scan;
use self::turns::Turns;
use super::context::Note;
use super::{Context, Error, Result, Stores};
use crate::id::{DecisionId, MessageId, TenantId};
use crate::party::{Direction, Role, ThreadStatus};
use crate::phone::{E164, SenderName};
use crate::policy::{Counts, DETECTOR_VERSION, Detector};
use crate::port::{
    self, Body, Change, Commit, Conflict, Conversation, DecisionRecord, Destination, MAX_MEDIA, Media,
    Message, ProviderMessage, Sender, Thread, Unclaimed, WebhookClaim,
};
use crate::routing::{self, Action, AutoReply, Facts, Findings, Ruleset, SenderId, Snapshot, WindowIndex};
use crate::time::Instant;

/// A message as a provider delivers it, its signature checked: all but who wrote to whom, which [`Called`] says.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// Names the webhook; the event is the provider's id of the message.
    pub claim: WebhookClaim,
    /// Its text; empty where only media came.
    pub body: Body,
    /// What hangs on it; what is more than [`MAX_MEDIA`] is left out.
    pub media: Vec<Media>,
    /// The signed body, kept when nobody holds the number dialled.
    pub raw: Body,
    /// Whether the webhook's answer reaches the sender. Where it does not, an automatic reply is a message of its own.
    pub is_answered: bool,
}

/// What became of an inbound message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It is stored, with its decision.
    Stored {
        /// Whose it is.
        tenant: TenantId,
        /// Its id.
        message: MessageId,
        /// What was decided.
        action: Action,
        /// What the sender is to be told.
        auto_reply: Option<AutoReply>,
    },
    /// It was taken in before; nothing was done.
    Repeat,
    /// No tenant holds the number dialled; the webhook is kept for the operator.
    Unclaimed,
}

/// Takes messages in: scan, snapshot, decide, store.
#[derive(Debug, Clone)]
pub struct MessageGate {
    stores: Stores,
    detector: Arc<Detector>,
    ruleset: Arc<Ruleset>,
    /// `None` where whoever embeds this sends by himself.
    sending: Option<Arc<BTreeSet<&'static str>>>,
    turns: Turns,
}

impl MessageGate {
    /// Over these stores, with this detector and ruleset.
    pub fn new(stores: Stores, detector: Arc<Detector>, ruleset: Arc<Ruleset>) -> Self {
        Self { stores, detector, ruleset, sending: None, turns: Turns::new() }
    }

    /// Has messages sent whose numbers are of these providers, as [`Dispatcher::slugs`](super::Dispatcher::slugs) says.
    /// Those of other numbers stay queued, and their delivery says why.
    #[must_use]
    pub fn sending_over(self, providers: BTreeSet<&'static str>) -> Self {
        Self { sending: Some(Arc::new(providers)), ..self }
    }

    /// Takes an inbound message in. When this answers, message, decision and audit event are durable together, and the
    /// same webhook will do nothing more.
    ///
    /// A message is never refused for what it says or whom it reaches: what cannot be routed lies in the owner inbox, or
    /// with the operator when no tenant holds the number.
    ///
    /// # Errors
    /// The stores'; the provider then delivers again.
    pub async fn receive(&self, context: &Context, called: Called, inbound: Inbound) -> Result<Receipt> {
        let Called { party, name, at, held } = called;
        let Held { number, mut conversation } = match held {
            Ok(held) => held,
            Err(reason) => return self.keep_unclaimed(inbound, at, reason).await,
        };
        let tenant = conversation.tenant.id.clone();
        let (_turn, mut is_stale) = match &party {
            Some(party) => self.turns.wait(number.to_string(), party.as_str()).await,
            None => (None, false),
        };
        // Two messages of one sender at once at two nodes: the second reads what the first left.
        for _ in 0..ATTEMPTS {
            if is_stale {
                match self.stores.conversations.find(&tenant, &number, party.as_ref(), at).await? {
                    Some(found) if found.number.is_some() => *conversation = found,
                    Some(_) => return self.keep_unclaimed(inbound, at, "number_moved").await,
                    None => return self.keep_unclaimed(inbound, at, "tenant_gone").await,
                }
            }
            match self.take_in(context, &inbound, &conversation, (party, name.as_ref()), at).await {
                Err(Error::Port(error)) if is_overtaken(&error) => is_stale = true,
                outcome => return outcome,
            }
        }
        Err(Error::Port(crowded()))
    }

    async fn take_in(
        &self,
        context: &Context,
        inbound: &Inbound,
        conversation: &Conversation,
        party: (Option<E164>, Option<&SenderName>),
        at: Instant,
    ) -> Result<Receipt> {
        let tenant = &conversation.tenant.id;
        let sender = inbound_sender(conversation);
        let own = conversation.mapped.then_some(conversation.thread.as_ref()).flatten();
        let thread = own.map(|thread| &thread.id);
        let text = inbound.body.as_str();
        let scan = self.scan(conversation, thread, scan::name(&sender), &conversation.scan, text);
        let findings = &scan.findings;
        let snapshot = snapshot(conversation, at, Direction::Inbound, sender, Counts::of(findings))?;
        let decision = routing::decide(&snapshot, &self.ruleset);
        let record = DecisionRecord {
            id: DecisionId::generate(at, self.stores.id_bytes()),
            // A stranger on a pool number is decided with that number's thread in view, but is no part of it.
            thread: conversation
                .thread
                .as_ref()
                .filter(|_| conversation.mapped)
                .map(|thread| thread.id.clone()),
            message: Some(MessageId::generate(at, self.stores.id_bytes())),
            at,
            snapshot: snapshot.to_json(),
            decision: decision.to_json(),
            detector_version: DETECTOR_VERSION.to_owned(),
        };
        let (action, target) = (decision.action(), decision.target().map(Destination::from));
        let auto_reply = decision.auto_reply();
        let is_answered = inbound.is_answered;
        let message = message(conversation, inbound.clone(), party, &scan, record.clone(), action, target)?;
        let receipt =
            Receipt::Stored { tenant: tenant.clone(), message: message.id.clone(), action, auto_reply };
        let reply = auto_reply.filter(|_| !is_answered).and_then(|_| self.reply_to(conversation, &message));
        let also = scan.remember.into_iter().chain(reply).collect();
        self.store(context, conversation, message, record, also, receipt).await
    }

    async fn store(
        &self,
        context: &Context,
        conversation: &Conversation,
        message: Message,
        record: DecisionRecord,
        also: Vec<Change>,
        receipt: Receipt,
    ) -> Result<Receipt> {
        let (at, tenant) = (record.at, &conversation.tenant.id);
        let payload = json!({
            "decisionId": record.id, "threadId": record.thread, "action": message.action.as_str(),
            "target": message.target.as_ref().map(Destination::kind), "findings": message.findings.len(),
            "media": message.media.len(),
        });
        let correlation = message.provider.as_ref().map(|provider| provider.id.clone());
        let note = Note {
            correlation: correlation.as_deref(),
            ..Note::new("message.received", ("message", message.id.as_str()), payload)
        };
        let mut commit = self.stores.start(tenant, at, context, note)?;
        if let Some(provider) = &message.provider {
            let claim = WebhookClaim { provider: provider.provider.clone(), event: provider.id.clone() };
            commit = commit.change(Change::Claim(claim));
        }
        if let Some(violation) = self.violation_in(&message, None, at) {
            commit = commit.change(violation);
        }
        commit = also.into_iter().fold(commit, Commit::change);
        commit = commit.change(Change::Message(Box::new(message))).change(Change::Decision(record));
        if let Some(number) = &conversation.number {
            commit = commit.change(Change::NumberUsed { id: number.id.clone(), e164: number.e164, at });
        }
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(receipt),
            Err(error) if error.conflict() == Some(&Conflict::Claimed) => Ok(Receipt::Repeat),
            Err(error) => Err(Error::Port(error)),
        }
    }

    async fn keep_unclaimed(&self, inbound: Inbound, at: Instant, reason: &str) -> Result<Receipt> {
        let webhook =
            Unclaimed { claim: inbound.claim, received_at: at, reason: reason.to_owned(), body: inbound.raw };
        let fresh = self.stores.unclaimed.add(&webhook).await?;
        Ok(if fresh { Receipt::Unclaimed } else { Receipt::Repeat })
    }
}

fn inbound_sender(conversation: &Conversation) -> routing::Sender {
    match &conversation.customer {
        Some(customer) => routing::Sender {
            role: Role::Customer,
            id: Some(SenderId::from(&customer.id)),
            mapped: conversation.mapped,
        },
        None => routing::Sender { role: Role::Unknown, id: None, mapped: conversation.mapped },
    }
}

/// What the engine may look at, from what the store knows.
///
/// The thread of somebody else is in it for one reason: so that the leakage guard recognises a stranger on a pool
/// number. It does not count for what we send, nor when that thread has been put away, since then the stranger's
/// message would share its fate.
pub(super) fn snapshot(
    conversation: &Conversation,
    at: Instant,
    direction: Direction,
    sender: routing::Sender,
    counts: Counts,
) -> Result<Snapshot> {
    let is_open = |thread: &&Thread| matches!(thread.status, ThreadStatus::Active | ThreadStatus::Closed);
    let is_guarded = |thread: &&Thread| direction == Direction::Inbound && is_open(thread);
    let thread = conversation.thread.as_ref().filter(|thread| conversation.mapped || is_guarded(thread));
    let windows = conversation.windows.iter().filter(|_| thread.is_some()).filter_map(|window| {
        Some(routing::Window {
            id: window.id.clone(),
            staff_id: window.staff.clone(),
            starts_at: window.span.start(),
            ends_at: window.span.end()?,
        })
    });
    let overrides = conversation.overrides.iter().filter(|_| thread.is_some());
    let overrides = overrides.map(|instruction| routing::Override {
        id: instruction.id.clone(),
        target: instruction.target.clone(),
        starts_at: instruction.span.start(),
        ends_at: instruction.span.end(),
        created_at: instruction.created_at,
        removed_at: instruction.removed_at,
        reason: instruction.reason.clone(),
    });
    let facts = Facts {
        tenant: routing::Tenant { id: conversation.tenant.id.clone(), status: conversation.tenant.status },
        thread: thread.map(|thread| routing::Thread {
            id: thread.id.clone(),
            status: thread.status,
            customer_id: thread.customer.clone(),
            opted_out: thread.opted_out,
        }),
        number: conversation.number.as_ref().map(|number| routing::Number {
            id: number.id.clone(),
            class: number.class,
            status: number.status,
        }),
        at,
        direction,
        sender,
        findings: Findings {
            phone: counts.phone,
            email: counts.email,
            url: counts.url,
            social: counts.social,
        },
        overrides: overrides.collect(),
        windows: WindowIndex::new(windows.collect()).map_err(|_| unusable())?,
    };
    Snapshot::new(facts).map_err(|_| unusable())
}

/// How often a message is taken in anew when another of the same sender came between.
const ATTEMPTS: usize = 8;

/// Whether another message of the sender came between: its memory has changed, or is there now and was not.
fn is_overtaken(error: &port::Error) -> bool {
    matches!(error.conflict(), Some(Conflict::Stale | Conflict::Exists))
}

/// One sender writes more at once than a person can.
fn crowded() -> port::Error {
    port::Error::Transient { doing: "taking in many messages of one sender at once", source: None }
}

/// The stores hold what no service writes.
fn unusable() -> Error {
    Error::Port(port::Error::Permanent { doing: "building a routing snapshot from the stores", source: None })
}

fn message(
    conversation: &Conversation,
    inbound: Inbound,
    (phone, name): (Option<E164>, Option<&SenderName>),
    scan: &Scan,
    record: DecisionRecord,
    action: Action,
    target: Option<Destination>,
) -> Result<Message> {
    let customer = conversation.customer.as_ref();
    // Blocked and on no thread it would be nowhere: the inbox holds whatever has no other place.
    let target = target.or_else(|| record.thread.is_none().then_some(Destination::OwnerInbox));
    Ok(Message {
        id: record.message.ok_or_else(unusable)?,
        thread: record.thread,
        number: conversation.number.as_ref().map(|number| number.id.clone()),
        direction: Direction::Inbound,
        sender: Sender {
            role: if customer.is_some() { Role::Customer } else { Role::Unknown },
            id: customer.map(|customer| customer.id.to_string()),
            phone,
            name: name.cloned(),
        },
        body: inbound.body,
        media: inbound.media.into_iter().take(MAX_MEDIA).collect(),
        findings: scan.records(),
        action,
        target,
        decision: record.id,
        received_at: record.at,
        provider: Some(ProviderMessage { provider: inbound.claim.provider, id: inbound.claim.event }),
        delivery: None,
    })
}
