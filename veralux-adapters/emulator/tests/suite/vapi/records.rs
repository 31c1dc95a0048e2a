//! What Vapi keeps, and what it does not take.

use serde_json::{Value, json};
use veralux_core::port::{ProviderFault, Rejection, Verdict};
use veralux_core::secret::Secret;
use veralux_emulator::Fault;
use veralux_providers::vapi::webhook::Auth;
use veralux_providers::vapi::{AssistantChange, ModelChange, NumberChange, Registration, Turn, Vapi, Voice};
use veralux_providers::{Authorization, Body, Https, Method, Request, Transport as _};

use super::*;

#[tokio::test]
async fn an_assistant_from_its_first_day_to_its_last() {
    let stage = stage().await;
    let vapi = &stage.vapi;
    let made = vapi.create_assistant(&tenant(), &desk()).await.unwrap();
    assert_eq!(vapi.create_assistant(&tenant(), &desk()).await.unwrap().id, made.id, "once");
    let other = vapi.create_assistant(&"other".parse().unwrap(), &desk()).await.unwrap();
    assert_ne!(other.id, made.id, "another tenant's of the same name");
    assert_eq!((made.tenant(), other.tenant()), (Some("acme"), Some("other")));
    // Somebody puts a tool there, in the dashboard.
    let theirs = vapi.create_tool(&tool("https://theirs.example/t")).await.unwrap();
    let model =
        json!({ "provider": "openai", "model": "gpt-4o", "toolIds": [theirs.id], "promptCacheKey": "k" });
    stage.emulator.vapi().edit_assistant(&made.id, "model", model);
    let change = AssistantChange {
        model: Some(ModelChange {
            messages: Some(vec![Turn { role: "system".to_owned(), content: "Be kind.".to_owned() }]),
            temperature: Some(0.3),
            ..ModelChange::default()
        }),
        voice: Some(Voice { provider: "vapi".to_owned(), voice_id: "Elliot".to_owned() }),
        server: Some(server("https://v.example/vapi", None)),
        server_messages: Some(vec!["end-of-call-report".to_owned()]),
        recording: Some(false),
        summary: Some(true),
        ..AssistantChange::default()
    };
    vapi.patch_assistant(&made.id, &change).await.unwrap();
    let ours = ToolDefinition { name: "cancel".to_owned(), ..tool("https://v.example/t") };
    let ours = vapi.create_tool(&ours).await.unwrap();
    vapi.link_tools(&made.id, &[&ours.id]).await.unwrap();
    let read = vapi.assistant(&made.id).await.unwrap().unwrap();
    assert_eq!(read.tool_ids(), [theirs.id.as_str(), ours.id.as_str()]);
    let document = Value::Object(read.document().clone());
    assert_eq!(document["model"]["promptCacheKey"], "k");
    assert_eq!(document["model"]["messages"][0]["content"], "Be kind.");
    assert_eq!(document["firstMessage"], "Hello", "what is not changed stays");
    assert_eq!(document["artifactPlan"], json!({ "recordingEnabled": false }));
    let left = vapi.unlink_tools(&made.id, &[&ours.id]).await.unwrap();
    assert_eq!(left.tool_ids(), [theirs.id.as_str()]);
    stage.emulator.vapi().pin(&made.id);
    let error = vapi.delete_assistant(&made.id).await.unwrap_err();
    assert_eq!(error.sentence, "Something else at Vapi still uses it. Detach it there first.");
    vapi.delete_assistant(&other.id).await.unwrap();
    vapi.delete_assistant(&other.id).await.unwrap();
    assert!(vapi.assistant(&other.id).await.unwrap().is_none());
    assert_eq!(vapi.assistants().await.unwrap().len(), 1);
    stage.done();
}

#[tokio::test]
async fn a_number_is_imported_once_and_its_messages_stay_ours() {
    let stage = stage().await;
    let vapi = &stage.vapi;
    let desk = vapi.create_assistant(&tenant(), &desk()).await.unwrap();
    let first = imported(vapi, None, None).await;
    assert_eq!(imported(vapi, None, None).await.id, first.id);
    let to_us = server("https://v.example/vapi", None);
    let change = NumberChange { assistant_id: Some(&desk.id), server: Some(&to_us), name: None };
    let linked = vapi.patch_number(&first.id, &change).await.unwrap();
    assert_eq!((linked.assistant_id.as_deref(), linked.sms), (Some(desk.id.as_str()), Some(false)));
    assert_eq!(linked.server_url.as_deref(), Some("https://v.example/vapi"));
    assert_eq!(vapi.number(&first.id).await.unwrap().unwrap(), linked);
    assert_eq!(stage.emulator.vapi().taken_over(), [] as [String; 0], "nothing was overwritten at Twilio");
    let kept = &stage.emulator.vapi().numbers()[0];
    assert_eq!(kept["twilioApiSecret"], "hunter2hunter2hunter2", "the API key went there");
    assert!(!kept.contains_key("twilioAuthToken"), "the auth token did not");
    let nobody = NumberChange { assistant_id: Some("nobody"), ..NumberChange::default() };
    assert_eq!(vapi.patch_number(&first.id, &nobody).await.unwrap_err().fault, ProviderFault::Rejected);
    vapi.delete_number(&first.id).await.unwrap();
    vapi.delete_number(&first.id).await.unwrap();
    assert!(vapi.find_number(&number()).await.unwrap().is_none());
    stage.done();
}

#[tokio::test]
async fn credentials_are_kept_and_not_given_back() {
    let stage = stage().await;
    let vapi = &stage.vapi;
    let made = vapi.create_twilio_credential("acme", &account()).await.unwrap();
    assert_eq!(vapi.create_twilio_credential("acme", &account()).await.unwrap(), made);
    let auth = Auth::Secret(Secret::new("hunter2hunter2"));
    let to_us = vapi.create_webhook_credential("acme", &auth).await.unwrap();
    assert_ne!(to_us.id, made.id, "one name, two kinds");
    let rotated = TwilioBody { api_key_secret: Some(Secret::new("another-secret-00")), ..account() };
    vapi.patch_twilio_credential(&made.id, &rotated).await.unwrap();
    assert_eq!(stage.emulator.vapi().credentials()[0]["apiSecret"], "another-secret-00");
    assert_eq!(vapi.credentials().await.unwrap().len(), 2);
    let answers = raw(&stage, Method::Get, "/credential", None).await.1;
    assert!(!answers.contains("another-secret-00") && !answers.contains("hunter2"), "{answers}");
    vapi.delete_credential(&made.id).await.unwrap();
    assert_eq!(vapi.credentials().await.unwrap(), [to_us]);
    stage.done();
}

#[tokio::test]
async fn a_call_is_made_once() {
    let stage = stage().await;
    let vapi = &stage.vapi;
    let desk = vapi.create_assistant(&tenant(), &desk()).await.unwrap();
    let phone = imported(vapi, Some(&desk.id), None).await;
    let wanted = call(&desk.id, &phone.id);
    let made = vapi.create_call(&wanted, now()).await.unwrap();
    assert_eq!(vapi.create_call(&wanted, now()).await.unwrap(), made);
    let later = NewCall { reference: "visit-8".to_owned(), earliest_at: Some(now()), ..wanted.clone() };
    let later = vapi.create_call(&later, now()).await.unwrap();
    assert_eq!((made.status.as_deref(), later.status.as_deref()), (Some("queued"), Some("scheduled")));
    assert_eq!(vapi.call(&made.id).await.unwrap(), Some(made.clone()));
    assert_eq!(vapi.call("nobody").await.unwrap(), None);
    let kept = Value::Object(stage.emulator.vapi().calls()[0].clone());
    assert_eq!(kept["assistantOverrides"]["metadata"]["veraluxTenant"], "acme");
    assert_eq!(kept["assistantOverrides"]["variableValues"]["day"], "Monday");
    let astray = NewCall { reference: "visit-9".to_owned(), phone_number_id: NUMBER.to_owned(), ..wanted };
    let error = vapi.create_call(&astray, now()).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Rejected, "a number is no id");
    stage.done();
}

#[tokio::test]
async fn tools_follow_their_definitions() {
    let stage = stage().await;
    let vapi = &stage.vapi;
    let (first, second) = (tool("https://v.example/1"), tool("https://v.example/2"));
    let made = vapi.register(&first, None).await.unwrap();
    assert_eq!(made.registration, Registration::Created);
    let again = vapi.register(&first, None).await.unwrap();
    assert_eq!((again.registration, &again.id), (Registration::Kept, &made.id), "found by its name");
    let before = stage.emulator.journal().seen().len();
    let known = vapi.register(&first, Some((made.digest, &made.id))).await.unwrap();
    assert_eq!(known.registration, Registration::Kept);
    assert_eq!(stage.emulator.journal().seen().len(), before, "nothing was asked");
    let moved = vapi.register(&second, Some((made.digest, &made.id))).await.unwrap();
    assert_eq!((moved.registration, &moved.id), (Registration::Patched, &made.id));
    let read = vapi.tool(&made.id).await.unwrap().unwrap();
    assert_eq!(read.definition.unwrap().digest(), second.digest());
    vapi.delete_tool(&made.id).await.unwrap();
    let anew = vapi.register(&first, Some((moved.digest, &moved.id))).await.unwrap();
    assert_eq!(anew.registration, Registration::Created, "somebody removed it");
    assert_eq!(vapi.tools().await.unwrap().len(), 1);
    stage.done();
}

#[tokio::test]
async fn a_tool_whose_answer_was_lost_is_found_by_its_name() {
    let stage = stage().await;
    stage.emulator.faults().next("POST", "/vapi/tool", 1, Fault::CutAfter);
    let made = stage.vapi.register(&tool("https://v.example/t"), None).await.unwrap();
    assert_eq!(made.registration, Registration::Kept, "after two seconds");
    assert_eq!(
        (stage.emulator.vapi().tools().len(), stage.emulator.journal().of("POST", "/vapi/tool").len()),
        (1, 1)
    );
    stage.done();
}

/// Why the client reads first.
#[tokio::test]
async fn a_patch_replaces_the_model_as_a_whole() {
    let stage = stage().await;
    let tool = stage.vapi.create_tool(&tool("https://v.example/t")).await.unwrap();
    let made = stage.vapi.create_assistant(&tenant(), &desk()).await.unwrap();
    stage.vapi.link_tools(&made.id, &[&tool.id]).await.unwrap();
    let body = json!({ "model": { "provider": "openai", "model": "gpt-4o" } }).to_string();
    let (status, _) = raw(&stage, Method::Patch, &format!("/assistant/{}", made.id), Some(&body)).await;
    let left = stage.vapi.assistant(&made.id).await.unwrap().unwrap();
    assert_eq!((status, left.tool_ids().len()), (200, 0));
    stage.done();
}

#[tokio::test]
async fn long_lists_are_read_to_their_end() {
    let stage = stage().await;
    for index in 0..230 {
        let body = json!({ "name": format!("a{index}") }).to_string();
        assert_eq!(raw(&stage, Method::Post, "/assistant", Some(&body)).await.0, 201);
    }
    let all = stage.vapi.assistants().await.unwrap();
    let ids: std::collections::BTreeSet<_> = all.iter().map(|one| one.id.as_str()).collect();
    assert_eq!((all.len(), ids.len()), (230, 230));
    assert_eq!(stage.emulator.journal().of("GET", "/vapi/assistant").len(), 3);
    stage.done();
}

#[tokio::test]
async fn what_a_key_is_worth() {
    let stage = stage().await;
    assert_eq!(stage.vapi.check().await, Verdict::Verified);
    stage.emulator.vapi().revoke_keys();
    assert_eq!(stage.vapi.check().await, Verdict::Rejected(Rejection::Unauthorised));
    let error = stage.vapi.assistants().await.unwrap_err();
    assert_eq!(error.sentence, "Vapi does not accept the credential. Check it in Settings > Integrations.");
    let astray = Vapi::at("http://127.0.0.1:1/vapi", Secret::new(KEY), outside());
    assert_eq!(astray.check().await, Verdict::Unreachable);
    stage.done();
}

/// A request as somebody else's client makes it.
async fn raw(stage: &Stage, method: Method, path: &str, body: Option<&str>) -> (u16, String) {
    let mut request = Request::new(method, format!("{}/vapi{path}", stage.served.origin))
        .by(Authorization::Bearer(Secret::new(KEY)));
    if let Some(body) = body {
        let bytes = zeroize::Zeroizing::new(body.as_bytes().to_vec());
        request = request.body(Body { content_type: "application/json", bytes });
    }
    let answer = Https::new().unwrap().send(request).await.unwrap();
    (answer.status, String::from_utf8(answer.body.to_vec()).unwrap())
}

/// What the seeds sent, and more that Vapi does not take.
#[expect(clippy::too_many_lines, reason = "a table")]
#[tokio::test]
async fn what_vapi_does_not_take() {
    let stage = stage().await;
    let (post, get, patch) = (Method::Post, Method::Get, Method::Patch);
    let number = |fields: &str| {
        format!(
            r#"{{"provider":"twilio","number":"{NUMBER}","twilioAccountSid":"{SID}","twilioAuthToken":"t"{fields}}}"#
        )
    };
    for (what, method, path, body, status, says) in [
        (
            "an old field",
            post,
            "/assistant",
            r#"{"serverUrl":"https://a"}"#.to_owned(),
            400,
            "property serverUrl should not exist",
        ),
        (
            "another",
            post,
            "/assistant",
            r#"{"recordingEnabled":true}"#.to_owned(),
            400,
            "property recordingEnabled should not exist",
        ),
        (
            "a long name",
            post,
            "/assistant",
            json!({ "name": "x".repeat(41) }).to_string(),
            400,
            "name must be shorter than or equal to 40 characters",
        ),
        (
            "half a model",
            post,
            "/assistant",
            r#"{"model":{"provider":"openai"}}"#.to_owned(),
            400,
            "model.model should not be null or undefined",
        ),
        (
            "a model's unknown field",
            post,
            "/assistant",
            r#"{"model":{"provider":"openai","model":"m","x":1}}"#.to_owned(),
            400,
            "model.property x should not exist",
        ),
        ("no JSON", post, "/assistant", "{".to_owned(), 400, "Unexpected token"),
        (
            "an old path",
            post,
            "/phone-number/import/twilio",
            "{}".to_owned(),
            404,
            "Cannot POST /phone-number/import/twilio",
        ),
        ("an old path of calls", post, "/call/phone", "{}".to_owned(), 404, "Cannot POST /call/phone"),
        (
            "a key of one's own",
            post,
            "/call",
            r#"{"idempotencyKey":"1"}"#.to_owned(),
            400,
            "property idempotencyKey should not exist",
        ),
        (
            "an odd account",
            post,
            "/phone-number",
            number("").replace(SID, "AC1"),
            400,
            "Twilio does not know the account",
        ),
        (
            "both ways in",
            post,
            "/phone-number",
            number(r#","twilioApiKey":"k","twilioApiSecret":"s""#),
            400,
            "Give either",
        ),
        ("a number", post, "/phone-number", number(""), 201, NUMBER),
        ("the same number", post, "/phone-number", number(""), 400, "has identical `number`"),
        (
            "a page too long",
            get,
            "/assistant?limit=1001",
            String::new(),
            400,
            "limit must not be greater than 1000",
        ),
        ("nobody", patch, "/assistant/nobody", "{}".to_owned(), 404, "Couldn't find assistant nobody"),
    ] {
        let body = Some(body.as_str()).filter(|body| !body.is_empty());
        let (got, answer) = raw(&stage, method, path, body).await;
        assert_eq!(got, status, "{what}: {answer}");
        assert!(answer.contains(says), "{what}: {answer}");
        assert!(status != 201 || !answer.contains("twilioAuthToken"), "{what}: {answer}");
    }
    assert_eq!(stage.emulator.vapi().taken_over(), [NUMBER], "who does not say otherwise loses the messages");
    assert!(stage.emulator.vapi().assistants().is_empty() && stage.emulator.vapi().calls().is_empty());
    if crate::descriptions::specs().is_some() {
        assert!(!stage.emulator.journal().violations().is_empty(), "the description says so, too");
    }
}
