use proptest::prelude::*;
use veralux_core::id::{NumberId, ThreadId};
use veralux_core::number::{Act, GoesTo, ThreadKind};
use veralux_core::party::{NumberClass, NumberStatus, ThreadStatus};
use veralux_core::port::{NumberFilter, Page, Thread, ThreadFilter};
use veralux_core::service::{Context, ImportNumber, TenantRequest, Tenants};
use veralux_core::time::{DAY, MINUTE};

use crate::world::{
    ANNAS, CUSTOMER, FRONT_DESK, OTHER_CUSTOMER, POOL, STRANGER, World, code, phone, run, staff,
};

const SECOND_DESK: &str = "+14155550110";
const SECOND_POOL: &str = "+14155550111";
const BENS: &str = "+14155550112";

fn quarantine(reason: &str) -> Act {
    Act::Quarantine { reason: reason.to_owned(), days: None }
}

fn act(world: &World, number: &str, act: &Act) -> Result<(), &'static str> {
    let id = world.number(number);
    let done = run(world.numbers().act(&Context::SYSTEM, &world.tenant, &id, act, None));
    done.map(drop).map_err(|error| code::<()>(Err(error)))
}

fn status(world: &World, number: &str) -> NumberStatus {
    run(world.numbers().lookup(&world.tenant, &world.number(number))).unwrap().status
}

fn thread(world: &World, id: &ThreadId) -> Thread {
    run(world.threads().lookup(&world.tenant, id)).unwrap()
}

fn patch(world: &World, id: &ThreadId, status: ThreadStatus) {
    run(world.threads().patch(&Context::SYSTEM, &world.tenant, id, Some(status), None)).unwrap();
}

/// A second number of each class; the second pool number and Ben's line have no threads.
fn wide() -> World {
    let world = World::new();
    world.import(SECOND_DESK, NumberClass::FrontDesk);
    world.import(SECOND_POOL, NumberClass::Pool);
    world.import(BENS, NumberClass::Staff);
    act(&world, BENS, &Act::Assign { staff: staff("ben") }).unwrap();
    world.open(ThreadKind::Recurring, CUSTOMER);
    world.open(ThreadKind::OneTime, OTHER_CUSTOMER);
    world
}

#[test]
fn what_is_done_and_what_is_refused() {
    let world = wide();
    let id = |number| Some(world.number(number));
    let days = |days| Act::Quarantine { reason: "x".to_owned(), days: Some(days) };
    let nowhere = Some(NumberId::parse("num_none").unwrap());
    // In this order: each act finds what those in front of it have left.
    for (what, number, wanted, outcome) in [
        ("a blank reason", POOL, quarantine(" "), Err("reason_required")),
        ("a long reason", POOL, quarantine(&"x".repeat(501)), Err("reason_too_long")),
        ("29 days", POOL, days(29), Err("quarantine_days")),
        ("one of two desks", FRONT_DESK, quarantine(&format!("{}spam", " ".repeat(20_000))), Ok(())),
        ("twice", FRONT_DESK, quarantine("spam"), Err("transition_refused")),
        ("the last desk", SECOND_DESK, quarantine("spam"), Err("last_front_desk")),
        ("the last desk", SECOND_DESK, Act::Deactivate { reassign: None }, Err("last_front_desk")),
        ("a resting desk", FRONT_DESK, Act::Deactivate { reassign: None }, Ok(())),
        ("a desk", SECOND_DESK, Act::Release { reassign: None }, Err("front_desk_not_released")),
        ("a desk", SECOND_DESK, Act::Assign { staff: staff("ben") }, Err("front_desk_not_assigned")),
        ("threads", ANNAS, Act::Release { reassign: None }, Err("threads_active")),
        ("threads", ANNAS, Act::Deactivate { reassign: None }, Err("threads_active")),
        ("to itself", ANNAS, Act::Release { reassign: id(ANNAS) }, Err("target_unknown")),
        ("to nowhere", ANNAS, Act::Release { reassign: nowhere }, Err("target_unknown")),
        ("to the pool", ANNAS, Act::Release { reassign: id(POOL) }, Err("target_class")),
        ("to one given up", ANNAS, Act::Release { reassign: id(FRONT_DESK) }, Err("target_not_active")),
        ("hers already", ANNAS, Act::Assign { staff: staff("anna") }, Err("already_assigned")),
        ("to Ben", ANNAS, Act::Assign { staff: staff("ben") }, Ok(())),
        ("to Ben's other line", ANNAS, Act::Release { reassign: id(BENS) }, Ok(())),
        ("pool already", ANNAS, Act::Release { reassign: None }, Err("already_in_pool")),
        ("pool threads", POOL, Act::Assign { staff: staff("ben") }, Err("threads_active")),
        ("pool to pool", POOL, Act::Deactivate { reassign: id(SECOND_POOL) }, Ok(())),
        ("given up", POOL, quarantine("x"), Err("transition_refused")),
        ("rests", SECOND_POOL, days(30), Ok(())),
        ("too early", SECOND_POOL, Act::Restore { forced: None }, Err("cooldown_running")),
        ("forced blankly", SECOND_POOL, Act::Restore { forced: Some(" ".into()) }, Err("reason_required")),
        ("forced", SECOND_POOL, Act::Restore { forced: Some("mine".into()) }, Ok(())),
        ("not at rest", SECOND_POOL, Act::Restore { forced: None }, Err("transition_refused")),
        ("back again", FRONT_DESK, Act::Reimport, Ok(())),
        ("in use", FRONT_DESK, Act::Reimport, Err("transition_refused")),
    ] {
        let events = world.events().len();
        let kind = wanted.kind();
        assert_eq!(act(&world, number, &wanted), outcome, "{what}: {kind}");
        assert_eq!(world.events().len(), events + usize::from(outcome.is_ok()), "{what}: {kind}");
    }
    assert_eq!(
        code(run(world.numbers().lookup(&world.tenant, &NumberId::parse("num_none").unwrap()))),
        "number_not_found"
    );
}

#[test]
fn the_audit_says_what_was_done() {
    let world = wide();
    act(&world, FRONT_DESK, &quarantine(" spam ")).unwrap();
    let last = world.events().pop().unwrap().draft;
    assert_eq!(
        (last.event_type.as_str(), last.payload.canonical()),
        (
            "number.quarantined",
            r#"{"forced":false,"from":"active","reason":"spam","reassign":null,"staffId":null,"threads":0,"to":"quarantined","until":"2026-04-19T14:30:00Z"}"#.to_owned()
        )
    );
    act(&world, FRONT_DESK, &Act::Restore { forced: Some("mine".to_owned()) }).unwrap();
    let payload = world.events().pop().unwrap().draft.payload.canonical();
    assert!(payload.contains(r#""forced":true"#) && payload.contains(r#""reason":"mine""#), "{payload}");
    act(&world, ANNAS, &Act::Release { reassign: Some(world.number(BENS)) }).unwrap();
    let payload = world.events().pop().unwrap().draft.payload.canonical();
    assert!(payload.contains(r#""threads":1"#) && payload.contains(world.number(BENS).as_str()), "{payload}");
}

#[test]
fn a_cooldown_ends_by_itself() {
    let world = wide();
    act(&world, POOL, &Act::Quarantine { reason: "x".to_owned(), days: Some(30) }).unwrap();
    let id = world.number(POOL);
    // Whoever previews does not know yet whether a reason will be needed.
    let shown = Act::Restore { forced: Some(String::new()) };
    world.clock.advance(30 * DAY - 1);
    let early = run(world.numbers().impact(&world.tenant, &id, &shown)).unwrap().plan;
    assert!(early.forced);
    world.clock.advance(1);
    let plain = Act::Restore { forced: None };
    let stale = run(world.numbers().act(&Context::SYSTEM, &world.tenant, &id, &plain, Some(early.stamp)));
    assert_eq!(code(stale), "stale_preview", "it is not forced any more");
    let due = run(world.numbers().impact(&world.tenant, &id, &shown)).unwrap().plan;
    let done =
        run(world.numbers().act(&Context::SYSTEM, &world.tenant, &id, &plain, Some(due.stamp))).unwrap();
    assert_eq!(done, due);
    assert!(!done.forced);
}

#[test]
fn what_release_means() {
    let world = wide();
    act(&world, POOL, &quarantine("x")).unwrap();
    let target = || Some(world.number(BENS));
    let reason = || Some("mine".to_owned());
    for (what, number, reassign, why, expected) in [
        ("active", ANNAS, None, None, Act::Release { reassign: None }),
        ("active, with a target", ANNAS, target(), None, Act::Release { reassign: target() }),
        ("active, with a reason", ANNAS, None, reason(), Act::Restore { forced: reason() }),
        ("quarantined", POOL, None, None, Act::Restore { forced: None }),
        ("quarantined, with a reason", POOL, None, reason(), Act::Restore { forced: reason() }),
        ("quarantined, with a target", POOL, target(), None, Act::Release { reassign: target() }),
    ] {
        let found =
            run(world.numbers().release(&world.tenant, &world.number(number), reassign, why)).unwrap();
        assert_eq!(found, expected, "{what}");
    }
    let pool = world.number(POOL);
    let both = run(world.numbers().release(&world.tenant, &pool, target(), reason()));
    assert_eq!(code(both), "ambiguous_release");
}

#[test]
fn imports() {
    let world = World::new();
    let other = "t2".parse().unwrap();
    let request = |e164: &str, provider: &str| ImportNumber {
        e164: phone(e164),
        class: NumberClass::Pool,
        provider: provider.to_owned(),
    };
    let import = |tenant, request| run(world.numbers().import(&Context::SYSTEM, tenant, request));
    assert_eq!(code(import(&other, request(POOL, "x"))), "tenant_not_found");
    let tenant = TenantRequest { id: other.clone(), name: "Elm".to_owned(), business_number: None };
    run(Tenants::new(world.stores.clone()).put(&Context::SYSTEM, tenant)).unwrap();
    for (what, tenant, number, provider, refusal) in [
        ("in use", &world.tenant, POOL, "twilio", "number_exists"),
        ("another's", &other, POOL, "twilio", "held_by_another_tenant"),
        ("no slug", &other, BENS, "Twilio", "invalid_provider"),
        ("a long slug", &other, BENS, &"x".repeat(65), "invalid_provider"),
    ] {
        assert_eq!(code(import(tenant, request(number, provider))), refusal, "{what}");
    }
    act(&world, POOL, &Act::Deactivate { reassign: None }).unwrap();
    assert_eq!(code(import(&other, request(POOL, "x"))), "held_by_another_tenant", "given up is still held");
    let again = import(&world.tenant, request(POOL, "telnyx")).unwrap();
    assert_eq!((again.provider.as_str(), again.status), ("telnyx", NumberStatus::Active));
}

/// Moved threads take their customers along: each of them reaches their own thread and nobody else's.
#[test]
fn moved_threads_keep_customers_apart() {
    let world = wide();
    let annas = [CUSTOMER, STRANGER].map(|customer| match customer {
        CUSTOMER => run(world.stores.threads.list(&world.tenant, &on(&world, ANNAS), &Page::first(9)))
            .unwrap()
            .items
            .remove(0),
        other => world.open(ThreadKind::Recurring, other),
    });
    act(&world, ANNAS, &Act::Release { reassign: Some(world.number(BENS)) }).unwrap();
    for (event, customer, thread) in [("SM1", CUSTOMER, &annas[0]), ("SM2", STRANGER, &annas[1])] {
        assert_eq!(self::thread(&world, &thread.id).number, world.number(BENS));
        let message = world.message(&world.receive(event, customer, BENS, "hello"));
        assert_eq!(message.thread.as_ref(), Some(&thread.id), "{customer} on the new number");
        let old = world.message(&world.receive(&format!("{event}old"), customer, ANNAS, "hello"));
        assert_eq!(old.thread, None, "{customer} on the old number");
    }
}

#[test]
fn a_customer_who_has_a_thread_on_the_target_stays_apart_from_it() {
    let world = wide();
    let target = Some(world.number(SECOND_DESK));
    // A thread of the same customer on the second desk, since the first is taken.
    act(&world, FRONT_DESK, &quarantine("x")).unwrap();
    let other = world.open(ThreadKind::Other, CUSTOMER);
    assert_eq!(other.number, world.number(SECOND_DESK));
    let release = Act::Release { reassign: target };
    assert_eq!(act(&world, ANNAS, &release), Err("target_taken"));
    patch(&world, &other.id, ThreadStatus::Closed);
    world.clock.advance(30 * DAY - MINUTE);
    assert_eq!(act(&world, ANNAS, &release), Err("target_taken"), "its tail is not over");
    world.clock.advance(MINUTE);
    assert_eq!(act(&world, ANNAS, &release), Ok(()));
}

fn on(world: &World, number: &str) -> ThreadFilter {
    ThreadFilter { number: Some(world.number(number)), ..ThreadFilter::default() }
}

const NUMBERS: [&str; 6] = [FRONT_DESK, SECOND_DESK, POOL, SECOND_POOL, ANNAS, BENS];

fn any_act() -> impl Strategy<Value = (usize, usize, usize)> {
    (0..NUMBERS.len(), 0..9_usize, 0..NUMBERS.len())
}

fn act_of(world: &World, kind: usize, other: usize) -> Act {
    let reassign = Some(world.number(NUMBERS[other]));
    match kind {
        0 => quarantine("x"),
        1 => Act::Restore { forced: None },
        2 => Act::Restore { forced: Some("x".to_owned()) },
        3 => Act::Release { reassign: None },
        4 => Act::Release { reassign },
        5 => Act::Assign { staff: staff(["anna", "ben"][other % 2]) },
        6 => Act::Deactivate { reassign: None },
        7 => Act::Deactivate { reassign },
        _ => Act::Reimport,
    }
}

fn check(world: &World) {
    let numbers = run(world.numbers().list(&world.tenant, NumberFilter::default(), &Page::first(50)));
    let numbers = numbers.unwrap().items;
    let desks = |status| {
        numbers.iter().filter(|one| one.class == NumberClass::FrontDesk && one.status == status).count()
    };
    assert!(desks(NumberStatus::Active) > 0, "nothing is left to answer on");
    let threads = run(world.threads().list(&world.tenant, &ThreadFilter::default(), &Page::first(50)));
    let open: Vec<_> = threads.unwrap().items.into_iter().filter(|one| one.pair_free_at.is_none()).collect();
    for thread in &open {
        let number = numbers.iter().find(|number| number.id == thread.number).unwrap();
        assert_ne!(number.status, NumberStatus::Inactive, "an open thread on a number that was given up");
        let same = |one: &&Thread| one.number == thread.number && one.customer == thread.customer;
        assert_eq!(open.iter().filter(same).count(), 1, "two threads of one customer on one number");
    }
    assert!(numbers.iter().all(veralux_core::number::Number::is_consistent));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Over random histories: what is shown is what is done, and what must hold between rows holds.
    #[test]
    fn an_impact_is_what_then_happens(acts in prop::collection::vec(any_act(), 1..24)) {
        let world = wide();
        for (number, kind, other) in acts {
            let (id, act) = (world.number(NUMBERS[number]), act_of(&world, kind, other));
            let shown = run(world.numbers().impact(&world.tenant, &id, &act));
            let stamp = shown.as_ref().ok().map(|impact| impact.plan.stamp);
            let done = run(world.numbers().act(&Context::SYSTEM, &world.tenant, &id, &act, stamp));
            match (shown, done) {
                (Ok(shown), Ok(done)) => {
                    prop_assert_eq!(&shown.plan, &done);
                    prop_assert_eq!(&run(world.numbers().lookup(&world.tenant, &id)).unwrap(), &done.after);
                    for effect in &done.effects {
                        let now_on = thread(&world, &effect.thread).number;
                        let expected = if let GoesTo::Number(target) = &effect.goes_to { target } else { &id };
                        prop_assert_eq!(&now_on, expected);
                    }
                }
                (Err(shown), Err(done)) => prop_assert_eq!(shown.to_string(), done.to_string()),
                (shown, done) => prop_assert!(false, "shown {shown:?}, done {done:?}"),
            }
            check(&world);
            world.clock.advance(DAY);
            let _ = world.try_open(ThreadKind::OneTime, CUSTOMER);
        }
    }
}

#[test]
fn a_resting_number_is_known_as_such() {
    let world = wide();
    act(&world, ANNAS, &quarantine("x")).unwrap();
    assert_eq!(status(&world, ANNAS), NumberStatus::Quarantined);
    let refused = world.try_open(ThreadKind::Recurring, OTHER_CUSTOMER);
    assert_eq!(code(refused), "number_missing", "nothing is opened on it");
}
