//! Many windows, searched: who serves in each stretch between two changes, and the joined spans of each staff member.

use super::window::{Coverage, Slot, StaffNumber, Window};
use crate::time::Instant;

#[derive(Debug)]
pub(super) struct Timeline {
    /// One window of each staff member, in the order of the staff ids.
    staff: Box<[u32]>,
    /// Instants at which coverage may change, ascending and distinct.
    changes: Box<[Instant]>,
    /// Coverage from each change to the next.
    coverage: Box<[Coverage]>,
    /// Where the spans of each staff member end in `spans`.
    ends: Box<[usize]>,
    /// Staff member by staff member, ascending, none touching the next.
    spans: Spans,
}

/// Starts and ends.
type Spans = Box<[(Instant, Instant)]>;

/// One window of each staff member, in the order of the staff ids.
pub(super) fn distinct_staff(windows: &[Window]) -> Box<[u32]> {
    let mut order: Vec<(&str, u32)> =
        windows.iter().map(|window| window.staff_id.as_str()).zip(0..).collect();
    order.sort_unstable();
    order.dedup_by_key(|(staff, _)| *staff);
    order.into_iter().map(|(_, window)| window).collect()
}

/// The place of a staff member in that order.
pub(super) fn staff_number(windows: &[Window], staff: &[u32], id: &str) -> StaffNumber {
    let name = |window: &u32| {
        let window = usize::try_from(*window).ok().and_then(|window| windows.get(window));
        window.map_or("", |window| window.staff_id.as_str())
    };
    let place = staff.binary_search_by(|window| name(window).cmp(id)).ok();
    place.and_then(|place| u32::try_from(place).ok()).map_or(StaffNumber::NOBODY, StaffNumber)
}

impl Timeline {
    pub(super) fn new(slots: &[Slot], staff: Box<[u32]>) -> Self {
        let (changes, coverage) = sweep(slots, staff.len());
        let (ends, spans) = join(slots, staff.len());
        Self { staff, changes, coverage, ends, spans }
    }

    pub(super) fn staff(&self) -> &[u32] {
        &self.staff
    }

    pub(super) fn coverage(&self, at: Instant) -> Coverage {
        let behind = self.changes.partition_point(|change| *change <= at);
        behind.checked_sub(1).and_then(|last| self.coverage.get(last)).copied().unwrap_or(Coverage::Nobody)
    }

    pub(super) fn serves(&self, staff: StaffNumber, at: Instant) -> bool {
        let Ok(number) = usize::try_from(staff.0) else { return false };
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let own = self.ends.get(number).and_then(|end| self.spans.get(start..*end)).unwrap_or_default();
        let behind = own.partition_point(|(start, _)| *start <= at);
        behind.checked_sub(1).and_then(|last| own.get(last)).is_some_and(|(_, end)| at < *end)
    }
}

/// Walks over all starts and ends and notes the coverage behind each.
fn sweep(slots: &[Slot], staff: usize) -> (Box<[Instant]>, Box<[Coverage]>) {
    let mut events: Vec<(Instant, bool, usize)> = Vec::with_capacity(slots.len() * 2);
    for (index, slot) in slots.iter().enumerate() {
        events.push((slot.start, true, index));
        events.push((slot.end, false, index));
    }
    events.sort_unstable();
    let mut open = vec![0_usize; staff];
    // With one staff member present, the sum of their window's indexes over those present is that index.
    let mut first = vec![0_usize; staff];
    let (mut present, mut sum) = (0_usize, 0_usize);
    let (mut changes, mut coverage): (Vec<Instant>, Vec<Coverage>) = (Vec::new(), Vec::new());
    for (instant, starts, index) in events {
        let number =
            slots.get(index).and_then(|slot| usize::try_from(slot.staff.0).ok()).unwrap_or(usize::MAX);
        let (Some(open), Some(first)) = (open.get_mut(number), first.get_mut(number)) else { continue };
        if starts {
            if *open == 0 {
                (*first, present, sum) = (index, present + 1, sum + index);
            }
            *open += 1;
        } else {
            *open -= 1;
            if *open == 0 {
                (present, sum) = (present - 1, sum - *first);
            }
        }
        let now = match present {
            0 => Coverage::Nobody,
            1 => Coverage::One(sum),
            _ => Coverage::Several,
        };
        if changes.last() == Some(&instant) {
            coverage.pop();
        } else {
            changes.push(instant);
        }
        coverage.push(now);
    }
    (changes.into(), coverage.into())
}

/// Joins the spans of each staff member that overlap or touch.
fn join(slots: &[Slot], staff: usize) -> (Box<[usize]>, Spans) {
    let mut order: Vec<_> = slots.iter().map(|slot| (slot.staff, slot.start, slot.end)).collect();
    order.sort_unstable();
    let mut order = order.into_iter().peekable();
    let mut spans: Vec<(Instant, Instant)> = Vec::new();
    let mut ends = Vec::with_capacity(staff);
    while let Some((number, start, end)) = order.next() {
        let mut joined = (start, end);
        while let Some((_, _, end)) = order.next_if(|(next, start, _)| *next == number && *start <= joined.1)
        {
            joined.1 = joined.1.max(end);
        }
        spans.push(joined);
        if order.peek().is_none_or(|(next, _, _)| *next != number) {
            ends.push(spans.len());
        }
    }
    (ends.into(), spans.into())
}
