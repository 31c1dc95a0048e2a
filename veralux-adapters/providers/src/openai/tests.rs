use std::sync::Arc;
use std::time::Duration;

use serde_json::json as value;
use veralux_core::port::Rejection;

use super::*;
use crate::testing::{Recorder, answer};
use crate::{Response, TransportError};

type Step = Result<Response, TransportError>;

fn credential(base_url: Option<&str>) -> OpenAiBody {
    OpenAiBody {
        api_key: Secret::new("sk-1"),
        base_url: base_url.map(ToOwned::to_owned),
        organization: Some("org-1".to_owned()),
        project: Some("proj_1".to_owned()),
    }
}

fn own(transport: &Arc<Recorder>) -> OpenAi {
    OpenAi::new(&credential(None), Policy::default(), transport.outside()).unwrap()
}

fn compatible(transport: &Arc<Recorder>) -> OpenAi {
    OpenAi::at("http://127.0.0.1:9/v1/", None, transport.outside())
}

fn chat() -> Chat {
    let mut chat = Chat::new("m", vec![ChatTurn::new("user", "Hi")]);
    chat.max_tokens = Some(9);
    chat
}

const SAID: &str = r#"{"model":"m-1","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hello"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#;

#[tokio::test]
async fn what_a_chat_sends() {
    let transport = Recorder::new([answer(200, SAID)]);
    let said = own(&transport).chat(&chat()).await.unwrap();
    assert_eq!(
        (said.text.as_deref(), said.model.as_deref(), said.prompt_tokens),
        (Some("Hello"), Some("m-1"), Some(3))
    );
    assert_eq!(
        transport.texts(),
        [
            "POST https://api.openai.com/v1/chat/completions\nauthorization: Bearer sk-1\nopenai-organization: org-1\nopenai-project: proj_1\ncontent-type: application/json\n{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_completion_tokens\":9}"
        ]
    );
    let transport = Recorder::new([answer(200, SAID)]);
    let mut full = chat();
    full.temperature = Some(0.5);
    full.stop = vec!["END".to_owned()];
    full.seed = Some(7);
    full.json = true;
    full.tools = vec![value!({ "type": "function" })];
    compatible(&transport).chat(&full).await.unwrap();
    assert_eq!(
        transport.texts(),
        [
            "POST http://127.0.0.1:9/v1/chat/completions\ncontent-type: application/json\n{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":9,\"temperature\":0.5,\"stop\":[\"END\"],\"seed\":7,\"response_format\":{\"type\":\"json_object\"},\"tools\":[{\"type\":\"function\"}]}"
        ]
    );
    let transport = Recorder::new([answer(200, SAID)]);
    compatible(&transport).with_token_limit(TokenLimit::MaxCompletionTokens).chat(&chat()).await.unwrap();
    assert!(transport.texts()[0].ends_with("\"max_completion_tokens\":9}"));
}

#[tokio::test]
async fn what_a_chat_answers() {
    let of = |message: serde_json::Value| value!({ "choices": [{ "message": message }] }).to_string();
    let call = value!([{ "id": "c", "type": "function", "function": { "name": "f", "arguments": "{}" } }]);
    let loose = value!([{ "function": { "name": "f", "arguments": { "a": 1 } } }]);
    let said = |text: &str| ChatAnswer { text: Some(text.to_owned()), ..ChatAnswer::default() };
    let used = |id: &str, arguments: &str| {
        let (id, name, arguments) = (id.to_owned(), "f".to_owned(), arguments.to_owned());
        ChatAnswer { tool_uses: vec![ToolUse { id, name, arguments }], ..ChatAnswer::default() }
    };
    for (what, body, expected) in [
        ("a text", of(value!({ "content": "a" })), Some(said("a"))),
        (
            "parts",
            of(value!({ "content": [{ "type": "text", "text": "a" }, { "text": "b" }] })),
            Some(said("ab")),
        ),
        ("a tool", of(value!({ "content": null, "tool_calls": call })), Some(used("c", "{}"))),
        ("a tool, loosely", of(value!({ "tool_calls": loose })), Some(used("", "{\"a\":1}"))),
        (
            "a refusal",
            of(value!({ "content": null, "refusal": "No" })),
            Some(ChatAnswer { refusal: Some("No".to_owned()), ..ChatAnswer::default() }),
        ),
        ("no choice", r#"{"choices":[]}"#.to_owned(), None),
        ("no message", r#"{"choices":[{}]}"#.to_owned(), None),
        ("a page", "<html>".to_owned(), None),
    ] {
        let transport = Recorder::new([answer(200, &body)]);
        let got = compatible(&transport).chat(&chat()).await;
        match expected {
            Some(expected) => assert!(got.unwrap() == expected, "{what}"),
            None => assert_eq!(got.unwrap_err().fault, ProviderFault::Permanent, "{what}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_refusal_means() {
    const QUOTA: &str =
        "The account with the language model has no quota left. Add credit or raise its limit there.";
    const LOADING: &str = "The model is still being loaded. Try again in a minute.";
    const LIMIT: &str = "OpenAI is taking no more requests for now. Try again in a minute.";
    const LOST: &str = "OpenAI did not answer in time. Try again.";
    let error = |kind: &str, code: &str| {
        format!(r#"{{"error":{{"message":"m","type":{kind},"param":null,"code":{code}}}}}"#)
    };
    let quota = error("\"insufficient_quota\"", "\"insufficient_quota\"");
    let spend = error("\"x\"", "\"monthly_spend_limit_exceeded\"");
    let rate = error("\"requests\"", "\"rate_limit_exceeded\"");
    let loading = r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#;
    let limited = |wait| ProviderFault::RateLimited { wait };
    let reset = || {
        Ok(Response::new(429, rate.as_bytes())
            .with_header("x-ratelimit-remaining-tokens", "0")
            .with_header("x-ratelimit-reset-tokens", "6m0s")
            .with_header("x-ratelimit-remaining-requests", "10")
            .with_header("x-ratelimit-reset-requests", "9h"))
    };
    let after = || Ok(Response::new(429, rate.as_bytes()).with_header("retry-after", "20"));
    for (what, steps, fault, sentence, code) in [
        ("no quota", vec![answer(429, &quota)], ProviderFault::Rejected, QUOTA, Some("insufficient_quota")),
        (
            "a limit of one's own",
            vec![answer(429, &spend)],
            ProviderFault::Rejected,
            QUOTA,
            Some("monthly_spend_limit_exceeded"),
        ),
        (
            "too many, with a wait",
            vec![after()],
            limited(Some(Duration::from_secs(20))),
            LIMIT,
            Some("rate_limit_exceeded"),
        ),
        (
            "too many tokens",
            vec![reset()],
            limited(Some(Duration::from_mins(6))),
            LIMIT,
            Some("rate_limit_exceeded"),
        ),
        (
            "too many, thrice",
            vec![answer(429, &rate), answer(429, &rate), answer(429, &rate)],
            limited(None),
            LIMIT,
            Some("rate_limit_exceeded"),
        ),
        (
            "still loading, thrice",
            vec![answer(503, loading), answer(503, loading), answer(503, loading)],
            ProviderFault::Transient,
            LOADING,
            Some("unavailable_error"),
        ),
        ("broken: not asked twice", vec![answer(500, "")], ProviderFault::Transient, LOST, None),
        ("lost: not asked twice", vec![Err(TransportError::Lost)], ProviderFault::Transient, LOST, None),
        (
            "no such model",
            vec![answer(404, &error("\"invalid_request_error\"", "\"model_not_found\""))],
            ProviderFault::Rejected,
            "The server does not know this model. Choose one from its list.",
            Some("model_not_found"),
        ),
        (
            "too long",
            vec![answer(400, &error("\"x\"", "\"context_length_exceeded\""))],
            ProviderFault::Rejected,
            "The text is too long for this model. Shorten it or choose another model.",
            Some("context_length_exceeded"),
        ),
        (
            "a text for an error",
            vec![answer(400, r#"{"error":"model is required"}"#)],
            ProviderFault::Rejected,
            "OpenAI refused the request. Check what was entered.",
            None,
        ),
        (
            "a number for a code",
            vec![answer(400, &error("null", "400"))],
            ProviderFault::Rejected,
            "OpenAI refused the request. Check what was entered.",
            None,
        ),
    ] {
        let transport = Recorder::new(steps);
        let error = own(&transport).chat(&chat()).await.unwrap_err();
        assert_eq!((error.fault, &*error.sentence, error.code.as_deref()), (fault, sentence, code), "{what}");
    }
    let transport = Recorder::new([answer(400, "")]);
    let error = compatible(&transport).chat(&chat()).await.unwrap_err();
    assert_eq!(error.sentence, "The language model's server refused the request. Check what was entered.");
}

#[tokio::test]
async fn vectors_come_in_the_order_of_the_texts() {
    for (what, body, expected) in [
        ("out of order", r#"{"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}]}"#, true),
        ("without places", r#"{"data":[{"embedding":[1]},{"embedding":[2]}]}"#, true),
        ("one too few", r#"{"data":[{"embedding":[1]}]}"#, false),
        ("one twice", r#"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}]}"#, false),
        ("one too many", r#"{"data":[{"index":2,"embedding":[1]}]}"#, false),
        ("of two lengths", r#"{"data":[{"embedding":[1]},{"embedding":[2,3]}]}"#, false),
        ("of nothing", r#"{"data":[{"embedding":[]},{"embedding":[]}]}"#, false),
    ] {
        let transport = Recorder::new([answer(200, body)]);
        let got = compatible(&transport).embeddings("e", &["a", "b"]).await;
        let sent = "POST http://127.0.0.1:9/v1/embeddings\ncontent-type: application/json\n{\"model\":\"e\",\"input\":[\"a\",\"b\"]}";
        assert_eq!(transport.texts(), [sent]);
        if expected {
            assert_eq!(got.unwrap(), [[1.0], [2.0]], "{what}");
        } else {
            assert_eq!(got.unwrap_err().fault, ProviderFault::Permanent, "{what}");
        }
    }
    let transport = Recorder::new([]);
    assert!(compatible(&transport).embeddings("e", &[]).await.unwrap().is_empty());
    let many = vec!["a"; 2049];
    let error = compatible(&transport).embeddings("e", &many).await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Rejected);
}

#[tokio::test(start_paused = true)]
async fn what_a_credential_is_worth() {
    let lost = || Err(TransportError::Lost);
    for (what, steps, expected) in [
        ("good", vec![answer(200, r#"{"data":[{"id":"m"}]}"#)], Verdict::Verified),
        ("unknown", vec![answer(401, "{}")], Verdict::Rejected(Rejection::Unauthorised)),
        ("of another project", vec![answer(403, "{}")], Verdict::Rejected(Rejection::Forbidden)),
        ("not this protocol", vec![answer(404, "")], Verdict::Unreachable),
        ("a proxy", vec![answer(403, "<html>")], Verdict::Unreachable),
        ("a page", vec![answer(200, "<html>")], Verdict::Unreachable),
        ("nobody there", vec![lost(), lost(), lost()], Verdict::Unreachable),
    ] {
        let transport = Recorder::new(steps);
        assert_eq!(own(&transport).check().await, expected, "{what}");
        assert!(
            transport.texts()[0]
                .starts_with("GET https://api.openai.com/v1/models\nauthorization: Bearer sk-1")
        );
    }
}

#[test]
fn which_servers_may_be_asked() {
    let loopback = Policy { loopback: true, ..Policy::default() };
    for (url, policy, fits) in [
        (None, Policy::default(), true),
        (Some("https://llm.example.com/v1"), Policy::default(), true),
        (Some("http://llm.example.com/v1"), Policy::default(), false),
        (Some("https://169.254.169.254/v1"), Policy::default(), false),
        (Some("https://user@llm.example.com/v1"), Policy::default(), false),
        (Some("http://127.0.0.1:8080/v1"), Policy::default(), false),
        (Some("http://127.0.0.1:8080/v1"), loopback, true),
        (Some("https://10.0.0.1/v1"), loopback, false),
    ] {
        let made = OpenAi::new(&credential(url), policy, Recorder::new([]).outside());
        assert_eq!(made.is_ok(), fits, "{url:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn llama_has_a_protocol_of_its_own() {
    let llama = |steps: Vec<Step>| {
        let transport = Recorder::new(steps);
        (LlamaCpp::at("http://127.0.0.1:9/completion", None, transport.outside()), transport)
    };
    let said = r#"{"content":"Hello","stop":true,"model":"/srv/models/tiny.gguf","tokens_predicted":1}"#;
    let (server, transport) = llama(vec![answer(200, said)]);
    let answered = server.test_call("Hi").await.unwrap();
    assert_eq!((answered.text.as_str(), answered.model.as_str(), answered.millis), ("Hello", "tiny.gguf", 0));
    let sent = "POST http://127.0.0.1:9/completion\ncontent-type: application/json\n{\"prompt\":\"Hi\",\"n_predict\":128}";
    assert_eq!(transport.texts(), [sent], "the limit is always sent");
    let loading =
        || answer(503, r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#);
    let older = || answer(503, r#"{"status":"loading model"}"#);
    for (what, steps, verdict) in [
        ("up", vec![answer(200, r#"{"status":"ok"}"#)], Verdict::Verified),
        ("loading", vec![loading(), loading(), loading()], Verdict::Unreachable),
        ("loading, an older one", vec![older(), older(), older()], Verdict::Unreachable),
        ("just loaded", vec![loading(), answer(200, r#"{"status":"ok"}"#)], Verdict::Verified),
        ("something else", vec![answer(200, "<html>")], Verdict::Unreachable),
    ] {
        let (server, transport) = llama(steps);
        assert_eq!(server.check().await, verdict, "{what}");
        assert_eq!(transport.texts()[0], "GET http://127.0.0.1:9/health");
    }
    let (server, _) = llama(vec![older(), older(), older()]);
    let error = server.health().await.unwrap_err();
    assert_eq!(error.fault, ProviderFault::Transient);
    assert_eq!(error.sentence, "The model is still being loaded. Try again in a minute.");
}

#[tokio::test]
async fn a_test_call_takes_the_first_model_unless_told() {
    let models = || answer(200, r#"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#);
    let transport = Recorder::new([models(), answer(200, SAID)]);
    let answered = compatible(&transport).test_call("Hi", None).await.unwrap();
    assert_eq!((answered.text.as_str(), answered.model.as_str()), ("Hello", "m-1"));
    assert!(
        transport.texts()[1].contains("\"model\":\"a\"")
            && transport.texts()[1].contains("\"max_tokens\":128")
    );
    let transport = Recorder::new([answer(200, SAID)]);
    compatible(&transport).test_call("Hi", Some("b")).await.unwrap();
    assert!(transport.texts()[0].contains("\"model\":\"b\""));
    assert!(!format!("{:?} {:?}", answered, chat()).contains('H'), "no text in Debug");
}
