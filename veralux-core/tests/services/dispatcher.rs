use std::pin::pin;
use std::task::{self, Waker};

use veralux_core::id::MessageId;
use veralux_core::port::{Delivery, Page, Thread};
use veralux_core::service::{Context, Reported, StatusReport, WorkRunner};
use veralux_core::time::{HOUR, MINUTE, SECOND};

use crate::dispatcher_world::{Behaviour, Office, drive, report_of};
use crate::world::{code, run};

#[test]
fn a_message_is_sent_and_reported() {
    let office = Office::new(true);
    let id = office.queue("see you at nine");
    assert_eq!(
        (office.delivery(&id).state, office.work()),
        (Delivery::Queued, 1),
        "it waits from its commit on"
    );
    office.run_due();
    let message = office.message(&id);
    let delivery = message.delivery.unwrap();
    assert_eq!((delivery.state, delivery.attempts, delivery.attempt_at), (Delivery::Sent, 1, None));
    assert_eq!(message.provider.unwrap().id, "SM1", "the provider's id of it");
    assert_eq!(office.work(), 0, "nothing more to do");
    let taken = office.provider.taken();
    let url =
        format!("https://veralux.example/webhooks/twilio/status-callback?tenant=t1&message={id}&attempt=1");
    assert_eq!(taken[0].status_url.as_deref(), Some(url.as_str()));
    for (what, state, outcome, after) in [
        ("arrived", Delivery::Delivered, Reported::Noted, Delivery::Delivered),
        ("sent, told late", Delivery::Sent, Reported::Old, Delivery::Delivered),
        ("arrived, told twice", Delivery::Delivered, Reported::Old, Delivery::Delivered),
        ("failed, told late", Delivery::Failed, Reported::Old, Delivery::Delivered),
    ] {
        assert_eq!(office.report(&report_of(&taken[0], state, None)), outcome, "{what}");
        assert_eq!(office.delivery(&id).state, after, "{what}");
    }
    office.run_after(HOUR);
    assert_eq!(office.provider.asked(), 1, "it was sent once");
}

#[test]
fn numbers_of_other_providers_stay_queued() {
    let office = Office::new(true);
    let gate = veralux_core::service::MessageGate::new(
        office.world.stores.clone(),
        std::sync::Arc::default(),
        std::sync::Arc::new(veralux_core::routing::Ruleset::standard()),
    );
    let outbound = veralux_core::service::Outbound {
        thread: office.thread.clone(),
        writer: veralux_core::service::Writer::Owner,
        body: veralux_core::port::Body::new("hello"),
    };
    for (gate, told) in [(gate.clone(), None), (gate.sending_over(["telnyx"].into()), Some("`twilio`"))] {
        let sent = run(gate.send(&Context::SYSTEM, &office.world.tenant, outbound.clone())).unwrap();
        let veralux_core::service::Sent::Queued(message) = sent else { panic!("{sent:?}") };
        let stored = run(office.world.stores.messages.lookup(&office.world.tenant, &message.id)).unwrap();
        let error = stored.unwrap().delivery.unwrap().error;
        let sentence = error.map(|error| error.sentence);
        assert_eq!(sentence.is_some(), told.is_some(), "who embeds this may send by himself");
        assert!(sentence.unwrap_or_default().contains(told.unwrap_or_default()));
    }
    assert_eq!(office.work(), 0, "nobody is to send it");
}

/// What becomes of a message when the provider does this, and this again each time.
#[test]
fn failures() {
    use Behaviour::{Away, Limit, LoseAnswer, LoseRequest, Nonsense, Refuse, Take, TakeAndFail, Unconnected};
    use Delivery::{Failed, Queued, Sent};
    for (what, script, after, attempts, dead, sent) in [
        ("away once", vec![Away], Sent, 2, false, 1),
        ("away three times", vec![Away, Away, Away], Sent, 4, false, 1),
        ("away four times", vec![Away, Away, Away, Away], Failed, 4, true, 0),
        ("too many requests", vec![Limit(30)], Sent, 2, false, 1),
        ("the request is lost", vec![LoseRequest], Sent, 2, false, 1),
        ("the answer is lost", vec![LoseAnswer], Sent, 1, false, 1),
        ("each request is lost", vec![LoseRequest; 4], Queued, 4, true, 0),
        ("refused", vec![Refuse("21211")], Failed, 1, true, 0),
        ("nobody has connected it", vec![Unconnected], Failed, 1, true, 0),
        ("an answer without sense", vec![Nonsense], Queued, 1, true, 1),
        ("taken and failed at once", vec![TakeAndFail("30007")], Failed, 1, true, 1),
        ("nothing", vec![Take], Sent, 1, false, 1),
    ] {
        let office = Office::new(true);
        let id = office.queue("see you at nine");
        office.provider.next(script);
        for _ in 0..6 {
            office.run_due();
            office.world.clock.advance(3 * MINUTE);
        }
        let delivery = office.delivery(&id);
        assert_eq!((delivery.state, delivery.attempts), (after, attempts), "{what}");
        assert_eq!(delivery.dead_since.is_some(), dead, "{what}");
        assert_eq!(office.provider.taken().len(), sent, "{what}");
        assert_eq!(office.work(), 0, "{what}: nothing is left to do");
        assert_eq!(office.events("message.dead_lettered"), usize::from(dead), "{what}");
        let dead_letters = run(office.dispatcher.list_dead_letters(&office.world.tenant, &Page::first(9)));
        assert_eq!(dead_letters.unwrap().items.len(), usize::from(dead), "{what}");
        assert_eq!(delivery.error.is_some(), dead, "{what}: {:?}", delivery.error);
    }
}

#[test]
fn a_wait_that_the_provider_asks_for_is_kept() {
    let office = Office::new(true);
    office.queue("see you at nine");
    office.provider.next([Behaviour::Limit(600)]);
    office.run_due();
    office.run_after(599 * SECOND);
    assert_eq!(office.provider.asked(), 1, "not before");
    office.run_after(5 * SECOND);
    assert_eq!(office.provider.taken().len(), 1, "but soon after");
}

#[test]
fn a_report_in_front_of_our_own_answer_settles_the_attempt() {
    for (what, state, after) in [
        ("sent", Delivery::Sent, Delivery::Sent),
        ("arrived", Delivery::Delivered, Delivery::Delivered),
        ("queued there", Delivery::Queued, Delivery::Sent),
    ] {
        let office = Office::new(true);
        let id = office.queue("see you at nine");
        office.provider.next([Behaviour::LoseAnswer]);
        office.run_due();
        assert!(office.delivery(&id).attempt_at.is_some(), "{what}: nobody knows");
        let taken = office.provider.taken();
        assert_eq!(office.report(&report_of(&taken[0], state, None)), Reported::Noted, "{what}");
        let message = office.message(&id);
        assert_eq!(message.provider.unwrap().id, "SM1", "{what}");
        assert_eq!(message.delivery.unwrap().state, after, "{what}");
        office.run_after(HOUR);
        assert_eq!((office.provider.asked(), office.work()), (1, 0), "{what}: it is not sent again");
    }
}

#[test]
fn a_report_that_says_nothing_of_this_attempt() {
    let office = Office::new(true);
    let id = office.queue("see you at nine");
    let early = |message: Option<MessageId>, attempt| StatusReport {
        provider: "twilio".to_owned(),
        provider_id: "SM1".to_owned(),
        message,
        attempt,
        state: Delivery::Delivered,
        code: None,
    };
    assert_eq!(office.report(&early(None, None)), Reported::Unknown, "nobody has this id");
    let stranger = MessageId::parse("msg_x").unwrap();
    assert_eq!(office.report(&early(Some(stranger), Some(1))), Reported::Unknown, "no such message");
    assert_eq!(office.report(&early(Some(id.clone()), Some(0))), Reported::Old, "it was never sent");
    office.provider.next([Behaviour::Take]);
    office.run_due();
    let first = office.provider.taken();
    let failed = report_of(&first[0], Delivery::Undelivered, Some("30003"));
    assert_eq!(office.report(&failed), Reported::Noted, "it does not arrive");
    drive(office.dispatcher.replay(&Context::SYSTEM, &office.world.tenant, &id, "phone is on again"))
        .unwrap();
    office.provider.next([Behaviour::LoseAnswer]);
    office.run_due();
    assert_eq!(office.report(&failed), Reported::Old, "the first one's again, while the second is under way");
    assert_eq!(office.report(&report_of(&first[0], Delivery::Delivered, None)), Reported::Old, "likewise");
    let named = StatusReport { message: None, attempt: None, ..failed.clone() };
    assert_eq!(office.report(&named), Reported::Old, "by the provider's id alone");
    let second = office.provider.taken();
    assert_eq!(office.report(&report_of(&second[1], Delivery::Delivered, None)), Reported::Noted);
    assert_eq!(office.message(&id).provider.unwrap().id, "SM2");
    assert_eq!(office.delivery(&id).state, Delivery::Delivered);
    assert_eq!(office.report(&named), Reported::Unknown, "the first one's id is nobody's any more");
    let wrong =
        StatusReport { provider_id: "SM9".to_owned(), ..report_of(&second[1], Delivery::Failed, None) };
    assert_eq!(office.report(&wrong), Reported::Old, "another id than the one that was taken");
}

#[test]
fn dead_letters_are_replayed_or_ignored() {
    let office = Office::new(true);
    let (tenant, context) = (office.world.tenant.clone(), Context::SYSTEM);
    let (first, second) = (office.queue("one"), office.queue("two"));
    office.provider.next([Behaviour::Refuse("21211"), Behaviour::LoseAnswer]);
    let replay =
        |id: &MessageId, reason: &str| drive(office.dispatcher.replay(&context, &tenant, id, reason));
    let ignore =
        |id: &MessageId, reason: &str| drive(office.dispatcher.ignore(&context, &tenant, id, reason));
    let retry = |id: &MessageId| drive(office.dispatcher.retry(&context, &tenant, id, "again"));
    assert_eq!(code(replay(&first, "why not")), "not_dead", "it has not failed");
    assert_eq!(code(retry(&first)), "not_failed");
    assert_eq!(code(replay(&MessageId::parse("x").unwrap(), "r")), "message_not_found");
    office.run_due();
    assert_eq!(code(replay(&first, " ")), "invalid_reason");
    assert_eq!(code(ignore(&first, "")), "invalid_reason");
    assert_eq!(code(replay(&second, "why not")), "not_dead", "it is tried again by itself");
    let replayed = replay(&first, "the number was put right").unwrap().delivery.unwrap();
    assert_eq!((replayed.state, replayed.retries, replayed.dead_since), (Delivery::Queued, 0, None));
    office.provider.next([Behaviour::Refuse("21211")]);
    office.run_due();
    assert!(office.delivery(&first).dead_since.is_some(), "refused again");
    let ignored = ignore(&first, "gone for good").unwrap().delivery.unwrap();
    assert_eq!((ignored.state, ignored.dead_since), (Delivery::Failed, None));
    assert_eq!(code(ignore(&first, "twice")), "not_dead");
    assert_eq!(
        retry(&first).unwrap().delivery.unwrap().state,
        Delivery::Queued,
        "it failed, so it may be retried"
    );
    office.run_after(HOUR);
    assert_eq!(office.delivery(&first).state, Delivery::Sent);
    assert_eq!(office.provider.taken().len(), 2, "and the other one, once");
    for (event, count) in
        [("message.replayed", 2), ("message.dead_letter_ignored", 1), ("message.dead_lettered", 2)]
    {
        assert_eq!(office.events(event), count, "{event}");
    }
}

#[test]
fn what_may_have_been_sent_is_looked_up_before_a_replay_sends_it() {
    let office = Office::new(true);
    let id = office.queue("see you at nine");
    office.provider.next([Behaviour::LoseAnswer]);
    office.run_due();
    office.provider.next_looks([Behaviour::Refuse("20003")]);
    office.run_after(MINUTE);
    let delivery = office.delivery(&id);
    assert_eq!((delivery.state, delivery.dead_since.is_some()), (Delivery::Queued, true), "nobody can tell");
    let again = office.dispatcher.replay(&Context::SYSTEM, &office.world.tenant, &id, "look again");
    drive(again).unwrap();
    office.run_due();
    assert_eq!(office.delivery(&id).state, Delivery::Sent, "it was there");
    assert_eq!(office.provider.taken().len(), 1, "once");
}

#[test]
fn who_wants_no_messages_gets_none() {
    for (what, script) in [
        ("the provider refuses", vec![Behaviour::Refuse("21610")]),
        ("the provider says so later", vec![Behaviour::TakeAndFail("21610")]),
    ] {
        let office = Office::new(true);
        let (first, second) = (office.queue("one"), office.queue("two"));
        office.provider.next(script);
        office.run_due();
        let threads = &office.world.stores.threads;
        let thread: Thread = run(threads.lookup(&office.world.tenant, &office.thread)).unwrap().unwrap();
        assert!(thread.opted_out, "{what}: the thread is marked");
        for id in [&first, &second] {
            let delivery = office.delivery(id);
            assert_eq!((delivery.state, delivery.dead_since), (Delivery::Failed, None), "{what}");
        }
        assert_eq!(office.provider.asked(), 1, "{what}: the second one is not even tried");
        assert_eq!((office.work(), office.events("message.failed")), (0, 2), "{what}");
    }
}

#[test]
fn two_messages_that_look_the_same() {
    let office = Office::new(false);
    let (first, second) = (office.queue("hello"), office.queue("hello"));
    office.provider.next([Behaviour::LoseAnswer, Behaviour::LoseAnswer]);
    office.run_due();
    office.run_after(MINUTE);
    let states = [&first, &second].map(|id| {
        let delivery = office.delivery(id);
        (delivery.state, delivery.dead_since.is_some())
    });
    assert!(states.contains(&(Delivery::Sent, false)), "one is found: {states:?}");
    assert!(states.contains(&(Delivery::Queued, true)), "of the other one nobody can tell: {states:?}");
    assert_eq!(office.provider.taken().len(), 2, "neither is sent twice");
    let third = office.queue("hello");
    office.world.clock.advance(SECOND);
    office.provider.next([Behaviour::LoseRequest]);
    office.run_due();
    office.run_after(MINUTE);
    assert_eq!(office.delivery(&third).state, Delivery::Sent, "an older one is no other one");
    assert_eq!(office.provider.taken().len(), 3);
}

#[test]
fn a_provider_gives_an_id_twice() {
    let office = Office::new(true);
    let first = office.queue("one");
    office.run_due();
    office.provider.forget();
    let second = office.queue("two");
    office.run_due();
    let named = |id| office.message(id).provider.map(|named| named.id);
    assert_eq!(named(&second).as_deref(), Some("SM1"), "whose it is now");
    assert_eq!(named(&first), None);
    for id in [&first, &second] {
        let delivery = office.delivery(id);
        assert_eq!((delivery.state, delivery.dead_since), (Delivery::Sent, None), "both were sent");
    }
    assert_eq!((office.provider.asked(), office.work()), (2, 0));
}

#[test]
fn a_suspended_tenants_messages_wait() {
    let office = Office::new(true);
    let id = office.queue("see you at nine");
    office.world.suspend();
    office.run_due();
    assert_eq!((office.delivery(&id).state, office.provider.asked()), (Delivery::Queued, 0));
    assert_eq!(office.work(), 1, "it is looked at again");
    office.run_after(MINUTE);
    office.world.resume();
    office.run_due();
    assert_eq!(office.delivery(&id).state, Delivery::Sent, "at once");
    assert_eq!(office.provider.asked(), 1);
}

#[test]
fn a_tenant_is_resumed_while_its_message_is_held_back() {
    let office = Office::new(true);
    let id = office.queue("see you at nine");
    office.world.suspend();
    {
        // It has found the tenant suspended, and is stopped in front of its commit.
        let node = office.node();
        let mut running = pin!(node.run_due(9));
        let mut looking = task::Context::from_waker(Waker::noop());
        assert!(running.as_mut().poll(&mut looking).is_pending());
        office.world.resume();
        drive(running).unwrap();
    }
    assert_eq!(office.provider.asked(), 0, "it was suspended when it was looked at");
    office.run_due();
    assert_eq!(office.delivery(&id).state, Delivery::Sent, "who holds it back comes too late");
}

#[test]
fn resuming_a_tenant_hastens_no_retry() {
    let office = Office::new(true);
    let (failed, held) = (office.queue("the first"), office.queue("the second"));
    office.provider.next([Behaviour::Limit(60), Behaviour::Limit(60)]);
    office.run_due();
    office.world.suspend();
    office.world.resume();
    office.run_after(30 * SECOND);
    assert_eq!(office.provider.asked(), 2, "the provider wants to be left alone");
    office.run_after(40 * SECOND);
    let states = [&failed, &held].map(|id| office.delivery(id).state);
    assert_eq!(states, [Delivery::Sent; 2]);
}

#[test]
fn work_that_nobody_does_is_left() {
    let office = Office::new(true);
    office.queue("see you at nine");
    let idle = WorkRunner::new(office.world.stores.clone(), Vec::new());
    let run = drive(idle.run_due(9)).unwrap();
    assert_eq!((run.done, office.work()), (1, 1));
    assert_eq!(drive(office.runner.run_due(9)).unwrap().done, 0, "it is claimed");
    office.run_after(2 * MINUTE);
    assert_eq!(office.provider.taken().len(), 1, "and comes back");
}
