use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{OpenAi, Refusal, said_back, words};
use crate::Emulator;

/// What a chat may have (`CreateChatCompletionRequest`).
const CHAT: &[&str] = &[
    "messages",
    "model",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "max_tokens",
    "max_completion_tokens",
    "metadata",
    "modalities",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "reasoning_effort",
    "response_format",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
];
const EMBEDDINGS: &[&str] = &["input", "model", "encoding_format", "dimensions", "user"];

pub(super) fn routes() -> Router<Emulator> {
    Router::new()
        .route("/openai/v1/chat/completions", post(chat))
        .route("/openai/v1/embeddings", post(embeddings))
        .route("/openai/v1/models", get(models))
        .route("/openai/v1/models/{model}", get(model))
}

struct Refused(Box<Response>);

fn refused(
    status: StatusCode,
    kind: &str,
    code: Option<&str>,
    message: &str,
    param: Option<&str>,
) -> Refused {
    let error = json!({ "error": { "message": message, "type": kind, "param": param, "code": code } });
    Refused(Box::new((status, Json(error)).into_response()))
}

fn invalid(message: &str, code: Option<&str>, param: Option<&str>) -> Refused {
    refused(StatusCode::BAD_REQUEST, "invalid_request_error", code, message, param)
}

type Answer = Result<Value, Refused>;

fn response(answer: Answer) -> Response {
    match answer {
        Ok(body) => Json(body).into_response(),
        Err(Refused(response)) => *response,
    }
}

async fn chat(State(emulator): State<Emulator>, headers: HeaderMap, body: Bytes) -> Response {
    let now = emulator.clock().now().micros() / 1_000_000;
    response(
        emulator.openai().question(&headers, &body, CHAT).and_then(|(number, body)| said(number, now, &body)),
    )
}

async fn embeddings(State(emulator): State<Emulator>, headers: HeaderMap, body: Bytes) -> Response {
    response(emulator.openai().question(&headers, &body, EMBEDDINGS).and_then(|(_, body)| vectors(&body)))
}

async fn models(State(emulator): State<Emulator>, headers: HeaderMap) -> Response {
    let openai = emulator.openai();
    let list = |()| {
        let all: Vec<Value> = openai.lock().models.iter().map(|id| described(id)).collect();
        json!({ "object": "list", "data": all })
    };
    response(openai.enter(&headers).map(list))
}

async fn model(State(emulator): State<Emulator>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let openai = emulator.openai();
    response(openai.enter(&headers).and_then(|()| openai.known(&id)).map(|()| described(&id)))
}

fn described(id: &str) -> Value {
    json!({ "id": id, "object": "model", "created": 1_700_000_000, "owned_by": "emulator" })
}

impl OpenAi<'_> {
    fn enter(self, headers: &HeaderMap) -> Result<(), Refused> {
        let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let key = value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        if self.lock().keys.contains(key) {
            return Ok(());
        }
        let (kind, code) = ("invalid_request_error", Some("invalid_api_key"));
        Err(refused(StatusCode::UNAUTHORIZED, kind, code, "Incorrect API key provided.", None))
    }

    fn known(self, model: &str) -> Result<(), Refused> {
        if self.lock().models.iter().any(|own| own == model) {
            return Ok(());
        }
        let (kind, code) = ("invalid_request_error", Some("model_not_found"));
        Err(refused(StatusCode::NOT_FOUND, kind, code, "The model does not exist.", Some("model")))
    }

    /// A question that is to be answered, and which one it is.
    fn question(
        self,
        headers: &HeaderMap,
        body: &[u8],
        fields: &[&str],
    ) -> Result<(u64, Map<String, Value>), Refused> {
        self.enter(headers)?;
        let refusal = self.lock().refusal;
        match refusal {
            Some(Refusal::Quota) => {
                let kind = "insufficient_quota";
                return Err(refused(
                    StatusCode::TOO_MANY_REQUESTS,
                    kind,
                    Some(kind),
                    "You exceeded your current quota.",
                    None,
                ));
            }
            Some(Refusal::Rate { retry_after }) => {
                let code = Some("rate_limit_exceeded");
                let Refused(mut response) =
                    refused(StatusCode::TOO_MANY_REQUESTS, "requests", code, "Rate limit reached.", None);
                if let Some(seconds) = retry_after {
                    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                }
                return Err(Refused(response));
            }
            None => {}
        }
        let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
            return Err(invalid("We could not parse the JSON body of your request.", None, None));
        };
        if let Some(name) = body.keys().find(|name| !fields.contains(&name.as_str())) {
            let message = format!("Unrecognized request argument supplied: {name}");
            return Err(invalid(&message, Some("unknown_parameter"), Some(name)));
        }
        let model = body.get("model").and_then(Value::as_str);
        self.known(model.ok_or_else(|| invalid("you must provide a model parameter", None, None))?)?;
        let mut state = self.lock();
        state.asked += 1;
        Ok((state.asked, body))
    }
}

fn said(number: u64, now: i64, body: &Map<String, Value>) -> Answer {
    let messages = body.get("messages").and_then(Value::as_array).filter(|messages| !messages.is_empty());
    let messages = messages.ok_or_else(|| invalid("'messages' must not be empty", None, Some("messages")))?;
    let content = |message: &Value| message.get("content").and_then(Value::as_str).map(ToOwned::to_owned);
    let asked =
        messages.iter().rev().find(|message| message.get("role") == Some(&json!("user"))).and_then(content);
    if body.contains_key("max_tokens") && body.contains_key("max_completion_tokens") {
        let message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.";
        return Err(invalid(message, Some("invalid_parameter_combination"), None));
    }
    let most = body.get("max_tokens").or_else(|| body.get("max_completion_tokens")).and_then(Value::as_u64);
    let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let (text, ended) = said_back(asked.as_deref().unwrap_or_default(), most);
    let prompt: usize = messages.iter().filter_map(content).map(|text| words(&text)).sum();
    let completion = words(&text);
    Ok(json!({
        "id": format!("chatcmpl-{number}"),
        "object": "chat.completion",
        "created": now,
        "model": body.get("model"),
        "choices": [{
            "index": 0,
            "message": { "role": "assistant", "content": text, "refusal": null },
            "logprobs": null,
            "finish_reason": if ended { "stop" } else { "length" },
        }],
        "usage": {
            "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
        },
    }))
}

fn vectors(body: &Map<String, Value>) -> Answer {
    let texts: Vec<&str> = match body.get("input") {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if texts.is_empty() || texts.len() > 2048 || texts.contains(&"") {
        return Err(invalid("'$.input' is invalid.", None, Some("input")));
    }
    let vector = |text: &str| -> Vec<f64> {
        let digest = Sha256::digest(text.as_bytes());
        digest.iter().take(16).map(|byte| f64::from(*byte) / 128.0 - 1.0).collect()
    };
    let one = |(index, text): (usize, &&str)| json!({ "object": "embedding", "index": index, "embedding": vector(text) });
    let data: Vec<Value> = texts.iter().enumerate().map(one).collect();
    let tokens: usize = texts.iter().map(|text| words(text)).sum();
    let usage = json!({ "prompt_tokens": tokens, "total_tokens": tokens });
    Ok(json!({ "object": "list", "data": data, "model": body.get("model"), "usage": usage }))
}
