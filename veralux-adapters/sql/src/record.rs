//! Every record, each in a file with its columns.

mod assistant;
mod call;
mod conversation;
mod credential;
mod customer;
mod decision;
pub(crate) mod delivery;
mod event;
pub(crate) mod idempotency;
mod key;
mod message;
mod number;
mod operation;
mod outbox;
mod policy;
mod runtime;
mod schedule;
pub(crate) mod target;
mod telephony;
mod tenant;
mod thread;
mod unclaimed;
mod violation;
pub(crate) mod work;

use crate::columns::{Columns, Corrupt, Record};
use crate::database::Database;

type Result<T> = std::result::Result<T, Corrupt>;

/// A count as a database keeps it. Revisions, versions and sequences stay far below 2^63.
pub fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
