use std::time::Duration;

use veralux_core::port::{Delivery, MessageProvider as _, ProviderFault};
use veralux_core::time::SECOND;
use veralux_emulator::{HookPlan, TelnyxPlan};
use veralux_providers::telnyx::webhook::{EventKind, Refused};

use super::world::World;

/// The states that were told, those that were taken only.
fn states(world: &World) -> Vec<(String, Delivery, Option<String>)> {
    let state = |event| match event {
        Ok(EventKind::MessageState(state)) => Some((state.id, state.state.unwrap(), state.code)),
        _ => None,
    };
    world.events().into_iter().map(|event| event.map(|event| event.kind)).filter_map(state).collect()
}

#[tokio::test]
async fn a_message_goes_out_and_its_states_come_back() {
    let world = World::new().await;
    let held = world.bought().await;
    let sms = world.sms("msg_1", &held.number, "Hello");
    let sent = world.telnyx.send(&world.tenant, &sms).await.unwrap();
    assert_eq!((sent.state, &sent.code), (Delivery::Queued, &None));
    world.inbox.wait(2).await;
    let id = sent.id.clone();
    assert_eq!(states(&world), [(id.clone(), Delivery::Sent, None), (id.clone(), Delivery::Delivered, None)]);
    assert!(world.inbox.came().iter().all(|came| came.path == "/status"), "the message's own URL");
    assert_eq!(world.api().message(&id).await.unwrap().unwrap().state, Delivery::Delivered);
    assert_eq!(world.api().message("b0c7e8cb").await.unwrap(), None);

    let plan = TelnyxPlan {
        message_status: "delivery_failed".to_owned(),
        message_code: Some("40001".to_owned()),
        ..TelnyxPlan::default()
    };
    world.emulator.telnyx().plan(plan);
    let silent =
        veralux_core::port::OutgoingSms { status_url: None, ..world.sms("msg_2", &held.number, "Hi") };
    world.telnyx.send(&world.tenant, &silent).await.unwrap();
    world.inbox.wait(4).await;
    let (_, state, code) = states(&world).pop().unwrap();
    assert_eq!((state, code.as_deref()), (Delivery::Undelivered, Some("40001")));
    assert_eq!(world.inbox.came()[3].path, "/message", "the profile's URL");
    world.check();
}

#[tokio::test]
async fn a_message_comes_in() {
    let world = World::new().await;
    let held = world.bought().await;
    let (customer, ours) = ("+14155550100", held.number.as_str());
    let telnyx = world.emulator.telnyx();
    let delivered = telnyx.receive(customer, ours, "Hello").await.unwrap();
    assert_eq!(delivered.status, Some(200));
    let event = world.event();
    assert_eq!(event.occurred_at, Some(veralux_core::port::Clock::now(world.clock.as_ref())));
    let EventKind::MessageReceived(message) = event.kind else { panic!("a message") };
    assert_eq!((message.from.unwrap().as_str(), message.text.as_str()), (customer, "Hello"));
    assert_eq!(message.to, [held.number]);
    assert!(telnyx.receive(customer, "+19705559999", "Hello").await.is_none(), "nobody's number");

    // Whoever does not want to hear from us does not.
    telnyx.receive(customer, ours, " stop ").await.unwrap();
    let sms = world.sms("msg_1", &held.number, "Hello");
    let error = world.telnyx.send(&world.tenant, &sms).await.unwrap_err();
    assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::Rejected, Some("40300")));
    assert!(error.to_string().contains("STOP"), "{error}");
    telnyx.receive(customer, ours, "START").await.unwrap();
    world.telnyx.send(&world.tenant, &sms).await.unwrap();
    world.check();
}

#[tokio::test]
async fn a_message_is_sent_once_however_often_it_is_asked_for() {
    let world = World::new().await;
    let held = world.bought().await;
    let sms = world.sms("msg_1", &held.number, "Hello");
    let now = veralux_core::port::Clock::now(world.clock.as_ref());
    let sent = world.telnyx.send(&world.tenant, &sms).await.unwrap();
    let messages: &dyn veralux_core::port::MessageProvider = &world.telnyx;
    for _ in 0..3 {
        assert_eq!(world.telnyx.send(&world.tenant, &sms).await.unwrap(), sent);
        assert_eq!(messages.find(&world.tenant, &sms, now).await.unwrap(), Some(sent.clone()));
    }
    assert_eq!(world.count("messages"), 1);

    // The same id with other words: it was taken, and nobody can tell as what.
    let other = world.sms("msg_1", &held.number, "Good bye");
    let error = messages.find(&world.tenant, &other, now).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Unsettled);
    // A day later Telnyx has forgotten it, and it is not asked.
    world.clock.advance(24 * 3600 * SECOND);
    let error = messages.find(&world.tenant, &sms, now).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Unsettled);
    assert_eq!(world.count("messages"), 1);
    world.check();
}

#[tokio::test]
async fn what_cannot_be_sent() {
    let world = World::new().await;
    let held = world.bought().await;
    let stranger = veralux_core::phone::E164::parse("+19705559999").unwrap();
    for (what, from, text, code) in
        [("not ours", &stranger, "Hello", "40305"), ("nothing", &held.number, "", "40304")]
    {
        let error = world.telnyx.send(&world.tenant, &world.sms("msg_1", from, text)).await.unwrap_err();
        assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::Rejected, Some(code)), "{what}");
    }
    assert_eq!(world.count("messages"), 0);
    world.check();
}

#[tokio::test]
async fn webhooks_twice_late_out_of_order_and_forged() {
    let world = World::new().await;
    let held = world.bought().await;
    let hooks = world.emulator.hooks();
    let send = async |id: &str| {
        world.telnyx.send(&world.tenant, &world.sms(id, &held.number, "Hello")).await.unwrap();
    };

    hooks.set(HookPlan { repeats: 1, ..HookPlan::default() });
    send("msg_1").await;
    world.inbox.wait(4).await;
    let ids: Vec<String> = world.events().into_iter().map(|event| event.unwrap().id).collect();
    assert!(ids[0] == ids[1] && ids[2] == ids[3] && ids[0] != ids[2], "one id an event: {ids:?}");

    hooks.set(HookPlan { held: true, ..HookPlan::default() });
    send("msg_2").await;
    // Both are held before they are let go.
    for _ in 0..500 {
        let messages = world.emulator.telnyx().list(&world.account.api_key, "messages");
        if messages[1]["to"][0]["status"] == "delivered" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    hooks.release().await;
    world.inbox.wait(6).await;
    let told: Vec<Delivery> = states(&world).into_iter().skip(4).map(|(_, state, _)| state).collect();
    assert_eq!(told, [Delivery::Delivered, Delivery::Sent], "the last one first");

    hooks.set(HookPlan { forged: true, ..HookPlan::default() });
    send("msg_3").await;
    world.inbox.wait(8).await;
    let refused: Vec<_> = world.events().into_iter().skip(6).collect();
    assert_eq!(refused, [Err(Refused::Signature), Err(Refused::Signature)]);

    hooks.set(HookPlan { delay_millis: 100, ..HookPlan::default() });
    send("msg_4").await;
    world.inbox.wait(10).await;
    assert!(world.events()[8..].iter().all(Result::is_ok));
    world.clock.advance(301 * SECOND);
    assert!(world.events().iter().all(|event| *event == Err(Refused::Age)), "all came too late");
    world.check();
}
