//! The emulator refuses what Telnyx refuses, in its words.

use serde_json::Value;
use veralux_core::port::{NumberProvider as _, ProviderFault};
use veralux_core::secret::Secret;
use veralux_emulator::TelnyxPlan;
use veralux_providers::{Authorization, Body, Method, Request};
use zeroize::Zeroizing;

use super::world::World;

async fn ask(world: &World, key: &str, method: Method, target: &str, body: &str) -> (u16, Value) {
    let url = format!("{}/v2{target}", world.origin());
    let mut request = Request::new(method, url).by(Authorization::Bearer(Secret::new(key)));
    if !body.is_empty() {
        let bytes = Zeroizing::new(body.as_bytes().to_vec());
        request = request.body(Body { content_type: "application/json", bytes });
    }
    let response = world.outside.transport.send(request).await.unwrap();
    (response.status, serde_json::from_slice(&response.body).unwrap())
}

/// What, method, target, body, and status, code and place of the refusal. `{id}` and `{ours}` are a number that is held,
/// `{next}` one that is for sale.
type Case = (&'static str, Method, &'static str, &'static str, u16, &'static str, &'static str);

const APPS: &str = "/call_control_applications";
const ORDERS: &str = "/number_orders";
const NUMBER: &str = "/phone_numbers/{id}";
const NAME: &str = "filter[application_name][contains]";
const ORDERED: &str = "/phone_numbers/0/phone_number";
const PROFILE: &str = "/messaging_profile_id";

const CASES: &[Case] = &[
    (
        "a seed's application",
        Method::Post,
        APPS,
        r#"{"connection_name":"a"}"#,
        422,
        "10015",
        "/connection_name",
    ),
    ("no URL", Method::Post, APPS, r#"{"application_name":"a"}"#, 422, "10015", "/webhook_event_url"),
    (
        "a URL without a scheme",
        Method::Post,
        APPS,
        r#"{"application_name":"a","webhook_event_url":"a.example"}"#,
        422,
        "10003",
        "/webhook_event_url",
    ),
    ("no application", Method::Get, "/call_control_applications/1", "", 404, "10005", ""),
    ("none to remove", Method::Delete, "/call_control_applications/1", "", 404, "10005", ""),
    (
        "a filter that is too short",
        Method::Get,
        "/call_control_applications?filter%5Bapplication_name%5D%5Bcontains%5D=ab",
        "",
        422,
        "10015",
        NAME,
    ),
    ("too large a page", Method::Get, "/phone_numbers?page%5Bsize%5D=251", "", 422, "10015", "page[size]"),
    ("an unknown filter", Method::Get, "/phone_numbers?number=1", "", 422, "10015", "number"),
    (
        "a filter of 2020",
        Method::Get,
        "/available_phone_numbers?filter%5Bnumber_type%5D=local",
        "",
        422,
        "10015",
        "filter[number_type]",
    ),
    (
        "a seed's order",
        Method::Post,
        ORDERS,
        r#"{"phone_numbers":[{"phone_number":"{next}","connection_id":"1"}]}"#,
        422,
        "10015",
        "/connection_id",
    ),
    (
        "an order with an application that is not there",
        Method::Post,
        ORDERS,
        r#"{"phone_numbers":[{"phone_number":"{next}"}],"connection_id":"1"}"#,
        422,
        "10017",
        "/connection_id",
    ),
    (
        "a number that no search has shown",
        Method::Post,
        ORDERS,
        r#"{"phone_numbers":[{"phone_number":"+19705559999"}]}"#,
        422,
        "10015",
        ORDERED,
    ),
    (
        "a number that is sold",
        Method::Post,
        ORDERS,
        r#"{"phone_numbers":[{"phone_number":"{ours}"}]}"#,
        422,
        "10015",
        ORDERED,
    ),
    ("nothing ordered", Method::Post, ORDERS, r#"{"phone_numbers":[]}"#, 422, "10015", "/phone_numbers"),
    ("no order", Method::Get, "/number_orders/1", "", 404, "10005", ""),
    ("no number", Method::Patch, "/phone_numbers/1", r#"{"tags":[]}"#, 404, "10005", ""),
    ("an unknown field", Method::Patch, NUMBER, r#"{"sms_url":"https://a"}"#, 422, "10015", "/sms_url"),
    ("another type", Method::Patch, NUMBER, r#"{"connection_id":1}"#, 422, "10015", "/connection_id"),
    ("no such connection", Method::Patch, NUMBER, r#"{"connection_id":"1"}"#, 422, "10017", "/connection_id"),
    (
        "no such profile",
        Method::Patch,
        "/phone_numbers/{id}/messaging",
        r#"{"messaging_profile_id":"1"}"#,
        422,
        "10017",
        PROFILE,
    ),
    (
        "a profile without countries",
        Method::Post,
        "/messaging_profiles",
        r#"{"name":"a"}"#,
        422,
        "10015",
        "/whitelisted_destinations",
    ),
    ("a message to nobody", Method::Post, "/messages", r#"{"from":"+1","text":"a"}"#, 422, "10015", "/to"),
    ("a message to no number", Method::Post, "/messages", r#"{"to":"123","text":"a"}"#, 400, "40310", ""),
    ("no JSON", Method::Post, "/messages", "<html>", 422, "10015", "/"),
    ("no message", Method::Get, "/messages/1", "", 404, "10005", ""),
    ("no such thing", Method::Get, "/phone_calls", "", 404, "10005", ""),
];

#[tokio::test]
async fn what_is_not_as_described_is_refused() {
    let world = World::undescribed().await;
    let held = world.bought().await;
    let next = world.offered().await;
    let fill = |text: &str| {
        let text = text.replace("{id}", &held.id).replace("{ours}", held.number.as_str());
        text.replace("{next}", next.as_str())
    };
    for (what, method, target, body, status, code, place) in CASES {
        let key = &world.account.api_key;
        let (seen, answer) = ask(&world, key, *method, &fill(target), &fill(body)).await;
        let error = &answer["errors"][0];
        assert_eq!((seen, error["code"].as_str()), (*status, Some(*code)), "{what}: {answer}");
        let source = &error["source"];
        let told = source["pointer"].as_str().or(source["parameter"].as_str()).unwrap_or_default();
        assert_eq!(told, *place, "{what}");
    }
    for key in ["KEY0", ""] {
        let (status, answer) = ask(&world, key, Method::Get, "/phone_numbers", "").await;
        assert_eq!((status, answer["errors"][0]["code"].as_str()), (401, Some("10009")), "{key:?}");
    }
    assert_eq!((world.count("numbers"), world.count("applications"), world.count("messages")), (1, 1, 0));
}

#[tokio::test]
async fn too_many_requests_reach_people_as_such() {
    let world = World::new().await;
    world.emulator.telnyx().plan(TelnyxPlan { requests_left: Some(0), ..TelnyxPlan::default() });
    let error = world.telnyx.prepare(&world.tenant, &world.urls).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::RateLimited { wait: None });
    assert_eq!(error.code.as_deref(), Some("10011"));
    assert_eq!(world.count("applications"), 0);
    world.check();
}
