use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::{said_back, words};
use crate::Emulator;

pub(super) fn routes() -> Router<Emulator> {
    Router::new().route("/llamacpp/health", get(health)).route("/llamacpp/completion", post(completion))
}

fn refused(status: StatusCode, kind: &str, message: &str) -> Response {
    let error = json!({ "error": { "code": status.as_u16(), "message": message, "type": kind } });
    (status, Json(error)).into_response()
}

fn loading() -> Response {
    refused(StatusCode::SERVICE_UNAVAILABLE, "unavailable_error", "Loading model")
}

async fn health(State(emulator): State<Emulator>) -> Response {
    if emulator.openai().lock().loading { loading() } else { Json(json!({ "status": "ok" })).into_response() }
}

async fn completion(State(emulator): State<Emulator>, body: Bytes) -> Response {
    let openai = emulator.openai();
    if openai.lock().loading {
        return loading();
    }
    let invalid = |message| refused(StatusCode::BAD_REQUEST, "invalid_request_error", message);
    let Ok(body) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return invalid("the body is no JSON object");
    };
    let Some(prompt) = body.get("prompt").and_then(Value::as_str) else {
        return invalid("\"prompt\" is missing");
    };
    // Less than nothing means no limit.
    let most = body.get("n_predict").and_then(Value::as_i64).unwrap_or(-1);
    let (text, ended) = said_back(prompt, usize::try_from(most).unwrap_or(usize::MAX));
    openai.lock().asked += 1;
    let (predicted, evaluated) = (words(&text), words(prompt));
    let answer = json!({
        "content": text,
        "stop": true,
        "stop_type": if ended { "eos" } else { "limit" },
        "stopping_word": "",
        "model": "/models/emulator.gguf",
        "tokens_predicted": predicted,
        "tokens_evaluated": evaluated,
        "truncated": false,
        "timings": { "predicted_n": predicted },
    });
    Json(answer).into_response()
}
