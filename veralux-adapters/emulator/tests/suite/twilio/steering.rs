//! The emulator as tests in other languages use it: over HTTP alone.

use serde_json::{Value, json};
use veralux_core::port::MessageProvider as _;
use veralux_providers::{Body, Method, Request};

use super::world::{Hooked, OUR, THEIRS, World, sms, tenant};

async fn steer(world: &World, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let mut request = Request::new(method, format!("{}/emulator/twilio{path}", world.served.origin));
    if let Some(body) = body {
        request = request
            .body(Body { content_type: "application/json", bytes: body.to_string().into_bytes().into() });
    }
    let answer = world.outside.transport.send(request).await.unwrap();
    (answer.status, serde_json::from_slice(&answer.body).unwrap_or_default())
}

#[tokio::test]
async fn all_of_it_over_http() {
    let (world, hooked) = (World::start().await, Hooked::start().await);
    let post = async |path: &str, body: Value| steer(&world, Method::Post, path, Some(body)).await;
    let list = async |path: &str| steer(&world, Method::Get, path, None).await.1;

    let (status, account) = post("/accounts", json!({})).await;
    assert_eq!(status, 201);
    assert_eq!(account["sid"].as_str().unwrap().len(), 34);
    let given = json!({"accountSid": account["sid"], "number": "+14155550122"});
    assert_eq!(post("/numbers", given).await.0, 201);
    assert_eq!(post("/numbers", json!({"accountSid": "AC1", "number": "+1"})).await.0, 404);
    assert_eq!(list("/numbers").await.as_array().unwrap().len(), 2);

    assert_eq!(post("/by-hand", json!({})).await.0, 204);
    assert_eq!(post("/undeliverable", json!({"number": THEIRS, "code": 30003})).await.0, 204);
    world.provider().await.send(&tenant(), &sms(THEIRS, "Hi")).await.unwrap();
    assert_eq!(post("/advance", json!({})).await.1, json!({"moved": 1}));
    assert_eq!(list("/messages").await[0]["status"], "sent");
    assert_eq!(post("/advance", json!({})).await.1, json!({"moved": 1}));
    assert_eq!(list("/messages").await[0]["errorCode"], 30003);
    assert_eq!(post("/advance", json!({})).await.1, json!({"moved": 0}));

    let none = post("/sms", json!({"from": THEIRS, "to": OUR, "body": "Hi"})).await.1;
    assert_eq!(none["delivered"], false, "the number leads nowhere yet");
    assert!(none["reason"].as_str().unwrap().contains("URL is not set"), "{none}");
    let held = world.client().numbers(None).await.unwrap().remove(0);
    let url = format!("{}/stream", hooked.origin);
    let urls = veralux_providers::twilio::NumberUrls {
        sms: &hooked.origin,
        voice: &hooked.origin,
        status: &hooked.origin,
    };
    world.client().lead(&held, &urls).await.unwrap();
    hooked.answer(&format!(
        "<Response><Connect><Stream url=\"wss://a\" statusCallback=\"{url}\"/></Connect></Response>"
    ));
    let told = post("/sms", json!({"from": THEIRS, "to": OUR, "body": "Hi"})).await.1;
    assert_eq!((&told["delivered"], &told["status"]), (&json!(true), &json!(200)));
    let call = post("/call", json!({"from": THEIRS, "to": OUR})).await.1;
    let sid = call["callSid"].as_str().unwrap();
    for (path, body) in [
        ("/stream", json!({"callSid": sid, "event": "stream-started"})),
        ("/hangup", json!({"callSid": sid})),
    ] {
        assert_eq!(post(path, body).await.1["delivered"], true, "{path}");
    }
    assert_eq!(list("/calls").await[0]["status"], "completed");
    assert_eq!(hooked.taken().len(), 4);

    let check = world.client().check_caller_id(&super::world::number(THEIRS), None, None).await.unwrap();
    let keyed = post("/code", json!({"number": THEIRS, "code": check.code.expose()})).await.1;
    assert_eq!(keyed, json!({"verified": true}));
    assert_eq!(post("/sms", json!({"from": THEIRS, "unknown": 1})).await.0, 422);
    world.check();
}
