//! Redis for VeraLux: the runtime contract as a voice runtime reads it while a call rings.
//!
//! [`RedisRuntimeStore`] is a [`RuntimeProjection`](veralux_core::port::RuntimeProjection): a copy of what the ledger
//! holds, never the only one. Its keys are those of runtime contract v1:
//!
//! | key | value |
//! |---|---|
//! | `tenantmap:did:<E164>` | tenant id |
//! | `tenantcfg:<tenantId>` | `RuntimeTenantConfig`, JSON |
//!
//! # Atomicity
//! A publish is one script: its configuration, its DIDs and the DIDs that it gives up change in one step, and so does
//! every other write here. [`resolve`](veralux_core::port::RuntimeReader::resolve) is one script, too, and sees either
//! all of a publish or nothing. A reader that asks for the DID and for the configuration in two round trips may see a
//! publish between them.
//!
//! # Which Redis
//! Redis 7 or later, or Valkey, as a single server with or without replicas behind one address. A Redis Cluster is
//! refused: the keys of one publish lie in different hash slots, and their names are fixed by the contract. Over TLS
//! (`rediss://`) it is reached through a tunnel or a proxy on the same host; TLS is not built in.
//!
//! A user with an ACL needs `+@connection +info +eval +evalsha +get +set +del +mget +scan` and the two key patterns.
//!
//! # When Redis is away
//! Every call ends within [`RedisSettings::response_timeout`] of a round trip, and a lost connection is made anew by
//! the next call that needs it. Nothing is cached here.

mod error;
mod keys;
mod link;
mod listing;
mod projection;
mod rate;
mod reader;
mod script;
mod settings;
mod store;
mod value;

pub use rate::RedisRateCounter;
pub use settings::RedisSettings;
pub use store::RedisRuntimeStore;
