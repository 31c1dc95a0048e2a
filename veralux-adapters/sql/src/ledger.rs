//! Changes whose statements are the same in every database. Each function adds what one change writes to a plan.
//!
//! # Errors
//! [`Invalid`](crate::Invalid): the change names what cannot be kept.

#![expect(clippy::missing_errors_doc, reason = "said above for all of them")]

/// Calls.
pub mod call;
/// How far messages are.
pub mod delivery;
/// API keys.
pub mod key;
/// Messages, their decisions and the claims of webhooks.
pub mod message;
/// Operations at providers.
pub mod operation;
/// What the policy detector finds, remembers and lets pass.
pub mod policy;
/// Windows and overrides of threads.
pub mod schedule;
/// Tenants.
pub mod tenant;
/// Threads, their pairs of numbers, and customers.
pub mod thread;
/// Work that is due.
pub mod work;

/// Every statement of the modules with its name, for tests that have it explained by a database.
pub const STATEMENTS: &[&[(&str, &str)]] = &[
    call::STATEMENTS,
    delivery::STATEMENTS,
    key::STATEMENTS,
    message::STATEMENTS,
    operation::STATEMENTS,
    policy::STATEMENTS,
    schedule::STATEMENTS,
    tenant::STATEMENTS,
    thread::STATEMENTS,
    work::STATEMENTS,
];
