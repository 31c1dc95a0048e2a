use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Result;
use crate::id::TenantId;
use crate::time::{Instant, SECOND};
use crate::word::words;

/// Between two turns of one tenant's work, in microseconds: what a carrier takes of one long code (Twilio: one message a second).
pub const TURN: i64 = SECOND;

words! {
    /// What kind of work is to be done.
    pub enum WorkKind {
        /// Send a message; its id.
        SendMessage = "send_message",
        /// Go on with an operation at a provider; its id.
        Operation = "operation",
        /// Bring a tenant's assistant in line at its platform; whatever id the service gives it.
        AssistantSync = "assistant_sync",
        /// Answer whoever wrote a message that they are not recognised; its id.
        AutoReply = "auto_reply",
    }
}

/// Work that outlives the process that was to do it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work {
    /// Whose.
    pub tenant: TenantId,
    /// What is to be done.
    pub kind: WorkKind,
    /// To what: an id, nothing else.
    pub id: String,
    /// Until when it is claimed. It tells this claim from whatever was scheduled or claimed since.
    pub until: Instant,
}

/// Work of all tenants that is due some time, kept by the ledger itself.
///
/// **Turns.** A tenant may have thousands of messages due at one instant, and another's one message shall not wait behind them. So each
/// piece of work has its turn: when it is due, or [`TURN`] behind that of the tenant's work that was due last, whichever is later. What
/// has its turn goes in front, the earliest first, and so each tenant gets on by one piece a second, whatever others want. What is
/// due and has not its turn yet is claimed where there is room, that which was due first in front.
///
/// Only a commit with [`Change::Work`](super::Change::Work) schedules, moves or removes it, so that work is there exactly when
/// what it is about is durable. Who claims it must do it before the claim ends, and removes it in the commit that stores
/// what came of it; who finds nothing to do, and so stores nothing, with [`Change::WorkDone`](super::Change::WorkDone), which
/// leaves what was scheduled meanwhile. What cannot be done as long as something holds is held back
/// ([`Change::WorkHeld`](super::Change::WorkHeld)) and woken by the commit that ends it
/// ([`Change::WorkWoken`](super::Change::WorkWoken)). Work of a node that died comes back by itself. Done twice it may be: what must not happen twice is
/// guarded by the revision of what the work is about. It holds ids, no content, and therefore spans tenants. Work is
/// claimed whatever its kind: [`WorkRunner`](crate::service::WorkRunner) hands it to those who do it. Work of a kind that this
/// program does not know is not there for it: a newer one has scheduled it, and one like that claims it.
#[async_trait]
pub trait WorkQueue: Debug + Send + Sync + 'static {
    /// Work that is due at `now`, by turns, at most `limit`. Each is hidden until `until`: of several who claim at once, one
    /// gets it.
    ///
    /// # Errors
    /// Transient or permanent; invalid unless `until` is behind `now`.
    async fn claim(&self, now: Instant, until: Instant, limit: u16) -> Result<Vec<Work>>;

    /// When the next work is due, hidden work included; it may lie in the past. `None` when there is none.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn next_due(&self) -> Result<Option<Instant>>;

    /// How much work of a kind there is, due or not.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn count(&self, kind: WorkKind) -> Result<u64>;
}
