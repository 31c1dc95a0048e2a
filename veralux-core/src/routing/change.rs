//! The next instant at which the answer changes.

use super::decide::decide;
use super::rule::Ruleset;
use super::snapshot::Snapshot;
use crate::time::Instant;

/// Rules before this position do not depend on time.
const TIMELESS: usize = 6;

/// The earliest instant behind the snapshot's at which the answer (action, target, rule, reason, reply) changes while
/// all other facts stay; until then it is constant. `None` if it never changes.
///
/// An inserted rule may make the instant earlier than a change: the engine takes its word that its ruling may change.
/// Costs one decision for each start and end up to the instant.
pub fn next_change_at(snapshot: &Snapshot, ruleset: &Ruleset) -> Option<Instant> {
    let now = decide(snapshot, ruleset);
    if now.decided < TIMELESS {
        return None;
    }
    let at = snapshot.facts().at;
    let inserted = ruleset.inserted().iter().filter_map(|rule| rule.next_change_at(snapshot));
    let inserted = inserted.filter(|change| *change > at).min();
    let mut probe = snapshot.clone();
    for candidate in borders(snapshot) {
        if inserted.is_some_and(|inserted| inserted <= candidate) {
            break;
        }
        probe = probe.at(candidate);
        if !decide(&probe, ruleset).has_same_answer(&now) {
            return Some(candidate);
        }
    }
    inserted
}

/// Every instant behind the snapshot's at which a window or an override starts or ends, ascending.
fn borders(snapshot: &Snapshot) -> Vec<Instant> {
    let facts = snapshot.facts();
    let windows = facts.windows.windows().iter().flat_map(|window| [window.starts_at, window.ends_at]);
    let overrides = facts
        .overrides
        .iter()
        .flat_map(|item| [Some(item.starts_at), item.ends_at, item.removed_at].into_iter().flatten());
    let mut borders: Vec<Instant> = windows.chain(overrides).filter(|border| *border > facts.at).collect();
    borders.sort_unstable();
    borders.dedup();
    borders
}
