//! In whose account numbers are bought, imported and given back, and what becomes of that when accounts fail, come and go.

use serde_json::{Value, json};
use veralux_emulator::{Fault, Plan};

use crate::world::{PROVIDERS, World, steps};

fn refuse(status: u16) -> Fault {
    Fault::Refuse { status, retry_after: None, body: String::new() }
}

/// Where numbers of the operator's account are listed; the same for every account at Telnyx.
fn operators_list(world: &World, provider: &str) -> String {
    match provider {
        "twilio" => format!("/twilio/2010-04-01/Accounts/{}/IncomingPhoneNumbers.json", world.twilio.sid),
        _ => "/telnyx/v2/phone_numbers".to_owned(),
    }
}

/// The request that orders, in whatever account.
fn order_in(provider: &str, account: &str) -> String {
    match provider {
        "twilio" => format!("/twilio/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json"),
        _ => "/telnyx/v2/number_orders".to_owned(),
    }
}

fn code((status, answer): (u16, Value)) -> (u16, String) {
    (status, answer["code"].as_str().unwrap_or_default().to_owned())
}

/// A number that the tenant has bought where it acts now and does not use, and its id.
async fn buy_and_deactivate(world: &World, provider: &str) -> (String, String) {
    let number = world.offered(provider).await;
    let (_, bought) = world.purchase(provider, &number).await;
    let id = bought["number"]["id"].as_str().unwrap().to_owned();
    world.post(&format!("/api/numbers/{id}/deactivate"), &json!({})).await;
    (number, id)
}

/// Where the operation that has failed is tried again.
async fn retry_of_failed(world: &World) -> String {
    let (_, listed) = world.get("/api/numbers/operations?limit=9").await;
    let failed = listed["items"].as_array().unwrap().iter().find(|it| it["state"] == "failed").unwrap();
    format!("/api/numbers/operations/{}/retry", failed["id"].as_str().unwrap())
}

/// A refused credential is told at once, too many requests after a few.
const REFUSALS: [(u16, u32, u16, &str); 2] =
    [(401, 1, 422, "provider_rejected"), (429, 3, 429, "provider_rate_limited")];

#[tokio::test]
async fn a_tenants_own_account_does_not_wait_for_the_operators() {
    for provider in PROVIDERS {
        for (refusal, times, _, _) in REFUSALS {
            let what = format!("{provider}, {refusal}");
            let world = World::start().await;
            let (own, _) = world.connect(provider).await;
            let number = world.offered(provider).await;
            let list = operators_list(&world, provider);
            let fails = || world.emulator.faults().next("GET", &list, times, refuse(refusal));
            fails();
            let (status, bought) = world.purchase(provider, &number).await;
            assert_eq!(status, 201, "{what}: {bought}");
            assert_eq!(world.bought_in(provider, &own), (1, 1), "{what}");
            assert_eq!(world.bought(provider), (0, 0), "{what}");

            let id = bought["number"]["id"].as_str().unwrap();
            let deactivate = format!("/api/numbers/{id}/deactivate");
            assert_eq!(world.post(&deactivate, &json!({})).await.0, 200, "{what}");
            fails();
            let body = json!({"e164": number, "class": "pool", "provider": provider});
            let (status, imported) = world.post("/api/numbers/import", &body).await;
            assert_eq!(status, 201, "{what}: {imported}");

            assert_eq!(world.post(&deactivate, &json!({})).await.0, 200, "{what}");
            fails();
            let back = format!("/api/numbers/{id}/release-at-provider");
            let (status, released) = world.post(&back, &Value::Null).await;
            assert_eq!(status, 200, "{what}: {released}");
            assert_eq!(world.bought_in(provider, &own).0, 0, "{what}");
            world.check();
        }
    }
}

#[tokio::test]
async fn who_acts_in_the_operators_account_waits_for_it() {
    for provider in PROVIDERS {
        for (refusal, times, status, expected) in REFUSALS {
            let world = World::start().await;
            let number = world.offered(provider).await;
            let list = operators_list(&world, provider);
            world.emulator.faults().next("GET", &list, times, refuse(refusal));
            let refused = code(world.purchase(provider, &number).await);
            assert_eq!(refused, (status, expected.to_owned()), "{provider}, {refusal}");
            assert_eq!(world.bought(provider), (0, 0), "{provider}, {refusal}");
            assert_eq!(world.purchase(provider, &number).await.0, 201, "{provider}: nothing was begun");
        }
    }
}

/// While the operator's account says nothing, and also when the tenant's own is gone before the steps are taken.
#[tokio::test]
async fn what_is_the_operators_stays_the_operators() {
    for provider in PROVIDERS {
        for path in ["/api/numbers/import", "/api/numbers/purchase"] {
            let what = format!("{provider}, {path}");
            let world = World::start().await;
            let number = world.offered(provider).await;
            let (_, bought) = world.operator_buys(provider, &number).await;
            let id = bought["number"]["id"].as_str().unwrap();
            world.operate(&format!("/api/numbers/{id}/deactivate"), &json!({})).await;
            let (own, credential) = world.connect(provider).await;
            let body = json!({"e164": number, "class": "pool", "provider": provider});
            assert_eq!(code(world.post(path, &body).await), (403, "operators_only".to_owned()), "{what}");

            let list = operators_list(&world, provider);
            world.emulator.faults().next("GET", &list, 1, refuse(401));
            let (status, refused) = world.post(path, &body).await;
            assert_eq!(status, 422, "{what}: {refused}");
            let retry = retry_of_failed(&world).await;

            world.disconnect(provider).await;
            world.emulator.faults().next("GET", &list, 1, refuse(401));
            let gone = code(world.post(&retry, &Value::Null).await);
            assert_eq!(gone, (409, "provider_not_connected".to_owned()), "{what}");
            world.connect_with(provider, &credential).await;
            assert_eq!(code(world.post(&retry, &Value::Null).await).0, 403, "{what}");
            assert_eq!((world.bought(provider).0, world.bought_in(provider, &own).0), (1, 0), "{what}");
            let (_, kept) = world.get(&format!("/api/numbers/{id}")).await;
            assert_eq!(kept["status"], "inactive", "{what}");
        }
    }
}

/// Neither is it bought for the operator's money nor taken from the operator's account.
#[tokio::test]
async fn an_account_that_is_disconnected_meanwhile_is_waited_for() {
    for provider in PROVIDERS {
        // Before the order was taken, and when it was and its answer is lost.
        for (what, fault) in [
            ("not ordered", Fault::Refuse { status: 429, retry_after: Some(60), body: String::new() }),
            ("ordered", Fault::CutAfter),
        ] {
            let what = format!("{provider}, {what}");
            let world = World::start().await;
            let (own, credential) = world.connect(provider).await;
            let number = world.offered(provider).await;
            let order = order_in(provider, &own);
            world.emulator.faults().next("POST", &order, 1, fault);
            // Nor is it found again while the request waits.
            let looks = if provider == "twilio" { 2 } else { 1 };
            world.emulator.faults().add(Plan {
                method: Some("GET".to_owned()),
                prefix: order,
                after: looks,
                times: 3,
                fault: Fault::Refuse { status: 429, retry_after: Some(60), body: String::new() },
            });
            let (status, begun) = world.purchase(provider, &number).await;
            assert_eq!(status, 202, "{what}: {begun}");
            let ordered = world.bought_in(provider, &own).1;

            world.emulator.faults().clear();
            world.disconnect(provider).await;
            world.pass(180).await;
            let operation = world.operation().await;
            assert_eq!(operation["state"], "failed", "{what}: {operation}");
            assert_eq!(steps(&operation)[1], ("order", "failed"), "{what}");
            let error = &operation["steps"][1]["error"];
            assert_eq!(error["code"], "not_connected", "{what}");
            assert!(error["sentence"].as_str().unwrap().starts_with("Connect "), "{what}: {error}");
            assert_eq!(world.bought(provider), (0, 0), "{what}");
            assert_eq!(world.bought_in(provider, &own).1, ordered, "{what}");

            world.connect_with(provider, &credential).await;
            let retry = format!("/api/numbers/operations/{}/retry", operation["id"].as_str().unwrap());
            let (status, answer) = world.post(&retry, &Value::Null).await;
            assert!(matches!(status, 200 | 202), "{what}: {status} {answer}");
            world.pass(180).await;
            assert_eq!(world.operation().await["state"], "done", "{what}");
            assert_eq!(world.bought_in(provider, &own), (1, 1), "{what}");
            assert_eq!(world.bought(provider), (0, 0), "{what}");
            let (_, numbers) = world.get("/api/numbers?status=active").await;
            assert_eq!(numbers["items"][0]["e164"], number.as_str(), "{what}");
            world.check();
        }
    }
}

#[tokio::test]
async fn an_import_waits_for_the_account_that_it_began_in() {
    for provider in PROVIDERS {
        let world = World::start().await;
        let (own, credential) = world.connect(provider).await;
        let (number, _) = buy_and_deactivate(&world, provider).await;
        // Whatever is asked for behind the two questions whose it is and whether it is there.
        let fault = Fault::Refuse { status: 429, retry_after: Some(60), body: String::new() };
        let prefix = format!("/{provider}/");
        world.emulator.faults().add(Plan { method: None, prefix, after: 2, times: 9, fault });
        let body = json!({"e164": number, "class": "pool", "provider": provider});
        let (status, begun) = world.post("/api/numbers/import", &body).await;
        assert_eq!(status, 202, "{provider}: {begun}");
        world.emulator.faults().clear();
        world.disconnect(provider).await;
        world.pass(180).await;
        let id = begun["operation"]["id"].as_str().unwrap();
        let (_, operation) = world.get(&format!("/api/numbers/operations/{id}")).await;
        assert_eq!(operation["state"], "failed", "{provider}: {operation}");
        assert!(operation.to_string().contains(r#""code":"not_connected""#), "{provider}: {operation}");

        world.connect_with(provider, &credential).await;
        let (status, done) = world.post(&format!("/api/numbers/operations/{id}/retry"), &Value::Null).await;
        assert_eq!((status, done["operation"]["state"].as_str()), (200, Some("done")), "{provider}: {done}");
        assert_eq!((world.bought(provider).0, world.bought_in(provider, &own).0), (0, 1), "{provider}");
    }
}

/// The order is taken, its answer is lost, and who looks for it is refused: nobody knows whether it was bought.
#[tokio::test]
async fn a_number_whose_order_was_never_answered_is_the_tenants_to_go_on_with() {
    for provider in PROVIDERS {
        let world = World::start().await;
        let number = world.offered(provider).await;
        let account = if provider == "twilio" { &world.twilio.sid } else { &world.telnyx.api_key };
        let order = order_in(provider, account);
        world.emulator.faults().next("POST", &order, 1, Fault::CutAfter);
        // In front of the order it is looked for, at Twilio where numbers are too; before that the tenant's key was looked at.
        let after = if provider == "twilio" { 3 } else { 1 };
        let method = Some("GET".to_owned());
        world.emulator.faults().add(Plan { method, prefix: order, after, times: 1, fault: refuse(401) });
        let (status, refused) = world.purchase(provider, &number).await;
        assert_eq!(
            (status, refused["code"].as_str()),
            (422, Some("provider_rejected")),
            "{provider}: {refused}"
        );
        let operation = world.operation().await;
        assert_eq!(steps(&operation)[1], ("order", "failed"), "{provider}");
        assert_eq!(world.bought(provider), (1, 1), "{provider}: it was bought, and nobody knows");

        let body = json!({"e164": number, "class": "pool", "provider": provider});
        let anew = code(world.post("/api/numbers/purchase", &body).await);
        assert_eq!(
            anew,
            (403, "operators_only".to_owned()),
            "{provider}: that it is the tenant's only the operation shows"
        );
        let retry = format!("/api/numbers/operations/{}/retry", operation["id"].as_str().unwrap());
        let (status, done) = world.post(&retry, &Value::Null).await;
        assert_eq!((status, done["operation"]["state"].as_str()), (200, Some("done")), "{provider}: {done}");
        assert_eq!(done["number"]["e164"], number.as_str(), "{provider}");
        assert_eq!(world.bought(provider), (1, 1), "{provider}");
        world.check();
    }
}

/// What came to the operator's account in another way is not what the order bought.
#[tokio::test]
async fn an_order_that_never_arrived_gives_nothing_of_the_operators() {
    let world = World::start().await;
    let number = world.offered("twilio").await;
    let order = order_in("twilio", &world.twilio.sid);
    world.emulator.faults().next("POST", &order, 1, Fault::CutBefore);
    let method = Some("GET".to_owned());
    world.emulator.faults().add(Plan { method, prefix: order, after: 3, times: 1, fault: refuse(401) });
    assert_eq!(world.purchase("twilio", &number).await.0, 422);
    world.emulator.twilio().give(&world.twilio.sid, &number).unwrap();
    let operation = world.operation().await;
    let retry = format!("/api/numbers/operations/{}/retry", operation["id"].as_str().unwrap());
    assert_eq!(code(world.post(&retry, &Value::Null).await), (403, "operators_only".to_owned()));
    assert_eq!(world.get("/api/numbers").await.1["items"], json!([]));
}

/// What was bought in the operator's account stays there when the tenant connects one of its own.
#[tokio::test]
async fn the_operator_gives_back_what_is_in_its_account() {
    for provider in PROVIDERS {
        let world = World::start().await;
        let number = world.offered(provider).await;
        let (_, bought) = world.operator_buys(provider, &number).await;
        let id = bought["number"]["id"].as_str().unwrap();
        world.connect(provider).await;
        world.operate(&format!("/api/numbers/{id}/deactivate"), &json!({})).await;
        let back = format!("/api/numbers/{id}/release-at-provider");
        let (status, released) = world.operate(&back, &Value::Null).await;
        assert_eq!(status, 200, "{provider}: {released}");
        assert_eq!(world.bought(provider).0, 0, "{provider}: nobody pays for it any more");
        world.check();
    }
}

/// A number that is looked for where it is not seems to be gone.
#[tokio::test]
async fn what_is_in_a_disconnected_account_is_not_given_back() {
    for provider in PROVIDERS {
        let world = World::start().await;
        let (own, credential) = world.connect(provider).await;
        let (_, id) = buy_and_deactivate(&world, provider).await;
        world.disconnect(provider).await;
        let back = format!("/api/numbers/{id}/release-at-provider");
        let gone = code(world.post(&back, &Value::Null).await);
        assert_eq!(gone, (409, "provider_not_connected".to_owned()), "{provider}");
        let (_, kept) = world.get(&format!("/api/numbers/{id}")).await;
        assert!(kept["givenBackAt"].is_null(), "{provider}: {kept}");
        assert_eq!(world.bought_in(provider, &own).0, 1, "{provider}");

        world.connect_with(provider, &credential).await;
        let retry = retry_of_failed(&world).await;
        let (status, released) = world.post(&retry, &Value::Null).await;
        assert_eq!(status, 200, "{provider}: {released}");
        assert_eq!(world.bought_in(provider, &own).0, 0, "{provider}");
        world.check();
    }
}
