use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::port::{Counted, RateCounter, Result};
use veralux_core::time::Instant;

use crate::error::{Asked, Failure};
use crate::link::{Link, Repeat};
use crate::permits::{self, Need};
use crate::script::Scripts;
use crate::value;

/// Counts requests for all nodes over one Redis: one script, one key a caller, which ends with its window.
///
/// It shares the connection of the [`RedisRuntimeStore`](crate::RedisRuntimeStore) that it was made from, and its limit of
/// time; whoever has less patience drops the future.
pub struct RedisRateCounter {
    link: Arc<Link>,
    scripts: Scripts,
    prefix: String,
}

impl RedisRateCounter {
    pub(crate) fn new(link: Arc<Link>, prefix: &str) -> Self {
        Self { link, scripts: Scripts::new(), prefix: format!("{prefix}:rate:") }
    }
}

impl RedisRateCounter {
    /// Whether Redis lets its user count.
    ///
    /// # Errors
    /// Not permitted, with the command; as every call of the store.
    pub async fn check(&self) -> Result<()> {
        let key = self.key(&[0; 32]);
        let needs = [
            Need::new("`INCR` of the counters", &["INCR", &key]),
            Need::new("`PTTL` of the counters", &["PTTL", &key]),
            Need::new("`PEXPIRE` of the counters", &["PEXPIRE", &key, "1"]),
        ];
        let check = async {
            for node in &self.link.nodes().await? {
                permits::ask(&self.link, node, &self.scripts, &needs).await?;
            }
            Ok(())
        };
        check.await.map_err(|failure: Failure| failure.during("reaching Redis"))
    }
}

#[async_trait]
impl RateCounter for RedisRateCounter {
    async fn count(&self, caller: &[u8; 32], window: i64, now: Instant) -> Result<Counted> {
        let key = self.key(caller);
        // Redis counts milliseconds; a window of less would never end.
        let millis = (window / 1_000).max(1).to_string();
        let answer = self.link.call(&self.scripts.count, &[key], &[&millis], Repeat::IfUnsent).await;
        let (used, left) =
            answer.and_then(counted).map_err(|failure| failure.during("counting a request"))?;
        Ok(Counted { used, ends: now.plus(left.saturating_mul(1_000)) })
    }
}

impl RedisRateCounter {
    fn key(&self, caller: &[u8; 32]) -> String {
        // Half of the digest tells callers apart well enough.
        caller.iter().take(16).fold(self.prefix.clone(), |key, byte| key + &format!("{byte:02x}"))
    }
}

fn counted(answer: redis::Value) -> Asked<(u64, i64)> {
    let parts = value::list(answer)?;
    let [used, left] = parts.as_slice() else { return Err(Failure::Unreadable) };
    let used = u64::try_from(value::number(used)?).map_err(|_| Failure::Unreadable)?;
    Ok((used, value::number(left)?.max(0)))
}

impl fmt::Debug for RedisRateCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRateCounter").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
