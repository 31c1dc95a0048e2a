//! Connecting Google Calendar: to Google's consent page and back.

pub(crate) mod callback;
pub(crate) mod start;
