//! Twilio's webhooks: whose they are and what they say.
//!
//! Twilio posts forms and signs URL and form with the account's primary auth token, never with an API key's secret. There
//! is no timestamp: what must be done once is claimed by its id first. Fields appear without notice, and nothing promises
//! that webhooks come in order (twilio.com/docs/usage/webhooks, `.../messaging/guides/track-outbound-message-status`).

mod call;
mod form;
mod message;
mod signature;

pub use call::{CallEvent, CallStatus, CallerIdValidation, StreamEvent, StreamKind};
pub use form::{Form, FormError, MAX_FORM_BYTES, MAX_FORM_FIELDS};
pub use message::{InboundSms, MessageStatus};
pub use signature::{Signed, is_signature, verify};
