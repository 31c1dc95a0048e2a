//! The same message of a stranger at several nodes at once, and several nodes at what follows: one reply.
#![cfg(test)]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::task::JoinSet;
use veralux_core::id::TenantId;
use veralux_core::memory::{SeededRandom, StepClock};
use veralux_core::number::ThreadKind;
use veralux_core::party::NumberClass;
use veralux_core::phone::E164;
use veralux_core::port::{
    Body, Clock as _, Delivery, MessageProvider, OutgoingSms, ProviderResult, SentSms, WebhookClaim, WorkKind,
};
use veralux_core::routing::Ruleset;
use veralux_core::service::{
    Context, DEFAULT_TAIL, Dispatcher, ImportNumber, Inbound, MessageGate, Numbers, Receipt, Stores,
    TenantRequest, Tenants, ThreadRequest, Threads, WorkRunner,
};
use veralux_core::time::{Instant, MINUTE};
use veralux_postgres::{PostgresStore, ROLES, migrate_up};
use veralux_sqlite::SqliteStore;
use veralux_tests::postgres::PrivatePostgres;

const POOL: &str = "+14155550100";
const CUSTOMER: &str = "+14155550199";
const STRANGER: &str = "+14155550198";
const NODES: usize = 4;
const MESSAGES: usize = 5;

/// Takes every message.
#[derive(Debug, Default)]
struct Provider(Mutex<Vec<E164>>);

#[async_trait]
impl MessageProvider for Provider {
    fn slug(&self) -> &'static str {
        "telnyx"
    }

    async fn send(&self, _: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms> {
        let mut sent = self.0.lock().unwrap();
        sent.push(sms.to);
        Ok(SentSms { id: format!("m{}", sent.len()), state: Delivery::Sent, code: None })
    }

    async fn find(&self, _: &TenantId, _: &OutgoingSms, _: Instant) -> ProviderResult<Option<SentSms>> {
        Ok(None)
    }
}

async fn furnish(stores: &Stores) {
    let (system, tenant) = (&Context::SYSTEM, TenantId::parse("a").unwrap());
    let request = TenantRequest { id: tenant.clone(), name: "Oak".to_owned(), business_number: None };
    Tenants::new(stores.clone()).put(system, request).await.unwrap();
    let e164 = E164::parse(POOL).unwrap();
    let import = ImportNumber { e164, class: NumberClass::Pool, provider: "telnyx".to_owned() };
    Numbers::new(stores.clone()).import(system, &tenant, import).await.unwrap();
    let customer_phone = E164::parse(CUSTOMER).unwrap();
    let kind = ThreadKind::OneTime;
    let request = ThreadRequest { kind, customer_phone, customer: None, staff: None, number: None };
    Threads::new(stores.clone(), DEFAULT_TAIL).open(system, &tenant, request).await.unwrap();
}

async fn take_in(gate: MessageGate, event: String) -> bool {
    let called = gate.called(POOL, STRANGER).await.unwrap();
    let inbound = Inbound {
        claim: WebhookClaim { provider: "telnyx".to_owned(), event },
        body: Body::new("hello?"),
        media: Vec::new(),
        raw: Body::new(""),
        is_answered: false,
    };
    let receipt = gate.receive(&Context::of_webhook("telnyx", None), called, inbound).await.unwrap();
    matches!(receipt, Receipt::Stored { auto_reply: Some(_), .. })
}

async fn run(stores: Stores, clock: Arc<StepClock>) {
    furnish(&stores).await;
    let (provider, ruleset) = (Arc::new(Provider::default()), Arc::new(Ruleset::standard()));
    let node = || {
        let dispatcher = Dispatcher::new(stores.clone(), ruleset.clone(), vec![provider.clone()], None);
        let gate = MessageGate::new(stores.clone(), Arc::default(), ruleset.clone());
        let gate = gate.sending_over(dispatcher.slugs());
        let runner = WorkRunner::new(stores.clone(), vec![Arc::new(gate.clone()), Arc::new(dispatcher)]);
        (gate, runner)
    };
    let mut taking = JoinSet::new();
    for _ in 0..NODES {
        let (gate, _) = node();
        for number in 0..MESSAGES {
            taking.spawn(take_in(gate.clone(), format!("m{number}")));
        }
    }
    let stored = taking.join_all().await.into_iter().filter(|is_stored| *is_stored).count();
    assert_eq!(stored, MESSAGES, "each once");
    let noted = stores.work.claim(clock.now(), clock.now().plus(MINUTE), 99).await.unwrap();
    assert_eq!(noted.len(), MESSAGES);
    // As where one was slow: several have the same work.
    let mut doing = JoinSet::new();
    for work in &noted {
        for _ in 0..NODES {
            let ((_, runner), work) = (node(), work.clone());
            doing.spawn(async move { runner.perform(&work).await.unwrap() });
        }
    }
    doing.join_all().await;
    assert_eq!(stores.work.count(WorkKind::AutoReply).await.unwrap(), 0);
    assert_eq!(stores.work.count(WorkKind::SendMessage).await.unwrap(), 1);
    let mut sending = JoinSet::new();
    for _ in 0..NODES {
        let (_, runner) = node();
        sending.spawn(async move { runner.run_due(9).await.unwrap().errors.len() });
    }
    assert_eq!(sending.join_all().await, [0; NODES]);
    assert_eq!(*provider.0.lock().unwrap(), [E164::parse(STRANGER).unwrap()]);
    assert_eq!(stores.work.count(WorkKind::SendMessage).await.unwrap(), 0);
}

fn clock() -> Arc<StepClock> {
    Arc::new(StepClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let options = veralux_sqlite::Options::default();
    let store = SqliteStore::open(directory.path().join("v.db"), &options).await.unwrap();
    let (store, clock) = (Arc::new(store), clock());
    run(Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(1))), clock).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn over_postgresql() {
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    let database = PrivatePostgres::shared().database(ROLES, "veralux", migrate).await;
    let options = veralux_postgres::Options { connections: 8, ..veralux_postgres::Options::default() };
    let store = PostgresStore::connect(&database.service_url, &options).await.unwrap();
    let (store, clock) = (Arc::new(store), clock());
    run(Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(1))), clock).await;
}
