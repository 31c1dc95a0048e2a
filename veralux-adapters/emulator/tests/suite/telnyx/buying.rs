use tokio::task::JoinSet;
use veralux_core::port::{
    NumberProvider as _, NumberSearch, OrderState, ProviderFault, Verdict, WebhookUrls,
};
use veralux_emulator::TelnyxPlan;
use veralux_providers::telnyx::{Api, NewApplication, NewOrder, check};

use super::world::{World, body, search};

#[tokio::test]
async fn a_number_from_the_search_to_its_release() {
    let world = World::new().await;
    let (telnyx, tenant, urls) = (&world.telnyx, &world.tenant, &world.urls);
    let offers = telnyx.search(tenant, &search()).await.unwrap();
    let numbers: Vec<&str> = offers.iter().map(|offer| offer.number.as_str()).collect();
    assert_eq!(numbers, ["+19705550100", "+19705550101", "+19705550102"]);
    assert_eq!(offers[0].monthly_price.as_deref(), Some("1.00 USD"));
    let number = offers[0].number;
    assert!(world.telnyx_find(&number).await.is_none());

    let application = telnyx.prepare(tenant, urls).await.unwrap();
    assert_eq!(telnyx.prepare(tenant, urls).await.unwrap(), application, "found again");
    assert_eq!((world.count("applications"), world.count("profiles")), (1, 1));
    assert!(telnyx.find_order(tenant, "ref-1").await.unwrap().is_none());
    let order = telnyx.order(tenant, &number, application.as_deref(), "ref-1").await.unwrap();
    assert_eq!(order.state, OrderState::Done);
    assert_eq!(telnyx.find_order(tenant, "ref-1").await.unwrap(), Some(order));

    let held = world.telnyx_find(&number).await.unwrap();
    assert!(held.attached, "bought where it belongs");
    let ordered = &world.emulator.telnyx().list(&world.account.api_key, "orders")[0]["phone_numbers"][0];
    let api = world.api();
    assert_eq!(api.number_by_id(ordered["id"].as_str().unwrap()).await.unwrap(), None, "an order's id");
    assert_eq!(api.number_by_id(&held.id).await.unwrap().unwrap().number, number);

    telnyx.release(tenant, &held).await.unwrap();
    telnyx.release(tenant, &held).await.unwrap();
    assert!(world.telnyx_find(&number).await.is_none());
    assert_eq!(world.count("numbers"), 0);
    world.check();
}

#[tokio::test]
async fn numbers_for_sale_are_what_was_looked_for() {
    let world = World::new().await;
    let plain = NumberSearch { area_code: None, ..search() };
    let toll_free = NumberSearch { kind: veralux_core::port::NumberKind::TollFree, ..plain.clone() };
    for (what, search, expected) in [
        ("digits", NumberSearch { contains: Some("777".to_owned()), ..search() }, "+19707770100"),
        ("free of charge", toll_free.clone(), "+18885550100"),
        ("another country", NumberSearch { country: "GB".to_owned(), ..plain.clone() }, "+442055500100"),
        ("nowhere", NumberSearch { country: "AQ".to_owned(), ..plain }, ""),
        (
            "what such numbers cannot do",
            NumberSearch {
                features: veralux_core::port::NumberFeatures { voice: true, sms: true, mms: true },
                ..toll_free
            },
            "",
        ),
    ] {
        let found = world.telnyx.search(&world.tenant, &search).await.unwrap();
        let first = found.first().map(|offer| offer.number.as_str().to_owned());
        assert_eq!(first.unwrap_or_default(), expected, "{what}");
    }
    world.check();
}

#[tokio::test]
async fn an_order_takes_its_time() {
    let world = World::new().await;
    world.emulator.telnyx().plan(TelnyxPlan { order_reads: 2, ..TelnyxPlan::default() });
    let (telnyx, tenant) = (&world.telnyx, &world.tenant);
    let number = world.offered().await;
    let application = telnyx.prepare(tenant, &world.urls).await.unwrap();
    let order = telnyx.order(tenant, &number, application.as_deref(), "ref-1").await.unwrap();
    assert_eq!(order.state, OrderState::Pending);
    assert!(world.telnyx_find(&number).await.is_none());
    let state = async || telnyx.find_order(tenant, "ref-1").await.unwrap().unwrap().state;
    assert_eq!(state().await, OrderState::Pending);
    assert_eq!(world.api().order_by_id(&order.id).await.unwrap().unwrap().state, OrderState::Done);
    assert!(world.telnyx_find(&number).await.unwrap().attached);

    let failing = TelnyxPlan { order_reads: 1, order_status: "failure".to_owned(), ..TelnyxPlan::default() };
    world.emulator.telnyx().plan(failing);
    let other = world.offered().await;
    let order = telnyx.order(tenant, &other, application.as_deref(), "ref-2").await.unwrap();
    assert_eq!(order.state, OrderState::Pending);
    assert_eq!(telnyx.find_order(tenant, "ref-2").await.unwrap().unwrap().state, OrderState::Failed);
    assert!(world.telnyx_find(&other).await.is_none());
    world.check();
}

#[tokio::test]
async fn a_number_that_is_sold_is_not_sold_again() {
    let world = World::new().await;
    let (telnyx, tenant) = (&world.telnyx, &world.tenant);
    let number = world.offered().await;
    let other = world.emulator.telnyx().account();
    let theirs = Api::at(&world.origin(), &body(&other), world.outside.clone());
    theirs.available(&search()).await.unwrap();
    let order =
        NewOrder { number: &number, connection_id: None, messaging_profile_id: None, reference: "theirs" };
    theirs.order(order).await.unwrap();
    let error = telnyx.order(tenant, &number, None, "ref-1").await.unwrap_err();
    assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::Rejected, Some("10015")));
    assert!(error.to_string().contains("Search again"), "{error}");
    let gone = telnyx.order(tenant, &number, Some("1/2"), "ref-1").await.unwrap_err();
    assert_eq!(gone.fault, ProviderFault::Rejected);
    assert!(!telnyx.search(tenant, &search()).await.unwrap().iter().any(|offer| offer.number == number));
    assert_eq!((world.count("orders"), world.count("numbers")), (0, 0));
    world.check();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_order_a_number_at_once_one_gets_it() {
    let world = World::new().await;
    for reads in [0, 2] {
        world.emulator.telnyx().plan(TelnyxPlan { order_reads: reads, ..TelnyxPlan::default() });
        let number = world.offered().await;
        let mut buyers = JoinSet::new();
        for _ in 0..8 {
            let account = world.emulator.telnyx().account();
            let theirs = Api::at(&world.origin(), &body(&account), world.outside.clone());
            theirs.available(&search()).await.unwrap();
            buyers.spawn(async move {
                let reference = "theirs";
                let order =
                    NewOrder { number: &number, connection_id: None, messaging_profile_id: None, reference };
                theirs.order(order).await.is_ok()
            });
        }
        let sold = buyers.join_all().await.into_iter().filter(|is_sold| *is_sold).count();
        assert_eq!(sold, 1, "an order that takes {reads} reads");
    }
    world.check();
}

#[tokio::test]
async fn a_number_that_leads_elsewhere_is_led_here() {
    let world = World::new().await;
    let (telnyx, tenant) = (&world.telnyx, &world.tenant);
    let number = world.offered().await;
    telnyx.order(tenant, &number, None, "ref-1").await.unwrap();
    let held = world.telnyx_find(&number).await.unwrap();
    assert!(!held.attached);
    telnyx.attach(tenant, &held, None, &world.urls).await.unwrap();
    telnyx.attach(tenant, &held, None, &world.urls).await.unwrap();
    assert!(world.telnyx_find(&number).await.unwrap().attached);

    // The server moves: the application is changed, not made anew; the old profile stays for numbers that are in it.
    let moved = WebhookUrls {
        message: world.inbox.url("new-message"),
        voice: world.inbox.url("new-voice"),
        voice_status: world.inbox.url("new-status"),
    };
    let application = telnyx.prepare(tenant, &moved).await.unwrap();
    assert_eq!((world.count("applications"), world.count("profiles")), (1, 2));
    telnyx.attach(tenant, &held, application.as_deref(), &moved).await.unwrap();
    let numbers: &dyn veralux_core::port::NumberProvider = telnyx;
    assert!(numbers.find(tenant, &number, &moved).await.unwrap().unwrap().attached);
    assert!(!world.telnyx_find(&number).await.unwrap().attached);
    world.check();
}

#[tokio::test]
async fn an_application_is_found_on_the_last_page() {
    let world = World::new().await;
    let (telnyx, tenant, api) = (&world.telnyx, &world.tenant, world.api());
    let application = telnyx.prepare(tenant, &world.urls).await.unwrap();
    let url = world.inbox.url("other");
    for index in 0..60 {
        let name = format!("VeraLux Elm {index}");
        let new = NewApplication { name: &name, webhook_event_url: &url, webhook_api_version: "2" };
        api.add_application(new).await.unwrap();
        api.add_profile(&name, &url).await.unwrap();
    }
    assert_eq!(telnyx.prepare(tenant, &world.urls).await.unwrap(), application);
    assert_eq!((world.count("applications"), world.count("profiles")), (61, 61));

    // Two at once: both keep the same one.
    let both = World::new().await;
    let one = both.telnyx.prepare(&both.tenant, &both.urls);
    let other = both.telnyx.prepare(&both.tenant, &both.urls);
    let (one, other) = tokio::join!(one, other);
    let connection = |prepared: Option<String>| prepared.unwrap().split_once('/').unwrap().0.to_owned();
    assert_eq!(connection(one.unwrap()), connection(other.unwrap()));
    assert_eq!(both.count("applications"), 1);
    world.check();
    both.check();
}

#[tokio::test]
async fn a_tenants_own_account_comes_first() {
    let world = World::new().await;
    let own = world.emulator.telnyx().account();
    world.connect(&own).await;
    world.telnyx.prepare(&world.tenant, &world.urls).await.unwrap();
    assert_eq!(world.count("applications"), 0);
    let made = world.emulator.telnyx().list(&own.api_key, "applications");
    assert_eq!(made[0]["application_name"], "VeraLux oak");

    let verdict = async |account| check(&world.outside, &world.origin(), &body(account)).await;
    assert_eq!(verdict(&own).await, Verdict::Verified);
    let stranger = veralux_emulator::TelnyxAccount { api_key: "KEY0".to_owned(), ..own.clone() };
    let rejected = Verdict::Rejected(veralux_core::port::Rejection::Unauthorised);
    assert_eq!(verdict(&stranger).await, rejected);
    world.check();
}
