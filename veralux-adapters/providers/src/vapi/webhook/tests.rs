use std::fs;

use serde_json::{Value, json};
use veralux_core::secret::Secret;
use veralux_core::time::Instant;

use super::*;
use crate::testing::shared;

fn message(name: &str) -> Option<Message> {
    let bytes = fs::read(shared("provider-vectors/vapi")?.join(name)).unwrap();
    Some(parse(&bytes).unwrap())
}

#[test]
fn bodies_captured_in_2024() {
    let Some(asked) = message("assistant-request.json") else { return };
    assert_eq!((asked.kind.as_str(), &asked.event), ("assistant-request", &Event::AssistantRequest));
    assert_eq!(asked.call.id.as_deref(), Some("b1223960-1b4d-4585-91b8-a69b0f57ec2f"));
    assert_eq!(asked.call.assistant_id, None, "null is nothing");
    assert_eq!(asked.call.number.as_ref().unwrap().as_str(), "+15550100001");
    assert_eq!(asked.call.customer.as_ref().unwrap().as_str(), "+15550100002");
    assert_eq!(asked.call.carrier_id.as_deref(), Some("CAf7a0c71f5d2d858e7538fbcff82ebefe"));
    assert_eq!(asked.at, Some(Instant::parse("2024-07-25T18:53:47.736Z").unwrap()));
    assert!(tenant_hints(&asked).is_empty());
    for (file, id, city) in [
        ("tool-calls-1.json", "call_51kj", "Danville"),
        ("tool-calls-2.json", "", ""),
        ("tool-calls-3.json", "call_mrf9", "Boston"),
        ("tool-calls-4.json", "call_mrf9", "Boston"),
    ] {
        let Event::ToolCalls(calls) = message(file).unwrap().event else { panic!("{file}") };
        assert_eq!(calls.len(), 1, "{file}: three lists, one call");
        let arguments = calls[0].arguments.as_ref().unwrap();
        if !id.is_empty() {
            assert_eq!((calls[0].id.as_str(), &arguments["city"]), (id, &json!(city)), "{file}");
        }
    }
    let Event::EndOfCall(report) = message("end-of-call-report.json").unwrap().event else {
        panic!("no report")
    };
    assert_eq!(report.ended_reason.as_deref(), Some("customer-ended-call"));
    assert!(report.transcript.as_ref().unwrap().starts_with("AI: Hi there."));
    assert!(report.summary.as_ref().unwrap().starts_with("The user inquired"));
    assert!(report.recording_url.as_ref().unwrap().ends_with("-mono.wav"));
    assert_eq!(report.success.as_deref(), Some("true"));
    let roles: Vec<_> = report.turns.iter().map(|turn| turn.role.as_str()).collect();
    assert_eq!(
        roles,
        ["assistant", "user", "assistant", "user", "assistant", "user", "assistant", "assistant", "user"]
    );
}

#[test]
fn the_four_shapes_of_a_tool_call() {
    let Some(folder) = shared("provider-vectors/vapi") else { return };
    let file: Value =
        serde_json::from_slice(&fs::read(folder.join("tool-call-shapes.json")).unwrap()).unwrap();
    let shapes = file["shapes"].as_array().unwrap();
    assert_eq!(shapes.len(), 4);
    for shape in shapes {
        let body = json!({ "message": { "type": "tool-calls", "toolCallList": shape["toolCallList"] } });
        let Event::ToolCalls(calls) = parse(body.to_string().as_bytes()).unwrap().event else {
            panic!("{shape}")
        };
        assert_eq!(calls.len(), 1);
        let ToolCall { id, name, arguments } = &calls[0];
        assert_eq!((id.as_str(), name.as_str()), ("call_1", "book"));
        assert_eq!(arguments.as_ref().unwrap().get("day"), Some(&json!("Mon")), "{}", shape["source"]);
    }
    for (which, outcome) in
        [("ok", Ok("Booked for Monday".to_owned())), ("error", Err("No free slot".to_owned()))]
    {
        let result = ToolResult { name: "book".to_owned(), tool_call_id: "call_1".to_owned(), outcome };
        let answer: Value = serde_json::from_str(&tool_results(&[result])).unwrap();
        assert_eq!(answer, file["answers"][which]);
    }
}

#[test]
fn a_report_of_today() {
    let body = json!({ "message": {
        "type": "end-of-call-report",
        "timestamp": 1_722_115_445_712.5,
        "endedReason": "assistant-ended-call",
        "startedAt": "2026-01-01T10:00:00.000Z",
        "endedAt": "2026-01-01T10:01:00.000Z",
        "cost": 0.12,
        "call": { "id": "k1", "assistantId": "a1", "status": "ringing", "transport": { "callSid": "CA1" } },
        "artifact": {
            "transcript": "AI: Hello\n",
            "recording": { "mono": { "combinedUrl": "https://r.example/1.wav" } },
            "messages": [{ "role": "bot", "message": "Hello" }, { "role": "tool_calls", "message": "" }],
        },
        "analysis": { "summary": "Short.", "structuredData": { "a": 1 }, "successEvaluation": true },
    }});
    let message = parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(message.at, Some(Instant::from_micros(1_722_115_445_712_500)));
    assert_eq!(message.call.carrier_id.as_deref(), Some("CA1"));
    let Event::EndOfCall(report) = message.event else { panic!("no report") };
    let expected = EndOfCall {
        ended_reason: Some("assistant-ended-call".to_owned()),
        transcript: Some("AI: Hello\n".to_owned()),
        turns: vec![Spoken { role: "assistant".to_owned(), text: "Hello".to_owned() }],
        summary: Some("Short.".to_owned()),
        structured_data: Some(json!({ "a": 1 })),
        success: Some("true".to_owned()),
        recording_url: Some("https://r.example/1.wav".to_owned()),
        started_at: Some(Instant::parse("2026-01-01T10:00:00Z").unwrap()),
        ended_at: Some(Instant::parse("2026-01-01T10:01:00Z").unwrap()),
        cost: Some(0.12),
    };
    assert!(*report == expected, "{report:?}");
}

#[test]
fn what_is_read_and_what_is_not() {
    let kind = |event: &Event| match event {
        Event::AssistantRequest => "assistant-request",
        Event::ToolCalls(calls) => ["no calls", "a call"][calls.len()],
        Event::StatusUpdate { .. } => "status",
        Event::EndOfCall(_) => "end",
        Event::Other => "other",
    };
    for (what, body, expected) in [
        (
            "a status",
            r#"{"message":{"type":"status-update","status":"ended","endedReason":"x"}}"#,
            Ok("status"),
        ),
        ("a status that tells none", r#"{"message":{"type":"status-update","status":null}}"#, Ok("other")),
        ("a new kind", r#"{"message":{"type":"chat.created"}}"#, Ok("other")),
        ("no calls", r#"{"message":{"type":"tool-calls","toolCallList":null}}"#, Ok("no calls")),
        (
            "calls that are none",
            r#"{"message":{"type":"tool-calls","toolCallList":[1,{"id":"a"},{"name":"b"}]}}"#,
            Ok("no calls"),
        ),
        ("an empty report", r#"{"message":{"type":"end-of-call-report","artifact":[]}}"#, Ok("end")),
        ("no type", r#"{"message":{}}"#, Err(ParseError::Form)),
        ("no message", "{}", Err(ParseError::Form)),
        ("a list", "[]", Err(ParseError::Form)),
        ("nothing", "", Err(ParseError::Form)),
    ] {
        let read = parse(body.as_bytes());
        assert_eq!(
            read.as_ref().map(|message| kind(&message.event)).map_err(|error| *error),
            expected,
            "{what}"
        );
    }
    assert_eq!(parse(&vec![b' '; MAX_BODY_BYTES + 1]).unwrap_err(), ParseError::TooLong);
    let of = |arguments: &str| {
        let body = format!(
            r#"{{"message":{{"type":"tool-calls","toolCalls":[{{"id":"a","name":"b","arguments":{arguments}}}]}}}}"#
        );
        let Event::ToolCalls(calls) = parse(body.as_bytes()).unwrap().event else { panic!("{arguments}") };
        calls[0].arguments.as_ref().map(serde_json::Map::len)
    };
    for (arguments, fields) in [
        ("{}", Some(0)),
        ("null", Some(0)),
        (r#""{\"a\":1}""#, Some(1)),
        (r#""{""#, None),
        ("[1]", None),
        (r#""""#, None),
    ] {
        assert_eq!(of(arguments), fields, "{arguments}");
    }
}

#[test]
fn whose_a_call_may_be() {
    let (assistant, metadata, parameter) = (
        |id: &str| TenantHint::Assistant(id.to_owned()),
        |id: &str| TenantHint::Metadata(id.to_owned()),
        |id: &str| TenantHint::Parameter(id.to_owned()),
    );
    for (what, body, expected) in [
        (
            "all of them, in order",
            json!({ "tenantId": "p2", "message": {
                "type": "hang",
                "assistant": { "id": "a2", "metadata": { "veraluxTenant": "m2" } },
                "call": {
                    "assistantId": "a1",
                    "metadata": { "tenant_id": "m1" },
                    "assistantOverrides": { "variableValues": { "tenantId": "p1" }, "metadata": { "veraluxTenant": "m1" } },
                },
            }}),
            vec![
                assistant("a1"),
                assistant("a2"),
                metadata("m1"),
                metadata("m2"),
                parameter("p1"),
                parameter("p2"),
            ],
        ),
        (
            "what a model made up names nobody",
            json!({ "message": { "type": "tool-calls", "toolCallList": [{ "id": "1", "name": "b", "arguments": { "tenantId": "evil" } }] } }),
            vec![],
        ),
        (
            "no text",
            json!({ "message": { "type": "hang", "tenantId": 7, "call": { "metadata": "x" } } }),
            vec![],
        ),
        ("too long", json!({ "message": { "type": "hang", "tenantId": "x".repeat(129) } }), vec![]),
    ] {
        let message = parse(body.to_string().as_bytes()).unwrap();
        assert_eq!(tenant_hints(&message), expected, "{what}");
    }
}

#[test]
fn answers_are_one_line() {
    let result = |outcome| ToolResult { name: "b".to_owned(), tool_call_id: "1".to_owned(), outcome };
    let answer = tool_results(&[
        result(Ok(" one\r\ntwo\n\n three\u{2028}four\ttab \"q\" ".to_owned())),
        result(Err("a\nb".to_owned())),
    ]);
    assert_eq!(
        answer,
        r#"{"results":[{"name":"b","toolCallId":"1","result":"one two three four tab \"q\""},{"name":"b","toolCallId":"1","error":"a b"}]}"#
    );
    let number = "+14155550100".parse().unwrap();
    for (answer, expected) in [
        (AssistantAnswer::Assistant("a1".to_owned()), r#"{"assistantId":"a1"}"#),
        (
            AssistantAnswer::Transient(json!({ "firstMessage": "Hi" })),
            r#"{"assistant":{"firstMessage":"Hi"}}"#,
        ),
        (AssistantAnswer::Squad("s1".to_owned()), r#"{"squadId":"s1"}"#),
        (AssistantAnswer::Number(number), r#"{"destination":{"number":"+14155550100","type":"number"}}"#),
        (AssistantAnswer::Error("Call\nlater".to_owned()), r#"{"error":"Call later"}"#),
    ] {
        assert_eq!(assistant_answer(&answer), expected);
    }
}

#[test]
fn debug_shows_nothing_of_a_call() {
    let body = json!({ "message": {
        "type": "end-of-call-report", "transcript": "canary", "messages": [{ "role": "user", "message": "canary" }],
        "analysis": { "summary": "canary" }, "endedReason": "hangup",
    }});
    let message = parse(body.to_string().as_bytes()).unwrap();
    let result =
        ToolResult { name: "b".to_owned(), tool_call_id: "1".to_owned(), outcome: Ok("canary".to_owned()) };
    let call = ToolCall {
        id: "1".to_owned(),
        name: "b".to_owned(),
        arguments: json!({ "a": "canary" }).as_object().cloned(),
    };
    let secret = Auth::Hmac(Box::new(Hmac::new(Secret::new("canary"), Algorithm::Sha1)));
    let shown = format!("{message:?} {:?} {result:?} {call:?} {secret:?}", message.event);
    assert!(!shown.contains("canary"), "{shown}");
}
