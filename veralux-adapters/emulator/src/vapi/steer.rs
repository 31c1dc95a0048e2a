//! The same for people and for tests in other languages.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Ending, ToolShape};
use crate::Emulator;

pub(crate) fn steering() -> Router<Emulator> {
    Router::new()
        .route("/emulator/vapi", get(state))
        .route("/emulator/vapi/keys", post(add_key))
        .route("/emulator/vapi/server", post(set_server))
        .route("/emulator/vapi/ring", post(ring))
        .route("/emulator/vapi/inbound-call", post(inbound_call))
        .route("/emulator/vapi/calls/{id}/status", post(status))
        .route("/emulator/vapi/calls/{id}/tool", post(tool))
        .route("/emulator/vapi/calls/{id}/end", post(end))
}

/// Everything, secrets included: they are test data.
async fn state(State(emulator): State<Emulator>) -> Json<Value> {
    let vapi = emulator.vapi();
    Json(json!({
        "assistants": vapi.assistants(),
        "tools": vapi.tools(),
        "numbers": vapi.numbers(),
        "calls": vapi.calls(),
        "credentials": vapi.credentials(),
        "takenOver": vapi.taken_over(),
    }))
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

async fn add_key(State(emulator): State<Emulator>, Json(Key { key }): Json<Key>) -> StatusCode {
    emulator.vapi().add_key(&key);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Server {
    url: String,
    secret: Option<String>,
}

async fn set_server(State(emulator): State<Emulator>, Json(server): Json<Server>) -> StatusCode {
    emulator.vapi().set_server(&server.url, server.secret.as_deref());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Ring {
    number: String,
    customer: String,
}

async fn ring(State(emulator): State<Emulator>, Json(ring): Json<Ring>) -> Result<Json<Value>, StatusCode> {
    let rung = emulator.vapi().ring(&ring.number, &ring.customer).await.ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "call": rung.call, "assistant": rung.assistant, "answer": rung.answer })))
}

/// Where Twilio's calls of an imported number go.
async fn inbound_call(
    State(emulator): State<Emulator>,
    form: String,
) -> Result<impl IntoResponse, StatusCode> {
    let field = |name: &str| {
        let mut fields = form_urlencoded::parse(form.as_bytes());
        fields.find(|(own, _)| own == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    emulator.vapi().ring(&field("To"), &field("From")).await.ok_or(StatusCode::NOT_FOUND)?;
    Ok(([(CONTENT_TYPE, "text/xml")], "<Response><Connect/></Response>"))
}

#[derive(Deserialize)]
struct Status {
    status: String,
}

async fn status(
    State(emulator): State<Emulator>,
    Path(call): Path<String>,
    Json(Status { status }): Json<Status>,
) -> StatusCode {
    emulator.vapi().status(&call, &status).await;
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    #[serde(default)]
    arguments: Value,
    #[serde(default)]
    shape: ToolShape,
}

async fn tool(
    State(emulator): State<Emulator>,
    Path(call): Path<String>,
    Json(tool): Json<Tool>,
) -> Json<Option<Value>> {
    Json(emulator.vapi().tool_call(&call, &tool.name, &tool.arguments, tool.shape).await)
}

async fn end(
    State(emulator): State<Emulator>,
    Path(call): Path<String>,
    Json(ending): Json<Ending>,
) -> StatusCode {
    emulator.vapi().end(&call, &ending).await;
    StatusCode::NO_CONTENT
}
