use std::fmt::Debug;

use async_trait::async_trait;

use super::{Body, Listed, Page, Result, WebhookClaim};
use crate::time::Instant;

/// A valid webhook for a number that no tenant holds: kept for the operator, so that it is not lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclaimed {
    /// Which webhook it is.
    pub claim: WebhookClaim,
    /// When it arrived.
    pub received_at: Instant,
    /// Why nobody got it, a code.
    pub reason: String,
    /// The body as it was signed.
    pub body: Body,
}

/// Keeps webhooks that belong to nobody (yet).
#[async_trait]
pub trait UnclaimedStore: Debug + Send + Sync + 'static {
    /// Keeps one. `false` when it was kept before: a repeat does nothing more.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn add(&self, webhook: &Unclaimed) -> Result<bool>;

    /// A page of them, by claim.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, page: &Page) -> Result<Listed<Unclaimed>>;

    /// Forgets those that arrived before `before`, the oldest first and a hundred at most, and says how many those were: 0 once none is
    /// left.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn forget(&self, before: Instant) -> Result<u64>;
}
