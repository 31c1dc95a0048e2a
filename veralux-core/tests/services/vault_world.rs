//! A vault over a store that can pause, fail and be counted, and a Google that keeps a ledger of its own.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{self, Poll, Waker};

use serde_json::{Value, json};
use veralux_core::audit::{Event, Label};
use veralux_core::credential::{Provider, Purpose, Twilio};
use veralux_core::id::TenantId;
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::port::{
    self, AuditStore, Change, Commit, Credential, CredentialState, CredentialStore, Envelope, Ledger, Page,
    RootKeys,
};
use veralux_core::seal::{self, Binding, Class, Entropy, Header};
use veralux_core::secret::Secret;
use veralux_core::service::{
    Context, CredentialVault, HeldKeys, Opened, Result, RootKeyDesk, Stores, VaultError, VaultLimits,
};
use veralux_core::time::Instant;

pub(crate) use crate::vault_fakes::{Fail, Faulty, Google, Script};

pub(crate) const KEY_1: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
pub(crate) const KEY_2: &str = "2:0d1e8a94c3577fb2601f48ce5aa3b9d7e2446c1f9085be7312fd6ac03b917e58";
pub(crate) const KEY_3: &str = "3:b1c04f6e2a98d7350e7fc61bd4829a53f06b17ce84d93f2a5c68e0719bad4f32";

/// Polls a future to its end, whoever wakes it.
pub(crate) fn drive<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..1_000_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
            return value;
        }
    }
    panic!("nobody gets on");
}

/// Polls a future so many times and drops it; what it gave, if it came to an end.
pub(crate) fn kill_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    (0..polls).find_map(|_| match future.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    })
}

/// Polls all of them in turn to their ends.
pub(crate) fn together<T>(mut futures: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> Vec<T> {
    let mut done: BTreeMap<usize, T> = BTreeMap::new();
    for _ in 0..100_000 {
        if done.len() == futures.len() {
            break;
        }
        for (index, future) in futures.iter_mut().enumerate() {
            if !done.contains_key(&index)
                && let Poll::Ready(value) =
                    future.as_mut().poll(&mut task::Context::from_waker(Waker::noop()))
            {
                done.insert(index, value);
            }
        }
    }
    assert_eq!(done.len(), futures.len(), "nobody gets on");
    done.into_values().collect()
}

/// Lets others go first, once.
pub(crate) async fn pause() {
    let mut paused = false;
    poll_fn(|_| if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

pub(crate) struct Safe {
    pub(crate) clock: Arc<StepClock>,
    pub(crate) memory: Arc<MemoryStore>,
    pub(crate) store: Arc<Faulty>,
    pub(crate) stores: Stores,
    pub(crate) held: Arc<HeldKeys>,
    pub(crate) google: Arc<Google>,
    pub(crate) vault: Arc<CredentialVault>,
    pub(crate) tenant: TenantId,
    pub(crate) context: Context,
}

impl Safe {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(StepClock::new(Instant::parse(crate::world::START).unwrap()));
        let memory = Arc::new(MemoryStore::new());
        let store = Arc::new(Faulty::new(memory.clone()));
        let stores = Stores {
            ledger: store.clone(),
            audit: store.clone(),
            credentials: store.clone(),
            ..Stores::from_one(&memory, clock.clone(), Arc::new(SeededRandom::new(7)))
        };
        let held = Arc::new(drive(HeldKeys::start(&stores, Secret::new(KEY_1))).unwrap());
        let google = Arc::new(Google::new(clock.clone()));
        let context =
            Context { request_id: Some(Label::parse("req_7").unwrap()), ..Context::of_webhook("test", None) };
        let vault = CredentialVault::new(stores.clone(), held.clone(), VaultLimits::default());
        let vault = Arc::new(vault.with_google(google.clone()));
        let tenant = TenantId::parse("t1").unwrap();
        Self { clock, memory, store, stores, held, google, vault, tenant, context }
    }

    /// Another node over the same store.
    pub(crate) fn other_node(&self) -> CredentialVault {
        let vault = CredentialVault::new(self.stores.clone(), self.held.clone(), VaultLimits::default());
        vault.with_google(self.google.clone())
    }

    pub(crate) fn with_root_keys(&self, root_keys: Arc<dyn RootKeys>) -> CredentialVault {
        CredentialVault::new(self.stores.clone(), root_keys, VaultLimits::default())
    }

    /// A node that was started with these keys, and its desk.
    pub(crate) fn desk(&self, keys: &[&str]) -> (RootKeyDesk, Arc<CredentialVault>) {
        let held = Arc::new(drive(HeldKeys::start(&self.stores, Secret::new(keys.join(",")))).unwrap());
        let vault = CredentialVault::new(self.stores.clone(), held.clone(), VaultLimits::default());
        let vault = Arc::new(vault.with_google(self.google.clone()));
        (RootKeyDesk::new(self.stores.clone(), held, vault.clone()), vault)
    }

    pub(crate) fn put(&self, number: u64) -> Credential {
        let json = twilio(number);
        let put = self.vault.put(&self.context, &self.tenant, Provider::Twilio, &json, false);
        drive(put).unwrap().credential
    }

    /// A grant whose access token has ended.
    pub(crate) fn put_grant(&self, refresh_token: &str) -> Credential {
        let json = grant(refresh_token);
        let put = self.vault.put(&self.context, &self.tenant, Provider::GoogleCalendar, &json, false);
        drive(put).unwrap().credential
    }

    pub(crate) async fn open_async(&self) -> std::result::Result<Opened<Twilio>, VaultError> {
        self.vault.open::<Twilio>(&self.context, &self.tenant, Purpose::SendMessage).await
    }

    pub(crate) fn open(&self) -> std::result::Result<Opened<Twilio>, VaultError> {
        drive(self.open_async())
    }

    /// The access token that a calendar is opened with.
    pub(crate) async fn calendar(&self, vault: &CredentialVault) -> Result<String> {
        let opened = vault.open_calendar(&self.context, &self.tenant, Purpose::Calendar).await?;
        Ok(opened.access_token.as_ref().unwrap().expose().to_owned())
    }

    pub(crate) fn row(&self, provider: Provider) -> Credential {
        drive(self.memory.find_credential(&self.tenant, provider)).unwrap().unwrap()
    }

    /// Changes a row behind the vault's back.
    pub(crate) fn tamper(&self, provider: Provider, change: impl FnOnce(&mut Credential)) {
        let before = self.row(provider);
        let mut after = before.clone();
        change(&mut after);
        after.revision = before.revision + 1;
        self.commit(Change::Credential { after: Box::new(after), before: Some(before.revision) });
        self.vault.forget_all();
    }

    pub(crate) fn tamper_envelope(&self, change: impl FnOnce(&mut Vec<u8>)) {
        self.tamper(Provider::Twilio, |row| {
            let mut bytes = row.envelope.as_bytes().to_vec();
            change(&mut bytes);
            row.envelope = Envelope::new(bytes);
        });
    }

    pub(crate) fn commit(&self, change: Change) {
        let commit = Commit::new(self.tenant.clone(), port::Clock::now(&*self.clock)).change(change);
        drive(self.memory.commit(commit)).unwrap();
    }

    /// Seals any bytes as the tenant's credential, as a newer version of this product or a broken one might.
    pub(crate) fn seal_raw(&self, plaintext: &[u8]) {
        let row = self.row(Provider::Twilio);
        let key = drive(self.memory.lookup_tenant_key(&self.tenant, row.key_version)).unwrap().unwrap();
        let key = drive(self.held.unwrap(&self.tenant, &key)).unwrap();
        let binding = Binding {
            class: Class::Credential,
            tenant: &self.tenant,
            row: row.id.as_str(),
            generation: row.generation,
            slug: "twilio",
        };
        let header = Header { root_key: row.root_key, key_version: row.key_version };
        let sealed = seal::seal(&key, header, &binding, Entropy::from_bytes([9; 44]), plaintext).unwrap();
        self.tamper_envelope(|bytes| *bytes = sealed);
    }

    pub(crate) fn set_state(&self, state: CredentialState) {
        self.tamper(Provider::Twilio, |row| row.state = state);
    }

    pub(crate) fn wait(&self, micros: i64) {
        self.clock.advance(micros);
    }

    pub(crate) fn finds(&self) -> u64 {
        self.store.finds.load(Ordering::SeqCst)
    }

    pub(crate) fn pauses(&self, pauses: bool) {
        self.store.pauses.store(pauses, Ordering::SeqCst);
    }

    /// All events of the tenant, with their particulars.
    pub(crate) fn events(&self) -> Vec<(Event, Value)> {
        self.events_in(&self.tenant)
    }

    /// All events of a chain.
    pub(crate) fn events_in(&self, tenant: &TenantId) -> Vec<(Event, Value)> {
        let mut page = Page::first(200);
        let mut events = Vec::new();
        loop {
            let listed = drive(AuditStore::list(&*self.memory, tenant, &page)).unwrap();
            events.extend(listed.items);
            if listed.next.is_none() {
                break;
            }
            page = page.after(listed.next);
        }
        let told = |event: &Event| serde_json::from_str(&event.draft.payload.canonical()).unwrap();
        events.into_iter().map(|event| (event.clone(), told(&event))).collect()
    }

    /// The events of one type.
    pub(crate) fn events_of(&self, event_type: &str) -> Vec<(Event, Value)> {
        let of = |(event, _): &(Event, Value)| event.draft.event_type.as_str() == event_type;
        self.events().into_iter().filter(of).collect()
    }

    /// Openings that are in the trail by now.
    pub(crate) fn openings_written(&self) -> usize {
        self.events_of("credential.opened").len()
    }

    /// The events of openings, once all are written.
    pub(crate) fn openings(&self) -> Vec<(Event, Value)> {
        drive(self.vault.flush()).unwrap();
        let of = |(event, _): &(Event, Value)| {
            ["credential.opened", "credential.refused"].contains(&event.draft.event_type.as_str())
        };
        self.events().into_iter().filter(of).collect()
    }
}

/// An auth token that tells which one it is.
pub(crate) fn token(number: u64) -> String {
    format!("{number:032x}")
}

pub(crate) fn twilio(number: u64) -> Vec<u8> {
    let sid = "AC00000000000000000000000000000abc";
    json!({"accountSid": sid, "authToken": token(number)}).to_string().into_bytes()
}

pub(crate) fn grant(refresh_token: &str) -> Vec<u8> {
    json!({"refreshToken": refresh_token, "email": "ann@example.com"}).to_string().into_bytes()
}

/// What was opened, as the number in its auth token.
pub(crate) fn number(opened: &Opened<Twilio>) -> u64 {
    u64::from_str_radix(opened.auth_token.as_ref().unwrap().expose(), 16).unwrap()
}
