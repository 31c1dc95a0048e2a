use std::fmt::Debug;

use async_trait::async_trait;

use super::Result;
use crate::time::Instant;

/// Where a caller stands in its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Requests in this window, the counted one included.
    pub used: u64,
    /// When the window ends and the next begins.
    pub ends: Instant,
}

/// Counts what callers ask for, in fixed windows: one begins with a caller's first request and ends after its length.
///
/// What it holds is worth little: losing it gives every caller a fresh window.
#[async_trait]
pub trait RateCounter: Debug + Send + Sync + 'static {
    /// Counts one request of a caller at an instant. `caller` is a keyed digest of who or where it is, never a name or an
    /// address; `window` is in microseconds. Of many at once each counts.
    ///
    /// # Errors
    /// Transient or permanent; whether the request was counted is unknown then.
    async fn count(&self, caller: &[u8; 32], window: i64, now: Instant) -> Result<Counted>;
}
