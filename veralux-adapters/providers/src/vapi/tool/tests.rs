use std::time::Duration;

use veralux_core::secret::Secret;

use super::*;
use crate::testing::{Recorder, answer};
use crate::{Response, TransportError};

fn definition() -> ToolDefinition {
    ToolDefinition {
        name: "book".to_owned(),
        description: "Books".to_owned(),
        parameters: json!({ "type": "object", "properties": { "day": { "type": "string" } }, "required": ["day"] }),
        server: Server {
            url: "https://v.example/t".to_owned(),
            credential_id: None,
            timeout_seconds: Some(10),
        },
    }
}

/// As Vapi has it.
fn remote(id: &str, description: &str) -> String {
    format!(
        r#"{{"id":"{id}","type":"function","async":null,"function":{{"parameters":{{"required":["day"],"properties":{{"day":{{"type":"string"}}}},"type":"object"}},"description":"{description}","name":"book"}},"server":{{"timeoutSeconds":10,"url":"https://v.example/t"}}}}"#
    )
}

#[test]
fn equal_definitions_have_one_digest() {
    let canonical = r#"{"description":"Books","name":"book","parameters":{"properties":{"day":{"type":"string"}},"required":["day"],"type":"object"},"server":{"timeoutSeconds":10,"url":"https://v.example/t"}}"#;
    assert_eq!(definition().canonical(), canonical);
    assert_eq!(
        definition().digest().to_string(),
        "sha256:6e72ead0535e3a1bf5e0afb225628df325755c28155cea695b7b0ace9c92d134"
    );
    let record: Record = serde_json::from_str(&remote("t1", "Books")).unwrap();
    assert_eq!(Tool::read(&record).unwrap().definition.unwrap().digest(), definition().digest());
    for (what, other) in [
        ("name", ToolDefinition { name: "b".to_owned(), ..definition() }),
        ("description", ToolDefinition { description: String::new(), ..definition() }),
        ("parameters", ToolDefinition { parameters: json!({}), ..definition() }),
        ("server", ToolDefinition { server: Server::default(), ..definition() }),
    ] {
        assert_ne!(other.digest(), definition().digest(), "{what}");
    }
}

#[test]
fn what_vapi_would_not_take_is_not_sent() {
    for (what, name, parameters, fits) in [
        ("as it should be", "book_a-1", json!({"type": "object", "properties": {}}), true),
        ("no name", "", json!({"type": "object", "properties": {}}), false),
        ("a long name", &"x".repeat(65), json!({"type": "object", "properties": {}}), false),
        ("a blank", "book it", json!({"type": "object", "properties": {}}), false),
        ("no object", "book", json!([]), false),
        ("no properties", "book", json!({"type": "object"}), false),
        ("another type", "book", json!({"type": "array", "properties": {}}), false),
        ("more", "book", json!({"type": "object", "properties": {}, "additionalProperties": false}), false),
    ] {
        let definition = ToolDefinition { name: name.to_owned(), parameters, ..definition() };
        assert_eq!(definition.check().is_ok(), fits, "{what}");
    }
}

type Step = Result<Response, TransportError>;

async fn registered(
    known: Option<(Digest, &str)>,
    steps: Vec<Step>,
) -> (Result<(String, Registration), ProviderFault>, Vec<String>, u64) {
    let transport = Recorder::new(steps);
    let vapi = Vapi::new(Secret::new("key"), transport.outside());
    let begun = tokio::time::Instant::now();
    let registered = vapi.register(&definition(), known).await;
    let outcome = registered.map(|one| (one.id, one.registration)).map_err(|error| error.fault);
    let sent = transport.texts().iter().map(|request| request.lines().next().unwrap().to_owned()).collect();
    (outcome, sent, begun.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_definition_is_registered_once() {
    let old = Some((Digest::ZERO, "t1"));
    let (get, list) = ("GET https://api.vapi.ai/tool/t1", "GET https://api.vapi.ai/tool?limit=100");
    let (post, patch) = ("POST https://api.vapi.ai/tool", "PATCH https://api.vapi.ai/tool/t1");
    let of = |description| answer(200, &remote("t1", description));
    let listed = |description| answer(200, &format!("[{}]", remote("t1", description)));
    let none = || answer(200, "[]");
    for (what, known, steps, registration, requests) in [
        ("as it was", Some((definition().digest(), "t1")), vec![], Registration::Kept, vec![]),
        ("changed", old, vec![of("Old"), of("Books")], Registration::Patched, vec![get, patch]),
        ("changed already, the answer was lost", old, vec![of("Books")], Registration::Kept, vec![get]),
        (
            "changed, and gone over there",
            old,
            vec![answer(404, "{}"), none(), of("Books")],
            Registration::Created,
            vec![get, list, post],
        ),
        ("new", None, vec![none(), of("Books")], Registration::Created, vec![list, post]),
        ("there by its name", None, vec![listed("Books")], Registration::Kept, vec![list]),
        (
            "there, but older",
            None,
            vec![listed("Old"), of("Books")],
            Registration::Patched,
            vec![list, patch],
        ),
    ] {
        let (outcome, sent, waited) = registered(known, steps).await;
        assert_eq!(outcome, Ok(("t1".to_owned(), registration)), "{what}");
        assert_eq!((sent, waited), (requests.into_iter().map(ToOwned::to_owned).collect(), 0), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_now_is_tried_again() {
    let lost = || Err(TransportError::Lost);
    let none = || answer(200, "[]");
    let made = || answer(201, &remote("t1", "Books"));
    let listed = || answer(200, &format!("[{}]", remote("t1", "Books")));
    let limited = |seconds: &str| Ok(Response::new(429, "").with_header("retry-after", seconds));
    let created = Ok(("t1".to_owned(), Registration::Created));
    let kept = Ok(("t1".to_owned(), Registration::Kept));
    let refused = || answer(400, "{}");
    for (what, steps, expected, waited) in [
        ("too many, once", vec![none(), answer(429, ""), none(), made()], created.clone(), 2),
        ("the answer was lost: it is found", vec![none(), lost(), listed()], kept, 2),
        (
            "broken before it acted, thrice",
            vec![none(), lost(), none(), lost(), none(), lost(), none(), made()],
            created.clone(),
            14,
        ),
        (
            "never",
            vec![none(), lost(), none(), lost(), none(), lost(), none(), lost()],
            Err(ProviderFault::Unsettled),
            14,
        ),
        ("a wait that is longer", vec![none(), limited("30"), none(), made()], created, 30),
        (
            "a wait for others",
            vec![none(), limited("61")],
            Err(ProviderFault::RateLimited { wait: Some(Duration::from_secs(61)) }),
            0,
        ),
        ("refused", vec![none(), refused()], Err(ProviderFault::Rejected), 0),
    ] {
        let (outcome, _, seconds) = registered(None, steps).await;
        assert_eq!((outcome, seconds), (expected, waited), "{what}");
    }
}

#[tokio::test]
async fn of_several_tools_of_one_name_ours_is_taken() {
    let other = remote("t0", "Books").replace("https://v.example/t", "https://elsewhere");
    let list = |tools: &[String]| answer(200, &format!("[{}]", tools.join(",")));
    for (tools, id) in [
        (vec![other.clone(), remote("t1", "Books")], Some("t1")),
        (vec![other], Some("t0")),
        (vec![r#"{"id":"e","type":"endCall"}"#.to_owned()], None),
    ] {
        let transport = Recorder::new([list(&tools)]);
        let vapi = Vapi::new(Secret::new("key"), transport.outside());
        let found = vapi.find_tool("book", "https://v.example/t").await.unwrap();
        assert_eq!(found.map(|tool| tool.id).as_deref(), id);
    }
}
