//! VeraLux's ports over one SQLite file: the embedded default, with nothing else to run.
//!
//! * **One file**, in write-ahead mode, readable by its owner only. [`SqliteStore::open`] makes and migrates it.
//! * **One writer.** Whoever commits waits in a queue; the writer takes all that wait into one transaction, each in a
//!   savepoint, and acknowledges after the log has reached the disk (`synchronous=FULL`). A crash at any moment loses
//!   nothing that was acknowledged, and a commit that conflicts harms no other.
//! * **Several readers** that never wait for the writer.
//!
//! ```no_run
//! # async fn example() -> Result<(), veralux_core::port::Error> {
//! use veralux_sqlite::{Options, SqliteStore};
//!
//! let store = SqliteStore::open("veralux.db", &Options::default()).await?;
//! // ... every port of `veralux_core::port` but the projection ...
//! store.close().await;
//! # Ok(())
//! # }
//! ```

mod assistants;
mod audit;
mod backup;
mod calls;
mod checkpoint;
mod conversations;
mod credentials;
mod decisions;
mod directory;
mod error;
mod idempotency;
mod keys;
mod ledger;
mod messages;
mod migrate;
mod numbers;
mod operations;
mod order;
mod outbox;
mod paging;
mod policy;
mod probe;
mod root_keys;
mod row;
mod runtime;
mod schedule;
mod script;
mod settings;
mod statements;
mod store;
mod telephony;
mod threads;
mod transaction;
mod unclaimed;
mod work;
mod writer;

pub use migrate::Status;
pub use store::{Options, SqliteStore, back_up, migrate_down, migrate_status, migrate_up, path_of};
