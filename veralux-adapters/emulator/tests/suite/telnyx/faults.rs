//! Whatever happens on the way: nothing is bought, made or sent twice, and nothing is lost, when the caller keeps to the
//! ports' contracts.

use std::time::{Duration, Instant as Moment};

use futures_util::future::join_all;
use veralux_core::port::{
    HeldNumber, MessageProvider, NumberProvider as _, OrderState, ProviderError, ProviderFault,
    ProviderResult,
};
use veralux_emulator::{Fault, TelnyxPlan};

use super::world::{TIMEOUT, World, search};

/// Each way to fail; `true` where nothing can have been done.
fn faults() -> Vec<(&'static str, Fault)> {
    let refuse = |status, retry_after| Fault::Refuse { status, retry_after, body: String::new() };
    let late = u64::try_from(TIMEOUT.as_millis()).unwrap() * 2;
    vec![
        ("too many", refuse(429, None)),
        ("too many, wait", refuse(429, Some(1))),
        ("broken before", refuse(500, None)),
        ("away", refuse(503, Some(1))),
        ("cut before", Fault::CutBefore),
        ("cut after", Fault::CutAfter),
        ("broken after", Fault::FailAfter { status: 502 }),
        ("late", Fault::Slow { millis: late }),
        ("a page for people", Fault::Html),
        ("a huge answer", Fault::Huge { bytes: 1 << 20 }),
    ]
}

/// Makes a step again until it goes well, as one that may be made at any time.
async fn until_done<T>(step: impl AsyncFn() -> ProviderResult<T>) -> T {
    for _ in 0..5 {
        if let Ok(done) = step().await {
            return done;
        }
    }
    panic!("it never goes well");
}

/// The caller's part of an order: looks up before it orders again.
async fn buy(world: &World, reference: &str) {
    let (telnyx, tenant) = (&world.telnyx, &world.tenant);
    let number = until_done(async || telnyx.search(tenant, &search()).await).await[0].number;
    let application = until_done(async || telnyx.prepare(tenant, &world.urls).await).await;
    for _ in 0..10 {
        if until_done(async || find(world, &number).await).await.is_some() {
            return;
        }
        match until_done(async || telnyx.find_order(tenant, reference).await).await {
            None => drop(telnyx.order(tenant, &number, application.as_deref(), reference).await),
            Some(order) => assert_ne!(order.state, OrderState::Failed),
        }
    }
    panic!("it is never bought");
}

async fn find(world: &World, number: &veralux_core::phone::E164) -> ProviderResult<Option<HeldNumber>> {
    let numbers: &dyn veralux_core::port::NumberProvider = &world.telnyx;
    numbers.find(&world.tenant, number, &world.urls).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_bought_once_whatever_fails() {
    const PATHS: &[(&str, &str)] = &[
        ("GET", "/telnyx/v2/available_phone_numbers"),
        ("GET", "/telnyx/v2/call_control_applications"),
        ("POST", "/telnyx/v2/call_control_applications"),
        ("GET", "/telnyx/v2/messaging_profiles"),
        ("POST", "/telnyx/v2/messaging_profiles"),
        ("GET", "/telnyx/v2/phone_numbers"),
        ("GET", "/telnyx/v2/number_orders"),
        ("POST", "/telnyx/v2/number_orders"),
    ];
    for (what, fault) in faults() {
        let case = async |(method, path): &(&str, &str)| {
            let world = World::new().await;
            world.emulator.telnyx().plan(TelnyxPlan { order_reads: 1, ..TelnyxPlan::default() });
            world.emulator.faults().next(method, path, 1, fault.clone());
            buy(&world, "ref-1").await;
            for list in ["applications", "profiles", "orders", "numbers"] {
                assert_eq!(world.count(list), 1, "{what}: {method} {path}: {list}");
            }
            world.check();
        };
        join_all(PATHS.iter().map(case)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_set_up_and_given_back_whatever_fails() {
    let cases = faults().into_iter().map(async |(what, fault)| {
        let world = World::new().await;
        let (telnyx, tenant, urls) = (&world.telnyx, &world.tenant, &world.urls);
        let number = world.offered().await;
        telnyx.order(tenant, &number, None, "ref-1").await.unwrap();
        let held = world.telnyx_find(&number).await.unwrap();
        let application = telnyx.prepare(tenant, urls).await.unwrap();
        world.emulator.faults().next("PATCH", "/telnyx/v2/phone_numbers", 2, fault.clone());
        until_done(async || telnyx.attach(tenant, &held, application.as_deref(), urls).await).await;
        assert!(world.telnyx_find(&number).await.unwrap().attached, "{what}");
        world.emulator.faults().next("DELETE", "/telnyx/v2/phone_numbers", 1, fault);
        until_done(async || telnyx.release(tenant, &held).await).await;
        assert_eq!(world.count("numbers"), 0, "{what}");
        world.check();
    });
    join_all(cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_sent_once_whatever_fails() {
    let cases = faults().into_iter().map(async |(what, fault)| {
        let world = World::new().await;
        let held = world.bought().await;
        let sms = world.sms("msg_1", &held.number, "Hello");
        let since = veralux_core::port::Clock::now(world.clock.as_ref());
        world.emulator.faults().next("POST", "/telnyx/v2/messages", 2, fault);
        let messages: &dyn MessageProvider = &world.telnyx;
        let mut sent = messages.send(&world.tenant, &sms).await.ok();
        for _ in 0..5 {
            if sent.is_none() {
                // Lost, or refused for now: asked before it is sent again.
                sent = messages.find(&world.tenant, &sms, since).await.ok().flatten();
            }
        }
        let kept = world.emulator.telnyx().list(&world.account.api_key, "messages");
        assert_eq!(kept.len(), 1, "{what}");
        assert_eq!(kept[0]["id"], sent.unwrap().id, "{what}");
        world.check();
    });
    join_all(cases).await;
}

#[tokio::test]
async fn what_a_failure_is_called() {
    let world = World::new().await;
    let number = world.offered().await;
    let fault = async |fault: Fault| -> ProviderError {
        world.emulator.faults().next("POST", "/telnyx/v2/number_orders", 3, fault);
        let error = world.telnyx.order(&world.tenant, &number, None, "ref-1").await.unwrap_err();
        world.emulator.faults().clear();
        error
    };
    let refuse = |status, retry_after| Fault::Refuse { status, retry_after, body: String::new() };
    let begun = Moment::now();
    let wait = Some(Duration::from_mins(1));
    let limited = ProviderFault::RateLimited { wait };
    assert_eq!(fault(refuse(429, Some(60))).await.fault, limited, "the caller's to plan");
    assert!(begun.elapsed() < Duration::from_secs(30), "not waited for here");
    for (what, way, expected) in [
        ("too many", refuse(429, None), ProviderFault::RateLimited { wait: None }),
        ("broken", refuse(500, None), ProviderFault::Unsettled),
        ("cut", Fault::CutBefore, ProviderFault::Unsettled),
    ] {
        assert_eq!(fault(way).await.fault, expected, "{what}");
    }
    assert_eq!(world.count("orders"), 0);
    // Done, but not told: it says that it may have been done, and its order is there.
    assert_eq!(fault(Fault::Html).await.fault, ProviderFault::Unsettled);
    assert_eq!(world.count("orders"), 1);
    assert!(world.telnyx.find_order(&world.tenant, "ref-1").await.unwrap().is_some());
    world.check();
}
