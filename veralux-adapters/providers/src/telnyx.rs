//! Telnyx: phone numbers, text messages, webhooks.
//!
//! The contract is that of API v2 as the types of its official SDKs (4.189.0) and its documentation have it: JSON both ways,
//! `Authorization: Bearer`, answers in `{"data": ...}`, refusals in `{"errors": [...]}`. [`Api`] has its operations one by
//! one, [`Telnyx`] the core's ports over them, [`webhook`] what Telnyx sends by itself.
//!
//! What may be repeated: reads, changes of what is there, removals. An order is looked up by its `customer_reference` before
//! it is placed again, an application by its name. A message carries an `Idempotency-Key`, for which Telnyx gives the first
//! answer again for 24 hours.

mod api;
mod applications;
mod check;
mod messages;
mod numbers;
mod orders;
mod ports;
mod profiles;
mod refusal;
#[cfg(test)]
mod tests;
pub mod webhook;

pub use api::{Api, ORIGIN};
pub use applications::{Application, NewApplication};
pub use check::check;
pub use messages::{Message, NewMessage};
pub use numbers::PhoneNumber;
pub use orders::{NewOrder, NumberOrder};
pub use ports::Telnyx;
pub use profiles::Profile;
