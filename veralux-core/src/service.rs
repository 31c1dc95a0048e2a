//! Engines and ports put together: what the product does, without HTTP.
//!
//! A service reads through ports, lets an engine decide, and writes one [`Commit`](crate::port::Commit) that holds the
//! change and the audit event that tells of it. Services keep no state but the bounded caches of
//! [`RuntimeResolver`] and [`CredentialVault`] and what [`FallbackReader`] has just heard, so any number of them may run over the
//! same stores.

mod assistants;
mod audit_trail;
mod caller_ids;
mod calls;
mod clean_up;
mod context;
mod dispatcher;
mod environment_secrets;
mod error;
mod fallback_reader;
mod followed_clock;
mod forwardings;
mod gate;
mod keys;
mod numbers;
mod policy;
mod provisioning;
mod publisher;
mod reconcile;
mod resolver;
mod routing;
mod schedule;
mod stores;
mod tenants;
mod threads;
mod tools;
mod vault;
mod work;

pub use crate::port::Stores;
pub use assistants::{Assistants, Registering, ToolRegistry};
pub use audit_trail::{AuditTrail, ChainReport};
pub use caller_ids::{CallerIds, Issued, Removed};
pub use calls::{CallNews, CallRefusal, Calls, Clue, FoundBy, IncomingCall, LONGEST_CALL, Taken};
pub use clean_up::{CleanUpReport, TelephonyCleanUp, Turn};
pub use context::Context;
pub use dispatcher::{DeadLetterFilter, Dispatcher, ReplayedAll, Reported, StatusReport};
pub use environment_secrets::{AmbiguousVariable, DEFAULT_PREFIX, EnvironmentSecrets};
pub use error::{Error, Kind, Refusal, Result};
pub use fallback_reader::{FallbackLimits, FallbackReader};
pub use followed_clock::FollowedClock;
pub use forwardings::{ForwardingConfigurations, ForwardingRequest, SetUp};
pub use gate::{Called, Inbound, MessageGate, Outbound, Receipt, Sent};
pub use keys::{KeyRequest, Keys, NewKey};
pub use numbers::{Impact, ImportNumber, Numbers};
pub use policy::{MAX_ALLOWED, PolicyDesk, redact_kept};
pub use provisioning::{NumberSource, Progress, Provision, Provisioning};
pub use publisher::{Published, RuntimePublisher, Unmapped};
pub use reconcile::{Difference, Reconciliation};
pub use resolver::{ResolverLimits, RuntimeResolver, Via};
pub use routing::{Replayed, RoutingDesk, Scenario, Simulation, Writer};
pub use schedule::{OverrideRequest, Schedule, WindowRequest};
pub use tenants::{TenantPatch, TenantRequest, Tenants};
pub use threads::{DEFAULT_TAIL, ThreadRequest, Threads};
pub use tools::{BusinessStatus, Tool, ToolOutcome, ToolRequest, Tools};
pub use vault::{
    CredentialVault, HeldKeys, KeyStatus, Opened, Rewrapped, RootKeyDesk, RootKeyFault, Saved, VaultError,
    VaultLimits, VaultSecrets,
};
pub use work::{Run, WorkRunner, Worker};
