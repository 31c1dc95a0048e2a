//! How often one caller may ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;
use veralux_core::access::Pepper;
use veralux_core::memory::MemoryRateCounter;
use veralux_core::port::{Counted, RateCounter};
use veralux_core::time::{Instant, SECOND};

use super::origin::origin;
use super::problem::chain;
use super::{Auth, Problem};
use crate::Api;

/// Paths of the API that people reach without a key: a browser that comes back from Google has none.
const KEYLESS: [&str; 1] = ["/api/google/oauth/callback"];

/// Where paths of webhooks begin that lie under the API's: their callers have a signature and no key.
const WEBHOOKS: [&str; 3] = ["/api/twilio/", "/api/telnyx/", "/api/vapi/"];

/// How long a request waits for the count of all nodes.
const PATIENCE: Duration = Duration::from_millis(50);
/// So long nobody waits for it again after it failed.
const PAUSE: i64 = SECOND;

/// Counts requests of each caller in fixed windows: over all nodes where there is a counter for them, else in this process.
#[derive(Debug)]
pub(crate) struct RateLimit {
    max: u32,
    window: i64,
    pepper: Pepper,
    shared: Option<Arc<dyn RateCounter>>,
    /// Counts what the shared one counts as well, so that it goes on from there when that one is away.
    local: MemoryRateCounter,
    /// Until when the shared one is left alone, in microseconds.
    paused_until: AtomicI64,
}

/// Where a caller stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    allowed: bool,
    limit: u32,
    remaining: u32,
    /// Seconds until the window ends, at least 1.
    reset: u64,
}

impl RateLimit {
    pub(crate) fn new(
        max: u32,
        window: Duration,
        pepper: Pepper,
        shared: Option<Arc<dyn RateCounter>>,
    ) -> Self {
        let window = i64::try_from(window.as_micros()).unwrap_or(i64::MAX).max(1);
        let local = MemoryRateCounter::new();
        Self { max, window, pepper, shared, local, paused_until: AtomicI64::new(i64::MIN) }
    }

    /// Counts one request.
    async fn count(&self, caller: &str, now: Instant) -> Standing {
        let caller = self.pepper.digest("veralux/rate/v1", [caller.as_bytes()]);
        let local = self.local.count_now(&caller, self.window, now);
        let counted = self.count_shared(&caller, now).await.unwrap_or(local);
        let left = counted.ends.micros().saturating_sub(now.micros());
        Standing {
            allowed: counted.used <= u64::from(self.max),
            limit: self.max,
            remaining: u64::from(self.max).saturating_sub(counted.used).try_into().unwrap_or(self.max),
            reset: u64::try_from(left).unwrap_or(0).div_ceil(1_000_000).max(1),
        }
    }

    /// The count over all nodes; `None` where there is none, or none in time.
    async fn count_shared(&self, caller: &[u8; 32], now: Instant) -> Option<Counted> {
        let shared = self.shared.as_deref()?;
        let paused_until = self.paused_until.load(Ordering::Relaxed);
        // A clock that was set back ends a pause, too.
        if (paused_until.saturating_sub(PAUSE)..paused_until).contains(&now.micros()) {
            return None;
        }
        let error = match timeout(PATIENCE, shared.count(caller, self.window, now)).await {
            Ok(Ok(counted)) => return Some(counted),
            Ok(Err(error)) => Some(error),
            Err(_) => None,
        };
        let until = now.plus(PAUSE).micros();
        if self.paused_until.swap(until, Ordering::Relaxed) != until {
            let cause = error.as_ref().map_or_else(|| "it is slow".to_owned(), |error| chain(error));
            tracing::warn!(error.cause = %cause, "requests are counted by this node alone for now");
        }
        None
    }
}

/// Refuses a caller of the admin API who asks too often. Webhooks are not counted: their provider decides how many
/// there are, and none may be lost.
pub(crate) async fn limit_rate(State(api): State<Api>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_counted(path) {
        return next.run(request).await;
    }
    let keyless = KEYLESS.contains(&path);
    let (mut parts, body) = request.into_parts();
    // Counted by who they are; those who are nobody by where they come from. Behind a proxy that is not known as one that is one
    // place for all, so nobody who is somebody is refused for what came from there.
    let (caller, refused) = match Auth::from_request_parts(&mut parts, &api).await {
        Ok(auth) => (auth.caller.name(), None),
        Err(_) if keyless => (returning(&api, &parts).await, None),
        Err(problem) => (origin(&parts, &api.settings().trusted_proxies), Some(problem)),
    };
    let standing = api.rate().count(&caller, api.clock().now()).await;
    let mut response = if !standing.allowed {
        too_many(standing.reset).into_response()
    } else if let Some(problem) = refused {
        problem.into_response()
    } else {
        next.run(Request::from_parts(parts, body)).await
    };
    standing.write(response.headers_mut());
    response
}

/// Who comes back from Google: whom we sent there, by the state that he brings, else a stranger.
async fn returning(api: &Api, parts: &Parts) -> String {
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let state = query.into_iter().find_map(|(name, value)| (name == "state").then_some(value));
    let sent = match state {
        Some(state) => api.vault().tenant_of_state(&state).await,
        None => None,
    };
    sent.map_or_else(
        || format!("keyless\n{}", origin(parts, &api.settings().trusted_proxies)),
        |tenant| format!("keyless\n{tenant}\nsent"),
    )
}

/// Whether requests for a path are counted.
pub(crate) fn is_counted(path: &str) -> bool {
    path.starts_with("/api/") && !WEBHOOKS.iter().any(|begin| path.starts_with(begin))
}

impl Standing {
    fn write(self, headers: &mut HeaderMap) {
        for (name, value) in [
            ("ratelimit-limit", u64::from(self.limit)),
            ("ratelimit-remaining", u64::from(self.remaining)),
            ("ratelimit-reset", self.reset),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}

fn too_many(seconds: u64) -> Problem {
    let detail = format!("too many requests; the next is taken in {seconds} s");
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
    Problem { retry_after: Some(seconds), ..problem }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use veralux_core::port::{Error, Result};

    use super::*;

    /// A counter of all nodes: how it answers, and how often it was asked.
    #[derive(Debug, Default)]
    struct Shared {
        counter: MemoryRateCounter,
        mood: AtomicI64,
        asked: AtomicI64,
    }

    const WELL: i64 = 0;
    const FAILING: i64 = 1;
    const SILENT: i64 = 2;

    #[async_trait]
    impl RateCounter for Shared {
        async fn count(&self, caller: &[u8; 32], window: i64, now: Instant) -> Result<Counted> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            match self.mood.load(Ordering::Relaxed) {
                WELL => self.counter.count(caller, window, now).await,
                FAILING => Err(Error::transient("counting", "it is down")),
                _ => std::future::pending().await,
            }
        }
    }

    fn limit(max: u32, shared: Option<Arc<Shared>>) -> RateLimit {
        let shared = shared.map(|shared| shared as Arc<dyn RateCounter>);
        RateLimit::new(max, Duration::from_secs(10), Pepper::new([7; 32]), shared)
    }

    const fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_000_000_000_000 + seconds * SECOND)
    }

    #[tokio::test]
    async fn a_window_lets_so_many_through_and_begins_anew() {
        let limit = limit(2, None);
        let first = limit.count("a", at(0)).await;
        assert_eq!(first, Standing { allowed: true, limit: 2, remaining: 1, reset: 10 });
        let second = limit.count("a", at(3)).await;
        assert_eq!(second, Standing { allowed: true, limit: 2, remaining: 0, reset: 7 });
        assert!(!limit.count("a", at(9)).await.allowed);
        assert!(limit.count("b", at(9)).await.allowed, "callers are counted apart");
        assert!(limit.count("a", at(10)).await.allowed);
        assert!(limit.count("a", at(5)).await.allowed, "a clock that is set back begins a window");
    }

    #[tokio::test]
    async fn nodes_count_together() {
        let shared = Arc::new(Shared::default());
        let nodes = [limit(3, Some(shared.clone())), limit(3, Some(shared))];
        for (node, allowed) in [(0, true), (1, true), (0, true), (1, false), (0, false)] {
            assert_eq!(nodes[node].count("a", at(1)).await.allowed, allowed);
        }
    }

    #[tokio::test]
    async fn a_node_goes_on_alone_and_comes_back() {
        for (mood, what) in [(FAILING, "failing"), (SILENT, "silent")] {
            let shared = Arc::new(Shared::default());
            let limit = limit(3, Some(shared.clone()));
            assert_eq!(limit.count("a", at(0)).await.remaining, 2);
            shared.mood.store(mood, Ordering::Relaxed);
            let began = std::time::Instant::now();
            assert_eq!(limit.count("a", at(1)).await.remaining, 1, "{what}: from where it was");
            assert!(began.elapsed() < Duration::from_secs(2), "{what}: {:?}", began.elapsed());
            for _ in 0..20 {
                limit.count("b", at(1)).await;
            }
            assert_eq!(shared.asked.load(Ordering::Relaxed), 2, "{what}: nobody else waits for it");
            shared.mood.store(WELL, Ordering::Relaxed);
            assert_eq!(limit.count("a", at(3)).await.remaining, 1, "{what}: it is asked again");
        }
    }
}
