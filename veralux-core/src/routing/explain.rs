//! Sentences for people, one a step.

use super::decision::{Action, Decision, Outcome, Step};
use super::facts::{Bound, Facts, Findings};
use super::json::push_escaped;
use super::rule::Rule;
use super::snapshot::Snapshot;
use crate::party::{Direction, NumberClass, NumberStatus, Role, ThreadStatus};
use crate::time::{DAY, Instant};

/// Writes a sentence, either plain or as the inside of a JSON text.
pub(super) struct Prose<'o> {
    out: &'o mut String,
    escaped: bool,
}

impl<'o> Prose<'o> {
    pub(super) fn plain(out: &'o mut String) -> Self {
        Self { out, escaped: false }
    }

    pub(super) fn escaped(out: &'o mut String) -> Self {
        Self { out, escaped: true }
    }

    /// Words of our own, in which there is nothing to escape.
    fn say(&mut self, words: &'static str) -> &mut Self {
        self.out.push_str(words);
        self
    }

    fn quote(&mut self, text: &str) -> &mut Self {
        if self.escaped {
            push_escaped(self.out, text);
        } else {
            self.out.push_str(text);
        }
        self
    }

    fn findings(&mut self, findings: Findings) -> &mut Self {
        let total = findings.total();
        self.out.push_str(&total.to_string());
        self.say(if total == 1 { " finding" } else { " findings" })
    }

    /// An instant as `2026-01-19 14:30 UTC`; seconds where there are any.
    fn instant(&mut self, at: Instant) -> &mut Self {
        let stamp = at.stamp();
        self.out.push_str(stamp.as_str().get(..10).unwrap_or_default());
        self.out.push(' ');
        self.time(at)
    }

    /// The end of a span: its time, and its day if that is not the day of the start.
    fn end(&mut self, start: Instant, end: Instant) -> &mut Self {
        if start.micros().div_euclid(DAY) == end.micros().div_euclid(DAY) {
            self.time(end)
        } else {
            self.instant(end)
        }
    }

    fn time(&mut self, at: Instant) -> &mut Self {
        let stamp = at.stamp();
        let time = stamp.as_str().get(11..).unwrap_or_default().trim_end_matches('Z');
        self.out.push_str(time.strip_suffix(":00").unwrap_or(time));
        self.out.push_str(" UTC");
        self
    }
}

impl Step<'_, '_> {
    /// Why, in one sentence for people.
    pub fn explanation(self) -> String {
        let mut text = String::new();
        step(self, &mut Prose::plain(&mut text));
        text
    }
}

/// The sentence of one step.
pub(super) fn step(step: Step<'_, '_>, to: &mut Prose<'_>) {
    cause(step, to);
    if is_marked(step) && to.out.pop().is_some() {
        to.say("; the policy detector has ").findings(step.decision.snapshot.facts().findings).say(".");
    }
}

/// Whether the step delivers a message with findings.
pub(super) fn is_marked(step: Step<'_, '_>) -> bool {
    step.index == step.decision.decided && matches!(step.decision.action(), Action::Flag | Action::Warn)
}

fn cause(step: Step<'_, '_>, to: &mut Prose<'_>) {
    let facts = step.decision.snapshot.facts();
    if step.outcome() == Outcome::NotEvaluated {
        to.say("Rule ").quote(step.decision.rule()).say(" had already decided.");
        return;
    }
    let applies = step.applies();
    match step.own_rule() {
        Some(Rule::TenantActive) => tenant_active(applies, facts, to),
        Some(Rule::ThreadKnown) => {
            to.say(if applies { "No thread is known for this message." } else { "The thread is known." });
        }
        Some(Rule::ThreadOpen) => thread_open(facts, to),
        Some(Rule::NumberActive) => number_active(facts, to),
        Some(Rule::LeakageGuard) => leakage_guard(applies, facts, to),
        Some(Rule::OptOut) => opt_out(facts, to),
        Some(Rule::SenderPermitted) => sender_permitted(applies, step.decision.snapshot, to),
        Some(Rule::ContentPolicy) => content_policy(facts, to),
        Some(Rule::OutboundDelivery) => outbound_delivery(applies, facts, to),
        Some(Rule::ActiveOverride) => active_override(step.decision, to),
        Some(Rule::AssignmentWindow) => assignment_window(facts, to),
        Some(Rule::Default) => {
            to.say("No override and no window is active.");
        }
        None => match step.decision.ruling(step.index) {
            Some(ruling) => _ = to.quote(&ruling.explanation),
            None => _ = to.say("Rule ").quote(step.rule()).say(" has no objection."),
        },
    }
}

fn tenant_active(applies: bool, facts: &Facts, to: &mut Prose<'_>) {
    if applies {
        to.say("Tenant ").quote(facts.tenant.id.as_str()).say(" is suspended.");
    } else {
        to.say("The tenant is active.");
    }
}

fn thread_open(facts: &Facts, to: &mut Prose<'_>) {
    let Some(thread) = &facts.thread else {
        to.say("There is no thread whose status could matter.");
        return;
    };
    to.say("Thread ").quote(thread.id.as_str()).say(match thread.status {
        ThreadStatus::Active => " is active.",
        ThreadStatus::Closed => " is closed, which stops nothing.",
        ThreadStatus::Blocked => " is blocked.",
        ThreadStatus::Archived => " is archived.",
    });
}

fn number_active(facts: &Facts, to: &mut Prose<'_>) {
    let Some(number) = &facts.number else {
        to.say("No number is known for this message.");
        return;
    };
    to.say("Number ").quote(number.id.as_str()).say(match number.status {
        NumberStatus::Active => " is active.",
        NumberStatus::Quarantined => " is in quarantine.",
        NumberStatus::Inactive => " is inactive.",
    });
}

fn leakage_guard(applies: bool, facts: &Facts, to: &mut Prose<'_>) {
    match (facts.direction, &facts.number, &facts.thread) {
        (Direction::Outbound, ..) => _ = to.say("Only inbound messages need a sender who is mapped."),
        (_, None, _) => _ = to.say("There is no number that could be shared."),
        (_, _, None) => _ = to.say("There is no thread into which the message could leak."),
        (_, _, Some(thread)) if applies => {
            to.say("The sender is not mapped to thread ")
                .quote(thread.id.as_str())
                .say(", and the number is shared.");
        }
        (_, Some(number), Some(thread)) => {
            if number.class == NumberClass::Pool {
                to.say("The sender is mapped to thread ").quote(thread.id.as_str()).say(".");
            } else {
                to.say("Number ").quote(number.id.as_str()).say(" is not shared.");
            }
        }
    }
}

fn opt_out(facts: &Facts, to: &mut Prose<'_>) {
    match (facts.direction, &facts.thread) {
        (Direction::Inbound, _) => _ = to.say("Only outbound messages can be opted out of."),
        (_, None) => _ = to.say("There is no thread whose customer could have opted out."),
        (_, Some(thread)) => {
            to.say("Customer ").quote(thread.customer_id.as_str());
            to.say(if thread.opted_out { " has opted out." } else { " has not opted out." });
        }
    }
}

fn sender_permitted(applies: bool, snapshot: &Snapshot, to: &mut Prose<'_>) {
    let facts = snapshot.facts();
    if facts.direction == Direction::Inbound {
        to.say("Only outbound messages need a sender who is permitted.");
        return;
    }
    match facts.sender.role {
        Role::Owner => _ = to.say("The owner may write on every thread."),
        Role::Automation => _ = to.say("Automation may write on every thread."),
        Role::Customer => _ = to.say("A customer may not write for the business."),
        Role::Unknown => _ = to.say("An unknown sender may not write for the business."),
        Role::Staff if applies => outside_window(snapshot, to),
        Role::Staff => {
            let own =
                facts.windows.active(facts.at).find(|window| is_senders(facts, window.staff_id.as_str()));
            let Some(own) = own else {
                to.say("There is no thread on which a window could be needed.");
                return;
            };
            to.say("Window ").quote(own.id.as_str()).say(" of staff member ").quote(own.staff_id.as_str());
            to.say(" is active until ").end(own.starts_at, own.ends_at).say(".");
        }
    }
}

fn outside_window(snapshot: &Snapshot, to: &mut Prose<'_>) {
    let facts = snapshot.facts();
    let name = facts.sender.id.as_ref().map_or("", |id| id.as_str());
    to.say("Staff member ").quote(name).say(" has no active window on the thread; ");
    match facts.windows.next_start(Some(snapshot.sender()), facts.at) {
        Some(next) => to.say("the next starts at ").instant(next).say("."),
        None => to.say("none is planned."),
    };
}

/// Whether a staff member is the sender.
pub(super) fn is_senders(facts: &Facts, staff: &str) -> bool {
    facts.sender.id.as_ref().is_some_and(|id| id.as_str() == staff)
}

fn content_policy(facts: &Facts, to: &mut Prose<'_>) {
    if facts.direction == Direction::Inbound || facts.sender.role != Role::Staff {
        to.say("Only outbound messages of staff are held for review.");
    } else if facts.findings.any() {
        to.say("The policy detector has ").findings(facts.findings).say(" in a message of staff.");
    } else {
        to.say("The policy detector has no findings.");
    }
}

fn outbound_delivery(applies: bool, facts: &Facts, to: &mut Prose<'_>) {
    if applies {
        let customer = facts.thread.as_ref().map_or("", |thread| thread.customer_id.as_str());
        to.say("Nothing keeps the message from customer ").quote(customer).say(".");
    } else {
        to.say("The message is inbound.");
    }
}

fn active_override(decision: &Decision<'_>, to: &mut Prose<'_>) {
    let Some(active) = decision.active else {
        to.say("No override is active.");
        return;
    };
    to.say("Override ").quote(active.id.as_str());
    match active.last() {
        Bound::At(end) => to.say(" is active until ").end(active.starts_at, end).say("."),
        Bound::Never => to.say(" is active and has no end."),
    };
}

fn assignment_window(facts: &Facts, to: &mut Prose<'_>) {
    let mut active = facts.windows.active(facts.at);
    let Some(first) = active.next() else {
        match facts.windows.next_start(None, facts.at) {
            Some(next) => to.say("No window is active; the next starts at ").instant(next).say("."),
            None => to.say("No window is active, and none is planned."),
        };
        return;
    };
    to.say("Window ").quote(first.id.as_str()).say(" of staff member ").quote(first.staff_id.as_str());
    match active.find(|window| window.staff_id != first.staff_id) {
        Some(other) => {
            to.say(" and window ")
                .quote(other.id.as_str())
                .say(" of staff member ")
                .quote(other.staff_id.as_str());
            to.say(" are active at once.")
        }
        None => to.say(" is active until ").end(first.starts_at, first.ends_at).say("."),
    };
}
