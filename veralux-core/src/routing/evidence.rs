//! The evidence of each step: the facts that its rule read, as far as its outcome does not tell them.
//!
//! A rule stops reading once its answer is known, and so does its evidence: an outbound message's pool number is not in
//! the evidence of the leakage guard. Names are sorted by bytes in every object.

use super::decision::{Decision, Outcome, Step};
use super::explain::{is_marked, is_senders};
use super::facts::{Facts, Findings, OverrideTarget, SenderId};
use super::json::{push_escaped, push_quoted};
use super::rule::Rule;
use super::snapshot::Snapshot;
use super::window::Window;
use crate::party::{Direction, NumberClass, Role};
use crate::time::{Instant, Stamp};

impl Step<'_, '_> {
    /// The facts that the rule read, as far as its outcome does not tell them: a JSON object whose names are sorted.
    pub fn evidence(self) -> String {
        let mut text = String::new();
        step(self, &mut text);
        text
    }
}

/// Appends the evidence of one step.
pub(super) fn step(step: Step<'_, '_>, out: &mut String) {
    let mut to = Object { out, first: true };
    to.out.push('{');
    if step.outcome() != Outcome::NotEvaluated {
        members(step, &mut to);
    }
    to.out.push('}');
}

fn members(step: Step<'_, '_>, to: &mut Object<'_>) {
    let facts = step.decision.snapshot.facts();
    let found = is_marked(step).then_some(facts.findings);
    match step.own_rule() {
        Some(Rule::TenantActive) => {}
        Some(Rule::ThreadKnown) => {
            if step.applies() {
                to.word("direction", facts.direction.as_str());
            }
            to.findings(found);
        }
        Some(Rule::ThreadOpen) => {
            to.optional_word("status", facts.thread.as_ref().map(|thread| thread.status.as_str()));
        }
        Some(Rule::NumberActive) => {
            if step.applies() {
                to.word("direction", facts.direction.as_str());
                to.findings(found);
                to.optional_word("status", facts.number.as_ref().map(|number| number.status.as_str()));
            }
        }
        Some(Rule::LeakageGuard) => leakage_guard(facts, found, to),
        Some(Rule::OptOut) => {
            to.word("direction", facts.direction.as_str());
            if facts.direction == Direction::Outbound {
                to.flag("optedOut", facts.thread.as_ref().map(|thread| thread.opted_out));
            }
        }
        Some(Rule::SenderPermitted) => sender_permitted(step, to),
        Some(Rule::ContentPolicy) => content_policy(facts, to),
        Some(Rule::OutboundDelivery) => {
            if step.applies() {
                to.optional_text(
                    "customerId",
                    facts.thread.as_ref().map(|thread| thread.customer_id.as_str()),
                );
                to.findings(found);
            }
        }
        Some(Rule::ActiveOverride) => active_override(step.decision, found, to),
        Some(Rule::AssignmentWindow) => assignment_window(facts, found, to),
        Some(Rule::Default) | None => to.findings(found),
    }
}

fn leakage_guard(facts: &Facts, found: Option<Findings>, to: &mut Object<'_>) {
    if facts.direction == Direction::Outbound {
        to.word("direction", "outbound");
        return;
    }
    let class = facts.number.as_ref().map(|number| number.class);
    to.optional_word("class", class.map(NumberClass::as_str));
    to.word("direction", "inbound");
    to.findings(found);
    if class == Some(NumberClass::Pool) {
        to.flag("mapped", facts.thread.as_ref().map(|_| facts.sender.mapped));
    }
}

fn sender_permitted(step: Step<'_, '_>, to: &mut Object<'_>) {
    let snapshot: &Snapshot = step.decision.snapshot;
    let facts = snapshot.facts();
    to.word("direction", facts.direction.as_str());
    if facts.direction == Direction::Inbound {
        return;
    }
    let staff = facts.sender.role == Role::Staff;
    if staff && step.applies() {
        to.instant("nextWindowStartsAt", facts.windows.next_start(Some(snapshot.sender()), facts.at));
    }
    to.word("role", facts.sender.role.as_str());
    if staff {
        to.optional_text("staffId", facts.sender.id.as_ref().map(SenderId::as_str));
    }
    if staff && !step.applies() {
        let own = facts.windows.active(facts.at).filter(|window| is_senders(facts, window.staff_id.as_str()));
        to.ids("windowIds", own.map(|window| window.id.as_str()));
    }
}

fn content_policy(facts: &Facts, to: &mut Object<'_>) {
    to.word("direction", facts.direction.as_str());
    if facts.direction == Direction::Outbound {
        to.findings((facts.sender.role == Role::Staff).then_some(facts.findings));
        to.word("role", facts.sender.role.as_str());
    }
}

fn active_override(decision: &Decision<'_>, found: Option<Findings>, to: &mut Object<'_>) {
    let Some(active) = decision.active else { return };
    to.instant("createdAt", Some(active.created_at));
    to.instant("endsAt", active.ends_at);
    to.findings(found);
    to.optional_text("overrideId", Some(active.id.as_str()));
    to.instant("removedAt", active.removed_at);
    to.instant("startsAt", Some(active.starts_at));
    match &active.target {
        OverrideTarget::Staff(id) => to.optional_text("targetId", Some(id.as_str())),
        OverrideTarget::OwnerInbox | OverrideTarget::Customer => to.optional_text("targetId", None),
    }
    to.word(
        "targetKind",
        match active.target {
            OverrideTarget::Staff(_) => "staff",
            OverrideTarget::OwnerInbox => "owner_inbox",
            OverrideTarget::Customer => "customer",
        },
    );
}

fn assignment_window(facts: &Facts, found: Option<Findings>, to: &mut Object<'_>) {
    let active = || facts.windows.active(facts.at);
    let Some(first) = active().next() else {
        to.instant("nextWindowStartsAt", facts.windows.next_start(None, facts.at));
        return;
    };
    to.findings(found);
    if active().any(|window| window.staff_id != first.staff_id) {
        let mut staff: Vec<&str> = active().map(|window| window.staff_id.as_str()).collect();
        staff.sort_unstable();
        staff.dedup();
        to.ids("staffIds", staff.into_iter());
    } else {
        to.optional_text("staffId", Some(first.staff_id.as_str()));
    }
    to.ids("windowIds", active().map(|window: &Window| window.id.as_str()));
}

/// Writes the members of a JSON object; its caller keeps to the order of their names.
struct Object<'o> {
    out: &'o mut String,
    first: bool,
}

impl Object<'_> {
    /// The name of a member is a code of ours.
    fn name(&mut self, name: &'static str) {
        self.out.push_str(if self.first { "\"" } else { ",\"" });
        self.first = false;
        self.out.push_str(name);
        self.out.push_str("\":");
    }

    fn optional_word(&mut self, name: &'static str, word: Option<&'static str>) {
        self.name(name);
        match word {
            Some(word) => {
                self.out.push('"');
                self.out.push_str(word);
                self.out.push('"');
            }
            None => self.out.push_str("null"),
        }
    }

    fn word(&mut self, name: &'static str, word: &'static str) {
        self.optional_word(name, Some(word));
    }

    fn optional_text(&mut self, name: &'static str, text: Option<&str>) {
        self.name(name);
        match text {
            Some(text) => push_quoted(self.out, text),
            None => self.out.push_str("null"),
        }
    }

    fn flag(&mut self, name: &'static str, flag: Option<bool>) {
        self.name(name);
        self.out.push_str(match flag {
            Some(true) => "true",
            Some(false) => "false",
            None => "null",
        });
    }

    fn instant(&mut self, name: &'static str, at: Option<Instant>) {
        self.optional_text(name, at.map(Instant::stamp).as_ref().map(Stamp::as_str));
    }

    fn findings(&mut self, found: Option<Findings>) {
        let Some(found) = found else { return };
        self.name("findings");
        for (before, count) in [
            ("{\"email\":", found.email),
            (",\"phone\":", found.phone),
            (",\"social\":", found.social),
            (",\"url\":", found.url),
        ] {
            self.out.push_str(before);
            self.out.push_str(&count.to_string());
        }
        self.out.push('}');
    }

    fn ids<'a>(&mut self, name: &'static str, ids: impl Iterator<Item = &'a str>) {
        self.name(name);
        let mut before = "[\"";
        for id in ids {
            self.out.push_str(before);
            push_escaped(self.out, id);
            before = "\",\"";
        }
        self.out.push_str(if before == "[\"" { "[]" } else { "\"]" });
    }
}
