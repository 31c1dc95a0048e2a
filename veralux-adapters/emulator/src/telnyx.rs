//! Telnyx: API v2 at `/telnyx/v2`, as the types of its SDKs (4.189.0) and its documentation describe it.
//!
//! Numbers for sale follow from what is looked for; only what a search has shown can be ordered. Orders come to an end after
//! some reads ([`TelnyxPlan`]). Messages go on by themselves, and their events go out signed; calls and messages from outside
//! are made here ([`Telnyx`]), or over HTTP:
//!
//! | what | at `/emulator/telnyx` |
//! |---|---|
//! | a new account: `{}` or `{"api_key": "KEY..."}` gives `{"api_key", "public_key"}` | `POST /accounts` |
//! | what it has: `applications`, `profiles`, `orders`, `numbers`, `messages`, `calls` | `GET /accounts/{api_key}/{what}` |
//! | how orders and messages end: [`TelnyxPlan`] | `POST /plan` |
//! | a message from outside: `{"from", "to", "text"}` | `POST /messages` |
//! | a call from outside: `{"from", "to"}` gives `{"call_control_id", "delivered"}` | `POST /calls` |
//! | it is answered; it is over: `{"cause"}` | `POST /calls/{call_control_id}/answer`, `.../hangup` |

mod account;
mod answer;
mod applications;
mod calls;
mod events;
mod messages;
mod numbers;
mod orders;
mod profiles;
mod sale;
mod steering;

use axum::Router;
use axum::routing::{any, get, patch, post};
use serde_json::Value;

pub(crate) use account::State;
pub use account::{TelnyxAccount, TelnyxPlan};
pub(crate) use steering::routes as steering;

use crate::Emulator;
use answer::Fail;

/// Telnyx, for tests: what there is, and what happens outside.
#[derive(Debug, Clone)]
pub struct Telnyx(pub(crate) Emulator);

impl Telnyx {
    /// A new account with an API key and an Ed25519 key pair of its own.
    pub fn account(&self) -> TelnyxAccount {
        let random = self.0.random();
        let key = format!("KEY{}", account::hex(&random.bytes::<16>()).to_uppercase());
        self.account_with(&key)
    }

    /// The account with this API key, made if there is none.
    pub fn account_with(&self, api_key: &str) -> TelnyxAccount {
        self.0.telnyx_state().open(api_key, self.0.random())
    }

    /// Takes a number off sale: somebody has it.
    pub fn take_off_sale(&self, number: &str) {
        self.0.telnyx_state().lock().sold.insert(number.to_owned());
    }

    /// How orders and messages end from now on.
    pub fn plan(&self, plan: TelnyxPlan) {
        self.0.telnyx_state().lock().plan = plan;
    }

    /// An account's `applications`, `profiles`, `orders`, `numbers`, `messages` or `calls`, the oldest first, as the API
    /// shows them.
    pub fn list(&self, api_key: &str, what: &str) -> Vec<Value> {
        let kept = self.0.telnyx_state().lock();
        let list = kept.accounts.get(api_key).and_then(|account| account.list(what));
        list.map(<[Value]>::to_vec).unwrap_or_default()
    }
}

/// The API.
pub(crate) fn routes() -> Router<Emulator> {
    let v2 = Router::new()
        .route("/available_phone_numbers", get(sale::list))
        .route("/number_orders", get(orders::list).post(orders::create))
        .route("/number_orders/{id}", get(orders::read))
        .route("/call_control_applications", get(applications::list).post(applications::create))
        .route(
            "/call_control_applications/{id}",
            get(applications::read).patch(applications::update).delete(applications::remove),
        )
        .route("/phone_numbers", get(numbers::list))
        .route("/phone_numbers/{id}", get(numbers::read).patch(numbers::update).delete(numbers::remove))
        .route("/phone_numbers/{id}/messaging", patch(numbers::update_messaging))
        .route("/messages", post(messages::create))
        .route("/messages/{id}", get(messages::read))
        .route("/messaging_profiles", get(profiles::list).post(profiles::create))
        .route("/{*rest}", any(async || Fail::not_found()));
    Router::new().nest("/telnyx/v2", v2)
}
