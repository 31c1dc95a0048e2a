//! A stored decision document, read back.

use std::str::FromStr;

use super::decision::{Action, AutoReply, Outcome};
use super::document::TargetKind;
use super::json::{Value, push_quoted};
use super::read::{Field, Path, Reader, Slot, field};
use super::wire;
use crate::digest::Digest;
use crate::fault::Fault;
use crate::time::Instant;

/// Longest decision document in bytes.
pub const MAX_DECISION_BYTES: usize = 4 * 1024 * 1024;
/// Most steps of a trace.
pub const MAX_STEPS: usize = 12 + super::rule::MAX_INSERTED_RULES;

static DECISION: [Field; 11] = [
    field("action"),
    field("target"),
    field("rule"),
    field("reason"),
    field("explanation"),
    field("autoReply"),
    field("trace"),
    field("rulesetVersion"),
    field("rulesetHash"),
    field("snapshotHash"),
    field("evaluatedAt"),
];
static TARGET: [Field; 2] = [field("kind"), field("id")];
static STEP: [Field; 5] =
    [field("step"), field("rule"), field("outcome"), field("explanation"), field("evidence")];

/// A decision as it was stored, of this ruleset or another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredDecision {
    /// What happened to the message.
    pub action: Action,
    /// Where it went; `None` exactly when it was blocked.
    pub target: Option<StoredTarget>,
    /// The rule that decided.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Why, in a sentence.
    pub explanation: String,
    /// What the sender was told.
    pub auto_reply: Option<AutoReply>,
    /// The steps; exactly one decided, and its rule is `rule`.
    pub trace: Vec<StoredStep>,
    /// Version of the ruleset.
    pub ruleset_version: String,
    /// Hash of the ruleset.
    pub ruleset_hash: Digest,
    /// Hash of the snapshot.
    pub snapshot_hash: Digest,
    /// The snapshot's instant.
    pub evaluated_at: Instant,
}

/// Where a message went.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredTarget {
    /// `staff`, `owner_inbox` or `customer`.
    pub kind: &'static str,
    /// `None` exactly for the owner inbox.
    pub id: Option<String>,
}

/// One step of a stored trace.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredStep {
    /// Name of the rule.
    pub rule: String,
    /// What it contributed.
    pub outcome: Outcome,
    /// Why, in a sentence.
    pub explanation: String,
    /// A JSON object without white space, its names sorted.
    pub evidence: String,
}

impl StoredDecision {
    /// Reads a decision document strictly; order of names and white space do not matter.
    ///
    /// # Errors
    /// The path and fault of every faulty field at once, for a document of at most [`MAX_DECISION_BYTES`].
    pub fn parse(document: &[u8]) -> Result<Self, Vec<Fault>> {
        let document = Reader::document(document, MAX_DECISION_BYTES)?;
        let mut reader = Reader::default();
        match decision(&mut reader, document.root()) {
            Some(decision) if reader.is_clean() => Ok(decision),
            _ => Err(reader.into_faults()),
        }
    }

    /// The same document as the engine writes it; of its own documents, the same bytes.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(wire::USUAL_BYTES);
        let quoted = |out: &mut String, before: &str, text: &str| {
            out.push_str(before);
            push_quoted(out, text);
        };
        quoted(&mut out, "{\"action\":", self.action.as_str());
        match &self.target {
            Some(target) => {
                quoted(&mut out, ",\"target\":{\"kind\":", target.kind);
                out.push_str(",\"id\":");
                wire::optional(&mut out, target.id.as_deref());
                out.push('}');
            }
            None => out.push_str(",\"target\":null"),
        }
        quoted(&mut out, ",\"rule\":", &self.rule);
        quoted(&mut out, ",\"reason\":", &self.reason);
        quoted(&mut out, ",\"explanation\":", &self.explanation);
        out.push_str(",\"autoReply\":");
        wire::optional(&mut out, self.auto_reply.map(AutoReply::as_str));
        for (index, step) in self.trace.iter().enumerate() {
            out.push_str(if index == 0 { ",\"trace\":[{\"step\":" } else { ",{\"step\":" });
            out.push_str(&(index + 1).to_string());
            quoted(&mut out, ",\"rule\":", &step.rule);
            quoted(&mut out, ",\"outcome\":", step.outcome.as_str());
            quoted(&mut out, ",\"explanation\":", &step.explanation);
            out.push_str(",\"evidence\":");
            out.push_str(&step.evidence);
            out.push('}');
        }
        quoted(&mut out, "],\"rulesetVersion\":", &self.ruleset_version);
        quoted(&mut out, ",\"rulesetHash\":", &self.ruleset_hash.to_string());
        quoted(&mut out, ",\"snapshotHash\":", &self.snapshot_hash.to_string());
        quoted(&mut out, ",\"evaluatedAt\":", self.evaluated_at.stamp().as_str());
        out.push('}');
        out
    }
}

impl FromStr for StoredDecision {
    type Err = Vec<Fault>;

    fn from_str(document: &str) -> Result<Self, Self::Err> {
        Self::parse(document.as_bytes())
    }
}

fn decision(reader: &mut Reader, root: Value<'_, '_>) -> Option<StoredDecision> {
    let slots = reader.object(root, &Path::ROOT, &DECISION)?;
    let [action, target_at, rule_at, reason, explanation, auto_reply, trace_at, version, hash, snapshot, at] =
        slots;
    let action = reader.word(action, &[]);
    let target = reader.nullable(target_at, target);
    if action
        .is_some_and(|action| target.as_ref().is_some_and(|to| to.is_none() != (action == Action::Block)))
    {
        reader.fault(&target_at.path, "must be null when blocked, and only then");
    }
    let rule = owned(reader, rule_at);
    let (reason, explanation) = (owned(reader, reason), owned(reader, explanation));
    let auto_reply = reader.nullable(auto_reply, |reader, slot| reader.word(slot, &[]));
    let trace = trace(reader, trace_at);
    check_decider(reader, rule_at, trace_at, rule.as_deref(), trace.as_deref());
    let ruleset_version = owned(reader, version);
    let (ruleset_hash, snapshot_hash) = (digest(reader, hash), digest(reader, snapshot));
    let evaluated_at = reader.instant(at);
    Some(StoredDecision {
        action: action?,
        target: target?,
        rule: rule?,
        reason: reason?,
        explanation: explanation?,
        auto_reply: auto_reply?,
        trace: trace?,
        ruleset_version: ruleset_version?,
        ruleset_hash: ruleset_hash?,
        snapshot_hash: snapshot_hash?,
        evaluated_at: evaluated_at?,
    })
}

fn owned(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<String> {
    reader.text(slot).map(std::borrow::Cow::into_owned)
}

fn digest(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<Digest> {
    let digest = reader.text(slot)?.parse().ok();
    if digest.is_none() {
        reader.fault(&slot.path, "must be `sha256:` and 64 lower-case hexadecimal digits");
    }
    digest
}

fn target(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<StoredTarget> {
    let [kind, id_at] = reader.object(slot.value?, &slot.path, &TARGET)?;
    let kind: Option<TargetKind> = reader.word(kind, &[]);
    let id = reader.nullable(id_at, owned);
    let (kind, id) = (kind?, id?);
    if id.is_none() != matches!(kind, TargetKind::OwnerInbox) {
        reader.fault(&id_at.path, "must be null for the owner inbox, and only then");
    }
    Some(StoredTarget { kind: kind.as_str(), id })
}

fn trace(reader: &mut Reader, slot: Slot<'_, '_, '_>) -> Option<Vec<StoredStep>> {
    let items: Vec<_> = reader.array(slot)?.take(MAX_STEPS + 1).collect();
    if items.len() > MAX_STEPS {
        reader.fault(&slot.path, super::check::too_many(MAX_STEPS));
        return None;
    }
    let steps = items.into_iter().enumerate();
    // Every step is read, so that no fault hides another.
    let steps: Vec<_> =
        steps.map(|(index, item)| step(reader, item, &slot.path.index(index), index)).collect();
    steps.into_iter().collect()
}

fn step(reader: &mut Reader, item: Value<'_, '_>, path: &Path<'_>, index: usize) -> Option<StoredStep> {
    let [number, rule, outcome, explanation, evidence] = reader.object(item, path, &STEP)?;
    let at = number.path;
    if reader.count(number).is_some_and(|number| usize::try_from(number) != Ok(index + 1)) {
        reader.fault(&at, "must be its place in the trace, from 1");
    }
    let (rule, outcome, explanation) =
        (owned(reader, rule), reader.word(outcome, &[]), owned(reader, explanation));
    let facts = evidence.value?;
    if facts.entries().is_none() {
        reader.fault(&evidence.path, "must be an object");
        return None;
    }
    let mut text = String::new();
    facts.write_sorted(&mut text);
    Some(StoredStep { rule: rule?, outcome: outcome?, explanation: explanation?, evidence: text })
}

/// Exactly one step decided, and the decision names its rule.
fn check_decider(
    reader: &mut Reader,
    rule_at: Slot<'_, '_, '_>,
    trace_at: Slot<'_, '_, '_>,
    rule: Option<&str>,
    trace: Option<&[StoredStep]>,
) {
    let Some(trace) = trace else { return };
    let mut deciders = trace.iter().filter(|step| step.outcome == Outcome::Decide);
    match (deciders.next(), deciders.next()) {
        (Some(one), None) => {
            if rule.is_some_and(|rule| rule != one.rule) {
                reader.fault(&rule_at.path, "must be the rule of the step that decided");
            }
        }
        _ => reader.fault(&trace_at.path, "must have exactly one step that decided"),
    }
}
