use veralux_core::id::DecisionId;
use veralux_core::number::{Number, ThreadKind};
use veralux_core::party::{Role, ThreadStatus};
use veralux_core::phone::SenderName;
use veralux_core::policy::Kind;
use veralux_core::port::{
    Body, Change, Commit, Destination, MAX_MEDIA, Media, Page, Unclaimed, WebhookClaim,
};
use veralux_core::routing::{Action, AutoReply, Replay};
use veralux_core::service::{Context, DEFAULT_TAIL, Inbound, Receipt, Scenario, TelephonyCleanUp, Writer};
use veralux_core::time::DAY;

use crate::world::{
    ANNAS, CUSTOMER, FRONT_DESK, OTHER_CUSTOMER, POOL, STRANGER, World, gate, inbound, phone, run,
};

fn outcome(receipt: &Receipt) -> (Action, Option<AutoReply>) {
    let Receipt::Stored { action, auto_reply, .. } = receipt else { panic!("not stored: {receipt:?}") };
    (*action, *auto_reply)
}

fn reason(world: &World, decision: &DecisionId) -> String {
    let record = run(world.stores.decisions.lookup(&world.tenant, decision)).unwrap().unwrap();
    let decision: serde_json::Value = serde_json::from_str(&record.decision).unwrap();
    decision["reason"].as_str().unwrap().to_owned()
}

/// What stands between the sender and the number, and what becomes of the message.
#[test]
fn where_a_message_ends() {
    let reply = Some(AutoReply::SenderNotRecognised);
    for (what, from, to, on_thread, action, auto_reply, why) in [
        ("a customer on their thread", CUSTOMER, FRONT_DESK, true, Action::Deliver, None, "no_active_window"),
        ("nobody we know", STRANGER, FRONT_DESK, false, Action::Deliver, None, "thread_unknown"),
        ("a short code", "72345", FRONT_DESK, false, Action::Deliver, None, "thread_unknown"),
        ("no number at all", "BANK", FRONT_DESK, false, Action::Deliver, None, "thread_unknown"),
        ("the pool number's customer", OTHER_CUSTOMER, POOL, true, Action::Deliver, None, "no_active_window"),
        ("a stranger on a pool number", STRANGER, POOL, false, Action::Deliver, reply, "sender_not_mapped"),
        (
            "another's customer on a pool number",
            CUSTOMER,
            POOL,
            false,
            Action::Deliver,
            reply,
            "sender_not_mapped",
        ),
        ("a short code on a pool number", "72345", POOL, false, Action::Deliver, reply, "sender_not_mapped"),
        ("a customer on another's line", CUSTOMER, ANNAS, false, Action::Deliver, None, "thread_unknown"),
    ] {
        let world = World::new();
        let desk = world.open(ThreadKind::Other, CUSTOMER);
        let booking = world.open(ThreadKind::OneTime, OTHER_CUSTOMER);
        let receipt = world.receive("SM1", from, to, "see you at nine");
        assert_eq!(outcome(&receipt), (action, auto_reply), "{what}");
        let message = world.message(&receipt);
        assert_eq!(message.target, Some(Destination::OwnerInbox), "{what}");
        let name = message.sender.name.as_ref().map(SenderName::as_str);
        assert_eq!(name, message.sender.phone.is_none().then_some(from), "{what}: who wrote is not lost");
        assert_eq!(reason(&world, &message.decision), why, "{what}");
        assert_eq!(world.inbox(), std::slice::from_ref(&message), "{what}");
        let on_either = [world.messages_of(&desk.id), world.messages_of(&booking.id)].concat();
        assert_eq!(on_either.len(), usize::from(on_thread), "{what}");
        assert_eq!(message.thread.is_some(), on_thread, "{what}");
    }
}

/// A message without a text is one all the same; only the text is scanned.
#[test]
fn what_hangs_on_a_message_is_kept() {
    let world = World::new();
    let url = "https://media.example/1?call=%2B14155550123&mail=kim@oak.example";
    for (event, text, count) in [("SM1", "", 1), ("SM2", "hello", 2), ("SM3", "", MAX_MEDIA + 1)] {
        let media = vec![Media::told(Some(url), Some("image/png")); count];
        let inbound = Inbound { body: Body::new(text), media, ..inbound(event, "") };
        let gate = gate(&world.stores);
        let called = run(gate.called(FRONT_DESK, CUSTOMER)).unwrap();
        let receipt = run(gate.receive(&Context::SYSTEM, called, inbound)).unwrap();
        let message = world.message(&receipt);
        assert_eq!(message.media.len(), count.min(MAX_MEDIA), "{event}");
        assert_eq!(message.media[0].url(), Some(url), "{event}");
        assert!(message.findings.is_empty(), "{event}: {:?}", message.findings);
        assert_eq!((outcome(&receipt), message.body.as_str()), ((Action::Deliver, None), text), "{event}");
    }
}

/// The number written to says which country's numbers the tenant means.
#[test]
fn what_is_allowed_is_a_number_of_the_country() {
    let world = World::new();
    world.allow(&[(Kind::Phone, "(415) 555-0123")]);
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    let texts = [
        ("call 415.555.0123", 0),
        ("call +1 415 555 0123", 0),
        ("our number is still (415) 555-0100", 0),
        ("call +49 415 5550123", 1),
    ];
    for (event, (text, count)) in ["SM1", "SM2", "SM3", "SM4"].into_iter().zip(texts) {
        let message = world.message(&world.receive(event, CUSTOMER, FRONT_DESK, text));
        assert_eq!(message.findings.len(), count, "{text}");
        let of = Scenario::Thread(thread.id.clone());
        let shown =
            run(world.desk().simulate(&world.tenant, &of, &Writer::Customer, Some(text), None)).unwrap();
        let stored = run(world.stores.decisions.lookup(&world.tenant, &message.decision)).unwrap().unwrap();
        assert_eq!((shown.snapshot, shown.decision), (stored.snapshot, stored.decision), "{text}");
    }
}

#[test]
fn a_sender_is_named_as_far_as_known() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    for (from, role, id, phone) in [
        (CUSTOMER, Role::Customer, Some(thread.customer.to_string()), Some(CUSTOMER)),
        (STRANGER, Role::Unknown, None, Some(STRANGER)),
        ("72345", Role::Unknown, None, None),
    ] {
        let sender = world.message(&world.receive(from, from, FRONT_DESK, "hello")).sender;
        let found = (sender.role, sender.id, sender.phone.as_ref().map(ToString::to_string));
        assert_eq!(found, (role, id, phone.map(ToOwned::to_owned)), "{from}");
    }
}

/// The stranger must not share the fate of the thread that happens to be on the number.
#[test]
fn a_stranger_on_a_pool_number_is_kept_whatever_became_of_its_thread() {
    for (status, why) in [
        (ThreadStatus::Active, "sender_not_mapped"),
        (ThreadStatus::Closed, "sender_not_mapped"),
        (ThreadStatus::Blocked, "thread_unknown"),
        (ThreadStatus::Archived, "thread_unknown"),
    ] {
        let world = World::new();
        let thread = world.open(ThreadKind::OneTime, CUSTOMER);
        run(world.threads().patch(&Context::SYSTEM, &world.tenant, &thread.id, Some(status), None)).unwrap();
        let message = world.message(&world.receive("SM1", STRANGER, POOL, "hello"));
        assert_eq!((message.action, message.thread.clone()), (Action::Deliver, None), "{status}");
        assert_eq!(reason(&world, &message.decision), why, "{status}");
        assert_eq!(world.inbox(), [message], "{status}");
    }
}

/// Model of a number's reuse: who had it before is a stranger once the tail is over, and never lands on the next thread.
#[test]
fn a_reused_pool_number_does_not_let_its_former_customer_in() {
    let world = World::new();
    let first = world.open(ThreadKind::OneTime, CUSTOMER);
    let closed = Some(ThreadStatus::Closed);
    run(world.threads().patch(&Context::SYSTEM, &world.tenant, &first.id, closed, None)).unwrap();
    let second = world.open(ThreadKind::OneTime, OTHER_CUSTOMER);
    assert_eq!(first.number, second.number, "the one pool number is free for another customer at once");

    world.clock.advance(DEFAULT_TAIL - 1);
    let within = world.message(&world.receive("SM1", CUSTOMER, POOL, "still me"));
    assert_eq!(within.thread, Some(first.id.clone()));

    world.clock.advance(1);
    let receipt = world.receive("SM2", CUSTOMER, POOL, "me again");
    assert_eq!(outcome(&receipt), (Action::Deliver, Some(AutoReply::SenderNotRecognised)));
    assert_eq!(world.message(&receipt).thread, None);
    assert!(world.messages_of(&second.id).is_empty());
}

#[test]
fn a_suspended_tenants_messages_are_stored_and_blocked() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    world.suspend();
    let receipt = world.receive("SM1", CUSTOMER, FRONT_DESK, "hello");
    assert_eq!(outcome(&receipt), (Action::Block, None));
    let message = world.message(&receipt);
    assert_eq!(message.target, None);
    assert_eq!(world.messages_of(&thread.id), [message]);

    let stray = world.message(&world.receive("SM2", STRANGER, FRONT_DESK, "hello"));
    assert_eq!((stray.action, stray.thread.clone()), (Action::Block, None));
    assert_eq!(world.inbox(), [stray], "what is on no thread is found in the inbox");
}

#[test]
fn a_repeat_does_nothing_more() {
    let world = World::new();
    let thread = world.open(ThreadKind::Other, CUSTOMER);
    assert!(matches!(world.receive("SM1", CUSTOMER, FRONT_DESK, "hello"), Receipt::Stored { .. }));
    let before = (world.events().len(), world.messages_of(&thread.id));
    world.clock.advance(1_000_000);
    assert_eq!(world.receive("SM1", CUSTOMER, FRONT_DESK, "hello"), Receipt::Repeat);
    assert_eq!((world.events().len(), world.messages_of(&thread.id)), before);
    let history = run(world.desk().history(&world.tenant, &thread.id, &Page::newest(10))).unwrap();
    assert_eq!(history.items.len(), 1);
    assert!(matches!(world.receive("SM2", CUSTOMER, FRONT_DESK, "hello"), Receipt::Stored { .. }));
}

#[test]
fn a_number_that_moves_after_it_was_asked_for_takes_no_message_along() {
    let world = World::new();
    let gate = gate(&world.stores);
    let called = run(gate.called(ANNAS, CUSTOMER)).unwrap();
    assert_eq!(called.tenant(), Some(&world.tenant));
    let before = run(world.numbers().lookup(&world.tenant, &world.number(ANNAS))).unwrap();
    let after = Number { e164: phone("+14155550129"), revision: before.revision + 1, ..before.clone() };
    let change = Change::Number { after, before: Some(before.revision) };
    let commit = Commit::new(world.tenant.clone(), world.stores.clock.now()).change(change);
    run(world.stores.ledger.commit(commit)).unwrap();
    let events = world.events().len();
    let context = Context::of_webhook("twilio", None);
    let inbound = inbound("SM1", "hello");
    assert_eq!(run(gate.receive(&context, called, inbound.clone())).unwrap(), Receipt::Unclaimed);
    let called = run(gate.called(ANNAS, CUSTOMER)).unwrap();
    assert_eq!(called.tenant(), None, "nobody has it any more");
    assert_eq!(run(gate.receive(&context, called, inbound)).unwrap(), Receipt::Repeat);
    let kept = run(world.stores.unclaimed.list(&Page::first(10))).unwrap().items;
    assert_eq!((kept.len(), kept[0].reason.as_str()), (1, "number_moved"));
    assert_eq!(world.events().len(), events, "nothing of it belongs to the tenant");
}

#[test]
fn what_nobody_holds_is_kept_once() {
    for (to, why) in
        [("+14155559999", "number_not_held"), ("12345", "number_not_e164"), ("", "number_not_e164")]
    {
        let world = World::new();
        let events = world.events().len();
        assert_eq!(world.receive("SM1", CUSTOMER, to, "hello"), Receipt::Unclaimed, "{to}");
        assert_eq!(world.receive("SM1", CUSTOMER, to, "hello"), Receipt::Repeat, "{to}");
        let kept = run(world.stores.unclaimed.list(&Page::first(10))).unwrap().items;
        assert_eq!(kept.len(), 1, "{to}");
        assert_eq!((kept[0].reason.as_str(), kept[0].body.as_str()), (why, "Body=hello"), "{to}");
        assert_eq!(world.events().len(), events, "nothing of it belongs to a tenant");
    }
}

/// More than go at once.
#[test]
fn what_nobody_held_for_90_days_is_forgotten() {
    let world = World::new();
    let now = world.stores.clock.now();
    for (number, days) in (0..1_001).map(|number| (number, 91)).chain([(2_000, 89)]) {
        let claim = WebhookClaim { provider: "twilio".to_owned(), event: format!("SM{number}") };
        let received_at = now.plus(-days * DAY);
        let webhook =
            Unclaimed { claim, received_at, reason: "number_not_held".to_owned(), body: Body::new("hello") };
        assert!(run(world.stores.unclaimed.add(&webhook)).unwrap());
    }
    let job = TelephonyCleanUp::new(world.stores.clone());
    assert_eq!([0, 1].map(|_| run(job.run(&Context::SYSTEM)).unwrap().forgotten), [1_001, 0]);
    let kept = run(world.stores.unclaimed.list(&Page::first(10))).unwrap().items;
    assert_eq!((kept.len(), kept[0].claim.event.as_str()), (1, "SM2000"));
}

#[test]
fn findings_flag_a_message_and_stand_beside_it() {
    let world = World::new();
    world.open(ThreadKind::Other, CUSTOMER);
    let receipt = world.receive("SM1", CUSTOMER, FRONT_DESK, "call (415) 555-0123 or ann@example.org");
    assert_eq!(outcome(&receipt), (Action::Flag, None));
    let message = world.message(&receipt);
    let kinds: Vec<_> = message.findings.iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [Kind::Phone, Kind::Email]);
    let phone = &message.findings[0];
    assert_eq!(message.body.as_str().get(phone.start..phone.end), Some("(415) 555-0123"));
}

#[test]
fn a_stored_decision_replays_identical() {
    let world = World::new();
    world.open(ThreadKind::OneTime, CUSTOMER);
    for (event, from, to) in [("SM1", CUSTOMER, POOL), ("SM2", STRANGER, POOL), ("SM3", "72345", FRONT_DESK)]
    {
        let message = world.message(&world.receive(event, from, to, "mail ann@example.org"));
        let replayed = run(world.desk().replay(&world.tenant, &message.decision)).unwrap();
        assert_eq!(replayed.replay, Replay::Identical, "{event}");
        assert_eq!(replayed.record.message, Some(message.id), "{event}");
    }
}

/// Neither text nor number, whoever writes what to whom.
#[test]
fn audit_events_hold_no_text_and_no_number() {
    let world = World::new();
    world.open(ThreadKind::Other, CUSTOMER);
    world.receive("SM1", CUSTOMER, FRONT_DESK, "the secret is petunia, call (415) 555-0123");
    world.receive("SM2", STRANGER, POOL, "petunia");
    let received: Vec<_> = world
        .events()
        .into_iter()
        .filter(|event| event.draft.event_type.as_str() == "message.received")
        .collect();
    assert_eq!(received.len(), 2);
    for event in &received {
        let text = serde_json::to_string(event).unwrap();
        for hidden in [
            "petunia",
            "5550123",
            "555-0123",
            CUSTOMER.trim_start_matches('+'),
            STRANGER.trim_start_matches('+'),
            FRONT_DESK.trim_start_matches('+'),
            POOL.trim_start_matches('+'),
        ] {
            assert!(!text.contains(hidden), "{hidden} in {text}");
        }
        assert!(text.contains("\"correlationId\":\"SM"), "{text}");
    }
}
