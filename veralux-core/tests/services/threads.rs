use veralux_core::number::ThreadKind;
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
    let request =
        |kind, staff| ThreadRequest { kind, customer_phone: phone(CUSTOMER), customer: None, staff };
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
        let request =
            ThreadRequest { kind, customer_phone: phone(number), customer: Some(customer(id)), staff: None };
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
