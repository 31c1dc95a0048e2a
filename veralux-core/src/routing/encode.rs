//! The canonical encoding under `snapshotHash` and `rulesetHash`, as the parent module documents it byte by byte.

use super::encoder::Encoder;
use super::facts::{Facts, Number, Override, OverrideTarget, Sender, Tenant, Thread};
use crate::party::{Direction, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};

pub(super) fn snapshot(facts: &Facts) -> [u8; 32] {
    let mut bytes = Encoder::new(b"veralux/routing/snapshot", 512);
    tenant(&mut bytes, &facts.tenant);
    bytes.optional(facts.thread.as_ref(), thread);
    bytes.optional(facts.number.as_ref(), number);
    bytes.instant(facts.at);
    bytes.byte(match facts.direction {
        Direction::Inbound => 0,
        Direction::Outbound => 1,
    });
    sender(&mut bytes, &facts.sender);
    let found = facts.findings;
    for count in [found.phone, found.email, found.url, found.social] {
        bytes.raw(&count.to_be_bytes());
    }
    bytes.count(facts.overrides.len());
    for item in &facts.overrides {
        one_override(&mut bytes, item);
    }
    bytes.raw(facts.windows.digest());
    bytes.digest()
}

/// One rule as the ruleset's hash sees it.
pub(super) struct RuleRow<'a> {
    pub name: &'a str,
    pub version: &'a str,
    pub description: &'a str,
    pub inserted: bool,
}

pub(super) fn ruleset<'a>(version: &str, rules: impl ExactSizeIterator<Item = RuleRow<'a>>) -> [u8; 32] {
    let mut bytes = Encoder::new(b"veralux/routing/ruleset", 2048);
    bytes.text(version);
    bytes.count(rules.len());
    for rule in rules {
        bytes.text(rule.name);
        bytes.text(rule.version);
        bytes.text(rule.description);
        bytes.byte(u8::from(rule.inserted));
    }
    bytes.digest()
}

fn tenant(bytes: &mut Encoder, tenant: &Tenant) {
    bytes.text(tenant.id.as_str());
    bytes.byte(match tenant.status {
        TenantStatus::Active => 0,
        TenantStatus::Suspended => 1,
    });
}

fn thread(bytes: &mut Encoder, thread: &Thread) {
    bytes.text(thread.id.as_str());
    bytes.byte(match thread.status {
        ThreadStatus::Active => 0,
        ThreadStatus::Closed => 1,
        ThreadStatus::Blocked => 2,
        ThreadStatus::Archived => 3,
    });
    bytes.text(thread.customer_id.as_str());
    bytes.byte(u8::from(thread.opted_out));
}

fn number(bytes: &mut Encoder, number: &Number) {
    bytes.text(number.id.as_str());
    bytes.byte(match number.class {
        NumberClass::FrontDesk => 0,
        NumberClass::Staff => 1,
        NumberClass::Pool => 2,
    });
    bytes.byte(match number.status {
        NumberStatus::Active => 0,
        NumberStatus::Quarantined => 1,
        NumberStatus::Inactive => 2,
    });
}

fn sender(bytes: &mut Encoder, sender: &Sender) {
    bytes.byte(match sender.role {
        Role::Customer => 0,
        Role::Staff => 1,
        Role::Owner => 2,
        Role::Automation => 3,
        Role::Unknown => 4,
    });
    bytes.optional(sender.id.as_ref(), |bytes, id| bytes.text(id.as_str()));
    bytes.byte(u8::from(sender.mapped));
}

fn one_override(bytes: &mut Encoder, item: &Override) {
    bytes.text(item.id.as_str());
    match &item.target {
        OverrideTarget::Staff(id) => {
            bytes.byte(0);
            bytes.text(id.as_str());
        }
        OverrideTarget::OwnerInbox => bytes.byte(1),
        OverrideTarget::Customer => bytes.byte(2),
    }
    bytes.instant(item.starts_at);
    bytes.optional(item.ends_at.as_ref(), |bytes, end| bytes.instant(*end));
    bytes.instant(item.created_at);
    bytes.optional(item.removed_at.as_ref(), |bytes, removed| bytes.instant(*removed));
    bytes.text(&item.reason);
}
