//! What happens between the look and the commit of an act.

use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::id::NumberId;
use veralux_core::number::{Act, ThreadKind};
use veralux_core::party::{NumberClass, NumberStatus, ThreadStatus};
use veralux_core::port::{Change, Commit, Ledger, NumberFilter, Page, Result, ThreadFilter};
use veralux_core::service::{Context, ImportNumber, Numbers, Receipt, Stores, TenantRequest, Tenants};
use veralux_core::time::MINUTE;

use crate::world::{
    ANNAS, CUSTOMER, FRONT_DESK, OTHER_CUSTOMER, POOL, World, code, gate, inbound, phone, receive, run, staff,
};

const SECOND_DESK: &str = "+14155550110";
const BENS: &str = "+14155550112";

type Deed = Box<dyn FnOnce() + Send>;

/// A ledger in front of whose first commit something else happens.
struct Meanwhile {
    inner: Arc<dyn Ledger>,
    deed: Mutex<Option<Deed>>,
}

impl fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meanwhile")
    }
}

#[async_trait]
impl Ledger for Meanwhile {
    async fn commit(&self, commit: Commit) -> Result<()> {
        let deed = self.deed.lock().unwrap().take();
        if let Some(deed) = deed {
            deed();
        }
        self.inner.commit(commit).await
    }
}

/// The numbers of a world in which something happens between look and commit.
fn numbers(world: &Arc<World>, deed: impl FnOnce(&World) + Send + 'static) -> Numbers {
    let behind = world.clone();
    let deed: Deed = Box::new(move || deed(&behind));
    let ledger = Arc::new(Meanwhile { inner: world.stores.ledger.clone(), deed: Mutex::new(Some(deed)) });
    Numbers::new(Stores { ledger, ..world.stores.clone() })
}

fn act(world: &World, number: &str, act: &Act) {
    run(world.numbers().act(&Context::SYSTEM, &world.tenant, &world.number(number), act, None)).unwrap();
}

fn quarantine() -> Act {
    Act::Quarantine { reason: "x".to_owned(), days: None }
}

fn give_up() -> Act {
    Act::Deactivate { reassign: None }
}

/// Anna has a thread; Ben has a line without one; there are two desks.
fn world() -> Arc<World> {
    let world = World::new();
    world.import(SECOND_DESK, NumberClass::FrontDesk);
    world.import(BENS, NumberClass::Staff);
    act(&world, BENS, &Act::Assign { staff: staff("ben") });
    world.open(ThreadKind::Recurring, CUSTOMER);
    Arc::new(world)
}

fn close_all(world: &World) {
    let all = run(world.threads().list(&world.tenant, &ThreadFilter::default(), &Page::first(9))).unwrap();
    for thread in all.items {
        let closed = Some(ThreadStatus::Closed);
        run(world.threads().patch(&Context::SYSTEM, &world.tenant, &thread.id, closed, None)).unwrap();
    }
}

type Wanted = Box<dyn Fn(&World) -> Act>;
/// What somebody else does meanwhile.
type Interference = fn(&World);

#[test]
fn an_act_rests_on_what_it_saw() {
    let to =
        |number: &'static str| move |world: &World| Act::Release { reassign: Some(world.number(number)) };
    let cases: Vec<(&str, &str, Wanted, Interference)> = vec![
        ("the other desk goes", FRONT_DESK, Box::new(|_| quarantine()), |world| {
            act(world, SECOND_DESK, &quarantine());
        }),
        ("the other desk is given up", FRONT_DESK, Box::new(|_| give_up()), |world| {
            act(world, SECOND_DESK, &give_up());
        }),
        ("the same act", POOL, Box::new(|_| quarantine()), |world| act(world, POOL, &quarantine())),
        ("another act", POOL, Box::new(|_| quarantine()), |world| {
            act(world, POOL, &Act::Assign { staff: staff("ben") });
        }),
        ("a thread comes", POOL, Box::new(|_| give_up()), |world| {
            world.open(ThreadKind::OneTime, OTHER_CUSTOMER);
        }),
        ("a thread comes and moves nowhere", ANNAS, Box::new(to(BENS)), |world| {
            world.open(ThreadKind::Recurring, OTHER_CUSTOMER);
        }),
        ("a thread ends", ANNAS, Box::new(to(BENS)), close_all),
        ("the target rests", ANNAS, Box::new(to(BENS)), |world| act(world, BENS, &quarantine())),
        ("the target is given up", ANNAS, Box::new(to(BENS)), |world| act(world, BENS, &give_up())),
        ("the target goes to the pool", ANNAS, Box::new(to(BENS)), |world| {
            act(world, BENS, &Act::Release { reassign: None });
        }),
        ("the customer gets a thread on the target", ANNAS, Box::new(to(FRONT_DESK)), |world| {
            assert_eq!(world.open(ThreadKind::Other, CUSTOMER).number, world.number(FRONT_DESK));
        }),
    ];
    for (what, number, wanted, change) in cases {
        for stamped in [false, true] {
            let world = world();
            let (id, wanted) = (world.number(number), wanted(&world));
            let shown = run(world.numbers().impact(&world.tenant, &id, &wanted)).unwrap().plan;
            let stamp = stamped.then_some(shown.stamp);
            let numbers = numbers(&world, change);
            let refused = run(numbers.act(&Context::SYSTEM, &world.tenant, &id, &wanted, stamp));
            assert_eq!(code(refused), if stamped { "stale_preview" } else { "stale" }, "{what}");
            let desks =
                NumberFilter { class: Some(NumberClass::FrontDesk), status: Some(NumberStatus::Active) };
            let desks = run(world.numbers().list(&world.tenant, desks, &Page::first(9))).unwrap().items;
            assert!(!desks.is_empty(), "{what}");
            let report = veralux_core::service::AuditTrail::new(world.stores.clone());
            assert_eq!(run(report.verify(&world.tenant)).unwrap().broken, None, "{what}");
        }
    }
}

#[test]
fn what_does_not_matter_stands_in_no_ones_way() {
    let used = |number: &'static str| move |world: &World| note_use(world, &world.number(number));
    for (what, number, deed) in [
        ("the number is used", ANNAS, Box::new(used(ANNAS)) as Box<dyn FnOnce(&World) + Send>),
        ("the target is used", BENS, Box::new(used(BENS))),
    ] {
        let world = world();
        world.clock.advance(MINUTE);
        let release = Act::Release { reassign: Some(world.number(BENS)) };
        let id = world.number(ANNAS);
        run(numbers(&world, deed).act(&Context::SYSTEM, &world.tenant, &id, &release, None)).unwrap();
        let number = run(world.numbers().lookup(&world.tenant, &world.number(number))).unwrap();
        assert_eq!(number.last_used_at, Some(world.stores.clock.now()), "{what}: the use is not forgotten");
    }
}

fn note_use(world: &World, id: &NumberId) {
    let at = world.stores.clock.now();
    let e164 = run(world.numbers().lookup(&world.tenant, id)).unwrap().e164;
    let change = Change::NumberUsed { id: id.clone(), e164, at };
    run(world.stores.ledger.commit(Commit::new(world.tenant.clone(), at).change(change))).unwrap();
}

#[test]
fn of_two_imports_at_once_one_is_told_who_has_the_number() {
    for (what, winner, refusal) in
        [("this tenant itself", "t1", "number_exists"), ("another tenant", "t2", "held_by_another_tenant")]
    {
        let world = world();
        let id = "t2".parse().unwrap();
        let tenant = TenantRequest { id, name: "Elm".to_owned(), business_number: None };
        run(Tenants::new(world.stores.clone()).put(&Context::SYSTEM, tenant)).unwrap();
        let request = || ImportNumber {
            e164: phone("+14155550120"),
            class: NumberClass::Pool,
            provider: "twilio".to_owned(),
        };
        let numbers = numbers(&world, move |world| {
            let winner = winner.parse().unwrap();
            run(world.numbers().import(&Context::SYSTEM, &winner, request())).unwrap();
        });
        assert_eq!(code(run(numbers.import(&Context::SYSTEM, &world.tenant, request()))), refusal, "{what}");
    }
}

/// A ledger before each of whose commits everybody else gets on.
#[derive(Debug)]
struct Slow(Arc<dyn Ledger>);

#[async_trait]
impl Ledger for Slow {
    async fn commit(&self, commit: Commit) -> Result<()> {
        for _ in 0..64 {
            tokio::task::yield_now().await;
        }
        self.0.commit(commit).await
    }
}

#[tokio::test]
async fn of_many_messages_of_a_sender_at_once_all_are_taken_in() {
    const MANY: usize = 40;
    let world = tokio::task::spawn_blocking(world).await.unwrap();
    let stores = Stores { ledger: Arc::new(Slow(world.stores.ledger.clone())), ..world.stores.clone() };
    let gate = gate(&stores);
    let tasks: Vec<_> = (0..MANY)
        .map(|index| {
            let gate = gate.clone();
            let text = format!("part {index}: 50{index}");
            tokio::spawn(async move {
                let called = gate.called(ANNAS, CUSTOMER).await.unwrap();
                let inbound = inbound(&format!("SM{index}"), &text);
                gate.receive(&Context::of_webhook("twilio", None), called, inbound).await.unwrap()
            })
        })
        .collect();
    for task in tasks {
        assert!(matches!(task.await.unwrap(), Receipt::Stored { .. }));
    }
}

#[test]
fn of_two_messages_of_a_sender_at_once_both_are_taken_in() {
    for (what, first) in [("the detector remembers nothing yet", None), ("it does", Some("call me at 503"))] {
        let world = world();
        if let Some(text) = first {
            world.receive("SM0", CUSTOMER, ANNAS, text);
        }
        let behind = world.clone();
        let deed: Deed = Box::new(move || {
            behind.receive("SM1", CUSTOMER, ANNAS, "then 555");
        });
        let ledger = Arc::new(Meanwhile { inner: world.stores.ledger.clone(), deed: Mutex::new(Some(deed)) });
        let stores = Stores { ledger, ..world.stores.clone() };
        let receipt = receive(&stores, "SM2", CUSTOMER, ANNAS, "and 0126");
        assert!(matches!(receipt, Receipt::Stored { .. }), "{what}: {receipt:?}");
        assert_eq!(world.receive("SM1", CUSTOMER, ANNAS, "then 555"), Receipt::Repeat, "{what}");
    }
}
