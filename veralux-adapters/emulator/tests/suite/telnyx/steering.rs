//! Over HTTP, as tests in other languages steer it.

use serde_json::{Value, json};
use veralux_core::phone::E164;
use veralux_core::port::NumberProvider as _;
use veralux_providers::{Body, Method, Request};
use zeroize::Zeroizing;

use super::world::World;

async fn steer(world: &World, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let url = format!("{}/emulator/telnyx{path}", world.served.origin);
    let mut request = Request::new(method, url);
    if let Some(body) = body {
        let bytes = Zeroizing::new(body.to_string().into_bytes());
        request = request.body(Body { content_type: "application/json", bytes });
    }
    let response = world.outside.transport.send(request).await.unwrap();
    (response.status, serde_json::from_slice(&response.body).unwrap_or_default())
}

#[tokio::test]
async fn what_happens_outside_is_made_over_http() {
    let world = World::new().await;
    let post = Method::Post;
    let (_, account) = steer(&world, post, "/accounts", Some(json!({"api_key": "KEYmine"}))).await;
    let (_, again) = steer(&world, post, "/accounts", Some(json!({"api_key": "KEYmine"}))).await;
    assert_eq!((&account["api_key"], &account), (&json!("KEYmine"), &again));
    let (_, fresh) = steer(&world, post, "/accounts", Some(json!({}))).await;
    assert!(fresh["api_key"].as_str().unwrap().starts_with("KEY") && fresh != account);

    let plan = json!({"order_reads": 1, "order_status": "success"});
    assert_eq!(steer(&world, post, "/plan", Some(plan)).await.0, 204);
    let number = world.offered().await;
    let application = world.telnyx.prepare(&world.tenant, &world.urls).await.unwrap();
    world.telnyx.order(&world.tenant, &number, application.as_deref(), "r").await.unwrap();
    world.telnyx.find_order(&world.tenant, "r").await.unwrap();

    let (customer, ours) = ("+14155550100", number.as_str());
    let message = json!({"from": customer, "to": ours, "text": "Hello"});
    let (_, told) = steer(&world, post, "/messages", Some(message)).await;
    assert_eq!(told["delivered"]["status"], 200, "{told}");
    let (_, call) = steer(&world, post, "/calls", Some(json!({"from": customer, "to": ours}))).await;
    assert_eq!(call["delivered"]["status"], 200, "{call}");
    let id = call["call_control_id"].as_str().unwrap();
    let (_, answered) = steer(&world, post, &format!("/calls/{id}/answer"), None).await;
    assert_eq!(answered["delivered"]["url"], world.urls.voice, "{answered}");
    let cause = Some(json!({"cause": "normal_clearing"}));
    steer(&world, post, &format!("/calls/{id}/hangup"), cause).await;
    assert_eq!(world.events().into_iter().flatten().count(), 4);
    let nobody = json!({"from": customer, "to": "+19705559999"});
    assert_eq!(steer(&world, post, "/calls", Some(nobody)).await.0, 404);

    let key = &world.account.api_key;
    for (what, expected) in [
        ("applications", 1),
        ("profiles", 1),
        ("orders", 1),
        ("numbers", 1),
        ("messages", 1),
        ("calls", 1),
        ("x", 0),
    ] {
        let (_, list) = steer(&world, Method::Get, &format!("/accounts/{key}/{what}"), None).await;
        assert_eq!(list.as_array().unwrap().len(), expected, "{what}");
    }
    assert!(E164::parse(ours).is_ok());
    world.check();
}
