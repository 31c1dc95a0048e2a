//! Messages sent by several nodes over one database, nodes that are cut off anywhere: none is sent twice, none is lost.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinSet;
use veralux_core::id::{MessageId, TenantId};
use veralux_core::memory::{SeededRandom, StepClock};
use veralux_core::number::ThreadKind;
use veralux_core::party::{NumberClass, TenantStatus};
use veralux_core::phone::E164;
use veralux_core::port::{
    Body, Delivery, MessageProvider, OutgoingSms, ProviderError, ProviderFault, ProviderResult, SentSms,
    WorkKind,
};
use veralux_core::routing::Ruleset;
use veralux_core::service::{
    Context, DEFAULT_TAIL, Dispatcher, ImportNumber, MessageGate, Numbers, Outbound, Sent, Stores,
    TenantPatch, TenantRequest, Tenants, ThreadRequest, Threads, WorkRunner, Writer,
};
use veralux_core::time::{Instant, MINUTE};
use veralux_postgres::{PostgresStore, ROLES, migrate_up};
use veralux_sqlite::SqliteStore;
use veralux_tests::postgres::PrivatePostgres;

const TENANTS: [(&str, &str, &str); 2] =
    [("a", "+14155550100", "+14155550199"), ("b", "+14155550200", "+14155550299")];
const MESSAGES: usize = 30;
const NODES: usize = 3;
const ROUNDS: u64 = 12;

/// Takes its time, and loses every third request or its answer while it is unwell.
struct Provider {
    taken: Mutex<Vec<MessageId>>,
    turn: AtomicU64,
    well: AtomicU64,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}

fn lost() -> ProviderError {
    ProviderError::new("twilio", ProviderFault::Unsettled, "no answer came")
}

#[async_trait]
impl MessageProvider for Provider {
    fn slug(&self) -> &'static str {
        "twilio"
    }

    async fn send(&self, _: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms> {
        let turn = self.turn.fetch_add(1, Ordering::SeqCst);
        let unwell = self.well.load(Ordering::SeqCst) == 0;
        tokio::time::sleep(Duration::from_millis(turn % 4)).await;
        if unwell && turn % 6 == 1 {
            return Err(lost());
        }
        let id = {
            let mut taken = self.taken.lock().unwrap();
            taken.push(sms.message.clone());
            format!("SM{}", taken.len())
        };
        tokio::time::sleep(Duration::from_millis(turn % 3)).await;
        if unwell && turn % 6 == 4 {
            Err(lost())
        } else {
            Ok(SentSms { id, state: Delivery::Queued, code: None })
        }
    }

    async fn find(&self, _: &TenantId, sms: &OutgoingSms, _: Instant) -> ProviderResult<Option<SentSms>> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let place = self.taken.lock().unwrap().iter().position(|taken| *taken == sms.message);
        Ok(place.map(|place| SentSms { id: format!("SM{}", place + 1), state: Delivery::Sent, code: None }))
    }
}

/// A tenant with a number and a thread, and messages that wait.
async fn furnish(
    stores: &Stores,
    gate: &MessageGate,
    (name, number, customer): (&str, &str, &str),
) -> (TenantId, Vec<MessageId>) {
    let (system, tenant) = (&Context::SYSTEM, TenantId::parse(name).unwrap());
    let request = TenantRequest { id: tenant.clone(), name: name.to_owned(), business_number: None };
    Tenants::new(stores.clone()).put(system, request).await.unwrap();
    let import = ImportNumber {
        e164: E164::parse(number).unwrap(),
        class: NumberClass::FrontDesk,
        provider: "twilio".to_owned(),
    };
    Numbers::new(stores.clone()).import(system, &tenant, import).await.unwrap();
    let customer_phone = E164::parse(customer).unwrap();
    let request =
        ThreadRequest { kind: ThreadKind::Other, customer_phone, customer: None, staff: None, number: None };
    let thread = Threads::new(stores.clone(), DEFAULT_TAIL).open(system, &tenant, request).await.unwrap().id;
    let mut messages = Vec::new();
    for index in 0..MESSAGES {
        let body = Body::new(format!("message {index}"));
        let outbound = Outbound { thread: thread.clone(), writer: Writer::Owner, body };
        match gate.send(system, &tenant, outbound).await.unwrap() {
            Sent::Queued(message) => messages.push(message.id),
            Sent::Held(_) => panic!("it should be queued"),
        }
    }
    (tenant, messages)
}

async fn run(stores: Stores, clock: Arc<StepClock>) {
    let provider =
        Arc::new(Provider { taken: Mutex::default(), turn: AtomicU64::new(0), well: AtomicU64::new(0) });
    let ruleset = Arc::new(Ruleset::standard());
    let node = || Dispatcher::new(stores.clone(), ruleset.clone(), vec![provider.clone()], None);
    let dispatcher = node();
    let gate = MessageGate::new(stores.clone(), Arc::default(), ruleset.clone());
    let gate = gate.sending_over(dispatcher.slugs());
    let mut all = Vec::new();
    for tenant in TENANTS {
        all.push(furnish(&stores, &gate, tenant).await);
    }
    let runner = WorkRunner::new(stores.clone(), vec![Arc::new(dispatcher)]);
    for round in 0..ROUNDS {
        let mut nodes = JoinSet::new();
        for _ in 0..NODES {
            let runner = WorkRunner::new(stores.clone(), vec![Arc::new(node())]);
            // A store that is cut off may answer with an error; the work comes back.
            nodes.spawn(async move { drop(runner.run_due(9).await) });
        }
        // Cut off in the middle, each round a little later.
        tokio::time::sleep(Duration::from_millis(5 + 4 * round)).await;
        nodes.shutdown().await;
        clock.advance(3 * MINUTE);
    }
    provider.well.store(1, Ordering::SeqCst);
    for _ in 0..40 {
        runner.run_due(50).await.unwrap();
        clock.advance(3 * MINUTE);
    }
    let mut had: BTreeMap<MessageId, usize> = BTreeMap::new();
    for id in provider.taken.lock().unwrap().iter() {
        *had.entry(id.clone()).or_default() += 1;
    }
    assert_eq!(stores.work.count(WorkKind::SendMessage).await.unwrap(), 0, "nothing is left to do");
    let mut sent = 0;
    for (tenant, messages) in all {
        for id in messages {
            let message = stores.messages.lookup(&tenant, &id).await.unwrap().unwrap();
            let delivery = message.delivery.unwrap();
            let times = had.get(&id).copied().unwrap_or_default();
            assert!(times <= 1, "{id} was sent {times} times: {delivery:?}");
            let (is_sent, waits) = (delivery.state == Delivery::Sent, delivery.dead_since.is_some());
            assert!(is_sent || waits, "{id} is forgotten: {delivery:?}");
            assert!(!is_sent || times == 1, "{id} is said to be sent: {delivery:?}");
            sent += times;
        }
    }
    assert!(sent > MESSAGES, "most are sent: {sent}");
}

/// What one node has held back for a suspended tenant, another one sends as soon as a third has resumed it.
async fn resumed([holding, resuming, sending]: [Stores; 3]) {
    let provider =
        Arc::new(Provider { taken: Mutex::default(), turn: AtomicU64::new(0), well: AtomicU64::new(1) });
    let ruleset = Arc::new(Ruleset::standard());
    let node =
        |stores: &Stores| Dispatcher::new(stores.clone(), ruleset.clone(), vec![provider.clone()], None);
    let gate = MessageGate::new(holding.clone(), Arc::default(), ruleset.clone());
    let gate = gate.sending_over(node(&holding).slugs());
    let mut tenants = Vec::new();
    for tenant in TENANTS {
        tenants.push(furnish(&holding, &gate, tenant).await.0);
    }
    let set = async |stores: &Stores, tenant: &TenantId, status: TenantStatus| {
        let patch = TenantPatch { status: Some(status), ..TenantPatch::default() };
        Tenants::new(stores.clone()).patch(&Context::SYSTEM, tenant, patch).await.unwrap();
    };
    let run = async |stores: &Stores| {
        let runner = WorkRunner::new(stores.clone(), vec![Arc::new(node(stores))]);
        let run = runner.run_due(99).await.unwrap();
        assert!(run.errors.is_empty(), "{:?}", run.errors);
        provider.taken.lock().unwrap().len()
    };
    for tenant in &tenants {
        set(&resuming, tenant, TenantStatus::Suspended).await;
    }
    assert_eq!(run(&holding).await, 0, "both are suspended");
    assert_eq!(run(&sending).await, 0, "nothing is due");
    set(&resuming, &tenants[0], TenantStatus::Active).await;
    assert_eq!(run(&sending).await, MESSAGES, "all of one tenant's");
    let left = sending.work.count(WorkKind::SendMessage).await.unwrap();
    assert_eq!(left, MESSAGES as u64, "the other one's go on waiting");
    assert_eq!(run(&holding).await, MESSAGES);
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
async fn a_resumed_tenant_over_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    let options = veralux_sqlite::Options::default();
    let store = Arc::new(SqliteStore::open(directory.path().join("v.db"), &options).await.unwrap());
    let clock = clock();
    resumed([1, 2, 3].map(|seed| Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(seed)))))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_resumed_tenant_over_postgresql() {
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    let database = PrivatePostgres::shared().database(ROLES, "veralux", migrate).await;
    let options = veralux_postgres::Options { connections: 4, ..veralux_postgres::Options::default() };
    let (mut nodes, clock) = (Vec::new(), clock());
    for seed in 1..=3 {
        let store = Arc::new(PostgresStore::connect(&database.service_url, &options).await.unwrap());
        nodes.push(Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(seed))));
    }
    resumed(nodes.try_into().unwrap()).await;
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
