//! How often callers ask.

use std::sync::Arc;

use super::ports::{Future, Spawn};
use crate::port::RateCounter;
use crate::time::{Instant, SECOND};

/// Lets so many microseconds go by.
pub type Wait = fn(i64) -> Future<'static>;

const NOW: Instant = Instant::from_micros(1_800_000_000 * SECOND);
const HOUR: i64 = 3_600 * SECOND;
/// Callers' digests. A case has one of its own, since counters may be shared.
const A: [u8; 32] = [1; 32];
const B: [u8; 32] = [2; 32];

async fn used(counter: &Arc<dyn RateCounter>, caller: [u8; 32]) -> u64 {
    counter.count(&caller, HOUR, NOW).await.unwrap().used
}

pub async fn every_request_counts(counter: &Arc<dyn RateCounter>, _: Wait, _: Spawn) {
    for expected in 1..=5 {
        let counted = counter.count(&A, HOUR, NOW).await.unwrap();
        assert_eq!(counted.used, expected);
        let left = counted.ends.micros() - NOW.micros();
        assert!((HOUR - 60 * SECOND..=HOUR).contains(&left), "the window began with the first: {left}");
    }
}

pub async fn callers_are_counted_apart(counter: &Arc<dyn RateCounter>, _: Wait, _: Spawn) {
    assert_eq!((used(counter, A).await, used(counter, B).await, used(counter, A).await), (1, 1, 2));
    let mut near = A;
    near[0] = 7;
    assert_eq!(used(counter, near).await, 1, "a digest that differs in one byte");
}

pub async fn a_window_ends_and_begins_anew(counter: &Arc<dyn RateCounter>, wait: Wait, _: Spawn) {
    let window = SECOND / 5;
    let first = counter.count(&A, window, NOW).await.unwrap();
    assert_eq!(first.used, 1);
    assert!(NOW < first.ends && first.ends <= NOW.plus(window), "{first:?}");
    wait(2 * window).await;
    let later = NOW.plus(2 * window);
    let next = counter.count(&A, window, later).await.unwrap();
    assert_eq!(next.used, 1, "the first window is over");
    assert!(later < next.ends && next.ends <= later.plus(window), "{next:?}");
}

pub async fn many_at_once(counter: &Arc<dyn RateCounter>, _: Wait, spawn: Spawn) {
    let running: Vec<_> = (0..50)
        .map(|_| {
            let counter = counter.clone();
            spawn(Box::pin(async move { assert!(used(&counter, A).await > 0) }))
        })
        .collect();
    for one in running {
        one.await;
    }
    assert_eq!(used(counter, A).await, 51, "each counts once");
}
