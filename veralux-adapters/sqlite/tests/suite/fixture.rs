//! A database in a folder of its own, and what a webhook writes.

use std::fmt::Debug;
use std::path::PathBuf;
use std::str::FromStr;

use serde_json::json;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;
use veralux_core::audit::{Actor, Draft, Entity, EventType, Label, Name, Payload, Verifier};
use veralux_core::id::TenantId;
use veralux_core::number::{Number, ThreadKind};
use veralux_core::party::{Direction, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};
use veralux_core::phone::E164;
use veralux_core::port::{
    AuditStore, Body, Change, Commit, Customer, DecisionRecord, Destination, Ledger, MAX_PAGE, Message, Page,
    ProviderMessage, Sender, Tenant, Thread, WebhookClaim,
};
use veralux_core::routing::Action;
use veralux_core::time::Instant;
use veralux_sqlite::{Options, SqliteStore};

/// Where a database lies; it goes with this value.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("veralux.db")
    }

    pub(crate) async fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path(), &Options::default()).await.unwrap()
    }

    /// A connection past the store, as somebody with a shell would have it.
    pub(crate) async fn connect(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.path()).connect().await.unwrap()
    }
}

pub(crate) fn id<T: FromStr<Err: Debug>>(text: impl AsRef<str>) -> T {
    text.as_ref().parse().unwrap()
}

pub(crate) fn at(micros: i64) -> Instant {
    Instant::parse("2026-11-21T09:00:00Z").unwrap().plus(micros)
}

/// A tenant with a front desk, a customer and their thread.
pub(crate) async fn settle(store: &SqliteStore, tenant: &TenantId) {
    let record = Tenant {
        id: tenant.clone(),
        name: "Oak Dental".to_owned(),
        status: TenantStatus::Active,
        business_number: None,
        created_at: at(0),
        updated_at: at(0),
        revision: 1,
    };
    let number = Number {
        id: id("num_1"),
        e164: number_of(tenant),
        class: NumberClass::FrontDesk,
        status: NumberStatus::Active,
        staff: None,
        quarantine: None,
        provider: "twilio".to_owned(),
        last_used_at: None,
        given_back_at: None,
        created_at: at(0),
        revision: 1,
    };
    let customer = Customer { id: id("cus_1"), phone: id("+12125550101"), created_at: at(0) };
    let thread = Thread {
        id: id("thr_1"),
        kind: ThreadKind::Other,
        status: ThreadStatus::Active,
        customer: id("cus_1"),
        number: id("num_1"),
        opted_out: false,
        created_at: at(0),
        pair_free_at: None,
        revision: 1,
    };
    let commit = Commit::new(tenant.clone(), at(0))
        .change(Change::Tenant { after: record, before: None })
        .change(Change::Number { after: number, before: None })
        .change(Change::Customer(customer))
        .change(Change::Thread { after: thread, before: None });
    store.commit(commit).await.unwrap();
}

/// The tenant's phone number.
fn number_of(tenant: &TenantId) -> E164 {
    let digits = tenant.as_str().bytes().fold(0, |sum: u32, byte| (31 * sum + u32::from(byte)) % 10_000_000);
    id(format!("+1415{digits:07}"))
}

/// What one inbound message writes: five rows of about the size they have in life.
pub(crate) fn webhook(tenant: &TenantId, name: &str) -> Commit {
    let now = at(1);
    let message = Message {
        id: id(format!("msg_{name}")),
        thread: Some(id("thr_1")),
        number: Some(id("num_1")),
        direction: Direction::Inbound,
        sender: Sender {
            role: Role::Customer,
            id: Some("cus_1".to_owned()),
            phone: Some(id("+12125550101")),
            name: None,
        },
        body: Body::new("Could you move me to Thursday at ten? Tuesday does not work any more, sorry."),
        media: Vec::new(),
        findings: Vec::new(),
        action: Action::Deliver,
        target: Some(Destination::OwnerInbox),
        decision: id(format!("dec_{name}")),
        received_at: now,
        provider: Some(ProviderMessage { provider: "twilio".to_owned(), id: format!("SM{name}") }),
        delivery: None,
    };
    let decision = DecisionRecord {
        id: id(format!("dec_{name}")),
        thread: Some(id("thr_1")),
        message: Some(id(format!("msg_{name}"))),
        at: now,
        snapshot: format!("{{\"pad\":\"{}\"}}", "s".repeat(700)),
        decision: format!("{{\"pad\":\"{}\"}}", "d".repeat(2000)),
        detector_version: "1.0.0".to_owned(),
    };
    let claim = WebhookClaim { provider: "twilio".to_owned(), event: format!("SM{name}") };
    Commit::new(tenant.clone(), now)
        .change(Change::Claim(claim))
        .change(Change::Message(Box::new(message)))
        .change(Change::Decision(decision))
        .change(Change::NumberUsed { id: id("num_1"), e164: number_of(tenant), at: now })
        .event(id(format!("evt_{name}")), draft(name))
}

pub(crate) fn draft(name: &str) -> Draft {
    Draft {
        event_type: EventType::parse("message.received").unwrap(),
        actor: Actor::SYSTEM,
        entity: Entity {
            kind: Name::parse("message").unwrap(),
            id: Label::parse(&format!("msg_{name}")).unwrap(),
        },
        request_id: None,
        correlation_id: Some(Label::parse(&format!("SM{name}")).unwrap()),
        payload: Payload::parse(&json!({"rule": "default", "action": "deliver"})).unwrap(),
    }
}

/// Walks the tenant's audit chain against its head and says how long it is.
pub(crate) async fn verified_length(store: &SqliteStore, tenant: &TenantId) -> u64 {
    let head = AuditStore::head(store, tenant).await.unwrap();
    let mut verifier = Verifier::new(tenant.clone(), head);
    let mut page = Page::first(MAX_PAGE);
    loop {
        let listed = AuditStore::list(store, tenant, &page).await.unwrap();
        for event in &listed.items {
            verifier.push(event).unwrap();
        }
        if listed.next.is_none() {
            return verifier.finish().unwrap().sequence;
        }
        page = page.after(listed.next);
    }
}
