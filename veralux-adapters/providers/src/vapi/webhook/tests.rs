use std::fs;

use serde_json::{Value, json};
use veralux_core::secret::Secret;
use veralux_core::time::{Instant, SECOND};

use super::*;
use crate::testing::shared;

const BODY: &str = r#"{"message":{"type":"status-update","status":"ended"}}"#;

fn at(seconds: i64) -> Instant {
    Instant::from_micros(seconds * SECOND)
}

fn verified(auth: &Auth, headers: &[(&str, &str)], body: &str, now: Instant) -> Result<(), AuthError> {
    let header =
        |name: &str| headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
    let sent = Sent { header: &header, method: "POST", url: "https://v.example/vapi", body: body.as_bytes() };
    auth.verify(&sent, now)
}

/// A plan as Vapi has it in its API.
fn auth_of(plan: &Value, secret: &str) -> Auth {
    let text = |name: &str, default: &str| plan[name].as_str().unwrap_or(default).to_owned();
    let secret = Secret::new(secret);
    if plan["type"] == "bearer" {
        let prefix = plan["bearerPrefixEnabled"].as_bool().unwrap_or(true);
        return Auth::Bearer { token: secret, header: text("headerName", "Authorization"), prefix };
    }
    let algorithm = serde_json::from_value(plan["algorithm"].clone()).unwrap();
    let plain = Hmac::new(secret, algorithm);
    Auth::Hmac(Box::new(Hmac {
        signature_header: text("signatureHeader", "x-signature"),
        signature_prefix: text("signaturePrefix", ""),
        encoding: serde_json::from_value(json!(text("signatureEncoding", "hex"))).unwrap(),
        include_timestamp: plan["includeTimestamp"].as_bool().unwrap_or(true),
        payload_format: text("payloadFormat", "{timestamp}.{body}"),
        ..plain
    }))
}

#[test]
fn the_vectors_of_authentication() {
    let Some(folder) = shared("provider-vectors/vapi") else { return };
    let file: Value = serde_json::from_slice(&fs::read(folder.join("auth.json")).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let auth = auth_of(&case["plan"], case["secret"].as_str().unwrap());
        let headers: Vec<_> = case["headers"].as_object().unwrap().iter().collect();
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let body = case["body"].as_str().unwrap();
        let fits = verified(&auth, &headers, body, at(1_700_000_010));
        assert_eq!(fits.is_ok(), case["valid"].as_bool().unwrap(), "{case}: {fits:?}");
    }
}

#[test]
fn the_vectors_of_standard_webhooks() {
    let Some(folder) = shared("provider-vectors/standard-webhooks") else { return };
    let file: Value = serde_json::from_slice(&fs::read(folder.join("signatures.json")).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        for prefix in ["webhook", "svix"] {
            let secret = Secret::new(case["secret"].as_str().unwrap());
            let auth = Auth::Hmac(Box::new(Hmac::standard_webhooks(secret, prefix)));
            let text = |name: &str| match &case[name] {
                Value::String(text) => Some(text.clone()),
                Value::Null => None,
                other => Some(other.to_string()),
            };
            let fields =
                [("id", text("id")), ("timestamp", text("timestamp")), ("signature", text("signature"))];
            let headers: Vec<(String, String)> = fields
                .into_iter()
                .filter_map(|(name, value)| Some((format!("{prefix}-{name}"), value?)))
                .collect();
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let fits =
                verified(&auth, &headers, case["body"].as_str().unwrap(), at(case["now"].as_i64().unwrap()));
            assert_eq!(fits.is_ok(), case["valid"].as_bool().unwrap(), "{case}: {fits:?}");
        }
    }
}

#[test]
fn who_is_let_in() {
    let secret = || Secret::new("vapi-test-secret");
    let hmac = |change: fn(&mut Hmac)| {
        let mut hmac = Hmac::new(secret(), Algorithm::Sha256);
        change(&mut hmac);
        Auth::Hmac(Box::new(hmac))
    };
    let plain = |_: &mut Hmac| {};
    let signature = "8273cc1220947173bb6adf66e79df877b86fd6a3f1d28f60f1558c7f806178a2";
    let of_body = "46d03c4b622d66882a3432ffd3193c0aae43d00dd9140ddecfa142890a8a955c";
    let millis = "1468b96a888b9e2c05f331820f6a805c2b3055983c71885a9d9d7052f3362052";
    let token = |prefix| Auth::Bearer { token: secret(), header: "Authorization".to_owned(), prefix };
    let body_only = |hmac: &mut Hmac| {
        hmac.payload_format = "{body}".to_owned();
        hmac.include_timestamp = false;
    };
    let empty = || Auth::Secret(Secret::new(""));
    let (stale, missing, mismatch) =
        (Err(AuthError::Stale), Err(AuthError::Missing), Err(AuthError::Mismatch));
    let upper = signature.to_uppercase();
    let many = vec!["00"; 16].join(" ") + " " + signature;
    for (what, auth, headers, now, expected) in [
        ("the secret", Auth::Secret(secret()), vec![("x-vapi-secret", "vapi-test-secret")], 0, Ok(())),
        ("another", Auth::Secret(secret()), vec![("x-vapi-secret", "vapi-test-secreT")], 0, mismatch),
        ("none", Auth::Secret(secret()), vec![], 0, missing),
        ("an empty secret lets nobody in", empty(), vec![("x-vapi-secret", "")], 0, missing),
        ("an empty secret matches nothing", empty(), vec![("x-vapi-secret", "x")], 0, mismatch),
        ("a token", token(true), vec![("authorization", "Bearer vapi-test-secret")], 0, Ok(())),
        (
            "a scheme in small letters",
            token(true),
            vec![("authorization", "bearer vapi-test-secret")],
            0,
            Ok(()),
        ),
        ("no scheme", token(true), vec![("authorization", "vapi-test-secret")], 0, mismatch),
        ("a scheme too many", token(false), vec![("authorization", "Bearer vapi-test-secret")], 0, mismatch),
        ("signed", hmac(plain), vec![("x-timestamp", "1700000000"), ("x-signature", signature)], 0, Ok(())),
        ("in capitals", hmac(plain), vec![("x-timestamp", "1700000000"), ("x-signature", &upper)], 0, Ok(())),
        (
            "300 s later",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            300,
            Ok(()),
        ),
        (
            "301 s later",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            301,
            stale,
        ),
        (
            "300 s before",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            -300,
            Ok(()),
        ),
        (
            "301 s before",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            -301,
            stale,
        ),
        (
            "milliseconds",
            hmac(plain),
            vec![("x-timestamp", "1700000000000"), ("x-signature", millis)],
            300,
            Ok(()),
        ),
        (
            "milliseconds, later",
            hmac(plain),
            vec![("x-timestamp", "1700000000000"), ("x-signature", millis)],
            301,
            stale,
        ),
        (
            "another moment",
            hmac(plain),
            vec![("x-timestamp", "1700000001"), ("x-signature", signature)],
            0,
            mismatch,
        ),
        ("no moment", hmac(plain), vec![("x-signature", signature)], 0, missing),
        ("no signature", hmac(plain), vec![("x-timestamp", "1700000000")], 0, missing),
        (
            "half a digit",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", &signature[1..])],
            0,
            mismatch,
        ),
        (
            "too many signatures",
            hmac(plain),
            vec![("x-timestamp", "1700000000"), ("x-signature", &many)],
            0,
            mismatch,
        ),
        ("the body only", hmac(body_only), vec![("x-signature", of_body)], 0, Ok(())),
        (
            "the body only, and an old moment beside it",
            hmac(body_only),
            vec![("x-signature", of_body), ("x-timestamp", "1600000000")],
            0,
            stale,
        ),
        (
            "the body only, and a moment that is none",
            hmac(body_only),
            vec![("x-signature", of_body), ("x-timestamp", "1.7e9")],
            0,
            stale,
        ),
        (
            "a payload of unknown parts",
            hmac(|hmac| hmac.payload_format = "{nonce}.{body}".to_owned()),
            vec![("x-signature", of_body)],
            0,
            Err(AuthError::Plan),
        ),
        (
            "a payload without the body",
            hmac(|hmac| hmac.payload_format = "{url}".to_owned()),
            vec![("x-signature", of_body)],
            0,
            Err(AuthError::Plan),
        ),
        (
            "a key that is no base64",
            hmac(|hmac| hmac.secret_is_base64 = true),
            vec![("x-timestamp", "1700000000"), ("x-signature", signature)],
            0,
            Err(AuthError::Plan),
        ),
        (
            "an id that nobody names",
            hmac(|hmac| hmac.payload_format = "{svix-id}.{body}".to_owned()),
            vec![("x-signature", of_body)],
            0,
            Err(AuthError::Plan),
        ),
    ] {
        assert_eq!(verified(&auth, &headers, BODY, at(1_700_000_000 + now)), expected, "{what}");
    }
}

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
