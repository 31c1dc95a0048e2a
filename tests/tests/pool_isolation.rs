//! No two customers ever meet on a pooled number.
//!
//! Random histories run through the services on the memory store, beside a model that knows only what the services
//! answered: which thread a pair of numbers names, and until when. Behind each step both must agree.
#![cfg(test)]

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use veralux_core::id::{NumberId, TenantId, ThreadId};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::number::{Act, GoesTo, Number, ThreadKind};
use veralux_core::party::{NumberClass, NumberStatus, ThreadStatus};
use veralux_core::phone::E164;
use veralux_core::policy::Detector;
use veralux_core::port::{Body, Clock, MAX_PAGE, MessageFilter, Page, ThreadFilter, WebhookClaim};
use veralux_core::routing::Ruleset;
use veralux_core::service::{
    Context, ImportNumber, MessageGate, Numbers, Receipt, Stores, TenantRequest, Tenants, ThreadRequest,
    Threads,
};
use veralux_core::time::{DAY, Instant, SECOND};

const TAIL: i64 = 10 * DAY;
const PARTIES: usize = 4;
const NUMBERS: [(&str, NumberClass); 5] = [
    ("+14155550100", NumberClass::FrontDesk),
    ("+14155550101", NumberClass::FrontDesk),
    ("+14155550102", NumberClass::Pool),
    ("+14155550103", NumberClass::Pool),
    ("+14155550104", NumberClass::Pool),
];

/// One step of a history. Indexes wrap around what there is.
#[derive(Debug, Clone)]
enum Step {
    Open { party: usize, kind: ThreadKind },
    Inbound { party: usize, number: usize },
    Patch { thread: usize, status: ThreadStatus },
    Act { number: usize, act: Wish },
    Wait(i64),
}

/// An act on a number, as far as it can be named beforehand.
#[derive(Debug, Clone)]
enum Wish {
    Quarantine,
    Restore,
    Assign,
    Release { to: Option<usize> },
    Deactivate { to: Option<usize> },
    Reimport,
}

fn step() -> impl Strategy<Value = Step> {
    let party = 0..PARTIES;
    let number = 0..NUMBERS.len();
    let kind = prop_oneof![4 => Just(ThreadKind::OneTime), 1 => Just(ThreadKind::Other)];
    let status = prop::sample::select(ThreadStatus::ALL);
    let to = prop::option::of(0..NUMBERS.len());
    let act = prop_oneof![
        Just(Wish::Quarantine),
        Just(Wish::Restore),
        Just(Wish::Assign),
        to.clone().prop_map(|to| Wish::Release { to }),
        to.prop_map(|to| Wish::Deactivate { to }),
        Just(Wish::Reimport),
    ];
    // To either side of the end of a tail, and exactly there.
    let wait = prop::sample::select(vec![1, SECOND, DAY, TAIL / 2, TAIL - 1, TAIL, TAIL + 1]);
    prop_oneof![
        4 => (party.clone(), kind).prop_map(|(party, kind)| Step::Open { party, kind }),
        6 => (party, number.clone()).prop_map(|(party, number)| Step::Inbound { party, number }),
        4 => (0..32usize, status).prop_map(|(thread, status)| Step::Patch { thread, status }),
        2 => (number, act).prop_map(|(number, act)| Step::Act { number, act }),
        3 => wait.prop_map(Step::Wait),
    ]
}

/// What the services said about a thread.
#[derive(Debug, Clone)]
struct Known {
    id: ThreadId,
    party: usize,
    number: NumberId,
    free_at: Option<Instant>,
}

impl Known {
    fn has_pair(&self, party: usize, number: &NumberId, at: Instant) -> bool {
        self.party == party && self.number == *number && self.free_at.is_none_or(|free_at| at < free_at)
    }
}

struct World {
    clock: Arc<StepClock>,
    stores: Stores,
    threads: Threads,
    numbers: Numbers,
    gate: MessageGate,
    tenant: TenantId,
    ours: Vec<NumberId>,
    known: Vec<Known>,
    /// For each message, its party and the thread it had to go to.
    sent: BTreeMap<String, (usize, Option<ThreadId>)>,
}

fn party(index: usize) -> E164 {
    E164::parse(&format!("+44207946000{index}")).unwrap()
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-11-21T09:00:00Z").unwrap()));
        let random = Arc::new(SeededRandom::new(7));
        let stores = Stores::from_one(&Arc::new(MemoryStore::new()), clock.clone(), random);
        let tenant = TenantId::parse("oak").unwrap();
        let request = TenantRequest { id: tenant.clone(), name: "Oak".to_owned(), business_number: None };
        Tenants::new(stores.clone()).put(&Context::SYSTEM, request).await.unwrap();
        let numbers = Numbers::new(stores.clone());
        let mut ours = Vec::new();
        for (e164, class) in NUMBERS {
            let e164 = E164::parse(e164).unwrap();
            let request = ImportNumber { e164, class, provider: "twilio".to_owned() };
            ours.push(numbers.import(&Context::SYSTEM, &tenant, request).await.unwrap().id);
        }
        let gate = MessageGate::new(stores.clone(), Arc::new(Detector::new()), Arc::new(Ruleset::standard()));
        let threads = Threads::new(stores.clone(), TAIL);
        Self { clock, stores, threads, numbers, gate, tenant, ours, known: Vec::new(), sent: BTreeMap::new() }
    }

    /// The thread that a pair names, as the model has it.
    fn named(&self, party: usize, number: &NumberId) -> Option<&Known> {
        let now = self.clock.now();
        let mut named = self.known.iter().filter(|known| known.has_pair(party, number, now));
        let first = named.next();
        assert!(named.next().is_none(), "party {party} and {number} name two threads: {:?}", self.known);
        first
    }

    async fn number(&self, id: &NumberId) -> Number {
        self.numbers.lookup(&self.tenant, id).await.unwrap()
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Open { party, kind } => self.open(party, kind).await,
            Step::Inbound { party, number } => self.receive(party, number).await,
            Step::Patch { .. } if self.known.is_empty() => {}
            Step::Patch { thread, status } => self.patch(thread % self.known.len(), status).await,
            Step::Act { number, act } => self.act(number, &act).await,
            Step::Wait(micros) => self.clock.advance(micros),
        }
    }

    async fn open(&mut self, from: usize, kind: ThreadKind) {
        let request =
            ThreadRequest { kind, customer_phone: party(from), customer: None, staff: None, number: None };
        match self.threads.open(&Context::SYSTEM, &self.tenant, request).await {
            Ok(thread) => {
                let before = self.named(from, &thread.number);
                assert!(before.is_none(), "the pair was given away while {before:?} had it");
                let number = self.number(&thread.number).await;
                assert_eq!((number.class, number.status), (kind.number_class(), NumberStatus::Active));
                self.known.push(Known { id: thread.id, party: from, number: thread.number, free_at: None });
            }
            Err(error) if error.code() == Some("pool_exhausted") => {
                for id in &self.ours {
                    let number = self.number(id).await;
                    let usable = number.class == NumberClass::Pool && number.status == NumberStatus::Active;
                    assert!(!usable || self.named(from, id).is_some(), "{id} was free for party {from}");
                }
            }
            Err(error) => {
                assert!(matches!(error.code(), Some("thread_exists" | "number_missing")), "{error:?}");
            }
        }
    }

    async fn receive(&mut self, from: usize, number: usize) {
        let expected = self.named(from, &self.ours[number]).map(|known| known.id.clone());
        let event = format!("SM{}", self.sent.len());
        let inbound = veralux_core::service::Inbound {
            claim: WebhookClaim { provider: "twilio".to_owned(), event: event.clone() },
            body: Body::new(format!("from party {from}")),
            media: Vec::new(),
            raw: Body::new(""),
            is_answered: true,
        };
        let (to, from_number) = (NUMBERS[number].0, party(from).to_string());
        let called = self.gate.called(to, &from_number).await.unwrap();
        let receipt = self.gate.receive(&Context::SYSTEM, called, inbound.clone()).await.unwrap();
        let Receipt::Stored { message, .. } = receipt else { panic!("it is held: {receipt:?}") };
        let stored = self.stores.messages.lookup(&self.tenant, &message).await.unwrap().unwrap();
        assert_eq!(stored.thread, expected, "a message of party {from} on {}", self.ours[number]);
        let decision = self.stores.decisions.lookup(&self.tenant, &stored.decision).await.unwrap().unwrap();
        assert_eq!(decision.thread, expected, "its decision");
        let called = self.gate.called(to, &from_number).await.unwrap();
        let again = self.gate.receive(&Context::SYSTEM, called, inbound).await.unwrap();
        assert_eq!(again, Receipt::Repeat, "the same webhook once more");
        self.sent.insert(message.to_string(), (from, expected));
    }

    async fn patch(&mut self, index: usize, status: ThreadStatus) {
        let known = self.known[index].clone();
        match self.threads.patch(&Context::SYSTEM, &self.tenant, &known.id, Some(status), None).await {
            Ok(thread) => {
                let other = self.named(known.party, &known.number).filter(|other| other.id != known.id);
                let holds = thread.pair_free_at.is_none_or(|free_at| self.clock.now() < free_at);
                assert!(!holds || other.is_none(), "{} took the pair of {other:?}", thread.id);
                self.known[index].free_at = thread.pair_free_at;
            }
            Err(error) => {
                assert_eq!(error.code(), Some("thread_exists"), "{error:?}");
                let holder = self.named(known.party, &known.number).expect("somebody has the pair");
                assert_ne!(holder.id, known.id, "a thread is not in its own way");
            }
        }
    }

    async fn act(&mut self, number: usize, wish: &Wish) {
        let reason = || "a reason".to_owned();
        let named = |to: &Option<usize>| to.map(|to| self.ours[to].clone());
        let act = match wish {
            Wish::Quarantine => Act::Quarantine { reason: reason(), days: None },
            Wish::Restore => Act::Restore { forced: Some(reason()) },
            Wish::Assign => Act::Assign { staff: "stf_1".parse().unwrap() },
            Wish::Release { to } => Act::Release { reassign: named(to) },
            Wish::Deactivate { to } => Act::Deactivate { reassign: named(to) },
            Wish::Reimport => Act::Reimport,
        };
        let id = self.ours[number].clone();
        match self.numbers.act(&Context::SYSTEM, &self.tenant, &id, &act, None).await {
            Ok(plan) => {
                for effect in plan.effects {
                    let GoesTo::Number(to) = effect.goes_to else { continue };
                    let moved = self.known.iter_mut().find(|known| known.id == effect.thread);
                    moved.expect("every thread is known").number = to;
                }
            }
            Err(error) => assert!(error.code().is_some(), "refused, not failed: {error:?}"),
        }
    }

    /// What must hold at any instant.
    async fn check(&self) {
        let now = self.clock.now();
        for (number, (e164, _)) in self.ours.iter().zip(NUMBERS) {
            let e164 = E164::parse(e164).unwrap();
            for index in 0..PARTIES {
                let expected = self.named(index, number).map(|known| known.id.clone());
                let party = party(index);
                let conversations = &self.stores.conversations;
                let found =
                    conversations.find(&self.tenant, &e164, Some(&party), now).await.unwrap().unwrap();
                let mapped = found.thread.filter(|_| found.mapped).map(|thread| thread.id);
                assert_eq!(mapped, expected, "what party {index} and {number} name");
            }
        }
    }

    /// Every message lies where it had to go, and nowhere else.
    async fn check_threads(&self) {
        let page = Page::first(MAX_PAGE);
        let threads = self.threads.list(&self.tenant, &ThreadFilter::default(), &page).await.unwrap().items;
        assert_eq!(threads.len(), self.known.len(), "no thread came or went by itself");
        let mut stored = 0;
        for known in &self.known {
            let filter = MessageFilter::Thread(known.id.clone());
            for message in self.threads.messages(&self.tenant, &filter, &page).await.unwrap().items {
                let (from, thread) = &self.sent[message.id.as_str()];
                assert_eq!(*from, known.party, "a message of another customer lies in {}", known.id);
                assert_eq!(thread.as_ref(), Some(&known.id), "a message lies in the wrong thread");
                assert_eq!(message.sender.phone, Some(party(known.party)), "sender and customer differ");
                assert_eq!(message.body.as_str(), format!("from party {}", known.party));
                stored += 1;
            }
        }
        let expected = self.sent.values().filter(|(_, thread)| thread.is_some()).count();
        assert_eq!(stored, expected, "no message is lost");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_two_customers_meet(history in prop::collection::vec(step(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in history {
                world.take(step).await;
                world.check().await;
            }
            world.check_threads().await;
        });
    }
}
