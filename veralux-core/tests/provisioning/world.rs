//! Two tenants, a shop, and what goes on with numbers there.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use veralux_core::audit::Event;
use veralux_core::id::{OperationId, TenantId};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::number::Number;
use veralux_core::party::NumberClass;
use veralux_core::phone::E164;
use veralux_core::port::{Clock as _, Operation, Page, WebhookUrls};
use veralux_core::service::{
    AuditTrail, Context, ImportNumber, NumberSource, Numbers, Progress, Provision, Provisioning, Result,
    RuntimePublisher, Stores, TenantRequest, Tenants, WorkRunner,
};
use veralux_core::time::{Instant, SECOND};

use crate::interrupt::{Fate, Stopping, run};
use crate::shop::Shop;

pub(crate) const NUMBER: &str = "+14155550123";
pub(crate) const SYSTEM: Context = Context::SYSTEM;

pub(crate) struct World {
    pub(crate) clock: Arc<StepClock>,
    pub(crate) stores: Stores,
    pub(crate) ledger: Arc<Stopping>,
    pub(crate) shop: Arc<Shop>,
    pub(crate) tenant: TenantId,
    pub(crate) other: TenantId,
}

impl World {
    /// A shop with orders that takes so many seconds to deliver.
    pub(crate) fn new(has_orders: bool, delivery: i64) -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()));
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(7)));
        let ledger = Arc::new(Stopping { inner: store, fates: Mutex::default() });
        let stores = Stores { ledger: ledger.clone(), ..stores };
        let shop = Arc::new(Shop::new("shop", clock.clone(), has_orders, delivery * SECOND));
        let [tenant, other] = ["oak", "elm"].map(|id| TenantId::parse(id).unwrap());
        let world = Self { clock, stores, ledger, shop, tenant, other };
        for id in [&world.tenant, &world.other] {
            let request = TenantRequest { id: id.clone(), name: id.to_string(), business_number: None };
            run(Tenants::new(world.stores.clone()).put(&SYSTEM, request)).unwrap();
        }
        world
    }

    pub(crate) fn provisioning(&self) -> Provisioning {
        self.with_urls(Some(WebhookUrls {
            message: "https://us.example/m".to_owned(),
            voice: "https://us.example/v".to_owned(),
            voice_status: "https://us.example/s".to_owned(),
        }))
    }

    pub(crate) fn with_urls(&self, urls: Option<WebhookUrls>) -> Provisioning {
        let publisher = RuntimePublisher::new(self.stores.clone(), None);
        let sources = vec![NumberSource { provider: self.shop.clone(), urls }];
        Provisioning::new(self.stores.clone(), publisher, sources)
    }

    pub(crate) fn runner(&self) -> WorkRunner {
        WorkRunner::new(self.stores.clone(), vec![Arc::new(self.provisioning())])
    }

    pub(crate) fn start(&self, provision: Provision) -> Result<Operation> {
        run(self.provisioning().start(&SYSTEM, &self.tenant, provision))
    }

    pub(crate) fn run(&self, id: &OperationId) -> Progress {
        run(self.provisioning().run(&self.tenant, id)).unwrap()
    }

    pub(crate) fn operation(&self, id: &OperationId) -> Operation {
        run(self.provisioning().lookup(&self.tenant, id)).unwrap()
    }

    /// Does all that is due, whenever that is, until nothing is; at most for so many seconds.
    pub(crate) fn pass(&self, seconds: i64) {
        let end = self.clock.now().plus(seconds * SECOND);
        while let Some(due) = run(self.stores.work.next_due()).unwrap().filter(|due| *due <= end) {
            self.clock.set(due.max(self.clock.now()));
            let _ = run(self.runner().run_due(10));
        }
    }

    pub(crate) fn fates(&self, fates: impl IntoIterator<Item = Fate>) {
        *self.ledger.fates.lock().unwrap() = fates.into_iter().collect::<VecDeque<_>>();
    }

    pub(crate) fn number(&self) -> Option<Number> {
        run(self.stores.numbers.find(&self.tenant, &number())).unwrap()
    }

    /// Another tenant takes the number into use.
    pub(crate) fn held_elsewhere(&self) {
        let request =
            ImportNumber { e164: number(), class: NumberClass::Pool, provider: "import".to_owned() };
        run(Numbers::new(self.stores.clone()).import(&SYSTEM, &self.other, request)).unwrap();
    }

    pub(crate) fn did(&self) -> Option<TenantId> {
        run(self.stores.runtime.find_tenant(&number())).unwrap()
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        let report = run(AuditTrail::new(self.stores.clone()).verify(&self.tenant)).unwrap();
        assert_eq!(report.broken, None);
        run(self.stores.audit.list(&self.tenant, &Page::first(200))).unwrap().items
    }

    /// How many events of a type there are.
    pub(crate) fn told(&self, event_type: &str) -> usize {
        let is_it = |event: &&Event| event.draft.event_type.to_string() == event_type;
        self.events().iter().filter(is_it).count()
    }
}

pub(crate) fn number() -> E164 {
    E164::parse(NUMBER).unwrap()
}

pub(crate) fn purchase() -> Provision {
    Provision::Purchase { number: number(), class: NumberClass::Pool, provider: "shop".to_owned() }
}

pub(crate) fn import() -> Provision {
    Provision::Import { number: number(), class: NumberClass::Staff, provider: "shop".to_owned() }
}

/// Name, state and remote id of each step.
pub(crate) fn steps(operation: &Operation) -> Vec<(&str, &str, &str)> {
    let shown = operation.steps.iter();
    shown
        .map(|step| (step.name.as_str(), step.state.as_str(), step.remote.as_deref().unwrap_or("-")))
        .collect()
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    let error = result.unwrap_err();
    error.code().unwrap_or_else(|| panic!("not a refusal: {error}"))
}
