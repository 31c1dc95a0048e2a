//! What providers send. Each is authenticated by its provider's signature and nothing else.

pub(crate) mod twilio_inbound_sms;
