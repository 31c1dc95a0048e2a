use veralux_core::id::{OverrideId, ThreadId};
use veralux_core::number::ThreadKind;
use veralux_core::port::{Destination, Page};
use veralux_core::routing::OverrideTarget;
use veralux_core::service::{Context, OverrideRequest, WindowRequest};
use veralux_core::time::{HOUR, MINUTE};

use crate::world::{CUSTOMER, FRONT_DESK, World, code, run, staff};

fn override_of(thread: &ThreadId, target: OverrideTarget) -> OverrideRequest {
    OverrideRequest { thread: thread.clone(), target, lasts: Some(HOUR), reason: " Anna is ill ".to_owned() }
}

/// A window, an override over it, its removal, its end: where the next message goes.
#[test]
fn messages_follow_windows_and_overrides() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    let now = thread.created_at;
    let window = WindowRequest {
        thread: thread.id.clone(),
        staff: staff("anna"),
        starts_at: now,
        ends_at: now.plus(3 * HOUR),
    };
    run(world.schedule().add_window(&Context::SYSTEM, &world.tenant, window)).unwrap();
    let anna = Some(Destination::Staff(staff("anna")));
    let ben = Some(Destination::Staff(staff("ben")));
    let target = |event| world.message(&world.receive(event, CUSTOMER, FRONT_DESK, "hello")).target;
    assert_eq!(target("SM1"), anna, "the window");

    let add = || {
        let request = override_of(&thread.id, OverrideTarget::Staff(staff("ben")));
        run(world.schedule().add_override(&Context::SYSTEM, &world.tenant, request)).unwrap()
    };
    let made = add();
    assert_eq!(made.reason, "Anna is ill");
    assert_eq!(target("SM2"), ben, "the override");
    run(world.schedule().remove_override(&Context::SYSTEM, &world.tenant, &made.id)).unwrap();
    assert_eq!(target("SM3"), anna, "taken back");
    add();
    world.clock.advance(HOUR - 1);
    assert_eq!(target("SM4"), ben, "its last instant");
    world.clock.advance(1);
    assert_eq!(target("SM5"), anna, "it has ended");
    world.clock.advance(2 * HOUR);
    assert_eq!(target("SM6"), Some(Destination::OwnerInbox), "the window has ended");
    let listed = run(world.schedule().list_overrides(&world.tenant, None, &Page::first(10))).unwrap();
    assert_eq!(listed.items.len(), 2, "the past stays in the list");
}

#[test]
fn windows_that_are_refused() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    let now = thread.created_at;
    let unknown = ThreadId::parse("thr_none").unwrap();
    for (what, thread, ends_at, refusal) in [
        ("ends as it starts", &thread.id, now, "invalid_span"),
        ("ends before it starts", &thread.id, now.plus(-MINUTE), "invalid_span"),
        ("on no thread", &unknown, now.plus(MINUTE), "thread_not_found"),
    ] {
        let events = world.events().len();
        let request = WindowRequest { thread: thread.clone(), staff: staff("anna"), starts_at: now, ends_at };
        let result = run(world.schedule().add_window(&Context::SYSTEM, &world.tenant, request));
        assert_eq!(code(result), refusal, "{what}");
        assert_eq!(world.events().len(), events, "{what}");
    }
}

#[test]
fn overrides_that_are_refused() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER).id;
    let unknown = ThreadId::parse("thr_none").unwrap();
    let request = |thread, lasts, reason: &str| OverrideRequest {
        lasts: Some(lasts),
        reason: reason.to_owned(),
        ..override_of(thread, OverrideTarget::OwnerInbox)
    };
    for (what, request, refusal) in [
        ("no reason", request(&thread, HOUR, " "), "invalid_reason"),
        ("a novel", request(&thread, HOUR, &"ü".repeat(501)), "invalid_reason"),
        ("no time", request(&thread, 0, "why"), "invalid_duration"),
        ("the past", request(&thread, -1, "why"), "invalid_duration"),
        ("no thread", request(&unknown, HOUR, "why"), "thread_not_found"),
    ] {
        let result = run(world.schedule().add_override(&Context::SYSTEM, &world.tenant, request));
        assert_eq!(code(result), refusal, "{what}");
    }
}

#[test]
fn an_override_is_taken_back_once() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER).id;
    let request = override_of(&thread, OverrideTarget::Customer);
    let made = run(world.schedule().add_override(&Context::SYSTEM, &world.tenant, request)).unwrap();
    let remove = |id| run(world.schedule().remove_override(&Context::SYSTEM, &world.tenant, id));
    remove(&made.id).unwrap();
    assert_eq!(code(remove(&made.id)), "override_not_found");
    assert_eq!(code(remove(&OverrideId::parse("ovr_none").unwrap())), "override_not_found");
}

/// A snapshot has a limit; reaching it would leave a thread without any decision.
#[test]
fn a_thread_has_so_many_overrides_and_no_more() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER).id;
    let add = || {
        let request = override_of(&thread, OverrideTarget::OwnerInbox);
        run(world.schedule().add_override(&Context::SYSTEM, &world.tenant, request))
    };
    for _ in 0..1000 {
        add().unwrap();
    }
    assert_eq!(code(add()), "too_many_overrides");
    world.clock.advance(HOUR);
    add().unwrap();
}

/// Who reads the chain sees what an override did.
#[test]
fn an_overrides_event_tells_where_messages_went() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER).id;
    for (target, expected) in [
        (OverrideTarget::Staff(staff("ben")), r#""target":"staff","targetId":"ben""#),
        (OverrideTarget::OwnerInbox, r#""target":"owner_inbox","targetId":null"#),
    ] {
        let request = override_of(&thread, target);
        run(world.schedule().add_override(&Context::SYSTEM, &world.tenant, request)).unwrap();
        let last = world.events().pop().unwrap();
        let payload = last.draft.payload.canonical();
        assert!(payload.contains(expected), "{payload}");
    }
}
