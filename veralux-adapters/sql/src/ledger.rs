//! Changes whose statements are the same in every database. Each function adds what one change writes to a plan.
//!
//! # Errors
//! [`Invalid`](crate::Invalid): the change names what cannot be kept.

#![expect(clippy::missing_errors_doc, reason = "said above for all of them")]

/// Links of assistants.
pub mod assistant;
/// Calls.
pub mod call;
/// Credentials, their copies, tenants' keys and secrets.
pub mod credential;
/// How far messages are.
pub mod delivery;
/// API keys.
pub mod key;
/// Messages, their decisions and the claims of webhooks.
pub mod message;
/// Numbers.
pub mod number;
/// Operations at providers.
pub mod operation;
/// What the policy detector finds, remembers and lets pass.
pub mod policy;
/// Requests under idempotency keys.
pub mod request;
/// The operator's root keys.
pub mod root_key;
/// Windows and overrides of threads.
pub mod schedule;
/// Caller ids, their codes and forwardings.
pub mod telephony;
/// Tenants.
pub mod tenant;
/// Threads, their pairs of numbers, and customers.
pub mod thread;
/// Work that is due.
pub mod work;

/// Every statement of the modules with its name, for tests that have it explained by a database.
pub const STATEMENTS: &[&[(&str, &str)]] = &[
    assistant::STATEMENTS,
    call::STATEMENTS,
    credential::STATEMENTS,
    delivery::STATEMENTS,
    key::STATEMENTS,
    message::STATEMENTS,
    number::STATEMENTS,
    operation::STATEMENTS,
    policy::STATEMENTS,
    request::STATEMENTS,
    root_key::STATEMENTS,
    schedule::STATEMENTS,
    telephony::STATEMENTS,
    tenant::STATEMENTS,
    thread::STATEMENTS,
    work::STATEMENTS,
];
