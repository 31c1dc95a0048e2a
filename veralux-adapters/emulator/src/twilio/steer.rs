//! The same as [`Twilio`] for tests in other languages, under `/emulator/twilio`.

use axum::extract::State as Extracted;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::message::{Moved, is_final};
use super::{Twilio, TwilioAccount, TwilioCall, TwilioMessage, TwilioNumber};
use crate::{Delivered, Emulator};

pub(crate) fn routes() -> Router<Emulator> {
    Router::new()
        .route("/emulator/twilio/accounts", post(add_account))
        .route("/emulator/twilio/numbers", get(numbers).post(give))
        .route("/emulator/twilio/messages", get(messages))
        .route("/emulator/twilio/calls", get(calls))
        .route("/emulator/twilio/sms", post(sms))
        .route("/emulator/twilio/call", post(call))
        .route("/emulator/twilio/hangup", post(hang_up))
        .route("/emulator/twilio/stream", post(stream))
        .route("/emulator/twilio/code", post(key_code))
        .route("/emulator/twilio/undeliverable", post(undeliverable))
        .route("/emulator/twilio/by-hand", post(by_hand))
        .route("/emulator/twilio/advance", post(advance))
}

impl Twilio {
    /// Moves every message that waits one step, tells their status callbacks, and gives how many moved.
    pub async fn advance(&self) -> usize {
        let waiting: Vec<(String, String)> = {
            let state = self.0.twilio_state();
            let of_account = |account: &super::state::AccountState| {
                let waiting = account.messages.iter().filter(|own| !is_final(&own.status));
                waiting.map(|own| (account.sid.clone(), own.sid.clone())).collect::<Vec<_>>()
            };
            state.accounts.values().flat_map(of_account).collect()
        };
        let mut moved = 0;
        for (account, sid) in waiting {
            if let Some(Moved(hook)) = self.step(&account, &sid) {
                moved += 1;
                if let Some(hook) = hook {
                    hook.deliver(&self.0).await;
                }
            }
        }
        moved
    }

    fn all<T>(&self, of: impl Fn(&Self, &str) -> Vec<T>) -> Vec<T> {
        let accounts: Vec<String> = self.0.twilio_state().accounts.keys().cloned().collect();
        accounts.iter().flat_map(|account| of(self, account)).collect()
    }
}

async fn add_account(Extracted(emulator): Extracted<Emulator>) -> (StatusCode, Json<TwilioAccount>) {
    (StatusCode::CREATED, Json(emulator.twilio().account()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Given {
    account_sid: String,
    number: String,
}

async fn give(
    Extracted(emulator): Extracted<Emulator>,
    Json(given): Json<Given>,
) -> (StatusCode, Json<Value>) {
    match emulator.twilio().give(&given.account_sid, &given.number) {
        Some(sid) => (StatusCode::CREATED, Json(json!({ "sid": sid }))),
        None => (StatusCode::NOT_FOUND, Json(json!({ "error": "there is no such account" }))),
    }
}

async fn numbers(Extracted(emulator): Extracted<Emulator>) -> Json<Vec<TwilioNumber>> {
    Json(emulator.twilio().all(Twilio::numbers))
}

async fn messages(Extracted(emulator): Extracted<Emulator>) -> Json<Vec<TwilioMessage>> {
    Json(emulator.twilio().all(Twilio::messages))
}

async fn calls(Extracted(emulator): Extracted<Emulator>) -> Json<Vec<TwilioCall>> {
    Json(emulator.twilio().all(Twilio::calls))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inbound {
    from: String,
    to: String,
    #[serde(default)]
    body: String,
}

async fn sms(Extracted(emulator): Extracted<Emulator>, Json(inbound): Json<Inbound>) -> Json<Value> {
    Json(told(emulator.twilio().receive_sms(&inbound.from, &inbound.to, &inbound.body).await))
}

async fn call(Extracted(emulator): Extracted<Emulator>, Json(inbound): Json<Inbound>) -> Json<Value> {
    let (sid, delivered) = emulator.twilio().receive_call(&inbound.from, &inbound.to).await.unzip();
    let mut answer = told(delivered);
    if let (Some(sid), Some(answer)) = (sid, answer.as_object_mut()) {
        answer.insert("callSid".to_owned(), sid.into());
    }
    Json(answer)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfCall {
    call_sid: String,
    #[serde(default)]
    event: String,
}

async fn hang_up(Extracted(emulator): Extracted<Emulator>, Json(of): Json<OfCall>) -> Json<Value> {
    Json(told(emulator.twilio().hang_up(&of.call_sid).await))
}

async fn stream(Extracted(emulator): Extracted<Emulator>, Json(of): Json<OfCall>) -> Json<Value> {
    Json(told(emulator.twilio().stream_event(&of.call_sid, &of.event).await))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keyed {
    number: String,
    code: String,
}

async fn key_code(Extracted(emulator): Extracted<Emulator>, Json(keyed): Json<Keyed>) -> Json<Value> {
    let (verified, _) = emulator.twilio().key_code(&keyed.number, &keyed.code).await;
    Json(json!({ "verified": verified }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undeliverable {
    number: String,
    code: u32,
}

async fn undeliverable(
    Extracted(emulator): Extracted<Emulator>,
    Json(told): Json<Undeliverable>,
) -> StatusCode {
    emulator.twilio().undeliverable(&told.number, told.code);
    StatusCode::NO_CONTENT
}

async fn by_hand(Extracted(emulator): Extracted<Emulator>) -> StatusCode {
    emulator.twilio().by_hand();
    StatusCode::NO_CONTENT
}

async fn advance(Extracted(emulator): Extracted<Emulator>) -> Json<Value> {
    Json(json!({ "moved": emulator.twilio().advance().await }))
}

/// What was answered to a webhook; `delivered` is false when none went out.
fn told(delivered: Option<Delivered>) -> Value {
    match delivered {
        Some(delivered) => json!({
            "delivered": true,
            "status": delivered.status,
            "answer": String::from_utf8_lossy(&delivered.answer),
        }),
        None => json!({
            "delivered": false,
            "reason": "no account has the number or the call, its URL is not set, or webhooks are held",
        }),
    }
}
