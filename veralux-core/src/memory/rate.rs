use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use async_trait::async_trait;

use super::lock;
use crate::port::{Counted, RateCounter, Result};
use crate::time::Instant;

/// Callers that are counted at once; more than that and all windows begin anew.
const MAX_CALLERS: usize = 10_000;

/// Counts requests in the process.
#[derive(Default)]
pub struct MemoryRateCounter(Mutex<BTreeMap<[u8; 32], Window>>);

#[derive(Clone, Copy)]
struct Window {
    /// In microseconds.
    began: i64,
    used: u64,
}

impl MemoryRateCounter {
    /// Nothing is counted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same as [`RateCounter::count`], at once.
    pub fn count_now(&self, caller: &[u8; 32], window: i64, now: Instant) -> Counted {
        let now = now.micros();
        // A clock that is set back begins a window, too.
        let runs = |began: i64| (0..window).contains(&now.saturating_sub(began));
        let mut windows = lock(&self.0);
        if windows.len() >= MAX_CALLERS && !windows.contains_key(caller) {
            windows.retain(|_, held| runs(held.began));
            if windows.len() >= MAX_CALLERS {
                windows.clear();
            }
        }
        let held = windows.entry(*caller).or_insert(Window { began: now, used: 0 });
        if !runs(held.began) {
            *held = Window { began: now, used: 0 };
        }
        held.used = held.used.saturating_add(1);
        Counted { used: held.used, ends: Instant::from_micros(held.began.saturating_add(window)) }
    }
}

#[async_trait]
impl RateCounter for MemoryRateCounter {
    async fn count(&self, caller: &[u8; 32], window: i64, now: Instant) -> Result<Counted> {
        Ok(self.count_now(caller, window, now))
    }
}

impl fmt::Debug for MemoryRateCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryRateCounter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_a_clock_set_back_begins_a_window() {
        let counter = MemoryRateCounter::new();
        let caller = |number: usize| {
            let mut caller = [0; 32];
            caller[..8].copy_from_slice(&number.to_be_bytes());
            caller
        };
        for number in 0..3 * MAX_CALLERS {
            counter.count_now(&caller(number), 10, Instant::from_micros(0));
        }
        assert!(lock(&counter.0).len() <= MAX_CALLERS);
        let at = Instant::from_micros;
        assert_eq!(counter.count_now(&[9; 32], 10, at(100)), Counted { used: 1, ends: at(110) });
        assert_eq!(counter.count_now(&[9; 32], 10, at(50)), Counted { used: 1, ends: at(60) });
    }
}
