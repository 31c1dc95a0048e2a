//! Server messages, from the emulator's signature to what we answer.

use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use veralux_emulator::HookPlan;
use veralux_emulator::vapi::{Age, Ending, ToolShape};
use veralux_providers::vapi::NumberChange;
use veralux_providers::vapi::webhook::{
    Algorithm, AssistantAnswer, Auth, Event, Hmac, Message, Sent, TenantHint, ToolResult, assistant_answer,
    parse, tenant_hints, tool_results,
};

use super::*;

/// Our end: verifies, reads, answers.
#[derive(Clone)]
struct Ours {
    auth: Arc<Auth>,
    taken: Arc<Mutex<Vec<Message>>>,
    refused: Arc<Mutex<u32>>,
    assistant: Arc<Mutex<Option<String>>>,
}

async fn receive(State(ours): State<Ours>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let sent = Sent { header: &header, method: "POST", url: "", body: &body };
    if ours.auth.verify(&sent, now()).is_err() {
        *ours.refused.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    let message = parse(&body).unwrap();
    let answer = match &message.event {
        Event::AssistantRequest => {
            let chosen = ours.assistant.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let sorry = || AssistantAnswer::Error("This number is not\nconfigured".to_owned());
            assistant_answer(&chosen.map_or_else(sorry, AssistantAnswer::Assistant))
        }
        Event::ToolCalls(calls) => {
            let result = |call: &veralux_providers::vapi::webhook::ToolCall| ToolResult {
                name: call.name.clone(),
                tool_call_id: call.id.clone(),
                outcome: match call.arguments.as_ref().and_then(|given| given.get("day")?.as_str()) {
                    Some(day) => Ok(format!("Booked for\n{day}")),
                    None => Err("Which day?".to_owned()),
                },
            };
            tool_results(&calls.iter().map(result).collect::<Vec<_>>())
        }
        _ => String::new(),
    };
    ours.taken.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    (StatusCode::OK, answer)
}

impl Ours {
    async fn serve(auth: Auth) -> (Self, String) {
        let ours = Self {
            auth: Arc::new(auth),
            taken: Arc::default(),
            refused: Arc::default(),
            assistant: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/vapi", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/vapi", post(receive)).with_state(ours.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (ours, url)
    }

    fn kinds(&self) -> Vec<String> {
        self.taken.lock().unwrap().iter().map(|message| message.kind.clone()).collect()
    }

    fn last(&self) -> Message {
        self.taken.lock().unwrap().last().unwrap().clone()
    }
}

fn secret() -> Secret {
    Secret::new("a-secret-of-24-characters")
}

#[tokio::test]
async fn each_way_in_which_vapi_says_who_it_is() {
    let base64 = || Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let hmac = |algorithm| Auth::Hmac(Box::new(Hmac::new(secret(), algorithm)));
    let github = Hmac {
        signature_header: "X-Hub-Signature-256".to_owned(),
        signature_prefix: "sha256=".to_owned(),
        include_timestamp: false,
        payload_format: "{body}".to_owned(),
        ..Hmac::new(secret(), Algorithm::Sha256)
    };
    let bearer = |header: &str, prefix| Auth::Bearer { token: secret(), header: header.to_owned(), prefix };
    for (what, auth) in [
        ("a secret", Auth::Secret(secret())),
        ("a token", bearer("Authorization", true)),
        ("a token without a scheme", bearer("X-Vapi-Secret", false)),
        ("SHA-1", hmac(Algorithm::Sha1)),
        ("SHA-256", hmac(Algorithm::Sha256)),
        ("SHA-512", hmac(Algorithm::Sha512)),
        ("as GitHub does", Auth::Hmac(Box::new(github))),
        ("Standard Webhooks", Auth::Hmac(Box::new(Hmac::standard_webhooks(base64(), "webhook")))),
        ("Svix", Auth::Hmac(Box::new(Hmac::standard_webhooks(base64(), "svix")))),
    ] {
        let stage = stage().await;
        let vapi = &stage.vapi;
        let credential = vapi.create_webhook_credential("to us", &auth).await.unwrap();
        let (ours, url) = Ours::serve(auth).await;
        let desk = vapi.create_assistant(&tenant(), &desk()).await.unwrap();
        imported(vapi, Some(&desk.id), Some(&server(&url, Some(&credential.id)))).await;
        let rung = stage.emulator.vapi().ring(NUMBER, "+14155550199").await.unwrap();
        assert_eq!(rung.assistant.as_deref(), Some(desk.id.as_str()), "{what}");
        assert_eq!(ours.kinds(), ["status-update"], "{what}");
        stage.emulator.hooks().set(HookPlan { forged: true, ..HookPlan::default() });
        stage.emulator.vapi().status(&rung.call, "forwarding").await;
        assert_eq!((ours.kinds().len(), *ours.refused.lock().unwrap()), (1, 1), "{what}: forged");
        stage.done();
    }
}

#[tokio::test]
async fn a_call_from_the_first_ring_to_the_report() {
    let stage = stage().await;
    let (vapi, over_there) = (&stage.vapi, stage.emulator.vapi());
    let (ours, url) = Ours::serve(Auth::Secret(secret())).await;
    over_there.set_server(&url, Some(secret().expose()));
    let desk = vapi.create_assistant(&tenant(), &desk()).await.unwrap();
    let phone = imported(vapi, None, None).await;
    // Nobody answers.
    let rung = over_there.ring(NUMBER, "+14155550199").await.unwrap();
    assert_eq!(rung.assistant, None);
    assert_eq!(rung.answer.unwrap(), json!({ "error": "This number is not configured" }));
    assert_eq!(ours.last().call.number, Some(number()));
    // We name who answers.
    *ours.assistant.lock().unwrap() = Some(desk.id.clone());
    let rung = over_there.ring(NUMBER, "+14155550199").await.unwrap();
    assert_eq!(rung.assistant.as_deref(), Some(desk.id.as_str()));
    assert_eq!(ours.kinds(), ["assistant-request", "assistant-request", "status-update"]);
    let expected = [TenantHint::Assistant(desk.id.clone()), TenantHint::Metadata("acme".to_owned())];
    assert_eq!(tenant_hints(&ours.last()), expected);
    assert_eq!(ours.last().call.phone_number_id.as_deref(), Some(phone.id.as_str()));
    // The assistant calls a tool, in all shapes.
    let definition = ToolDefinition { server: server(&url, None), ..tool(&url) };
    let made = vapi.register(&definition, None).await.unwrap();
    vapi.link_tools(&desk.id, &[&made.id]).await.unwrap();
    for shape in [ToolShape::Text, ToolShape::Object, ToolShape::FlatArguments, ToolShape::FlatParameters] {
        let arguments = json!({ "day": "Monday" });
        let result = over_there.tool_call(&rung.call, "book", &arguments, shape).await.unwrap();
        assert_eq!(result["result"], "Booked for Monday", "{shape:?}: taken as one line");
    }
    let asked = over_there.tool_call(&rung.call, "book", &json!({}), ToolShape::Text).await.unwrap();
    assert_eq!(asked["error"], "Which day?");
    // It ends, today and in 2024.
    for age in [Age::Today, Age::Of2024] {
        let ending = Ending {
            reason: "customer-ended-call".to_owned(),
            turns: vec![("bot".to_owned(), "Hello".to_owned()), ("user".to_owned(), "Bye".to_owned())],
            summary: "Short.".to_owned(),
            recording_url: Some("https://r.example/1.wav".to_owned()),
            cost: 0.05,
            age,
        };
        assert_eq!(over_there.end(&rung.call, &ending).await.unwrap().status, Some(200));
        let Event::EndOfCall(report) = ours.last().event else { panic!("{age:?}: no report") };
        assert_eq!(report.ended_reason.as_deref(), Some("customer-ended-call"), "{age:?}");
        assert_eq!(report.transcript.as_deref(), Some("AI: Hello\nUser: Bye\n"), "{age:?}");
        assert_eq!(report.summary.as_deref(), Some("Short."), "{age:?}");
        assert_eq!(report.recording_url.as_deref(), Some("https://r.example/1.wav"), "{age:?}");
        assert_eq!((report.turns.len(), report.turns[0].role.as_str()), (2, "assistant"), "{age:?}");
        assert_eq!((report.cost, report.ended_at), (Some(0.05), Some(now())), "{age:?}");
    }
    stage.done();
}

#[tokio::test]
async fn the_nearest_server_is_told_and_only_what_it_wants() {
    let stage = stage().await;
    let (vapi, over_there) = (&stage.vapi, stage.emulator.vapi());
    over_there.set_server("http://127.0.0.1:1/nobody", Some(secret().expose()));
    let (far, far_url) = Ours::serve(Auth::Secret(secret())).await;
    let (near, near_url) = Ours::serve(Auth::Secret(secret())).await;
    let change = AssistantChange {
        server: Some(server(&near_url, None)),
        server_messages: Some(vec!["end-of-call-report".to_owned(), "tool-calls".to_owned()]),
        ..desk()
    };
    let desk = vapi.create_assistant(&tenant(), &change).await.unwrap();
    let phone = imported(vapi, Some(&desk.id), Some(&server(&far_url, None))).await;
    let rung = over_there.ring(NUMBER, "+14155550199").await.unwrap();
    over_there.end(&rung.call, &Ending::default()).await.unwrap();
    assert_eq!((near.kinds(), far.kinds()), (vec!["end-of-call-report".to_owned()], vec![]));
    // Twice, and the last one first.
    let elsewhere = vapi.create_assistant(&"other".parse().unwrap(), &super::desk()).await.unwrap();
    let change = NumberChange { assistant_id: Some(&elsewhere.id), ..NumberChange::default() };
    vapi.patch_number(&phone.id, &change).await.unwrap();
    stage.emulator.hooks().set(HookPlan { repeats: 1, ..HookPlan::default() });
    let rung = over_there.ring(NUMBER, "+14155550199").await.unwrap();
    assert_eq!(far.kinds(), ["status-update", "status-update"]);
    stage.emulator.hooks().set(HookPlan { held: true, ..HookPlan::default() });
    over_there.end(&rung.call, &Ending::default()).await;
    stage.emulator.hooks().release().await;
    assert_eq!(far.kinds()[2..], ["end-of-call-report", "status-update"]);
    stage.done();
}

/// The same over HTTP, for tests in other languages.
#[tokio::test]
async fn the_emulator_is_steered_from_outside() {
    let stage = stage().await;
    let (ours, url) = Ours::serve(Auth::Secret(secret())).await;
    let ask = async |method, path: &str, body: Value| {
        let request =
            veralux_providers::Request::new(method, format!("{}/emulator/vapi{path}", stage.served.origin));
        let bytes = zeroize::Zeroizing::new(body.to_string().into_bytes());
        let request = match method {
            veralux_providers::Method::Get => request,
            _ => request.body(veralux_providers::Body { content_type: "application/json", bytes }),
        };
        let answer = outside().transport.send(request).await.unwrap();
        assert!((200..300).contains(&answer.status), "{path}: {}", answer.status);
        serde_json::from_slice::<Value>(&answer.body).unwrap_or_default()
    };
    let (post, get) = (veralux_providers::Method::Post, veralux_providers::Method::Get);
    ask(post, "/server", json!({ "url": url, "secret": secret().expose() })).await;
    ask(post, "/keys", json!({ "key": "another" })).await;
    let desk = stage.vapi.create_assistant(&tenant(), &desk()).await.unwrap();
    imported(&stage.vapi, Some(&desk.id), None).await;
    let rung = ask(post, "/ring", json!({ "number": NUMBER, "customer": "+14155550199" })).await;
    let call = format!("/calls/{}", rung["call"].as_str().unwrap());
    ask(post, &format!("{call}/status"), json!({ "status": "forwarding" })).await;
    let tool = json!({ "name": "book", "arguments": { "day": "Monday" }, "shape": "flat_parameters" });
    let result = ask(post, &format!("{call}/tool"), tool).await;
    assert_eq!(result["result"], "Booked for Monday");
    ask(post, &format!("{call}/end"), json!({ "reason": "hangup", "age": "of2024" })).await;
    assert_eq!(
        ours.kinds(),
        ["status-update", "status-update", "tool-calls", "status-update", "end-of-call-report"]
    );
    let state = ask(get, "", Value::Null).await;
    assert_eq!(state["calls"][0]["status"], "ended");
    stage.done();
}
