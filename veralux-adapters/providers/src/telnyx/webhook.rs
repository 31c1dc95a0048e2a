//! What Telnyx sends by itself: signed events of messages and calls.
//!
//! Delivered at least once, in no promised order, several at a time: whoever takes them in claims each by its
//! [`id`](Event::id) and orders by [`occurred_at`](Event::occurred_at). First [`verify`], then [`parse`]; who must [`parse`] to
//! learn whose key it is first reads the [`Stamp`].

mod event;
mod signature;
mod wire;

use veralux_core::phone::E164;
use veralux_core::port::Delivery;

pub use event::{CallEvent, Direction, Event, EventKind, InboundMessage, MAX_PARTIES, MessageState};
pub use signature::{
    Key, KeyError, MAX_BODY_BYTES, Refused, SIGNATURE, Stamp, TIMESTAMP, TOLERANCE_SECONDS, verify,
};
pub use wire::{ParseError, parse};

/// A number as Telnyx writes it, also with dashes, dots, brackets and spaces; `None` for what is none in E.164 form, such as
/// a short code, a SIP address or a name.
pub(super) fn number(text: &str) -> Option<E164> {
    let plain: String = text.chars().filter(|c| !matches!(c, '-' | '.' | '(' | ')')).collect();
    E164::normalise(&plain).ok()
}

/// A message's state; `None` for a word that is not known.
pub(super) fn delivery(status: &str) -> Option<Delivery> {
    match status {
        "queued" => Some(Delivery::Queued),
        // Unconfirmed: the other network took it and tells no more.
        "sending" | "sent" | "delivery_unconfirmed" => Some(Delivery::Sent),
        "delivered" | "read" => Some(Delivery::Delivered),
        "delivery_failed" | "expired" => Some(Delivery::Undelivered),
        "sending_failed" => Some(Delivery::Failed),
        _ => None,
    }
}
