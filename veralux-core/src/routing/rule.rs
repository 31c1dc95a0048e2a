//! The ruleset: ordered names, versions and descriptions, and the safety rules that a service inserts.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::encode::{self, RuleRow};
use super::snapshot::Snapshot;
use crate::digest::Digest;
use crate::time::Instant;

/// Version of the twelve rules of this engine.
pub const RULESET_VERSION: &str = "1.0.0";
/// Rules that a service may insert.
pub const MAX_INSERTED_RULES: usize = 48;
/// Longest name, version or reason of an inserted rule in bytes.
pub const MAX_CODE_BYTES: usize = 64;

/// Position in the ruleset at which inserted rules begin: behind the hard safety blocks.
pub(super) const SAFETY: usize = 8;

/// The twelve rules of the engine, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    TenantActive,
    ThreadKnown,
    ThreadOpen,
    NumberActive,
    LeakageGuard,
    OptOut,
    SenderPermitted,
    ContentPolicy,
    OutboundDelivery,
    ActiveOverride,
    AssignmentWindow,
    Default,
}

#[rustfmt::skip]
const STANDARD: [(Rule, &str, &str); 12] = [
    (Rule::TenantActive, "tenant_active", "Blocks every message of a suspended tenant."),
    (Rule::ThreadKnown, "thread_known", "Without a thread, inbound goes to the owner inbox and outbound is blocked."),
    (Rule::ThreadOpen, "thread_open", "Blocks messages on a blocked or archived thread; a closed one passes."),
    (Rule::NumberActive, "number_active", "Without an active number, inbound goes to the owner inbox and outbound is blocked."),
    (Rule::LeakageGuard, "leakage_guard", "Keeps inbound on a pool number out of a thread to which its sender is not mapped."),
    (Rule::OptOut, "opt_out", "Blocks outbound to a customer who has opted out."),
    (Rule::SenderPermitted, "sender_permitted", "Blocks outbound by staff without an active window of their own, by customers and by unknown senders."),
    (Rule::ContentPolicy, "content_policy", "Holds outbound by staff with any policy finding for review by the owner."),
    (Rule::OutboundDelivery, "outbound_delivery", "Delivers outbound to the thread's customer."),
    (Rule::ActiveOverride, "active_override", "Delivers inbound to the target of the latest active override."),
    (Rule::AssignmentWindow, "assignment_window", "Delivers inbound to the one staff member with an active window; to the owner inbox when there are several."),
    (Rule::Default, "default", "Delivers inbound to the owner inbox."),
];

/// One rule as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its name, as in a trace.
    pub name: Cow<'static, str>,
    /// Its version.
    pub version: Cow<'static, str>,
    /// What it does, in one sentence.
    pub description: Cow<'static, str>,
    /// Whether it is evaluated even behind a rule that decided.
    pub safety: bool,
}

/// A safety rule of a service that links this crate.
///
/// It must be a pure function of the snapshot: the same one gives the same ruling on every machine, for ever; a new
/// behaviour gets a new [`version`](Self::version).
pub trait SafetyRule: fmt::Debug + Send + Sync {
    /// Its name: 1 to 64 of `a-z`, `0-9` and `_`, unlike that of any other rule. Read once.
    fn name(&self) -> &str;

    /// Its version, 1 to 64 bytes. Read once.
    fn version(&self) -> &str;

    /// What it does, in one sentence. Read once.
    fn description(&self) -> &str;

    /// Its ruling, or `None` when it passes.
    fn judge(&self, snapshot: &Snapshot) -> Option<Ruling>;

    /// The earliest instant behind the snapshot's at which its ruling may change on these facts; `None` if it never
    /// will. What the engine says about the next change relies on it.
    fn next_change_at(&self, snapshot: &Snapshot) -> Option<Instant>;
}

/// What a safety rule decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// What happens to the message.
    pub action: SafetyAction,
    /// A code for machines, like those of the engine's own rules: `a-z`, `0-9` and `_`.
    pub reason: Cow<'static, str>,
    /// One sentence for people; no phone number, no text of the message.
    pub explanation: Cow<'static, str>,
}

/// What a safety rule may do; delivery to a person is none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SafetyAction {
    /// The message goes nowhere.
    Block,
    /// The message waits for the owner's review.
    Review,
    /// The message is delivered to the owner inbox.
    OwnerInbox,
}

/// Why a rule cannot be inserted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RulesetError {
    /// The name is no code.
    #[error("a rule's name must be 1 to 64 of a-z, 0-9 and _, not `{0}`")]
    Name(String),
    /// Another rule has this name.
    #[error("there is already a rule `{0}`")]
    Repeated(String),
    /// The version or description is missing or too long.
    #[error("the rule `{0}` needs a version of 1 to 64 bytes and a description of 1 to 1024")]
    Text(String),
    /// There are as many as there may be.
    #[error("at most {MAX_INSERTED_RULES} rules may be inserted")]
    TooMany,
}

/// The rules in their order; a value of its own, so that two can be compared on the same snapshots.
///
/// ```
/// use veralux_core::routing::Ruleset;
/// let names: Vec<_> = Ruleset::standard().rules().iter().map(|rule| rule.name.clone()).collect();
/// assert_eq!(names.len(), 12);
/// assert_eq!(names[4], "leakage_guard");
/// ```
#[derive(Debug, Clone)]
pub struct Ruleset {
    // INVARIANT: the eight safety rules, those of `inserted`, the other four.
    rules: Vec<RuleInfo>,
    inserted: Vec<Arc<dyn SafetyRule>>,
    hash: Digest,
    /// What the JSON of each step begins with, and what it all ends with.
    pub(super) prefixes: Vec<String>,
    pub(super) suffix: String,
}

impl Ruleset {
    /// The engine's own twelve rules.
    pub fn standard() -> Self {
        let rules = STANDARD.iter().enumerate().map(|(index, (_, name, description))| RuleInfo {
            name: (*name).into(),
            version: RULESET_VERSION.into(),
            description: (*description).into(),
            safety: index < SAFETY,
        });
        Self::of(rules.collect(), Vec::new())
    }

    /// The same rules and one more safety rule, behind the eighth and those inserted before.
    ///
    /// # Errors
    /// [`RulesetError`] for a name, version or description that is missing, overlong or taken.
    pub fn insert(self, rule: Arc<dyn SafetyRule>) -> Result<Self, RulesetError> {
        let info = RuleInfo {
            name: rule.name().to_owned().into(),
            version: rule.version().to_owned().into(),
            description: rule.description().to_owned().into(),
            safety: true,
        };
        let name = info.name.clone().into_owned();
        if !is_code(&name) {
            return Err(RulesetError::Name(name));
        }
        if self.rules.iter().any(|rule| rule.name == info.name) {
            return Err(RulesetError::Repeated(name));
        }
        if !(1..=MAX_CODE_BYTES).contains(&info.version.len())
            || !(1..=1024).contains(&info.description.len())
        {
            return Err(RulesetError::Text(name));
        }
        if self.inserted.len() == MAX_INSERTED_RULES {
            return Err(RulesetError::TooMany);
        }
        let (mut rules, mut inserted) = (self.rules, self.inserted);
        rules.insert(SAFETY + inserted.len(), info);
        inserted.push(rule);
        Ok(Self::of(rules, inserted))
    }

    /// Every rule in its order.
    pub fn rules(&self) -> &[RuleInfo] {
        &self.rules
    }

    /// Version of the engine's own rules; inserted ones show in the hash.
    pub fn version(&self) -> &'static str {
        RULESET_VERSION
    }

    /// SHA-256 over names, versions and descriptions in their order (see the [module](super#hashes)).
    pub fn hash(&self) -> Digest {
        self.hash
    }

    fn of(rules: Vec<RuleInfo>, inserted: Vec<Arc<dyn SafetyRule>>) -> Self {
        let last = SAFETY + inserted.len();
        let rows = rules.iter().enumerate().map(|(index, rule)| RuleRow {
            name: &rule.name,
            version: &rule.version,
            description: &rule.description,
            inserted: (SAFETY..last).contains(&index),
        });
        let hash = Digest::from_bytes(encode::ruleset(RULESET_VERSION, rows));
        let prefixes = rules
            .iter()
            .zip(1..)
            .map(|(rule, step)| format!("{{\"step\":{step},\"rule\":\"{}\",\"outcome\":\"", rule.name));
        let prefixes = prefixes.collect();
        let suffix = format!(
            "],\"rulesetVersion\":\"{RULESET_VERSION}\",\"rulesetHash\":\"{hash}\",\"snapshotHash\":\""
        );
        Self { rules, inserted, hash, prefixes, suffix }
    }

    pub(super) fn inserted(&self) -> &[Arc<dyn SafetyRule>] {
        &self.inserted
    }

    /// How many rules are safety rules.
    pub(super) fn safety(&self) -> usize {
        SAFETY + self.inserted.len()
    }

    /// The engine's own rule at a position; `Err` with its place among the inserted ones.
    pub(super) fn rule(&self, index: usize) -> Result<Rule, usize> {
        let own = match index.checked_sub(SAFETY) {
            None => index,
            Some(place) if place < self.inserted.len() => return Err(place),
            Some(_) => index - self.inserted.len(),
        };
        Ok(STANDARD.get(own).map_or(Rule::Default, |(rule, _, _)| *rule))
    }
}

pub(super) fn is_code(text: &str) -> bool {
    (1..=MAX_CODE_BYTES).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
