//! What tests in other languages, and people, steer it with.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{TelnyxAccount, TelnyxPlan};
use crate::Emulator;
use crate::hooks::Delivered;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    api_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewMessage {
    from: String,
    to: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCall {
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    cause: String,
}

pub(crate) fn routes() -> Router<Emulator> {
    let own = Router::new()
        .route("/accounts", post(add_account))
        .route("/accounts/{api_key}/{what}", get(list))
        .route("/plan", post(plan))
        .route("/messages", post(receive))
        .route("/calls", post(call))
        .route("/calls/{call_control_id}/answer", post(answer))
        .route("/calls/{call_control_id}/hangup", post(hang_up));
    Router::new().nest("/emulator/telnyx", own)
}

async fn add_account(State(emulator): State<Emulator>, Json(new): Json<NewAccount>) -> Json<TelnyxAccount> {
    let telnyx = emulator.telnyx();
    Json(new.api_key.map_or_else(|| telnyx.account(), |key| telnyx.account_with(&key)))
}

async fn list(
    State(emulator): State<Emulator>,
    Path((api_key, what)): Path<(String, String)>,
) -> Json<Vec<Value>> {
    Json(emulator.telnyx().list(&api_key, &what))
}

async fn plan(State(emulator): State<Emulator>, Json(plan): Json<TelnyxPlan>) -> StatusCode {
    emulator.telnyx().plan(plan);
    StatusCode::NO_CONTENT
}

async fn receive(State(emulator): State<Emulator>, Json(new): Json<NewMessage>) -> Response {
    told(emulator.telnyx().receive(&new.from, &new.to, &new.text).await.as_ref())
}

async fn call(State(emulator): State<Emulator>, Json(new): Json<NewCall>) -> Response {
    match emulator.telnyx().call(&new.from, &new.to).await {
        Some((id, delivered)) => {
            let delivered = delivered.as_ref().map(shown);
            Json(json!({ "call_control_id": id, "delivered": delivered })).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn answer(State(emulator): State<Emulator>, Path(id): Path<String>) -> Response {
    told(emulator.telnyx().answer(&id).await.as_ref())
}

async fn hang_up(State(emulator): State<Emulator>, Path(id): Path<String>, Json(end): Json<End>) -> Response {
    told(emulator.telnyx().hang_up(&id, &end.cause).await.as_ref())
}

fn told(delivered: Option<&Delivered>) -> Response {
    Json(json!({ "delivered": delivered.map(shown) })).into_response()
}

fn shown(delivered: &Delivered) -> Value {
    json!({
        "url": delivered.url,
        "status": delivered.status,
        "answer": String::from_utf8_lossy(&delivered.answer),
    })
}
