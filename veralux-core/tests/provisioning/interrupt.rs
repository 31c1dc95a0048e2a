//! Futures that stop at each point where a process could die, and a ledger that can be interrupted and fail there.

use std::collections::VecDeque;
use std::fmt;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{self, Poll, Waker};

use async_trait::async_trait;
use veralux_core::port::{Commit, Error, Ledger, Result};

/// Waits once: a place to be dropped at.
pub(crate) async fn stop() {
    let mut stopped = false;
    std::future::poll_fn(
        move |_| {
            if std::mem::replace(&mut stopped, true) { Poll::Ready(()) } else { Poll::Pending }
        },
    )
    .await;
}

/// Polls a future on to its next stop; its answer, when it has come to its end.
pub(crate) fn poll<T>(future: &mut Pin<Box<dyn Future<Output = T>>>) -> Option<T> {
    match future.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Runs a future to its end, over all stops.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..100_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
            return value;
        }
    }
    panic!("a future that does not end")
}

/// What becomes of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is stored and answered.
    Kept,
    /// It fails, and nothing is stored.
    Lost,
    /// It is stored, and the answer is that it failed.
    Unheard,
}

/// A ledger with a stop in front of and behind each commit.
pub(crate) struct Stopping {
    pub(crate) inner: Arc<dyn Ledger>,
    pub(crate) fates: Mutex<VecDeque<Fate>>,
}

impl fmt::Debug for Stopping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stopping")
    }
}

#[async_trait]
impl Ledger for Stopping {
    async fn commit(&self, commit: Commit) -> Result<()> {
        let fate = self.fates.lock().unwrap().pop_front().unwrap_or(Fate::Kept);
        let failed = || Error::Transient { doing: "a test", source: None };
        stop().await;
        if fate == Fate::Lost {
            return Err(failed());
        }
        let committed = self.inner.commit(commit).await;
        stop().await;
        if fate == Fate::Unheard { Err(failed()) } else { committed }
    }
}
