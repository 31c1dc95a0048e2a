//! Safety rules that a service inserts.

use std::sync::Arc;

use veralux_core::party::Direction;
use veralux_core::routing::{
    Action, Facts, Outcome, Reason, Replay, Ruleset, RulesetError, Ruling, SafetyAction, SafetyRule,
    Snapshot, Step, StoredDecision, Target, decide, diff, next_change_at, replay,
};
use veralux_core::time::{Instant, SECOND};

use crate::common::{at, index, plain, snapshot, window};

/// Holds everything before an instant.
#[derive(Debug, Clone)]
struct Embargo {
    name: &'static str,
    version: &'static str,
    until: Instant,
    action: SafetyAction,
}

impl SafetyRule for Embargo {
    fn name(&self) -> &str {
        self.name
    }

    fn version(&self) -> &str {
        self.version
    }

    fn description(&self) -> &'static str {
        "Holds everything before an instant."
    }

    fn judge(&self, snapshot: &Snapshot) -> Option<Ruling> {
        (snapshot.facts().at < self.until).then(|| Ruling {
            action: self.action,
            reason: "embargo".into(),
            explanation: "Nothing \"moves\" yet.".into(),
        })
    }

    fn next_change_at(&self, snapshot: &Snapshot) -> Option<Instant> {
        (snapshot.facts().at < self.until).then_some(self.until)
    }
}

fn embargo(name: &'static str, action: SafetyAction) -> Embargo {
    Embargo { name, version: "1", until: at(5), action }
}

fn with(rules: &[Embargo]) -> Ruleset {
    rules.iter().fold(Ruleset::standard(), |ruleset, rule| ruleset.insert(Arc::new(rule.clone())).unwrap())
}

fn covered() -> Snapshot {
    snapshot(&Facts { windows: index(vec![window("w1", "s1", -5, 9)]), ..plain() })
}

#[test]
fn an_inserted_rule_decides_and_shows_in_the_trace() {
    let (snapshot, ruleset) = (
        covered(),
        with(&[embargo("quiet", SafetyAction::OwnerInbox), embargo("hold", SafetyAction::Block)]),
    );
    let decision = decide(&snapshot, &ruleset);
    assert_eq!((decision.action(), decision.target()), (Action::Deliver, Some(Target::OwnerInbox)));
    assert_eq!((decision.rule(), decision.reason()), ("quiet", Reason::Inserted("embargo")));
    assert_eq!(decision.explanation(), "Nothing \"moves\" yet.");
    let outcomes: Vec<_> = decision.trace().map(Step::outcome).collect();
    assert_eq!(outcomes.len(), 14);
    assert_eq!(outcomes[8..11], [Outcome::Decide, Outcome::AlsoApplies, Outcome::NotEvaluated]);
    let text = decision.to_json();
    assert_eq!(StoredDecision::parse(text.as_bytes()).unwrap().to_json(), text);
    assert_eq!(replay(text.as_bytes(), &snapshot, &ruleset), Ok(Replay::Identical));
}

#[test]
fn an_inserted_rule_stands_behind_the_engines_own() {
    let ruleset = with(&[embargo("hold", SafetyAction::Block)]);
    let facts = Facts { thread: None, direction: Direction::Inbound, ..plain() };
    let snapshot = snapshot(&facts);
    let decision = decide(&snapshot, &ruleset);
    assert_eq!(decision.rule(), "thread_known");
    assert_eq!(decision.trace().nth(8).unwrap().outcome(), Outcome::AlsoApplies);
    let later = snapshot.clone().at(at(5));
    assert_eq!(decide(&later, &ruleset).trace().nth(8).unwrap().outcome(), Outcome::Pass);
}

#[test]
fn actions_of_inserted_rules() {
    for (action, expected, target) in [
        (SafetyAction::Block, Action::Block, None),
        (SafetyAction::Review, Action::Review, Some(Target::OwnerInbox)),
        (SafetyAction::OwnerInbox, Action::Flag, Some(Target::OwnerInbox)),
    ] {
        let mut facts = plain();
        facts.findings.url = 1;
        let (snapshot, ruleset) = (snapshot(&facts), with(&[embargo("hold", action)]));
        let decision = decide(&snapshot, &ruleset);
        assert_eq!((decision.action(), decision.target()), (expected, target), "{action:?}");
    }
}

#[test]
fn name_and_version_enter_the_hash() {
    let one = embargo("hold", SafetyAction::Block);
    let hashes = [
        Ruleset::standard().hash(),
        with(std::slice::from_ref(&one)).hash(),
        with(&[Embargo { version: "2", ..one.clone() }]).hash(),
        with(&[Embargo { name: "other", ..one.clone() }]).hash(),
    ];
    for (place, hash) in hashes.iter().enumerate() {
        assert_eq!(hashes.iter().position(|other| other == hash), Some(place));
    }
}

#[test]
fn rules_that_cannot_be_inserted() {
    let refused =
        |rule: Embargo| with(&[embargo("hold", SafetyAction::Block)]).insert(Arc::new(rule)).unwrap_err();
    let one = embargo("hold", SafetyAction::Block);
    assert_eq!(refused(one.clone()), RulesetError::Repeated("hold".to_owned()));
    assert_eq!(
        refused(Embargo { name: "opt_out", ..one.clone() }),
        RulesetError::Repeated("opt_out".to_owned())
    );
    assert_eq!(refused(Embargo { name: "No", ..one.clone() }), RulesetError::Name("No".to_owned()));
    assert_eq!(refused(Embargo { name: "next", version: "", ..one }), RulesetError::Text("next".to_owned()));
}

#[test]
fn two_rulesets_are_compared() {
    let (standard, held) = (Ruleset::standard(), with(&[embargo("hold", SafetyAction::Block)]));
    let snapshots = [covered(), covered().at(at(6)), covered().at(at(4))];
    let changes = diff(&snapshots, &standard, &held);
    assert_eq!(changes.iter().map(|change| change.index).collect::<Vec<_>>(), [0, 2]);
    assert_eq!((changes[0].before.rule(), changes[0].after.rule()), ("assignment_window", "hold"));
    let stored = decide(&snapshots[0], &standard).to_json();
    let Ok(Replay::Differs(difference)) = replay(stored.as_bytes(), &snapshots[0], &held) else { panic!() };
    assert_eq!((difference.step, difference.rule.as_deref()), (Some(9), Some("hold")));
    assert_eq!((difference.stored_ruleset.hash, difference.ruleset.hash), (standard.hash(), held.hash()));
}

#[test]
fn the_next_change_heeds_inserted_rules() {
    let (snapshot, held) = (covered(), with(&[embargo("hold", SafetyAction::Block)]));
    assert_eq!(next_change_at(&snapshot, &Ruleset::standard()), Some(at(9)));
    assert_eq!(next_change_at(&snapshot, &held), Some(at(5)));
    assert_eq!(next_change_at(&snapshot.at(at(5).plus(-SECOND / 2)), &held), Some(at(5)));
}
