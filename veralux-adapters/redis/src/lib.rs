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
//! # Atomicity on one server
//! A publish is one script: its configuration, its DIDs and the DIDs that it gives up change in one step, and so does
//! every other write here. [`resolve`](veralux_core::port::RuntimeReader::resolve) is one script, too, and sees either
//! all of a publish or nothing. A reader that asks for the DID and for the configuration in two round trips may see a
//! publish between them.
//!
//! # Which Redis
//! Redis 7 or later, or Valkey: a single server, with or without replicas behind one address, or a Redis Cluster, which is
//! found out from any of its nodes. With `rediss://` over TLS, where the server must prove who it is to the machine's
//! certificates or to those in the settings.
//!
//! A user with an ACL needs `+@connection +info +eval +evalsha +get +set +del +mget +scan`, for the counter
//! `+incr +pttl +pexpire`, in a cluster `+cluster|slots`; and the key patterns `tenantmap:*`, `tenantcfg:*`, `{tenantmap:*`,
//! `{tenantcfg:*` and `veralux:*`.
//!
//! # Whose it is
//! Two installations under the same keys would each remove what the other has published. So with
//! [`RedisSettings::installation`] its id is written beside either family of keys (`{tenantmap:did:}:installation`,
//! `{tenantcfg:}:installation`) by the first write or comparison, also of a Redis that holds a contract already and nobody's
//! id. Where another's id is, nothing is written, and [`ping`](veralux_core::port::RuntimeProjection::ping) says so, until
//! [`RedisRuntimeStore::take_over`]: a write asks in its own script, so that none comes late; in a cluster, where the id lies in
//! another slot, just before it. A Redis that loses the id is again that installation's first: who has seen another's
//! id leaves it alone for a minute. A copy of a database has its id, and is not told from it.
//!
//! # In a cluster
//! The names of the keys are the contract's, so the keys of one publish lie in different hash slots, which no script or
//! transaction may span. What holds there:
//! * Each key changes in one step, by a script of its own. A configuration is written before the DIDs that lead to it, and
//!   the DIDs that a publish gives up go last: a reader never finds a DID whose configuration was not written, nor half a
//!   configuration. A DID changes only from nobody or from its own tenant, so that no configuration gets another's DIDs.
//! * A publish that names a DID of another tenant is refused before anything is written. Should that tenant take the DID at
//!   the same moment, the configuration has been written and the DID has not.
//! * A publish that breaks off half way leaves the new configuration with some of the old DIDs. It waits in the outbox and
//!   is written once more; every step bears to be repeated, and a late one is refused by its sequence.
//! * What does not hold: a reader may see a publish's configuration before its DIDs. DIDs that go still lead to their
//!   tenant's new configuration for that moment, new ones to nothing yet.
//! * A listing goes over all masters, and fails while a slot has none.
//!
//! # Late writes
//! A write whose answer was given up may still arrive. So each publication carries the ledger's sequence, which is kept
//! for a day beside the configuration (`{tenantcfg:<tenantId>}:sequence`; in a cluster also beside each DID): an older
//! one changes nothing. Nobody else reads these keys.
//!
//! # What is not here
//! Claims. That a webhook acts once is part of the commit that stores its message (`Change::Claim`), and the answer to an
//! idempotency key is in the database: both must be true after Redis has lost everything, since a webhook that is
//! acknowledged and forgotten is lost. A claim in Redis in front of them would save one look-up by key for repeats, which are
//! rare, and cost every first webhook a round trip; where the two disagree (Redis was emptied, the commit failed
//! behind the claim) the database decides, so nothing could be left out for it. Counting requests is here because losing a
//! count costs nothing: [`RedisRateCounter`].
//!
//! # When Redis is away
//! Every call ends within [`RedisSettings::response_timeout`] of a round trip, and a lost connection is made anew by
//! the next call that needs it. Nothing is cached here: a voice runtime that links this puts a
//! [`RuntimeResolver`](veralux_core::service::RuntimeResolver) in front, and a
//! [`FallbackReader`](veralux_core::service::FallbackReader) between, which asks PostgreSQL where Redis fails or knows nothing.
//! `examples/examples/resolve_a_call.rs` does both.

mod address;
mod error;
mod keys;
mod link;
mod listing;
mod owner;
mod ownership;
mod permits;
mod projection;
mod rate;
mod reader;
mod script;
mod settings;
mod spread;
mod store;
mod value;

pub use rate::RedisRateCounter;
pub use settings::RedisSettings;
pub use store::RedisRuntimeStore;
