//! What providers send. Each is authenticated by its provider's signature and nothing else.

pub(crate) mod twilio_inbound_sms;
mod twilio_signed;
pub(crate) mod twilio_status_callback;
