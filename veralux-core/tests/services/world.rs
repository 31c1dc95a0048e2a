//! A tenant with numbers, a clock that stands until it is moved, and the services over them.

use std::pin::pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

use veralux_core::audit::Event;
use veralux_core::id::{CustomerId, NumberId, StaffId, TenantId, ThreadId};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::number::{Act, ThreadKind};
use veralux_core::party::{NumberClass, TenantStatus};
use veralux_core::phone::E164;
use veralux_core::policy::{Detector, Kind};
use veralux_core::port::{Allowed, Body, Clock as _, Message, MessageFilter, Page, Thread, WebhookClaim};
use veralux_core::routing::Ruleset;
use veralux_core::service::{
    Context, DEFAULT_TAIL, ImportNumber, Inbound, MessageGate, Numbers, PolicyDesk, Receipt, Result,
    RoutingDesk, Schedule, Stores, TenantPatch, TenantRequest, Tenants, ThreadRequest, Threads,
};
use veralux_core::time::Instant;

pub(crate) const FRONT_DESK: &str = "+14155550100";
pub(crate) const POOL: &str = "+14155550101";
pub(crate) const ANNAS: &str = "+14155550102";
pub(crate) const CUSTOMER: &str = "+14155550199";
pub(crate) const OTHER_CUSTOMER: &str = "+14155550188";
pub(crate) const STRANGER: &str = "+442079460009";
pub(crate) const START: &str = "2026-01-19T14:30:00Z";

/// Runs a future of the memory stores, which never wait.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a memory store does not wait"),
    }
}

pub(crate) struct World {
    pub(crate) clock: Arc<StepClock>,
    pub(crate) stores: Stores,
    pub(crate) tenant: TenantId,
}

impl World {
    /// Tenant `t1` with a front desk number, a pool number and Anna's.
    pub(crate) fn new() -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse(START).unwrap()));
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(7)));
        let world = Self { clock, stores, tenant: TenantId::parse("t1").unwrap() };
        let request =
            TenantRequest { id: world.tenant.clone(), name: "Oak Dental".to_owned(), business_number: None };
        run(Tenants::new(world.stores.clone()).put(&Context::SYSTEM, request)).unwrap();
        world.import(FRONT_DESK, NumberClass::FrontDesk);
        world.import(POOL, NumberClass::Pool);
        let annas = world.import(ANNAS, NumberClass::Staff);
        let assign = Act::Assign { staff: staff("anna") };
        run(world.numbers().act(&Context::SYSTEM, &world.tenant, &annas, &assign, None)).unwrap();
        world
    }

    pub(crate) fn import(&self, e164: &str, class: NumberClass) -> NumberId {
        let request = ImportNumber { e164: phone(e164), class, provider: "twilio".to_owned() };
        run(self.numbers().import(&Context::SYSTEM, &self.tenant, request)).unwrap().id
    }

    pub(crate) fn number(&self, e164: &str) -> NumberId {
        run(self.stores.numbers.find(&self.tenant, &phone(e164))).unwrap().unwrap().id
    }

    pub(crate) fn numbers(&self) -> Numbers {
        Numbers::new(self.stores.clone())
    }

    pub(crate) fn threads(&self) -> Threads {
        Threads::new(self.stores.clone(), DEFAULT_TAIL)
    }

    pub(crate) fn schedule(&self) -> Schedule {
        Schedule::new(self.stores.clone())
    }

    pub(crate) fn desk(&self) -> RoutingDesk {
        RoutingDesk::new(self.stores.clone(), Arc::default(), Arc::new(Ruleset::standard()))
    }

    pub(crate) fn try_open(&self, kind: ThreadKind, customer: &str) -> Result<Thread> {
        let staff = (kind == ThreadKind::Recurring).then(|| staff("anna"));
        let request =
            ThreadRequest { kind, customer_phone: phone(customer), customer: None, staff, number: None };
        run(self.threads().open(&Context::SYSTEM, &self.tenant, request))
    }

    pub(crate) fn open(&self, kind: ThreadKind, customer: &str) -> Thread {
        self.try_open(kind, customer).unwrap()
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Has the tenant allow these for the first time.
    pub(crate) fn allow(&self, details: &[(Kind, &str)]) {
        let entry = |(kind, value): &(Kind, &str)| Allowed { kind: *kind, value: (*value).to_owned() };
        let desk = PolicyDesk::new(self.stores.clone(), Arc::new(Detector::new()), gate(&self.stores));
        let entries = details.iter().map(entry).collect();
        run(desk.put_allow_list(&Context::SYSTEM, &self.tenant, entries, 0)).unwrap();
    }

    pub(crate) fn suspend(&self) {
        self.set_status(TenantStatus::Suspended);
    }

    pub(crate) fn resume(&self) {
        self.set_status(TenantStatus::Active);
    }

    fn set_status(&self, status: TenantStatus) {
        let patch = TenantPatch { status: Some(status), ..TenantPatch::default() };
        run(Tenants::new(self.stores.clone()).patch(&Context::SYSTEM, &self.tenant, patch)).unwrap();
    }

    pub(crate) fn receive(&self, event: &str, from: &str, to: &str, text: &str) -> Receipt {
        receive(&self.stores, event, from, to, text)
    }

    /// The message that a receipt speaks of.
    pub(crate) fn message(&self, receipt: &Receipt) -> Message {
        let Receipt::Stored { message, .. } = receipt else { panic!("not stored: {receipt:?}") };
        run(self.stores.messages.lookup(&self.tenant, message)).unwrap().unwrap()
    }

    pub(crate) fn messages_of(&self, thread: &ThreadId) -> Vec<Message> {
        let of = MessageFilter::Thread(thread.clone());
        run(self.threads().messages(&self.tenant, &of, &Page::first(200))).unwrap().items
    }

    pub(crate) fn inbox(&self) -> Vec<Message> {
        run(self.threads().messages(&self.tenant, &MessageFilter::OwnerInbox, &Page::first(200)))
            .unwrap()
            .items
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        run(self.stores.audit.list(&self.tenant, &Page::first(200))).unwrap().items
    }
}

pub(crate) fn phone(text: &str) -> E164 {
    E164::parse(text).unwrap()
}

pub(crate) fn staff(text: &str) -> StaffId {
    StaffId::parse(text).unwrap()
}

pub(crate) fn customer(text: &str) -> CustomerId {
    CustomerId::parse(text).unwrap()
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    let error = result.unwrap_err();
    error.code().unwrap_or_else(|| panic!("not a refusal: {error}"))
}

/// Takes a webhook in over these stores.
pub(crate) fn receive(stores: &Stores, event: &str, from: &str, to: &str, text: &str) -> Receipt {
    let gate = gate(stores);
    let called = run(gate.called(to, from)).unwrap();
    run(gate.receive(&Context::of_webhook("twilio", None), called, inbound(event, text))).unwrap()
}

pub(crate) fn gate(stores: &Stores) -> MessageGate {
    MessageGate::new(stores.clone(), Arc::new(Detector::new()), Arc::new(Ruleset::standard()))
}

/// A message as a webhook brings it.
pub(crate) fn inbound(event: &str, text: &str) -> Inbound {
    let claim = WebhookClaim { provider: "twilio".to_owned(), event: event.to_owned() };
    let (body, raw) = (Body::new(text), Body::new(format!("Body={text}")));
    Inbound { claim, body, media: Vec::new(), raw, is_answered: true }
}
