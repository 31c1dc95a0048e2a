mod forwarding;

use std::collections::BTreeMap;
use std::future::{pending, ready};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::forwarding::{Carrier, Mode, RingTime, configuration};
use veralux_core::id::{CallerIdId, TenantId};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::phone::E164;
use veralux_core::port::{
    self, CallerId, CallerIdProvider, CallerIdStore, CodeHash, CodeHasher, Forwarding, IdempotencyStore,
    Listed, Page,
};
use veralux_core::secret::Secret;
use veralux_core::service::{
    CallerIds, CleanUpReport, Context, Error, ForwardingConfigurations, ForwardingRequest, Issued, Refusal,
    Result, RuntimePublisher, Stores, TelephonyCleanUp, TenantRequest, Tenants, Turn,
};
use veralux_core::time::{DAY, HOUR, Instant, MINUTE};

use crate::world::{FRONT_DESK, POOL, World, phone, run};

const LINE: &str = "+14155550123";

/// No hash at all, so that tests are fast; counts what it compares.
#[derive(Debug, Default)]
struct Plain {
    compared: AtomicU32,
    /// Whether a comparison lets others go first.
    slow: bool,
}

#[async_trait]
impl CodeHasher for Plain {
    async fn hash(&self, code: &Secret, salt: [u8; 16]) -> port::Result<CodeHash> {
        Ok(CodeHash::new(format!("{}{salt:?}", code.expose())))
    }

    async fn matches(&self, code: &Secret, hash: &CodeHash) -> port::Result<bool> {
        self.compared.fetch_add(1, Ordering::SeqCst);
        if self.slow {
            tokio::task::yield_now().await;
        }
        Ok(hash.as_str().starts_with(code.expose()))
    }
}

/// Keeps what it shall deliver.
#[derive(Debug, Default)]
struct Phones(Mutex<BTreeMap<E164, String>>);

impl Phones {
    fn code(&self, number: &str) -> Secret {
        Secret::new(self.0.lock().unwrap()[&phone(number)].clone())
    }

    /// A code that is not the one.
    fn wrong(&self, number: &str) -> Secret {
        let right: u32 = self.code(number).expose().parse().unwrap();
        Secret::new(format!("{:06}", (right + 1) % 1_000_000))
    }
}

#[async_trait]
impl CallerIdProvider for Phones {
    async fn deliver(&self, _: &TenantId, number: &E164, code: &Secret) -> port::Result<String> {
        self.0.lock().unwrap().insert(*number, code.expose().to_owned());
        Ok("call_1".to_owned())
    }
}

/// A provider that is away.
#[derive(Debug)]
struct Silence;

#[async_trait]
impl CallerIdProvider for Silence {
    async fn deliver(&self, _: &TenantId, _: &E164, _: &Secret) -> port::Result<String> {
        Err(port::Error::Transient { doing: "calling", source: None })
    }
}

struct Desk {
    world: World,
    phones: Arc<Phones>,
    hasher: Arc<Plain>,
    caller_ids: CallerIds,
    forwardings: ForwardingConfigurations,
}

impl Desk {
    fn new() -> Self {
        let (world, phones, hasher) = (World::new(), Arc::new(Phones::default()), Arc::new(Plain::default()));
        let caller_ids = CallerIds::new(world.stores.clone(), hasher.clone(), Some(phones.clone()));
        let forwardings = ForwardingConfigurations::new(world.stores.clone());
        Self { world, phones, hasher, caller_ids, forwardings }
    }

    fn initiate(&self, number: &str) -> Result<Issued> {
        run(self.caller_ids.initiate(&Context::SYSTEM, &self.world.tenant, phone(number), None))
    }

    fn confirm(&self, id: &CallerIdId, code: &Secret) -> Result<CallerId> {
        run(self.caller_ids.confirm(&Context::SYSTEM, &self.world.tenant, id, code))
    }

    fn prove(&self, number: &str) -> CallerIdId {
        let id = self.initiate(number).unwrap().caller_id.id;
        self.confirm(&id, &self.phones.code(number)).unwrap();
        id
    }

    fn set_up(&self, caller_id: &CallerIdId, mode: Mode, to: Option<&str>) -> Result<Forwarding> {
        let request = request(caller_id, mode, to);
        run(self.forwardings.put(&Context::SYSTEM, &self.world.tenant, &request))
            .map(|set_up| set_up.forwarding)
    }

    fn wait(&self, micros: i64) {
        self.world.clock.advance(micros);
    }

    fn last_event(&self) -> String {
        let page = Page { newest_first: true, ..Page::first(1) };
        let events = run(self.world.stores.audit.list(&self.world.tenant, &page)).unwrap().items;
        events[0].draft.event_type.to_string()
    }
}

fn request(caller_id: &CallerIdId, mode: Mode, to: Option<&str>) -> ForwardingRequest {
    ForwardingRequest {
        caller_id: caller_id.clone(),
        carrier: Carrier::Tmobile,
        country: "US".to_owned(),
        mode,
        ring_time: Some(RingTime::new(20).unwrap()),
        destination: to.map(phone),
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("should be refused: {other:?}"),
    }
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    refusal(result).code
}

#[test]
fn a_number_is_proved() {
    let desk = Desk::new();
    let issued = desk.initiate(LINE).unwrap();
    assert_eq!(issued.reference, "call_1");
    let stored = run(desk.world.stores.caller_ids.find(&desk.world.tenant, &phone(LINE))).unwrap().unwrap();
    assert_eq!(stored, issued.caller_id);
    let verified = desk.confirm(&stored.id, &desk.phones.code(LINE)).unwrap();
    assert!(verified.verification.is_verified() && verified.code.is_none());
    assert_eq!(desk.last_event(), "caller_id.verified");
    assert_eq!(code(desk.initiate(LINE)), "already_verified");
    assert_eq!(code(desk.confirm(&stored.id, &desk.phones.code(LINE))), "already_verified");
}

#[test]
fn wrong_codes_lock_and_a_new_code_does_not_unlock() {
    let desk = Desk::new();
    let id = desk.initiate(LINE).unwrap().caller_id.id;
    for text in ["", "12345", "1234567", "12345a", "１２３４５６"] {
        assert_eq!(code(desk.confirm(&id, &Secret::new(text))), "invalid_code", "no try is counted: {text}");
    }
    for left in [2, 1, 0] {
        let refusal = refusal(desk.confirm(&id, &desk.phones.wrong(LINE)));
        assert_eq!((refusal.code, refusal.tries_left), ("wrong_code", Some(left)));
    }
    let locked = refusal(desk.confirm(&id, &desk.phones.code(LINE)));
    let until = desk.world.stores.clock.now().plus(HOUR);
    assert_eq!((locked.code, locked.retry_at), ("caller_id_locked", Some(until)));
    let before = desk.phones.code(LINE).expose().to_owned();
    let useless = refusal(desk.initiate(LINE));
    assert_eq!(
        (useless.code, useless.retry_at),
        ("caller_id_locked", Some(until)),
        "it would end within the lock"
    );
    assert_eq!(desk.phones.code(LINE).expose(), before, "nobody was called");
    desk.wait(HOUR - MINUTE);
    let again = desk.initiate(LINE).unwrap();
    assert_eq!(again.caller_id.id, id, "the same caller id");
    assert_eq!(code(desk.confirm(&id, &desk.phones.code(LINE))), "caller_id_locked");
    desk.wait(MINUTE);
    assert!(desk.confirm(&id, &desk.phones.code(LINE)).is_ok());
    assert_eq!(desk.hasher.compared.load(Ordering::SeqCst), 4, "three wrong ones and the right one");
}

#[test]
fn a_code_lives_ten_minutes_and_the_last_one_counts() {
    let desk = Desk::new();
    let id = desk.initiate(LINE).unwrap().caller_id.id;
    let first = desk.phones.code(LINE);
    desk.initiate(LINE).unwrap();
    assert_eq!(code(desk.confirm(&id, &first)), "wrong_code", "it was replaced");
    desk.wait(10 * MINUTE);
    assert_eq!(code(desk.confirm(&id, &desk.phones.code(LINE))), "code_expired");
    desk.initiate(LINE).unwrap();
    let exhausted = refusal(desk.initiate(LINE));
    assert_eq!(exhausted.code, "too_many_codes");
    assert_eq!(exhausted.retry_at, Some(desk.world.stores.clock.now().plus(50 * MINUTE)));
    desk.wait(50 * MINUTE);
    assert!(desk.initiate(LINE).is_ok());
}

#[test]
fn without_a_provider_nothing_is_counted_and_a_lost_code_counts() {
    let desk = Desk::new();
    let none = CallerIds::new(desk.world.stores.clone(), desk.hasher.clone(), None);
    let away = CallerIds::new(desk.world.stores.clone(), desk.hasher.clone(), Some(Arc::new(Silence)));
    let tenant = &desk.world.tenant;
    for _ in 0..4 {
        let refused = run(none.initiate(&Context::SYSTEM, tenant, phone(LINE), None));
        assert_eq!(code(refused), "provider_not_configured");
    }
    for expected in ["code_not_sent", "code_not_sent", "code_not_sent", "too_many_codes"] {
        let refused = run(away.initiate(&Context::SYSTEM, tenant, phone(LINE), None));
        assert_eq!(code(refused), expected);
    }
}

#[test]
fn two_tenants_cannot_hold_one_number() {
    let desk = Desk::new();
    let other = TenantId::parse("t2").unwrap();
    let request = TenantRequest { id: other.clone(), name: "Elm".to_owned(), business_number: None };
    run(Tenants::new(desk.world.stores.clone()).put(&Context::SYSTEM, request)).unwrap();
    let first = desk.prove(LINE);
    let issued = run(desk.caller_ids.initiate(&Context::SYSTEM, &other, phone(LINE), None)).unwrap();
    let id = issued.caller_id.id;
    let confirm = |code: &Secret| run(desk.caller_ids.confirm(&Context::SYSTEM, &other, &id, code));
    assert_eq!(code(confirm(&desk.phones.wrong(LINE))), "wrong_code", "nothing is told without proof");
    assert_eq!(code(confirm(&desk.phones.code(LINE))), "verified_elsewhere");
    assert_eq!(code(desk.confirm(&id, &desk.phones.code(LINE))), "caller_id_not_found", "another tenant's");
    run(desk.caller_ids.remove(&Context::SYSTEM, &desk.world.tenant, &first)).unwrap();
    assert!(confirm(&desk.phones.code(LINE)).unwrap().verification.is_verified());
}

/// A hundred guesses at once, the right code among them: no more than three are compared, whatever the scheduler does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_in_parallel_gain_nothing() {
    for round in 0..40_u64 {
        let clock = Arc::new(StepClock::new(Instant::parse("2026-01-19T14:30:00Z").unwrap()));
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock, Arc::new(SeededRandom::new(round)));
        let tenant = TenantId::parse("t1").unwrap();
        let phones = Arc::new(Phones::default());
        let hasher = Arc::new(Plain { slow: true, ..Plain::default() });
        let caller_ids = Arc::new(CallerIds::new(stores.clone(), hasher.clone(), Some(phones.clone())));
        let issued = caller_ids.initiate(&Context::SYSTEM, &tenant, phone(LINE), None).await.unwrap();
        let id = issued.caller_id.id;
        let right: u32 = phones.code(LINE).expose().parse().unwrap();
        // The right one is somewhere among them.
        let place = u32::try_from(round * 37 % 100).unwrap();
        let guesses = (0..100).map(|index| {
            let guess = (right + 1_000_000 + index - place) % 1_000_000;
            let (caller_ids, tenant, id) = (caller_ids.clone(), tenant.clone(), id.clone());
            tokio::spawn(async move {
                let guess = Secret::new(format!("{guess:06}"));
                caller_ids.confirm(&Context::SYSTEM, &tenant, &id, &guess).await.map(|_| guess)
            })
        });
        let mut verified = 0;
        for guess in guesses.collect::<Vec<_>>() {
            match guess.await.unwrap() {
                Ok(guess) => {
                    assert_eq!(guess.expose(), phones.code(LINE).expose());
                    verified += 1;
                }
                Err(Error::Refused(refusal)) => assert!(
                    ["wrong_code", "caller_id_locked", "already_verified"].contains(&refusal.code),
                    "{refusal:?}"
                ),
                Err(other) => panic!("{other:?}"),
            }
        }
        let compared = hasher.compared.load(Ordering::SeqCst);
        assert!((1..=3).contains(&compared), "round {round}: {compared} were compared");
        let stored = stores.caller_ids.lookup(&tenant, &id).await.unwrap().unwrap();
        assert_eq!(stored.verification.is_verified(), verified == 1, "round {round}");
        assert!(verified <= 1);
    }
}

#[test]
fn who_is_locked_cannot_begin_anew() {
    let desk = Desk::new();
    let id = desk.initiate(LINE).unwrap().caller_id.id;
    for _ in 0..3 {
        assert_eq!(code(desk.confirm(&id, &desk.phones.wrong(LINE))), "wrong_code");
    }
    let remove = || run(desk.caller_ids.remove(&Context::SYSTEM, &desk.world.tenant, &id));
    assert_eq!(code(remove()), "caller_id_locked");
    desk.wait(HOUR);
    assert!(remove().is_ok());
}

#[test]
fn the_clean_up_expires_then_deletes_and_leaves_the_rest() {
    let desk = Desk::new();
    let job = TelephonyCleanUp::new(desk.world.stores.clone());
    let clean = || run(job.run(&Context::SYSTEM)).unwrap();
    let kept = desk.prove("+14155550130");
    let left = desk.initiate(LINE).unwrap().caller_id.id;
    let failed = desk.initiate("+14155550131").unwrap().caller_id.id;
    for _ in 0..3 {
        assert!(desk.confirm(&failed, &desk.phones.wrong("+14155550131")).is_err());
    }
    let none = CleanUpReport::default();
    assert_eq!(clean(), none, "nothing is due");
    desk.wait(10 * MINUTE);
    assert_eq!(clean(), CleanUpReport { expired: 1, ..none });
    assert_eq!(clean(), none, "a second time there is nothing to do");
    desk.wait(DAY - 10 * MINUTE);
    assert_eq!(clean(), CleanUpReport { deleted: 1, ..none }, "what failed a day ago");
    desk.wait(10 * MINUTE);
    assert_eq!(clean(), CleanUpReport { deleted: 1, ..none }, "what expired a day ago");
    assert_eq!(desk.last_event(), "caller_id.deleted");
    for (id, is_there) in [(&kept, true), (&left, false), (&failed, false)] {
        assert_eq!(run(desk.caller_ids.lookup(&desk.world.tenant, id)).is_ok(), is_there, "{id}");
    }
}

/// Cannot read what one tenant has.
#[derive(Debug)]
struct Damaged {
    caller_ids: Arc<dyn CallerIdStore>,
    tenant: TenantId,
}

#[async_trait]
impl CallerIdStore for Damaged {
    async fn lookup(&self, tenant: &TenantId, id: &CallerIdId) -> port::Result<Option<CallerId>> {
        self.caller_ids.lookup(tenant, id).await
    }

    async fn find(&self, tenant: &TenantId, number: &E164) -> port::Result<Option<CallerId>> {
        self.caller_ids.find(tenant, number).await
    }

    async fn list(&self, tenant: &TenantId, verified: bool, page: &Page) -> port::Result<Listed<CallerId>> {
        if *tenant == self.tenant {
            return Err(port::Error::Invalid("a row cannot be read"));
        }
        self.caller_ids.list(tenant, verified, page).await
    }
}

#[test]
fn a_tenant_that_cannot_be_read_keeps_nobody_behind_it_waiting() {
    let desk = Desk::new();
    let first = TenantId::parse("a1").unwrap();
    assert!(first < desk.world.tenant);
    let request = TenantRequest { id: first.clone(), name: "Elm".to_owned(), business_number: None };
    run(Tenants::new(desk.world.stores.clone()).put(&Context::SYSTEM, request)).unwrap();
    desk.initiate(LINE).unwrap();
    desk.wait(10 * MINUTE);
    let stores = desk.world.stores.clone();
    let caller_ids = Arc::new(Damaged { caller_ids: stores.caller_ids.clone(), tenant: first });
    let job = TelephonyCleanUp::new(Stores { caller_ids, ..stores });
    assert!(run(job.run(&Context::SYSTEM)).is_err(), "it is told");
    assert_eq!(desk.last_event(), "caller_id.expired");
}

#[test]
fn it_runs_once_a_day_over_all_nodes() {
    let desk = Desk::new();
    let claims: Arc<dyn IdempotencyStore> = Arc::new(MemoryStore::new());
    let nodes = [0, 1].map(|_| TelephonyCleanUp::new(desk.world.stores.clone()));
    let turn = |node: usize| run(nodes[node].run_once(claims.as_ref(), pending())).unwrap();
    let done = |expired| Turn::Done(CleanUpReport { expired, ..CleanUpReport::default() });
    assert_eq!([turn(0), turn(1), turn(0)], [done(0), Turn::DoneBefore, Turn::DoneBefore]);
    desk.initiate(LINE).unwrap();
    desk.wait(12 * HOUR);
    assert_eq!(turn(0), Turn::DoneBefore, "before three o'clock it is still the same day's");
    desk.wait(HOUR);
    assert_eq!([turn(1), turn(0)], [done(1), Turn::DoneBefore]);
    desk.initiate(LINE).unwrap();
    desk.wait(DAY);
    let stopped = run(nodes[0].run_once(claims.as_ref(), ready(()))).unwrap();
    assert_eq!([stopped, turn(1)], [Turn::Stopped, done(1)], "who stops leaves it to another");
}
