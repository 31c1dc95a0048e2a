//! An emulator that is served, and what clients ask it with.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use veralux_core::credential::TenantScoped;
use veralux_core::id::TenantId;
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::port::Stores;
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, HeldKeys, VaultLimits};
use veralux_core::time::Instant;
use veralux_emulator::{Emulator, Fault, Parts, Served, Specs};
use veralux_providers::{Accounts, Https, Outside};

use crate::descriptions::specs;

const ROOT_KEY: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";

pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) served: Served,
    /// The emulator's and the clients'.
    pub(crate) clock: Arc<StepClock>,
}

impl Stage {
    pub(crate) async fn start() -> Self {
        static SPECS: OnceLock<Option<Arc<Specs>>> = OnceLock::new();
        let clock = Arc::new(StepClock::new(now()));
        let parts = Parts {
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(11)),
            specs: SPECS.get_or_init(|| specs().map(Arc::new)).clone(),
        };
        let emulator = Emulator::new(parts).unwrap();
        let served = emulator.serve().await.unwrap();
        Self { emulator, served, clock }
    }

    /// `/resend` as an origin.
    pub(crate) fn at(&self, prefix: &str) -> String {
        format!("{}{prefix}", self.served.origin)
    }

    /// A transport that is out of patience soon.
    pub(crate) fn outside(&self) -> Outside {
        self.patient(Duration::from_secs(1))
    }

    /// A transport that waits so long.
    pub(crate) fn patient(&self, timeout: Duration) -> Outside {
        let https = Https::with_timeout(timeout).unwrap().with_max_answer_bytes(512 * 1024);
        Outside {
            transport: Arc::new(https),
            clock: self.clock.clone(),
            random: Arc::new(SeededRandom::new(7)),
        }
    }

    /// The next requests of this method under a prefix fail.
    pub(crate) fn fail(&self, method: &str, prefix: &str, times: u32, fault: &Fault) {
        self.emulator.faults().next(method, prefix, times, fault.clone());
    }

    /// Everything that was asked and answered is as the providers describe it.
    pub(crate) fn is_as_described(&self) {
        assert_eq!(self.emulator.journal().violations(), [] as [String; 0]);
    }

    pub(crate) async fn vault(&self) -> CredentialVault {
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, self.clock.clone(), Arc::new(SeededRandom::new(7)));
        let keys = HeldKeys::start(&stores, Secret::new(ROOT_KEY)).await.unwrap();
        CredentialVault::new(stores, Arc::new(keys), VaultLimits::default())
    }

    /// No tenant has an account; the operator has this one.
    pub(crate) async fn accounts<P: TenantScoped>(&self, operator: P::Body) -> Accounts<P> {
        Accounts::new(Arc::new(self.vault().await), Some(operator))
    }
}

pub(crate) fn now() -> Instant {
    Instant::parse("2026-03-04T05:06:07.890Z").unwrap()
}

pub(crate) fn tenant() -> TenantId {
    TenantId::parse("oak").unwrap()
}

/// What can go wrong with one exchange, whether the provider acted, and whether its answer says that it did not.
pub(crate) fn faults() -> Vec<(&'static str, Fault, bool)> {
    let refuse = |status, retry_after| Fault::Refuse { status, retry_after, body: String::new() };
    vec![
        ("too many", refuse(429, None), false),
        ("too many, with a wait", refuse(429, Some(0)), false),
        ("broken before", refuse(503, None), false),
        ("cut before", Fault::CutBefore, false),
        ("cut after", Fault::CutAfter, true),
        ("broken after", Fault::FailAfter { status: 500 }, true),
        ("slow", Fault::Slow { millis: 1800 }, true),
        ("a page of HTML", Fault::Html, true),
        ("huge", Fault::Huge { bytes: 1 << 20 }, true),
    ]
}
