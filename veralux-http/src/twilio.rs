//! Twilio's webhooks: whose they are and what they say.

mod form;
mod signature;
mod twiml;

pub use form::{Form, FormError, InboundSms, MAX_FORM_FIELDS, MessageStatus};
pub use signature::{Signed, verify};
pub(crate) use twiml::reply;
