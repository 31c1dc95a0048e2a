//! Twilio: text messages, phone numbers, calls, caller ids, and its webhooks.
//!
//! API 2010-04-01: forms in, JSON out, HTTP Basic with an API key or the account's auth token
//! (github.com/twilio/twilio-oai, `twilio_api_v2010.json`). Twilio takes no key of ours for a request: a message, a call or a
//! purchase whose answer was lost is looked up before it is made again.
//!
//! * [`Client`]: every operation that is used here, with one account.
//! * [`Provider`]: the core's ports over tenants' accounts.
//! * [`check`]: whether a credential works.
//! * [`webhook`], [`twiml`]: what Twilio sends, and what it is answered.

mod check;
mod client;
mod code;
mod provider;
pub mod twiml;
pub mod webhook;

pub use check::check;
pub use client::{
    Available, CallerIdCheck, CallerIdEntry, Client, IncomingNumber, Message, MessageFilter, NewCall,
    NewMessage, NumberUrls, PlacedCall,
};
pub use code::explain;
pub use provider::Provider;
use veralux_core::port::Delivery;

/// Where Twilio answers (region US1).
pub const ORIGIN: &str = "https://api.twilio.com";

/// What a message's status is to us; `None` for one that this program does not know, or of an inbound message.
pub fn delivery(status: &str) -> Option<Delivery> {
    match status {
        "accepted" | "scheduled" | "queued" => Some(Delivery::Queued),
        "sending" | "sent" => Some(Delivery::Sent),
        "delivered" | "partially_delivered" | "read" => Some(Delivery::Delivered),
        "undelivered" => Some(Delivery::Undelivered),
        "failed" | "canceled" => Some(Delivery::Failed),
        _ => None,
    }
}
