//! What the product's records and changes are in SQL, for both databases.
//!
//! * A [`Record`] knows how many [`Columns`] it takes and reads itself from them, from left to right.
//! * A [`Database`] says what a row of it holds at an index. An adapter implements it once and has every record.
//! * A record's list of columns is a macro beside it (`concat!` takes literals only): [`tenant_columns!`] and its like.
//! * A commit is a [`Plan`]: statements, what each must achieve, and what it means when one does not. [`ledger`] holds the changes
//!   whose statements are the same; parameters are numbered, `$1`, and their types are those of the columns they go to.
//!
//! What a row holds was written by this program; a value that cannot be read means that somebody else changed it, or
//! that the file is broken. The error, [`Corrupt`], names the column, never the value.

mod columns;
mod database;
#[cfg(test)]
mod fake;
pub mod ledger;
mod plan;
mod query;
mod record;
mod statements;

pub use columns::{Columns, Corrupt, Record};
pub use database::{Database, Unreadable};
pub use plan::{Finding, Invalid, Plan, Refusal, Violated};
pub use query::{Query, Value, query};
pub use record::delivery::Failure;
pub use record::idempotency::read_claim;
pub use record::stored;
pub use record::target::override_parts;
pub use record::work::Claimed;
