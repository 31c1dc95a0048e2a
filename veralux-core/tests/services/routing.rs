use veralux_core::id::{CustomerId, NumberId, ThreadId};
use veralux_core::number::ThreadKind;
use veralux_core::port::Page;
use veralux_core::service::{Context, Scenario, Simulation, WindowRequest, Writer};
use veralux_core::time::{HOUR, Instant};

use crate::world::{CUSTOMER, FRONT_DESK, OTHER_CUSTOMER, POOL, World, code, run, staff};

fn simulate(
    world: &World,
    scenario: &Scenario,
    writer: &Writer,
    text: &str,
    at: Option<Instant>,
) -> Simulation {
    run(world.desk().simulate(&world.tenant, scenario, writer, Some(text), at)).unwrap()
}

fn answer(simulation: &Simulation) -> (String, String) {
    let decision: serde_json::Value = serde_json::from_str(&simulation.decision).unwrap();
    let text = |name: &str| decision[name].as_str().unwrap().to_owned();
    (text("action"), text("reason"))
}

/// Same input, same route: the live path stores what the simulator shows, byte for byte.
#[test]
fn a_simulation_is_what_then_happens() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    let booking = world.open(ThreadKind::OneTime, OTHER_CUSTOMER);
    for (event, customer, number, from, to) in [
        ("SM1", &thread.customer, FRONT_DESK, CUSTOMER, FRONT_DESK),
        ("SM2", &booking.customer, POOL, OTHER_CUSTOMER, POOL),
        ("SM3", &thread.customer, POOL, CUSTOMER, POOL),
        ("SM4", &booking.customer, FRONT_DESK, OTHER_CUSTOMER, FRONT_DESK),
    ] {
        let scenario = Scenario::Customer { customer: customer.clone(), number: world.number(number) };
        let shown = simulate(&world, &scenario, &Writer::Customer, "mail ann@example.org", None);
        let message = world.message(&world.receive(event, from, to, "mail ann@example.org"));
        let stored = run(world.stores.decisions.lookup(&world.tenant, &message.decision)).unwrap().unwrap();
        assert_eq!((shown.snapshot, shown.decision), (stored.snapshot, stored.decision), "{event}");
    }
}

#[test]
fn a_simulation_writes_nothing() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    let before = (world.events(), world.messages_of(&thread.id), world.inbox());
    simulate(&world, &Scenario::Thread(thread.id.clone()), &Writer::Customer, "hello", None);
    assert_eq!((world.events(), world.messages_of(&thread.id), world.inbox()), before);
    let history = run(world.desk().history(&world.tenant, &thread.id, &Page::newest(10))).unwrap();
    assert!(history.items.is_empty());
}

#[test]
fn whoever_writes_and_whenever() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    let starts_at = thread.created_at.plus(HOUR);
    let window = WindowRequest {
        thread: thread.id.clone(),
        staff: staff("anna"),
        starts_at,
        ends_at: starts_at.plus(HOUR),
    };
    run(world.schedule().add_window(&Context::SYSTEM, &world.tenant, window)).unwrap();
    let of = Scenario::Thread(thread.id.clone());
    let anna = Writer::Staff(staff("anna"));
    for (what, writer, text, at, action, reason) in [
        ("before the window", &Writer::Customer, "hi", None, "deliver", "no_active_window"),
        ("in the window", &Writer::Customer, "hi", Some(starts_at), "deliver", "window_active"),
        ("a finding", &Writer::Customer, "ann@example.org", None, "flag", "no_active_window"),
        ("staff too early", &anna, "hi", None, "block", "outside_window"),
        ("staff in time", &anna, "hi", Some(starts_at), "deliver", "outbound_allowed"),
        ("staff with a finding", &anna, "ann@example.org", Some(starts_at), "review", "policy_findings"),
        ("the owner", &Writer::Owner, "hi", None, "deliver", "outbound_allowed"),
        ("the owner with a finding", &Writer::Owner, "ann@example.org", None, "warn", "outbound_allowed"),
    ] {
        let simulation = simulate(&world, &of, writer, text, at);
        assert_eq!(answer(&simulation), (action.to_owned(), reason.to_owned()), "{what}");
    }
    let now = simulate(&world, &of, &Writer::Customer, "hi", None);
    assert_eq!(now.next_change_at, Some(starts_at));
}

/// What we send to somebody without a thread must not be shown as going to another's customer.
#[test]
fn outbound_without_a_thread_goes_nowhere() {
    let world = World::new();
    let known = world.open(ThreadKind::Other, CUSTOMER).customer;
    world.open(ThreadKind::OneTime, OTHER_CUSTOMER);
    let scenario = Scenario::Customer { customer: known, number: world.number(POOL) };
    let simulation = simulate(&world, &scenario, &Writer::Owner, "hello", None);
    assert_eq!(answer(&simulation), ("block".to_owned(), "thread_unknown".to_owned()));
}

#[test]
fn what_there_is_none_of() {
    let world = World::new();
    let (customer, number) = (CustomerId::parse("c0").unwrap(), NumberId::parse("n0").unwrap());
    let known = world.open(ThreadKind::Other, CUSTOMER).customer;
    for (scenario, refusal) in [
        (Scenario::Thread(ThreadId::parse("thr_none").unwrap()), "thread_not_found"),
        (Scenario::Customer { customer, number: world.number(POOL) }, "customer_not_found"),
        (Scenario::Customer { customer: known, number }, "number_not_found"),
    ] {
        let result = run(world.desk().simulate(&world.tenant, &scenario, &Writer::Customer, None, None));
        assert_eq!(code(result), refusal);
    }
}

#[test]
fn a_snapshots_faults_are_told_with_their_place() {
    let world = World::new();
    let simulation = simulate(
        &world,
        &Scenario::Thread(world.open(ThreadKind::Other, CUSTOMER).id),
        &Writer::Customer,
        "hello",
        None,
    );
    let again = world.desk().simulate_snapshot(&world.tenant, simulation.snapshot.as_bytes()).unwrap();
    assert_eq!(again, simulation);
    for (document, refusal, path) in [
        (simulation.snapshot.replace("\"t1\"", "\"t2\""), "tenant_mismatch", "snapshot.tenant.id"),
        (
            simulation.snapshot.replace("\"mapped\":true", "\"mapped\":1"),
            "invalid_snapshot",
            "snapshot.sender.mapped",
        ),
        ("[]".to_owned(), "invalid_snapshot", "snapshot"),
    ] {
        let error = world.desk().simulate_snapshot(&world.tenant, document.as_bytes()).unwrap_err();
        let veralux_core::service::Error::Refused(found) = error else { panic!("{error}") };
        assert_eq!((found.code, found.faults[0].path.as_str()), (refusal, path));
    }
}
