//! Every way in which an order can go wrong: the number is bought once, and ends up in use.

use veralux_emulator::{Fault, Plan};

use crate::world::{PROVIDERS, TIMEOUT, World};

/// The request that buys.
fn order_of(world: &World, provider: &str) -> String {
    match provider {
        "twilio" => format!("/twilio/2010-04-01/Accounts/{}/IncomingPhoneNumbers.json", world.twilio.sid),
        _ => "/telnyx/v2/number_orders".to_owned(),
    }
}

async fn bought_once(what: &str, provider: &str, times: u32, fault: Fault) {
    let world = World::start().await;
    let number = world.offered(provider).await;
    let prefix = order_of(&world, provider);
    let fault = Plan { method: Some("POST".to_owned()), prefix, after: 0, times, fault };
    world.emulator.faults().add(fault);
    let (status, answer) = world.purchase(provider, &number).await;
    assert!(matches!(status, 201 | 202), "{provider}, {what}: {status} {answer}");
    if status == 202 {
        world.pass(180).await;
    }
    let operation = world.operation().await;
    assert_eq!(operation["state"], "done", "{provider}, {what}: {operation}");
    assert_eq!(world.bought(provider), (1, 1), "{provider}, {what}");
    let (_, numbers) = world.get("/api/numbers?status=active").await;
    assert_eq!(numbers["items"][0]["e164"], number.as_str(), "{provider}, {what}");
    world.check();
}

#[tokio::test]
async fn an_order_that_goes_wrong_is_made_once() {
    let late = u64::try_from(TIMEOUT.as_millis()).unwrap() + 500;
    let refuse = |status, retry_after| Fault::Refuse { status, retry_after, body: String::new() };
    let mut cases = Vec::new();
    for provider in PROVIDERS {
        for (what, times, fault) in [
            ("too many, and once more", 1, refuse(429, Some(1))),
            ("too many for a minute", 1, refuse(429, Some(60))),
            ("too many, all the time", 9, refuse(429, None)),
            ("broken", 1, refuse(503, None)),
            ("broken twice", 2, refuse(500, None)),
            ("cut before", 1, Fault::CutBefore),
            ("cut after", 1, Fault::CutAfter),
            ("broken behind the act", 1, Fault::FailAfter { status: 500 }),
            ("too late", 1, Fault::Slow { millis: late }),
            ("a page for people", 1, Fault::Html),
            ("far too much", 1, Fault::Huge { bytes: 200_000 }),
        ] {
            cases.push(tokio::spawn(bought_once(what, provider, times, fault)));
        }
    }
    for case in cases {
        case.await.unwrap();
    }
}

#[tokio::test]
async fn whatever_goes_wrong_around_it_passes() {
    let refuse = |status| Fault::Refuse { status, retry_after: None, body: String::new() };
    let mut cases = Vec::new();
    for provider in PROVIDERS {
        for after in 0..12 {
            for fault in [refuse(503), Fault::CutAfter] {
                cases.push(tokio::spawn(async move {
                    let world = World::start().await;
                    let number = world.offered(provider).await;
                    // Each client repeats what only reads; so often that it gives up.
                    let prefix = format!("/{provider}/");
                    world.emulator.faults().add(Plan {
                        method: None,
                        prefix,
                        after,
                        times: 3,
                        fault: fault.clone(),
                    });
                    // The operator: where a tenant's key is looked at first, a provider that fails is told at once.
                    let (status, answer) = world.operator_buys(provider, &number).await;
                    assert!(matches!(status, 201 | 202), "{provider}, {after}, {fault:?}: {status} {answer}");
                    world.pass(180).await;
                    let operation = world.operation().await;
                    assert_eq!(operation["state"], "done", "{provider}, {after}, {fault:?}: {operation}");
                    assert_eq!(world.bought(provider), (1, 1), "{provider}, {after}, {fault:?}");
                    world.check();
                }));
            }
        }
    }
    for case in cases {
        case.await.unwrap();
    }
}
