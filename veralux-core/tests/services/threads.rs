use veralux_core::id::NumberId;
use veralux_core::number::{Act, ThreadKind};
use veralux_core::party::{NumberClass, ThreadStatus};
use veralux_core::service::{Context, DEFAULT_TAIL, ThreadRequest};

use crate::world::{
    ANNAS, CUSTOMER, FRONT_DESK, OTHER_CUSTOMER, POOL, World, code, customer, phone, run, staff,
};

#[test]
fn the_kind_chooses_the_number() {
    for (kind, number) in
        [(ThreadKind::Other, FRONT_DESK), (ThreadKind::OneTime, POOL), (ThreadKind::Recurring, ANNAS)]
    {
        let world = World::new();
        assert_eq!(world.open(kind, CUSTOMER).number, world.number(number), "{kind}");
        assert_eq!(
            code(world.try_open(kind, CUSTOMER)).split_once('_').map(|(_, why)| why),
            Some(match kind {
                ThreadKind::OneTime => "exhausted",
                ThreadKind::Other | ThreadKind::Recurring => "exists",
            }),
            "{kind}, twice"
        );
    }
}

#[test]
fn what_is_refused() {
    let world = World::new();
    let request = |kind, staff| ThreadRequest {
        kind,
        customer_phone: phone(CUSTOMER),
        customer: None,
        staff,
        number: None,
    };
    for (what, request, refusal) in [
        ("nobody named", request(ThreadKind::Recurring, None), "staff_required"),
        ("nobody's line", request(ThreadKind::Recurring, Some(staff("ben"))), "number_missing"),
    ] {
        let events = world.events().len();
        assert_eq!(
            code(run(world.threads().open(&Context::SYSTEM, &world.tenant, request))),
            refusal,
            "{what}"
        );
        assert_eq!(world.events().len(), events, "{what}");
    }
}

#[test]
fn a_customer_has_one_id_and_one_number() {
    let world = World::new();
    let open = |kind, number: &str, id: &str| {
        let request = ThreadRequest {
            kind,
            customer_phone: phone(number),
            customer: Some(customer(id)),
            staff: None,
            number: None,
        };
        run(world.threads().open(&Context::SYSTEM, &world.tenant, request))
    };
    assert_eq!(open(ThreadKind::Other, CUSTOMER, "c1").unwrap().customer, customer("c1"));
    assert_eq!(open(ThreadKind::OneTime, CUSTOMER, "c1").unwrap().customer, customer("c1"), "the same again");
    assert_eq!(code(open(ThreadKind::Other, CUSTOMER, "c2")), "customer_conflict", "another id");
    assert_eq!(code(open(ThreadKind::Other, OTHER_CUSTOMER, "c1")), "customer_conflict", "another number");
    assert_eq!(world.open(ThreadKind::Recurring, CUSTOMER).customer, customer("c1"), "no id named");
}

#[test]
fn a_closed_thread_keeps_its_pair_for_the_tail() {
    let world = World::new();
    let patch =
        |id, status| run(world.threads().patch(&Context::SYSTEM, &world.tenant, id, Some(status), None));
    let first = world.open(ThreadKind::Other, CUSTOMER);
    let closed = patch(&first.id, ThreadStatus::Closed).unwrap();
    assert_eq!(closed.pair_free_at, Some(first.created_at.plus(DEFAULT_TAIL)));
    assert_eq!(code(world.try_open(ThreadKind::Other, CUSTOMER)), "thread_exists");

    world.clock.advance(DEFAULT_TAIL - 1);
    let archived = patch(&first.id, ThreadStatus::Archived).unwrap();
    assert_eq!(archived.pair_free_at, closed.pair_free_at, "the tail does not begin anew");
    assert_eq!(code(world.try_open(ThreadKind::Other, CUSTOMER)), "thread_exists");

    world.clock.advance(1);
    let second = world.open(ThreadKind::Other, CUSTOMER);
    assert_eq!(code(patch(&first.id, ThreadStatus::Active)), "thread_exists", "the pair is the second's now");
    patch(&second.id, ThreadStatus::Closed).unwrap();
    world.clock.advance(DEFAULT_TAIL);
    assert_eq!(patch(&first.id, ThreadStatus::Active).unwrap().pair_free_at, None);
}

#[test]
fn a_change_to_nothing_leaves_no_trace() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    let patch = |status, out| {
        run(world.threads().patch(&Context::SYSTEM, &world.tenant, &thread.id, status, out)).unwrap()
    };
    let events = world.events().len();
    assert_eq!(patch(None, None), thread);
    assert_eq!(patch(Some(ThreadStatus::Active), Some(false)), thread);
    assert_eq!(world.events().len(), events);
    assert!(patch(None, Some(true)).opted_out);
    assert_eq!(world.events().len(), events + 1);
}

#[test]
fn a_full_pool_says_so_and_a_number_more_helps() {
    let world = World::new();
    let first = world.open(ThreadKind::OneTime, CUSTOMER);
    assert_eq!(world.open(ThreadKind::OneTime, OTHER_CUSTOMER).number, first.number, "customers share it");
    assert_eq!(code(world.try_open(ThreadKind::OneTime, CUSTOMER)), "pool_exhausted");
    let more = world.import("+14155550103", NumberClass::Pool);
    assert_eq!(world.open(ThreadKind::OneTime, CUSTOMER).number, more);
}

#[test]
fn the_answer_comes_from_the_number_that_was_written_to() {
    let world = World::new();
    let second = world.import("+14155550104", NumberClass::FrontDesk);
    let third = world.import("+14155550105", NumberClass::FrontDesk);
    world.receive("SM1", CUSTOMER, "+14155550104", "hello");
    world.clock.advance(1_000_000);
    world.receive("SM2", CUSTOMER, "+14155550105", "are you there?");
    world.receive("SM3", OTHER_CUSTOMER, "+14155550104", "hello");
    assert_eq!(world.open(ThreadKind::Other, CUSTOMER).number, third, "the last one");
    assert_eq!(world.open(ThreadKind::Other, OTHER_CUSTOMER).number, second, "each their own");
    assert_eq!(
        world.open(ThreadKind::Other, "+442079460005").number,
        world.number(FRONT_DESK),
        "who never wrote"
    );
    let receipt = world.receive("SM4", CUSTOMER, "+14155550105", "hello again");
    assert!(world.message(&receipt).thread.is_some(), "the next message is in the thread");
}

#[test]
fn a_number_may_be_named() {
    let world = World::new();
    let second = world.import("+14155550104", NumberClass::FrontDesk);
    let resting = world.import("+14155550105", NumberClass::FrontDesk);
    let act = Act::Quarantine { reason: "spam".to_owned(), days: None };
    run(world.numbers().act(&Context::SYSTEM, &world.tenant, &resting, &act, None)).unwrap();
    let open = |kind, number: &NumberId, who: Option<&str>| {
        let request = ThreadRequest {
            kind,
            customer_phone: phone(CUSTOMER),
            customer: None,
            staff: who.map(staff),
            number: Some(number.clone()),
        };
        run(world.threads().open(&Context::SYSTEM, &world.tenant, request))
    };
    let (pool, annas) = (world.number(POOL), world.number(ANNAS));
    for (what, kind, number, who, refusal) in [
        ("another class", ThreadKind::Other, &pool, None, "number_unfit"),
        ("not active", ThreadKind::Other, &resting, None, "number_unfit"),
        ("another person's", ThreadKind::Recurring, &annas, Some("ben"), "number_unfit"),
        ("not there", ThreadKind::Other, &NumberId::parse("num_none").unwrap(), None, "number_not_found"),
    ] {
        assert_eq!(code(open(kind, number, who)), refusal, "{what}");
    }
    assert_eq!(open(ThreadKind::Other, &second, None).unwrap().number, second);
    assert_eq!(code(open(ThreadKind::Other, &second, None)), "thread_exists");
    assert_eq!(open(ThreadKind::OneTime, &pool, None).unwrap().number, pool);
    assert_eq!(open(ThreadKind::Recurring, &annas, None).unwrap().number, annas, "its person needs no name");
}

#[test]
fn the_tenant_is_no_customer_of_its_own() {
    let world = World::new();
    for number in [FRONT_DESK, POOL, ANNAS] {
        assert_eq!(code(world.try_open(ThreadKind::Other, number)), "own_number");
    }
    let given_up = world.number(POOL);
    let act = Act::Deactivate { reassign: None };
    run(world.numbers().act(&Context::SYSTEM, &world.tenant, &given_up, &act, None)).unwrap();
    world.open(ThreadKind::Other, POOL);
}
