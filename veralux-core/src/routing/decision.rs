//! A decision: codes and borrowed values, from which text is made later.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::facts::Override;
use super::rule::{Rule, Ruleset, Ruling, SafetyAction};
use super::snapshot::Snapshot;
use crate::digest::Digest;
use crate::id::{CustomerId, StaffId};
use crate::party::Direction;
use crate::time::Instant;
use crate::word::words;

words! {
    /// What happens to a message.
    pub enum Action {
        /// It goes to its target.
        Deliver = "deliver",
        /// Inbound with findings: it goes to its target, and is marked.
        Flag = "flag",
        /// Outbound with findings: it goes to its target, with a warning.
        Warn = "warn",
        /// It waits for the owner.
        Review = "review",
        /// It goes nowhere.
        Block = "block",
    }
}

words! {
    /// What a rule contributed.
    pub enum Outcome {
        /// It had nothing to say.
        Pass = "pass",
        /// It is the first that decides.
        Decide = "decide",
        /// A safety rule behind a safety rule that decided, which would have decided too.
        AlsoApplies = "also_applies",
        /// A rule behind one that decided.
        NotEvaluated = "not_evaluated",
    }
}

words! {
    /// What the sender is told without a person's doing.
    pub enum AutoReply {
        /// Nobody here knows this number.
        SenderNotRecognised = "sender_not_recognised",
    }
}

impl AutoReply {
    /// In words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::SenderNotRecognised => {
                "We do not recognise this number. Please write from the phone you booked with, or call the business."
            }
        }
    }
}

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// To one staff member.
    Staff(&'a StaffId),
    /// To the owner inbox.
    OwnerInbox,
    /// To the thread's customer.
    Customer(&'a CustomerId),
}

impl<'a> Target<'a> {
    /// Its kind on the wire.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Staff(_) => "staff",
            Self::OwnerInbox => "owner_inbox",
            Self::Customer(_) => "customer",
        }
    }

    /// Its id on the wire.
    pub fn id(self) -> Option<&'a str> {
        match self {
            Self::Staff(id) => Some(id.as_str()),
            Self::OwnerInbox => None,
            Self::Customer(id) => Some(id.as_str()),
        }
    }
}

/// Why a message goes where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is explained by its word and the rule table of the module")]
pub enum Reason<'a> {
    TenantSuspended,
    ThreadUnknown,
    ThreadBlocked,
    ThreadArchived,
    NumberNotActive,
    SenderNotMapped,
    OptedOut,
    OutsideWindow,
    SenderNotPermitted,
    PolicyFindings,
    OutboundAllowed,
    OverrideActive,
    WindowActive,
    WindowConflict,
    NoActiveWindow,
    /// The reason of an inserted rule.
    Inserted(&'a str),
}

impl<'a> Reason<'a> {
    /// Its code on the wire.
    pub const fn as_str(self) -> &'a str {
        match self {
            Self::TenantSuspended => "tenant_suspended",
            Self::ThreadUnknown => "thread_unknown",
            Self::ThreadBlocked => "thread_blocked",
            Self::ThreadArchived => "thread_archived",
            Self::NumberNotActive => "number_not_active",
            Self::SenderNotMapped => "sender_not_mapped",
            Self::OptedOut => "opted_out",
            Self::OutsideWindow => "outside_window",
            Self::SenderNotPermitted => "sender_not_permitted",
            Self::PolicyFindings => "policy_findings",
            Self::OutboundAllowed => "outbound_allowed",
            Self::OverrideActive => "override_active",
            Self::WindowActive => "window_active",
            Self::WindowConflict => "window_conflict",
            Self::NoActiveWindow => "no_active_window",
            Self::Inserted(code) => code,
        }
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the deciding rule says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Verdict<'a> {
    Block(Reason<'a>),
    Review(Reason<'a>),
    Deliver(Target<'a>, Reason<'a>),
    /// To the owner inbox, with a reply to the sender.
    Unrecognised,
    /// By the inserted rule that applies first.
    Inserted,
}

/// One decision with its whole trace, made by [`decide`](super::decide).
///
/// It borrows the snapshot and the ruleset and holds codes; sentences and evidence are made when they are asked for.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) ruleset: &'a Ruleset,
    pub(super) verdict: Verdict<'a>,
    /// Position of the rule that decided.
    pub(super) decided: usize,
    /// Bit by position, which safety rules apply.
    pub(super) applies: u64,
    /// The override that is active, where rule `active_override` was reached.
    pub(super) active: Option<&'a Override>,
    /// By place, what the inserted rules say; unallocated where there are none.
    pub(super) rulings: Vec<Option<Ruling>>,
}

impl<'a> Decision<'a> {
    /// What happens to the message.
    pub fn action(&self) -> Action {
        let base = match self.verdict {
            Verdict::Block(_) => Action::Block,
            Verdict::Review(_) => Action::Review,
            Verdict::Deliver(..) | Verdict::Unrecognised => Action::Deliver,
            Verdict::Inserted => inserted_action(self),
        };
        match base {
            Action::Deliver if self.snapshot.facts().findings.any() => marked(self.snapshot),
            base => base,
        }
    }

    /// Where it goes; `None` when it is blocked.
    pub fn target(&self) -> Option<Target<'a>> {
        match self.verdict {
            Verdict::Deliver(target, _) => Some(target),
            Verdict::Review(_) | Verdict::Unrecognised => Some(Target::OwnerInbox),
            Verdict::Block(_) => None,
            Verdict::Inserted => (self.action() != Action::Block).then_some(Target::OwnerInbox),
        }
    }

    /// Name of the rule that decided.
    pub fn rule(&self) -> &'a str {
        self.rule_name(self.decided)
    }

    /// Why.
    pub fn reason(&self) -> Reason<'_> {
        match self.verdict {
            Verdict::Block(reason) | Verdict::Review(reason) | Verdict::Deliver(_, reason) => reason,
            Verdict::Unrecognised => Reason::SenderNotMapped,
            Verdict::Inserted => {
                Reason::Inserted(self.ruling(self.decided).map_or("", |ruling| &ruling.reason))
            }
        }
    }

    /// What the sender is told.
    pub fn auto_reply(&self) -> Option<AutoReply> {
        matches!(self.verdict, Verdict::Unrecognised).then_some(AutoReply::SenderNotRecognised)
    }

    /// Why, in one sentence for people.
    pub fn explanation(&self) -> String {
        Step { decision: self, index: self.decided }.explanation()
    }

    /// Whether two decisions do the same for the same reason; their traces may differ.
    pub fn has_same_answer(&self, other: &Decision<'_>) -> bool {
        self.action() == other.action()
            && self.target() == other.target()
            && self.rule() == other.rule()
            && self.reason() == other.reason()
            && self.auto_reply() == other.auto_reply()
    }

    /// One step for each rule, in their order.
    pub fn trace(&self) -> impl ExactSizeIterator<Item = Step<'_, 'a>> {
        (0..self.ruleset.rules().len()).map(|index| Step { decision: self, index })
    }

    /// The snapshot's instant.
    pub fn evaluated_at(&self) -> Instant {
        self.snapshot.facts().at
    }

    /// The snapshot that it was made from.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// The ruleset that it was made under.
    pub fn ruleset(&self) -> &'a Ruleset {
        self.ruleset
    }

    /// Hash of the snapshot; computed on each call.
    pub fn snapshot_hash(&self) -> Digest {
        self.snapshot.hash()
    }

    pub(super) fn rule_name(&self, index: usize) -> &'a str {
        self.ruleset.rules().get(index).map_or("", |rule| &rule.name)
    }

    /// What the inserted rule at a position says.
    pub(super) fn ruling(&self, index: usize) -> Option<&Ruling> {
        let place = self.ruleset.rule(index).err()?;
        self.rulings.get(place)?.as_ref()
    }
}

/// What one rule contributed to a decision.
#[derive(Debug, Clone, Copy)]
pub struct Step<'d, 'a> {
    pub(super) decision: &'d Decision<'a>,
    pub(super) index: usize,
}

impl<'a> Step<'_, 'a> {
    /// From 1.
    pub fn number(self) -> usize {
        self.index + 1
    }

    /// Name of the rule.
    pub fn rule(self) -> &'a str {
        self.decision.rule_name(self.index)
    }

    /// What it contributed.
    pub fn outcome(self) -> Outcome {
        let decision = self.decision;
        if self.index == decision.decided {
            Outcome::Decide
        } else if self.index >= decision.ruleset.safety() {
            if self.index < decision.decided { Outcome::Pass } else { Outcome::NotEvaluated }
        } else if decision.applies >> self.index & 1 == 1 {
            Outcome::AlsoApplies
        } else {
            Outcome::Pass
        }
    }

    /// The engine's own rule, or `None` for an inserted one.
    pub(super) fn own_rule(self) -> Option<Rule> {
        self.decision.ruleset.rule(self.index).ok()
    }

    /// Whether the rule decided, or would have.
    pub(super) fn applies(self) -> bool {
        matches!(self.outcome(), Outcome::Decide | Outcome::AlsoApplies)
    }
}

/// Deliveries of a message with findings are marked.
fn marked(snapshot: &Snapshot) -> Action {
    match snapshot.facts().direction {
        Direction::Inbound => Action::Flag,
        Direction::Outbound => Action::Warn,
    }
}

/// The action of the inserted rule that decided.
fn inserted_action(decision: &Decision<'_>) -> Action {
    match decision.ruling(decision.decided).map(|ruling| ruling.action) {
        Some(SafetyAction::OwnerInbox) => Action::Deliver,
        Some(SafetyAction::Review) => Action::Review,
        Some(SafetyAction::Block) | None => Action::Block,
    }
}
