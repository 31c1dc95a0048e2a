//! What was queued once is sent only while the routing rules allow it, and by nobody who has been stopped.

use std::pin::pin;
use std::task::{self, Waker};

use veralux_core::number::Act;
use veralux_core::party::{NumberClass, ThreadStatus};
use veralux_core::port::Delivery;
use veralux_core::service::{Context, WindowRequest};
use veralux_core::time::{HOUR, MINUTE, SECOND};

use crate::dispatcher_world::{Behaviour, Office, drive};
use crate::world::{FRONT_DESK, code, run, staff};

const CONTEXT: Context = Context::SYSTEM;

fn set_thread(office: &Office, status: ThreadStatus) {
    let threads = office.world.threads();
    run(threads.patch(&CONTEXT, &office.world.tenant, &office.thread, Some(status), None)).unwrap();
}

fn quarantine(office: &Office) {
    office.world.import("+14155550103", NumberClass::FrontDesk);
    let act = Act::Quarantine { reason: "complaints".to_owned(), days: None };
    let number = office.world.number(FRONT_DESK);
    run(office.world.numbers().act(&CONTEXT, &office.world.tenant, &number, &act, None)).unwrap();
}

/// What the rules say, and what makes them say it.
type Case = (&'static str, fn(&Office));

/// What has changed since a message was queued.
const CHANGES: [Case; 3] = [
    ("thread_blocked", |office| set_thread(office, ThreadStatus::Blocked)),
    ("thread_archived", |office| set_thread(office, ThreadStatus::Archived)),
    ("number_not_active", quarantine),
];

#[test]
fn a_retry_is_sent_only_if_the_rules_allow_it_now() {
    for (reason, change) in CHANGES {
        let office = Office::new(true);
        let id = office.queue("see you at nine");
        office.provider.next([Behaviour::Away]);
        office.run_due();
        change(&office);
        office.run_after(MINUTE);
        let delivery = office.delivery(&id);
        assert_eq!((delivery.state, delivery.attempts), (Delivery::Failed, 1), "{reason}");
        assert_eq!(delivery.error.unwrap().code.as_deref(), Some(reason));
        assert!(delivery.dead_since.is_some(), "{reason}: a person sees it");
        let tenant = &office.world.tenant;
        assert_eq!(
            code(drive(office.dispatcher.replay(&CONTEXT, tenant, &id, "again"))),
            "not_sent",
            "{reason}"
        );
        let refused = drive(office.dispatcher.retry(&CONTEXT, tenant, &id, "again")).unwrap_err();
        assert!(refused.to_string().contains(reason), "{refused}");
        assert_eq!((office.provider.asked(), office.work()), (1, 0), "{reason}");
    }
}

#[test]
fn what_waits_for_its_first_attempt_is_asked_about_too() {
    for (reason, change) in CHANGES {
        let office = Office::new(true);
        let id = office.queue("see you at nine");
        change(&office);
        office.run_due();
        assert_eq!(office.delivery(&id).error.unwrap().code.as_deref(), Some(reason));
        assert_eq!((office.provider.asked(), office.work()), (0, 0), "{reason}");
    }
}

#[test]
fn what_the_provider_has_already_is_found_all_the_same() {
    let office = Office::new(true);
    let id = office.queue("see you at nine");
    office.provider.next([Behaviour::LoseAnswer]);
    office.run_due();
    set_thread(&office, ThreadStatus::Blocked);
    office.run_after(MINUTE);
    assert_eq!(office.delivery(&id).state, Delivery::Sent, "it was sent before");
}

#[test]
fn a_suspended_tenants_message_is_not_retried_by_hand() {
    let office = Office::new(true);
    let id = office.queue("see you at nine");
    office.provider.next([Behaviour::Refuse("21211")]);
    office.run_due();
    office.world.suspend();
    let refused = drive(office.dispatcher.retry(&CONTEXT, &office.world.tenant, &id, "again")).unwrap_err();
    assert_eq!(refused.code(), Some("not_sent"));
    assert!(refused.to_string().contains("tenant_suspended"), "{refused}");
}

#[test]
fn a_staff_members_message_is_not_sent_behind_their_window() {
    let office = Office::new(true);
    let now = office.world.now();
    let window = WindowRequest {
        thread: office.thread.clone(),
        staff: staff("anna"),
        starts_at: now,
        ends_at: now.plus(HOUR),
    };
    run(office.world.schedule().add_window(&CONTEXT, &office.world.tenant, window)).unwrap();
    let id = office.queue_by_staff("anna", "see you at nine");
    office.provider.next([Behaviour::Limit(7_000)]);
    office.run_due();
    office.run_after(2 * HOUR);
    assert_eq!(office.delivery(&id).error.unwrap().code.as_deref(), Some("outside_window"));
    assert_eq!(office.provider.asked(), 1);
}

/// However far a node has come on the way to the provider: what another one took over while it was stopped it does not send as well.
#[test]
fn a_node_that_was_stopped_sends_nothing_that_was_taken_over() {
    let mut attempts = 0;
    for steps in 0.. {
        let office = Office::new(true);
        office.queue("see you at nine");
        let (node, queued_at) = (office.node(), office.world.now());
        {
            let mut stopped = pin!(node.run_due(9));
            let mut poll = || stopped.as_mut().poll(&mut task::Context::from_waker(Waker::noop())).is_ready();
            assert!(!(0..steps).any(|_| poll()), "it ends with the provider's answer");
            if office.provider.asked() > 0 {
                break;
            }
            attempts += 1;
            for _ in 0..3 {
                office.world.clock.advance(2 * MINUTE + SECOND);
                drive(office.node().run_due(9)).unwrap();
            }
            // Only the time that has passed tells then.
            office.world.clock.set(queued_at);
            while !poll() {}
        }
        office.run_after(3 * MINUTE);
        assert_eq!(office.provider.taken().len(), 1, "stopped behind {steps} steps");
    }
    assert!(attempts > 2, "also behind the note that the attempt begins: {attempts}");
}

#[test]
fn a_clock_that_jumps_takes_no_message_from_who_is_sending_it() {
    let office = Office::new(true);
    office.queue("see you at nine");
    let mut sending = pin!(office.runner.run_due(9));
    let mut poll = || sending.as_mut().poll(&mut task::Context::from_waker(Waker::noop())).is_ready();
    while office.provider.asked() == 0 {
        assert!(!poll());
    }
    office.world.clock.advance(3 * MINUTE);
    assert_eq!(drive(office.runner.run_due(9)).unwrap().done, 1, "claimed and left");
    assert_eq!(office.provider.asked(), 1);
    while !poll() {}
    office.run_after(3 * MINUTE);
    assert_eq!((office.provider.taken().len(), office.work()), (1, 0));
}

#[test]
fn a_young_attempt_is_left_alone() {
    let office = Office::new(true);
    let id = office.queue("see you at nine");
    office.provider.next([Behaviour::LoseRequest]);
    office.run_due();
    office.run_after(19 * SECOND);
    assert_eq!(
        (office.provider.asked(), office.delivery(&id).attempts),
        (1, 1),
        "it may still be on its way"
    );
    office.run_after(SECOND);
    assert_eq!(office.delivery(&id).state, Delivery::Sent);
}
