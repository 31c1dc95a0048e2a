//! How often one caller may ask.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Auth, Problem};
use crate::Api;

/// Callers that are counted at once; more than that and the oldest windows are forgotten.
const MAX_CALLERS: usize = 10_000;

/// Paths of the API that people reach without a key: a browser that comes back from Google has none.
const KEYLESS: [&str; 1] = ["/api/google/oauth/callback"];

/// Counts requests of each caller in fixed windows.
#[derive(Debug)]
pub(crate) struct RateLimit {
    max: u32,
    window: i64,
    counts: Mutex<HashMap<String, Count>>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    /// When the window began, in microseconds.
    began: i64,
    used: u32,
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
    pub(crate) fn new(max: u32, window: Duration) -> Self {
        let window = i64::try_from(window.as_micros()).unwrap_or(i64::MAX).max(1);
        Self { max, window, counts: Mutex::default() }
    }

    /// Counts one request at an instant in microseconds.
    fn count(&self, caller: &str, now: i64) -> Standing {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MAX_CALLERS && !counts.contains_key(caller) {
            counts.retain(|_, count| (0..self.window).contains(&(now - count.began)));
            if counts.len() >= MAX_CALLERS {
                counts.clear();
            }
        }
        let count = counts.entry(caller.to_owned()).or_insert(Count { began: now, used: 0 });
        if !(0..self.window).contains(&(now - count.began)) {
            *count = Count { began: now, used: 0 };
        }
        let allowed = count.used < self.max;
        count.used = count.used.saturating_add(1);
        let left = u64::try_from(count.began + self.window - now).unwrap_or(0);
        Standing {
            allowed,
            limit: self.max,
            remaining: self.max.saturating_sub(count.used),
            reset: left.div_ceil(1_000_000).max(1),
        }
    }
}

/// Refuses a caller of the admin API who asks too often. Webhooks are not counted: their provider decides how many
/// there are, and none may be lost.
pub(crate) async fn limit_rate(State(api): State<Api>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !path.starts_with("/api/") {
        return next.run(request).await;
    }
    let keyless = KEYLESS.contains(&path);
    let (mut parts, body) = request.into_parts();
    // Counted by who they are; those who are nobody by where they come from, so that keys cannot be tried at will.
    let (caller, refused) = match Auth::from_request_parts(&mut parts, &api).await {
        Ok(auth) => (auth.caller.name(), None),
        Err(problem) => {
            let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>();
            let refused = Some(problem).filter(|_| !keyless);
            (peer.map_or_else(|| "nobody".to_owned(), |peer| peer.0.ip().to_string()), refused)
        }
    };
    let standing = api.rate().count(&caller, api.clock().now().micros());
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
    use super::*;

    #[test]
    fn a_window_lets_so_many_through_and_begins_anew() {
        let limit = RateLimit::new(2, Duration::from_secs(10));
        let at = |seconds: i64| seconds * 1_000_000;
        assert_eq!(limit.count("a", at(0)), Standing { allowed: true, limit: 2, remaining: 1, reset: 10 });
        assert_eq!(limit.count("a", at(3)), Standing { allowed: true, limit: 2, remaining: 0, reset: 7 });
        assert!(!limit.count("a", at(9)).allowed);
        assert!(limit.count("b", at(9)).allowed, "callers are counted apart");
        assert!(limit.count("a", at(10)).allowed);
        assert!(limit.count("a", at(5)).allowed, "a clock that is set back begins a window");
    }

    #[test]
    fn memory_is_bounded() {
        let limit = RateLimit::new(1, Duration::from_secs(10));
        for caller in 0..3 * MAX_CALLERS {
            limit.count(&caller.to_string(), 0);
        }
        assert!(limit.counts.lock().unwrap().len() <= MAX_CALLERS);
    }
}
