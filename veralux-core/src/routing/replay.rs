//! Was it so, and would it still be so: a stored decision against its snapshot, two rulesets against each other.

use super::decide::decide;
use super::decision::Decision;
use super::rule::Ruleset;
use super::snapshot::Snapshot;
use super::stored::StoredDecision;
use crate::digest::Digest;
use crate::fault::Fault;

/// What a replay says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// The stored decision is the one that the ruleset makes of the snapshot, in every field.
    Identical,
    /// It is not.
    Differs(Box<Difference>),
}

/// How a stored decision differs from its replay.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The first step that differs, from 1; `None` if none does.
    pub step: Option<usize>,
    /// Name of that step's rule in the replay; in the stored decision where the replay has no such step.
    pub rule: Option<String>,
    /// Names of the fields that differ, in the order of the document; `trace` among them when a step differs.
    pub fields: Vec<&'static str>,
    /// The ruleset under which the decision was stored.
    pub stored_ruleset: RulesetId,
    /// The ruleset of the replay.
    pub ruleset: RulesetId,
}

/// Which ruleset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesetId {
    /// Version of the engine's own rules.
    pub version: String,
    /// Hash over all rules.
    pub hash: Digest,
}

/// Decides again on a stored snapshot and compares every field, evidence included.
///
/// Order of names and white space in the stored document do not matter. Any fact that was changed in the snapshot shows
/// in `snapshotHash`; one that a step read and that its outcome or evidence tells, shows as that step.
///
/// # Errors
/// The faults of a stored document that is no decision.
pub fn replay(stored: &[u8], snapshot: &Snapshot, ruleset: &Ruleset) -> Result<Replay, Vec<Fault>> {
    let again = decide(snapshot, ruleset).to_json();
    if again.as_bytes() == stored {
        return Ok(Replay::Identical);
    }
    let (stored, again) = (StoredDecision::parse(stored)?, StoredDecision::parse(again.as_bytes())?);
    let fields = differing_fields(&stored, &again);
    if fields.is_empty() {
        return Ok(Replay::Identical);
    }
    let longest = stored.trace.len().max(again.trace.len());
    let step = (0..longest).find(|index| stored.trace.get(*index) != again.trace.get(*index));
    let rule = step.and_then(|index| again.trace.get(index).or(stored.trace.get(index)));
    Ok(Replay::Differs(Box::new(Difference {
        step: step.map(|index| index + 1),
        rule: rule.map(|step| step.rule.clone()),
        fields,
        stored_ruleset: RulesetId { version: stored.ruleset_version, hash: stored.ruleset_hash },
        ruleset: RulesetId { version: again.ruleset_version, hash: again.ruleset_hash },
    })))
}

fn differing_fields(one: &StoredDecision, two: &StoredDecision) -> Vec<&'static str> {
    let fields = [
        ("action", one.action == two.action),
        ("target", one.target == two.target),
        ("rule", one.rule == two.rule),
        ("reason", one.reason == two.reason),
        ("explanation", one.explanation == two.explanation),
        ("autoReply", one.auto_reply == two.auto_reply),
        ("trace", one.trace == two.trace),
        ("rulesetVersion", one.ruleset_version == two.ruleset_version),
        ("rulesetHash", one.ruleset_hash == two.ruleset_hash),
        ("snapshotHash", one.snapshot_hash == two.snapshot_hash),
        ("evaluatedAt", one.evaluated_at == two.evaluated_at),
    ];
    fields.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
}

/// A snapshot on which two rulesets disagree.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Its place among the snapshots.
    pub index: usize,
    /// What the first ruleset makes of it.
    pub before: Decision<'a>,
    /// What the second makes of it.
    pub after: Decision<'a>,
}

/// Lists the snapshots whose answer (action, target, rule, reason, reply) one ruleset changes against another.
pub fn diff<'a>(
    snapshots: impl IntoIterator<Item = &'a Snapshot>,
    before: &'a Ruleset,
    after: &'a Ruleset,
) -> Vec<Change<'a>> {
    let decisions = snapshots.into_iter().enumerate().map(|(index, snapshot)| Change {
        index,
        before: decide(snapshot, before),
        after: decide(snapshot, after),
    });
    decisions.filter(|change| !change.before.has_same_answer(&change.after)).collect()
}
