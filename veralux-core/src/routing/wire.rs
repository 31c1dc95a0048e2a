//! The decision document and the snapshot document, written field by field in their fixed order.

use super::decision::{Decision, Step};
use super::evidence;
use super::explain::{self, Prose};
use super::facts::{Facts, Override, OverrideTarget, SenderId};
use super::json::{push_escaped, push_quoted};
use super::snapshot::Snapshot;
use super::window::Window;
use crate::time::{Instant, Stamp};

/// A decision document of the standard ruleset has about this many bytes.
pub(super) const USUAL_BYTES: usize = 3072;

fn decision(decision: &Decision<'_>, out: &mut String) {
    out.push_str("{\"action\":\"");
    out.push_str(decision.action().as_str());
    out.push_str("\",\"target\":");
    match decision.target() {
        Some(target) => {
            out.push_str("{\"kind\":\"");
            out.push_str(target.kind());
            out.push_str("\",\"id\":");
            optional(out, target.id());
            out.push('}');
        }
        None => out.push_str("null"),
    }
    out.push_str(",\"rule\":\"");
    out.push_str(decision.rule());
    out.push_str("\",\"reason\":");
    push_quoted(out, decision.reason().as_str());
    out.push_str(",\"explanation\":\"");
    explain::step(Step { decision, index: decision.decided }, &mut Prose::escaped(out));
    out.push_str("\",\"autoReply\":");
    optional(out, decision.auto_reply().map(super::decision::AutoReply::as_str));
    out.push_str(",\"trace\":");
    steps(decision, out);
    out.push_str(&decision.ruleset.suffix);
    decision.snapshot_hash().push_to(out);
    out.push_str("\",\"evaluatedAt\":\"");
    out.push_str(decision.evaluated_at().stamp().as_str());
    out.push_str("\"}");
}

fn trace(decision: &Decision<'_>, out: &mut String) {
    steps(decision, out);
    out.push(']');
}

/// Everything of the trace but the bracket at its end.
fn steps(decision: &Decision<'_>, out: &mut String) {
    let mut before = "[";
    for (index, prefix) in decision.ruleset.prefixes.iter().enumerate() {
        let step = Step { decision, index };
        out.push_str(before);
        before = ",";
        out.push_str(prefix);
        out.push_str(step.outcome().as_str());
        out.push_str("\",\"explanation\":\"");
        explain::step(step, &mut Prose::escaped(out));
        out.push_str("\",\"evidence\":");
        evidence::step(step, out);
        out.push('}');
    }
}

impl Decision<'_> {
    /// The decision document: canonical JSON, one line, the same bytes everywhere.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(USUAL_BYTES);
        self.write_json(&mut out);
        out
    }

    /// Appends the decision document.
    pub fn write_json(&self, out: &mut String) {
        decision(self, out);
    }

    /// Appends the trace alone, a JSON array, without a hash.
    pub fn write_trace(&self, out: &mut String) {
        trace(self, out);
    }
}

impl Snapshot {
    /// The snapshot document: canonical JSON, one line, overrides and windows in the order of their ids.
    ///
    /// [`Self::parse`] reads the same snapshot from it.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(1024);
        facts(self.facts(), &mut out);
        out
    }
}

fn facts(facts: &Facts, out: &mut String) {
    member(out, "{\"tenant\":{\"id\":", facts.tenant.id.as_str());
    member(out, ",\"status\":", facts.tenant.status.as_str());
    match &facts.thread {
        Some(thread) => {
            member(out, "},\"thread\":{\"id\":", thread.id.as_str());
            member(out, ",\"status\":", thread.status.as_str());
            member(out, ",\"customerId\":", thread.customer_id.as_str());
            out.push_str(if thread.opted_out { ",\"optedOut\":true}" } else { ",\"optedOut\":false}" });
        }
        None => out.push_str("},\"thread\":null"),
    }
    match &facts.number {
        Some(number) => {
            member(out, ",\"number\":{\"id\":", number.id.as_str());
            member(out, ",\"class\":", number.class.as_str());
            member(out, ",\"status\":", number.status.as_str());
            out.push('}');
        }
        None => out.push_str(",\"number\":null"),
    }
    instant(out, ",\"at\":", Some(facts.at));
    member(out, ",\"direction\":", facts.direction.as_str());
    member(out, ",\"sender\":{\"role\":", facts.sender.role.as_str());
    out.push_str(",\"id\":");
    optional(out, facts.sender.id.as_ref().map(SenderId::as_str));
    out.push_str(if facts.sender.mapped { ",\"mapped\":true}" } else { ",\"mapped\":false}" });
    let found = facts.findings;
    let before = [",\"findings\":{\"phone\":", ",\"email\":", ",\"url\":", ",\"social\":"];
    for (before, count) in before.into_iter().zip([found.phone, found.email, found.url, found.social]) {
        out.push_str(before);
        out.push_str(&count.to_string());
    }
    list(out, "},\"overrides\":[", &facts.overrides, one_override);
    list(out, "],\"windows\":[", facts.windows.windows(), window);
    out.push_str("]}");
}

fn one_override(item: &Override, out: &mut String) {
    member(out, "{\"id\":", item.id.as_str());
    match &item.target {
        OverrideTarget::Staff(id) => {
            member(out, ",\"target\":{\"kind\":\"staff\",\"id\":", id.as_str());
            out.push('}');
        }
        OverrideTarget::OwnerInbox => out.push_str(",\"target\":{\"kind\":\"owner_inbox\",\"id\":null}"),
        OverrideTarget::Customer => out.push_str(",\"target\":{\"kind\":\"customer\",\"id\":null}"),
    }
    instant(out, ",\"startsAt\":", Some(item.starts_at));
    instant(out, ",\"endsAt\":", item.ends_at);
    instant(out, ",\"createdAt\":", Some(item.created_at));
    instant(out, ",\"removedAt\":", item.removed_at);
    member(out, ",\"reason\":", &item.reason);
    out.push('}');
}

fn window(window: &Window, out: &mut String) {
    member(out, "{\"id\":", window.id.as_str());
    member(out, ",\"staffId\":", window.staff_id.as_str());
    instant(out, ",\"startsAt\":", Some(window.starts_at));
    instant(out, ",\"endsAt\":", Some(window.ends_at));
    out.push('}');
}

fn list<T>(out: &mut String, before: &'static str, items: &[T], write: fn(&T, &mut String)) {
    out.push_str(before);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        write(item, out);
    }
}

fn member(out: &mut String, before: &'static str, text: &str) {
    out.push_str(before);
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

fn instant(out: &mut String, before: &'static str, at: Option<Instant>) {
    out.push_str(before);
    optional(out, at.map(Instant::stamp).as_ref().map(Stamp::as_str));
}

/// A text, or `null`.
pub(super) fn optional(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => push_quoted(out, text),
        None => out.push_str("null"),
    }
}
