//! What a stranger on a pool number is answered where the webhook's answer does not reach them.

use std::pin::pin;
use std::task::{self, Waker};

use veralux_core::number::ThreadKind;
use veralux_core::party::{Direction, Role};
use veralux_core::port::{Delivery, Destination, Message, Page, WorkKind};
use veralux_core::routing::AutoReply;
use veralux_core::service::{Context, Inbound, MessageGate, Receipt, Reported};
use veralux_core::time::{DAY, MINUTE};

use crate::dispatcher_world::{Behaviour, Office, drive, report_of};
use crate::world::{CUSTOMER, OTHER_CUSTOMER, POOL, STRANGER, gate, inbound, phone, run};

/// A pool number that is somebody's.
fn office() -> Office {
    let office = Office::new(false);
    office.world.open(ThreadKind::OneTime, OTHER_CUSTOMER);
    office
}

fn take_in(gate: &MessageGate, event: &str, from: &str, is_answered: bool) -> Receipt {
    let called = run(gate.called(POOL, from)).unwrap();
    let inbound = Inbound { is_answered, ..inbound(event, "hello?") };
    run(gate.receive(&Context::of_webhook("twilio", None), called, inbound)).unwrap()
}

fn noted(office: &Office) -> u64 {
    run(office.world.stores.work.count(WorkKind::AutoReply)).unwrap()
}

/// The reply that the provider got as its so manieth message.
fn reply(office: &Office, place: usize) -> Message {
    office.message(&office.provider.taken()[place].message)
}

#[test]
fn a_stranger_is_answered_once_a_day_over_a_number() {
    let office = office();
    let sent = || office.provider.taken().len();
    let receipt = take_in(&office.gate, "SM1", STRANGER, false);
    assert_eq!(take_in(&office.gate, "SM1", STRANGER, false), Receipt::Repeat);
    assert_eq!((noted(&office), sent()), (1, 0), "it is noted with the message");
    office.run_due();
    office.run_due();
    let (reply, answered) = (reply(&office, 0), office.world.message(&receipt));
    let taken = office.provider.taken().remove(0);
    let text = AutoReply::SenderNotRecognised.text();
    assert_eq!((taken.route.0, taken.route.1, taken.route.2.as_str()), (phone(POOL), phone(STRANGER), text));
    assert_eq!((reply.direction, reply.sender.role), (Direction::Outbound, Role::Automation));
    assert_eq!(
        (&reply.thread, &reply.number, &reply.decision),
        (&None, &answered.number, &answered.decision)
    );
    assert_eq!(reply.target, Some(Destination::Sender(answered.id)));
    assert_eq!((noted(&office), office.work(), office.events("message.queued")), (0, 0, 1));
    assert_eq!(office.world.inbox().len(), 1, "what we answer is not in it");
    assert_eq!(office.report(&report_of(&taken, Delivery::Delivered, None)), Reported::Noted);
    assert_eq!(office.delivery(&reply.id).state, Delivery::Delivered);

    for (what, from, wait, expected) in [
        ("the same day", STRANGER, MINUTE, 1),
        ("another stranger", CUSTOMER, 0, 2),
        ("the next day", STRANGER, DAY, 3),
    ] {
        office.world.clock.advance(wait);
        take_in(&office.gate, what, from, false);
        office.run_due();
        office.run_due();
        assert_eq!((noted(&office), office.work(), sent()), (0, 0, expected), "{what}");
    }
}

#[test]
fn who_is_not_answered_by_a_message() {
    let office = office();
    let idle = gate(&office.world.stores).sending_over(["telnyx"].into());
    for (what, gate, from, is_answered) in [
        ("who hears the webhook's answer", &office.gate, STRANGER, true),
        ("a short code", &office.gate, "72345", false),
        ("the number's customer", &office.gate, OTHER_CUSTOMER, false),
        ("where nobody sends", &idle, STRANGER, false),
    ] {
        take_in(gate, what, from, is_answered);
        assert_eq!(noted(&office), 0, "{what}");
    }
}

/// Two nodes, each dropped at any await, and an answer that is lost.
#[test]
fn it_is_sent_once_whoever_dies() {
    let mut ends = 0;
    for steps in 0..200 {
        let office = office();
        take_in(&office.gate, "SM1", STRANGER, false);
        if steps % 2 == 1 {
            office.provider.next([Behaviour::LoseAnswer]);
        }
        let nodes = [office.node(), office.node()];
        let both = async {
            for _ in 0..2 {
                for node in &nodes {
                    node.run_due(9).await.unwrap();
                }
            }
        };
        {
            let mut both = pin!(both);
            let mut context = task::Context::from_waker(Waker::noop());
            ends += usize::from((0..steps / 2).any(|_| both.as_mut().poll(&mut context).is_ready()));
        }
        for _ in 0..5 {
            office.world.clock.advance(3 * MINUTE);
            for node in &nodes {
                drive(node.run_due(9)).unwrap();
            }
        }
        assert_eq!(office.provider.taken().len(), 1, "after {steps}");
        assert_eq!(reply(&office, 0).delivery.unwrap().state, Delivery::Sent, "after {steps}");
        assert_eq!((noted(&office), office.work()), (0, 0), "after {steps}");
    }
    assert!(ends > 0, "some come to their end");
}

#[test]
fn what_is_not_asked_for_any_more_is_not_sent() {
    let office = office();
    take_in(&office.gate, "SM1", STRANGER, false);
    office.run_due();
    office.world.open(ThreadKind::OneTime, STRANGER);
    office.run_due();
    assert_eq!(office.provider.asked(), 0);
    let dead = run(office.dispatcher.list_dead_letters(&office.world.tenant, &Page::first(9))).unwrap().items;
    let error = dead[0].delivery.as_ref().unwrap().error.as_ref().unwrap();
    assert_eq!(error.code.as_deref(), Some("no_active_window"), "they are recognised now");
}

#[test]
fn a_stranger_who_wants_no_messages_gets_none() {
    let office = office();
    take_in(&office.gate, "SM1", STRANGER, false);
    office.provider.next([Behaviour::Refuse("21610")]);
    office.run_due();
    office.run_due();
    assert_eq!((office.provider.asked(), office.work(), office.events("message.failed")), (1, 0, 1));
}
