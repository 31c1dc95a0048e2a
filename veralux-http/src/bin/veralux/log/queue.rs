//! What waits to be written, so that nobody who has something to say waits for it.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that wait at most: some thousand requests' lines.
const MOST: usize = 1 << 20;

/// Lines in their order, from many to one who writes them. Those that find no room are lost, and counted where they would stand.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Entry>,
    bytes: usize,
    /// Whether what was taken last is still being written.
    writing: bool,
}

/// What is to be written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Line(Vec<u8>),
    /// So many lines are not here.
    Lost(u64),
}

impl Queue {
    /// Never waits for whoever writes.
    pub(super) fn put(&self, line: &[u8]) {
        let mut state = self.state();
        let State { waiting, bytes, .. } = &mut *state;
        match waiting.back_mut() {
            // Not one line at a time between two losses: only when there is room for many.
            Some(Entry::Lost(lost)) if *bytes + line.len() > MOST / 2 => *lost = lost.saturating_add(1),
            _ if *bytes + line.len() > MOST => waiting.push_back(Entry::Lost(1)),
            _ => {
                *bytes += line.len();
                waiting.push_back(Entry::Line(line.to_vec()));
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for the next one. What was taken before is written now.
    pub(super) fn take(&self) -> Entry {
        let mut state = self.state();
        state.writing = false;
        self.changed.notify_all();
        loop {
            if let Some(entry) = state.waiting.pop_front() {
                if let Entry::Line(line) = &entry {
                    state.bytes -= line.len();
                }
                state.writing = true;
                return entry;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits until everything is written, but no longer than this; whether it is.
    pub(super) fn is_empty_within(&self, patience: Duration) -> bool {
        let waits = |state: &mut State| state.writing || !state.waiting.is_empty();
        let waited = self.changed.wait_timeout_while(self.state(), patience, waits);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const PART: usize = MOST / 8;

    fn line(number: u8) -> Vec<u8> {
        vec![number; PART]
    }

    #[test]
    fn what_finds_no_room_is_counted_in_its_place() {
        let queue = Queue::default();
        let put = |numbers: std::ops::Range<u8>| numbers.for_each(|number| queue.put(&line(number)));
        put(0..11);
        for number in 0..3 {
            assert_eq!(queue.take(), Entry::Line(line(number)));
        }
        put(11..12);
        assert_eq!(queue.take(), Entry::Line(line(3)));
        // Half is free, but for what comes.
        put(12..13);
        assert_eq!(queue.take(), Entry::Line(line(4)));
        put(13..16);
        for number in 5..8 {
            assert_eq!(queue.take(), Entry::Line(line(number)));
        }
        assert_eq!(queue.take(), Entry::Lost(5));
        for number in 13..16 {
            assert_eq!(queue.take(), Entry::Line(line(number)));
        }
    }

    #[test]
    fn what_is_being_written_is_not_yet_written() {
        let queue = Arc::new(Queue::default());
        let (soon, ever) = (Duration::from_millis(20), Duration::from_mins(1));
        assert!(queue.is_empty_within(soon));
        queue.put(b"a line");
        assert!(!queue.is_empty_within(soon), "nobody writes");
        assert_eq!(queue.take(), Entry::Line(b"a line".to_vec()));
        assert!(!queue.is_empty_within(soon), "somebody does");
        let writer = queue.clone();
        std::thread::spawn(move || writer.take());
        assert!(queue.is_empty_within(ever));
    }
}
