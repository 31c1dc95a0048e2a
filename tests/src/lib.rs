//! What tests and benches that need a server share: they start a private one and never skip.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a harness that cannot do its work fails the test that asked for it"
)]

pub mod postgres;
pub mod redis;
pub mod server;
pub mod sql;
pub mod tls;
pub mod twilio;
