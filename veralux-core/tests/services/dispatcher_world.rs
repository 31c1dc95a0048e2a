//! A provider that does what it is told to, a ledger that takes its time, and a dispatcher over both.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{self, Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;
use veralux_core::id::{MessageId, TenantId, ThreadId};
use veralux_core::memory::StepClock;
use veralux_core::number::ThreadKind;
use veralux_core::phone::E164;
use veralux_core::port::{
    Body, Clock, Commit, Delivery, DeliveryRecord, Ledger, Message, MessageProvider, OutgoingSms,
    ProviderError, ProviderFault, ProviderResult, RawAnswer, Result, SentSms, Stores, WorkKind,
};
use veralux_core::routing::Ruleset;
use veralux_core::service::{
    Context, Dispatcher, MessageGate, Outbound, Reported, Sent, StatusReport, WorkRunner, Writer,
};
use veralux_core::time::Instant;

use crate::world::{CUSTOMER, World, gate, run, staff};

/// Lets others go on once.
pub(crate) async fn pause() {
    let mut waited = false;
    poll_fn(|context| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Runs a future to its end.
pub(crate) fn drive<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..100_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
            return value;
        }
    }
    panic!("it does not end");
}

/// What a provider does with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// It takes the message.
    Take,
    /// It takes it, and its answer says already that it failed.
    TakeAndFail(&'static str),
    /// It takes it, and the answer is lost.
    LoseAnswer,
    /// The request is lost.
    LoseRequest,
    /// Too many requests.
    Limit(u64),
    /// It is away and has done nothing.
    Away,
    /// It refuses.
    Refuse(&'static str),
    /// It takes it, and answers with nonsense.
    Nonsense,
    /// Nobody has connected it.
    Unconnected,
}

/// A message that the provider has.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) message: MessageId,
    pub(crate) id: String,
    pub(crate) status_url: Option<String>,
    pub(crate) route: (E164, E164, Body),
    at: Instant,
}

/// A provider in memory.
pub(crate) struct FakeProvider {
    clock: Arc<StepClock>,
    /// It finds messages by our ids; else by numbers and text.
    knows_ids: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    script: VecDeque<Behaviour>,
    looks: VecDeque<Behaviour>,
    asked: usize,
}

impl fmt::Debug for FakeProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeProvider")
    }
}

impl FakeProvider {
    pub(crate) fn new(clock: Arc<StepClock>, knows_ids: bool) -> Self {
        Self { clock, knows_ids, state: Mutex::default() }
    }

    /// What it does with the next requests to send; it takes all others.
    pub(crate) fn next(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.state.lock().unwrap().script = behaviours.into_iter().collect();
    }

    /// What it does with the next questions for a message.
    pub(crate) fn next_looks(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.state.lock().unwrap().looks = behaviours.into_iter().collect();
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.state.lock().unwrap().taken.clone()
    }

    /// It knows nothing of what it took, not even its own ids.
    pub(crate) fn forget(&self) {
        self.state.lock().unwrap().taken.clear();
    }

    pub(crate) fn asked(&self) -> usize {
        self.state.lock().unwrap().asked
    }

    fn take(&self, sms: &OutgoingSms) -> SentSms {
        let mut state = self.state.lock().unwrap();
        let id = format!("SM{}", state.taken.len() + 1);
        state.taken.push(Taken {
            message: sms.message.clone(),
            id: id.clone(),
            status_url: sms.status_url.clone(),
            route: (sms.from, sms.to, sms.body.clone()),
            at: self.clock.now(),
        });
        SentSms { id, state: Delivery::Queued, code: None }
    }
}

fn error(fault: ProviderFault, code: Option<&str>) -> ProviderError {
    ProviderError {
        code: code.map(ToOwned::to_owned),
        raw: Some(RawAnswer::new(400, b"{}")),
        ..ProviderError::new("twilio", fault, "something is wrong")
    }
}

#[async_trait]
impl MessageProvider for FakeProvider {
    fn slug(&self) -> &'static str {
        "twilio"
    }

    async fn send(&self, _: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms> {
        let behaviour = {
            let mut state = self.state.lock().unwrap();
            state.asked += 1;
            state.script.pop_front().unwrap_or(Behaviour::Take)
        };
        pause().await;
        let outcome = match behaviour {
            Behaviour::Take => Ok(self.take(sms)),
            Behaviour::TakeAndFail(code) => {
                Ok(SentSms { state: Delivery::Failed, code: Some(code.to_owned()), ..self.take(sms) })
            }
            Behaviour::LoseAnswer => {
                self.take(sms);
                Err(error(ProviderFault::Unsettled, None))
            }
            Behaviour::Nonsense => {
                self.take(sms);
                Err(error(ProviderFault::Permanent, None))
            }
            Behaviour::LoseRequest => Err(error(ProviderFault::Unsettled, None)),
            Behaviour::Limit(seconds) => Err(error(
                ProviderFault::RateLimited { wait: Some(Duration::from_secs(seconds)) },
                Some("20429"),
            )),
            Behaviour::Away => Err(error(ProviderFault::Transient, None)),
            Behaviour::Refuse(code) => Err(error(ProviderFault::Rejected, Some(code))),
            Behaviour::Unconnected => Err(error(ProviderFault::NotConnected, None)),
        };
        pause().await;
        outcome
    }

    async fn find(&self, _: &TenantId, sms: &OutgoingSms, since: Instant) -> ProviderResult<Option<SentSms>> {
        pause().await;
        let (behaviour, found) = {
            let mut state = self.state.lock().unwrap();
            let behaviour = state.looks.pop_front().unwrap_or(Behaviour::Take);
            let route = (sms.from, sms.to, sms.body.clone());
            let fits = |taken: &&Taken| {
                since <= taken.at
                    && if self.knows_ids { taken.message == sms.message } else { taken.route == route }
            };
            (behaviour, state.taken.iter().rev().find(fits).map(|taken| taken.id.clone()))
        };
        pause().await;
        match behaviour {
            Behaviour::Away => Err(error(ProviderFault::Transient, None)),
            Behaviour::Refuse(code) => Err(error(ProviderFault::Rejected, Some(code))),
            _ => Ok(found.map(|id| SentSms { id, state: Delivery::Sent, code: None })),
        }
    }
}

/// A ledger that lets others go on before and after each commit, so that whoever waits for it may be interrupted there.
#[derive(Debug)]
struct SlowLedger(Arc<dyn Ledger>);

#[async_trait]
impl Ledger for SlowLedger {
    async fn commit(&self, commit: Commit) -> Result<()> {
        pause().await;
        let outcome = self.0.commit(commit).await;
        pause().await;
        outcome
    }
}

pub(crate) struct Office {
    pub(crate) world: World,
    pub(crate) thread: ThreadId,
    pub(crate) provider: Arc<FakeProvider>,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) runner: WorkRunner,
    pub(crate) gate: MessageGate,
    stores: Stores,
}

pub(crate) fn dispatcher(stores: &Stores, provider: Arc<FakeProvider>) -> Dispatcher {
    let base = Some("https://veralux.example/".to_owned());
    Dispatcher::new(stores.clone(), Arc::new(Ruleset::standard()), vec![provider], base)
}

fn runner(stores: &Stores, dispatcher: &Dispatcher) -> WorkRunner {
    let gate = gate(stores).sending_over(dispatcher.slugs());
    WorkRunner::new(stores.clone(), vec![Arc::new(gate), Arc::new(dispatcher.clone())])
}

impl Office {
    pub(crate) fn new(knows_ids: bool) -> Self {
        let world = World::new();
        let thread = world.open(ThreadKind::Other, CUSTOMER).id;
        let provider = Arc::new(FakeProvider::new(world.clock.clone(), knows_ids));
        let stores =
            Stores { ledger: Arc::new(SlowLedger(world.stores.ledger.clone())), ..world.stores.clone() };
        let dispatcher = dispatcher(&stores, provider.clone());
        let gate = gate(&world.stores).sending_over(dispatcher.slugs());
        let runner = runner(&stores, &dispatcher);
        Self { world, thread, provider, dispatcher, runner, gate, stores }
    }

    /// Another process over the same stores.
    pub(crate) fn node(&self) -> WorkRunner {
        runner(&self.stores, &dispatcher(&self.stores, self.provider.clone()))
    }

    /// A message of the owner's to the customer.
    pub(crate) fn queue(&self, text: &str) -> MessageId {
        self.queue_by(Writer::Owner, text)
    }

    /// A staff member's.
    pub(crate) fn queue_by_staff(&self, name: &str, text: &str) -> MessageId {
        self.queue_by(Writer::Staff(staff(name)), text)
    }

    fn queue_by(&self, writer: Writer, text: &str) -> MessageId {
        let outbound = Outbound { thread: self.thread.clone(), writer, body: Body::new(text) };
        match run(self.gate.send(&Context::SYSTEM, &self.world.tenant, outbound)).unwrap() {
            Sent::Queued(message) => message.id,
            Sent::Held(_) => panic!("it should be queued"),
        }
    }

    /// Does what is due now.
    pub(crate) fn run_due(&self) {
        let run = drive(self.runner.run_due(50)).unwrap();
        assert!(run.errors.is_empty(), "{:?}", run.errors);
    }

    /// Does what is due then.
    pub(crate) fn run_after(&self, micros: i64) {
        self.world.clock.advance(micros);
        self.run_due();
    }

    pub(crate) fn message(&self, id: &MessageId) -> Message {
        run(self.world.stores.messages.lookup(&self.world.tenant, id)).unwrap().unwrap()
    }

    pub(crate) fn delivery(&self, id: &MessageId) -> DeliveryRecord {
        self.message(id).delivery.unwrap()
    }

    pub(crate) fn report(&self, report: &StatusReport) -> Reported {
        let context = Context::of_webhook("twilio", None);
        drive(self.dispatcher.report(&context, &self.world.tenant, report)).unwrap()
    }

    /// How much work there is, due or not.
    pub(crate) fn work(&self) -> u64 {
        run(self.world.stores.work.count(WorkKind::SendMessage)).unwrap()
    }

    /// The audit events of a type.
    pub(crate) fn events(&self, name: &str) -> usize {
        self.world.events().iter().filter(|event| event.draft.event_type.as_str() == name).count()
    }
}

/// A report of a message as its URL names it.
pub(crate) fn report_of(taken: &Taken, state: Delivery, code: Option<&str>) -> StatusReport {
    let url = taken.status_url.as_ref().unwrap();
    let attempt = url.rsplit_once("attempt=").unwrap().1.parse().unwrap();
    StatusReport {
        provider: "twilio".to_owned(),
        provider_id: taken.id.clone(),
        message: Some(taken.message.clone()),
        attempt: Some(attempt),
        state,
        code: code.map(ToOwned::to_owned),
    }
}
