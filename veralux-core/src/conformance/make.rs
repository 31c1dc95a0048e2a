//! Records to write: plausible, and as a case needs them.

use std::fmt::Debug;
use std::str::FromStr;

use serde_json::json;

use super::Ports;
use crate::access::{ApiKey, KeyDigest, KeyRole};
use crate::audit::{Actor, Draft, Entity, EventType, Label, Name, Payload};
use crate::digest::Encoder;
use crate::number::{Number, Quarantine, ThreadKind};
use crate::party::{Direction, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};
use crate::phone::E164;
use crate::port::{
    Body, Change, Customer, DecisionRecord, Destination, Message, Override, PublishKind, RuntimeVersion,
    Sender, Tenant, Thread, WebhookClaim, Window,
};
use crate::routing::{Action, OverrideTarget};
use crate::secret::Secret;
use crate::time::{DAY, Instant, SECOND, Span};

/// So many seconds behind 2026-11-21T09:00:00.000123Z; the microseconds are there to get lost.
pub(super) fn at(seconds: i64) -> Instant {
    Instant::parse("2026-11-21T09:00:00.000123Z").unwrap().plus(seconds * SECOND)
}

pub(super) fn id<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub(super) fn phone(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

pub(super) fn tenant(name: &str) -> Tenant {
    Tenant {
        id: id(name),
        name: format!("Tenant {name}"),
        status: TenantStatus::Active,
        business_number: None,
        created_at: at(0),
        updated_at: at(0),
        revision: 1,
    }
}

pub(super) fn number(name: &str, e164: &str, class: NumberClass) -> Number {
    Number {
        id: id(name),
        e164: phone(e164),
        class,
        status: NumberStatus::Active,
        staff: None,
        quarantine: None,
        provider: "twilio".to_owned(),
        last_used_at: None,
        given_back_at: None,
        created_at: at(0),
        revision: 1,
    }
}

/// The number in another state, a revision later.
pub(super) fn number_in(status: NumberStatus, number: Number) -> Number {
    let quarantine = Quarantine { reason: "spam".to_owned(), since: at(0), until: at(0).plus(30 * DAY) };
    Number {
        status,
        quarantine: (status == NumberStatus::Quarantined).then_some(quarantine),
        revision: number.revision + 1,
        ..number
    }
}

pub(super) fn customer(name: &str, e164: &str) -> Customer {
    Customer { id: id(name), phone: phone(e164), created_at: at(0) }
}

pub(super) fn thread(name: &str, customer: &str, number: &str) -> Thread {
    Thread {
        id: id(name),
        kind: ThreadKind::OneTime,
        status: ThreadStatus::Active,
        customer: id(customer),
        number: id(number),
        opted_out: false,
        created_at: at(0),
        pair_free_at: None,
        revision: 1,
    }
}

/// The thread in another state, a revision later, its pair free from then on.
pub(super) fn thread_in(status: ThreadStatus, pair_free_at: Option<Instant>, thread: Thread) -> Thread {
    Thread { status, pair_free_at, revision: thread.revision + 1, ..thread }
}

pub(super) fn window(name: &str, thread: &str, from: i64, to: i64) -> Window {
    Window {
        id: id(name),
        thread: id(thread),
        staff: id("stf_1"),
        span: Span::new(at(from), Some(at(to))).unwrap(),
        created_at: at(0),
    }
}

pub(super) fn instruction(name: &str, thread: &str, from: i64, to: Option<i64>) -> Override {
    Override {
        id: id(name),
        thread: id(thread),
        target: OverrideTarget::OwnerInbox,
        span: Span::new(at(from), to.map(at)).unwrap(),
        created_at: at(from),
        removed_at: None,
        reason: "on holiday".to_owned(),
    }
}

pub(super) fn message(name: &str, thread: Option<&str>) -> Message {
    Message {
        id: id(name),
        thread: thread.map(id),
        number: None,
        direction: Direction::Inbound,
        sender: Sender { role: Role::Unknown, id: None, phone: None, name: None },
        body: Body::new(format!("text of {name}")),
        media: Vec::new(),
        findings: Vec::new(),
        action: Action::Deliver,
        target: Some(Destination::OwnerInbox),
        decision: id("dec_1"),
        received_at: at(0),
        provider: None,
        delivery: None,
    }
}

pub(super) fn decision(name: &str, thread: Option<&str>) -> DecisionRecord {
    DecisionRecord {
        id: id(name),
        thread: thread.map(id),
        message: None,
        at: at(0),
        snapshot: r#"{"v":1}"#.to_owned(),
        decision: r#"{"v":2}"#.to_owned(),
        detector_version: "0.1.0".to_owned(),
    }
}

pub(super) fn version(version: u64, document: &str, dids: &[&str]) -> RuntimeVersion {
    RuntimeVersion {
        version,
        digest: Encoder::new("conformance", 1).text(document).finish(),
        document: Secret::new(document),
        dids: dids.iter().map(|did| phone(did)).collect(),
        kind: PublishKind::Publish,
        actor: "key_1".to_owned(),
        published_at: at(0),
    }
}

pub(super) fn key(name: &str, home: Option<&str>, digest: u8) -> ApiKey {
    ApiKey {
        id: id(name),
        name: "CI".to_owned(),
        role: KeyRole::Admin,
        tenant: home.map(id),
        digest: KeyDigest::from_bytes([digest; 32]),
        last_four: "x-_9".to_owned(),
        created_at: at(0),
        expires_at: None,
        revoked_at: None,
    }
}

pub(super) fn claim(event: &str) -> WebhookClaim {
    WebhookClaim { provider: "twilio".to_owned(), event: event.to_owned() }
}

pub(super) fn draft(event_type: &str) -> Draft {
    Draft {
        event_type: EventType::parse(event_type).unwrap(),
        actor: Actor::SYSTEM,
        entity: Entity { kind: Name::parse("thread").unwrap(), id: Label::parse("thr_1").unwrap() },
        request_id: None,
        correlation_id: None,
        payload: Payload::parse(&json!({"from": "active"})).unwrap(),
    }
}

pub(super) fn new_tenant(name: &str) -> Change {
    Change::Tenant { after: tenant(name), before: None }
}

pub(super) fn new_number(number: Number) -> Change {
    Change::Number { after: number, before: None }
}

pub(super) fn new_thread(thread: Thread) -> Change {
    Change::Thread { after: thread, before: None }
}

/// Replaces a thread at the revision before its own.
pub(super) fn put_thread(thread: Thread) -> Change {
    Change::Thread { before: Some(thread.revision - 1), after: thread }
}

/// Replaces a number at the revision before its own.
pub(super) fn put_number(number: Number) -> Change {
    Change::Number { before: Some(number.revision - 1), after: number }
}

/// The number of a settled tenant: `desk` is 1, `pool` is 2, `staff` is 3.
pub(super) fn our(place: u8, line: u8) -> String {
    format!("+1415555{place:02}{line:02}")
}

/// Customer `cus_1` and `cus_2` of every settled tenant write from these.
pub(super) const CUSTOMER_1: &str = "+442079460001";
pub(super) const CUSTOMER_2: &str = "+442079460002";
/// Nobody's.
pub(super) const STRANGER: &str = "+442079460009";

/// A tenant with numbers `desk`, `pool` and `staff`, customers `cus_1` and `cus_2`, `thr_1` of `cus_1` on `pool` and
/// `thr_2` of `cus_2` on `desk`. `place` tells the numbers of tenants apart; all ids and customers are the same.
pub(super) async fn settle(ports: &Ports, name: &str, place: u8) {
    let changes = [
        new_tenant(name),
        new_number(number("desk", &our(place, 1), NumberClass::FrontDesk)),
        new_number(number("pool", &our(place, 2), NumberClass::Pool)),
        new_number(number("staff", &our(place, 3), NumberClass::Staff)),
        Change::Customer(customer("cus_1", CUSTOMER_1)),
        Change::Customer(customer("cus_2", CUSTOMER_2)),
        new_thread(thread("thr_1", "cus_1", "pool")),
        new_thread(thread("thr_2", "cus_2", "desk")),
    ];
    ports.apply(name, 0, changes, "settling a tenant").await;
}
