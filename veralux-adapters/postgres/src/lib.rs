//! VeraLux's ports over PostgreSQL: many nodes over one database, with tenants held apart by the database itself.
//!
//! * **Row level security.** Every table of tenants refuses rows of any tenant but the one that the transaction named with
//!   `SET LOCAL`. The service connects as a role that neither owns the tables nor may bypass this;
//!   [`PostgresStore::connect`] refuses any other and says what to do. A query that forgets its `WHERE` finds nothing of others.
//! * **Few round trips.** The statements of a transaction are sent at once, not one after the answer of another: a read of a
//!   tenant is one round trip with its transaction, a commit two. A DID, an API key and the conversation behind a number that was
//!   dialled say themselves whose they are: functions of the database look them up in one statement, all over one connection
//!   without waiting for one another. This is why the adapter is on tokio-postgres.
//! * **Few transactions.** What messages write is committed in groups over tenants, for all that waited while the group before was
//!   under way. Where anything stands in the way of one commit of a group, each is made by itself.
//! * **Commits of a tenant one after the other**, over all nodes, by an advisory lock of the transaction: the audit chain has
//!   one end, and what spans rows holds.
//! * **Word of what is written.** [`PostgresStore::listen`] hears what any node commits, for caches that must let go of it.
//!   `examples/examples/resolve_a_call.rs` gives it to a cache in front of Redis, with this store behind.
//!
//! ```no_run
//! # async fn example() -> Result<(), veralux_core::port::Error> {
//! use veralux_postgres::{Options, PostgresStore, migrate_up};
//!
//! // Once, as the owner of the tables:
//! migrate_up("postgresql://veralux_owner@localhost/veralux").await?;
//! // On each node, as the service:
//! let url = "postgresql://veralux_service@localhost/veralux";
//! let store = PostgresStore::connect(url, &Options::default()).await?;
//! // ... every port of `veralux_core::port` but the projection ...
//! # Ok(())
//! # }
//! ```

mod assistants;
mod audit;
mod calls;
mod connections;
mod conversations;
mod credentials;
mod decisions;
mod directory;
mod error;
mod idempotency;
mod keys;
mod ledger;
mod look_up;
mod messages;
mod migrate;
mod notices;
mod numbers;
mod operations;
mod outbox;
mod paging;
mod policy;
mod pooler;
mod query;
mod reader;
mod role;
mod root_keys;
mod row;
mod runtime;
mod schedule;
mod script;
mod session;
mod setting;
mod settings;
mod statements;
mod store;
mod telephony;
mod threads;
mod transaction;
mod unclaimed;
mod work;

pub use migrate::{OWNERS, ROLES, Status, migrate_down, migrate_status, migrate_up};
pub use notices::Listener;
pub use settings::Options;
pub use store::PostgresStore;
