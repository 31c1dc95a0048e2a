//! The index of a thread's windows, which is built once, when they are published.

use std::sync::Arc;

use super::check;
use super::encoder::Encoder;
use super::timeline::{self, Timeline};
use super::window::{Coverage, Slot, StaffNumber, Window};
use crate::fault::Fault;
use crate::id::StaffId;
use crate::time::Instant;

/// Windows that one thread may have.
pub const MAX_WINDOWS: usize = 65_536;
/// Up to here a look at every window is cheaper than a search.
const FEW: usize = 16;

/// The windows of one thread, checked, in the order of their ids, ready to be asked who serves at an instant.
///
/// Building costs `n log n`, cloning three counters; asking looks at each of up to sixteen windows and searches more.
/// Whoever serves many messages keeps the index beside the published windows and clones it into each snapshot.
///
/// ```
/// use veralux_core::id::{StaffId, WindowId};
/// use veralux_core::routing::{Window, WindowIndex};
/// use veralux_core::time::Instant;
///
/// let window = |id, start, end| Window {
///     id: WindowId::parse(id).unwrap(),
///     staff_id: StaffId::parse("s1").unwrap(),
///     starts_at: Instant::from_micros(start),
///     ends_at: Instant::from_micros(end),
/// };
/// let index = WindowIndex::new(vec![window("w2", 5, 9), window("w1", 0, 5)]).unwrap();
/// let active: Vec<_> = index.active(Instant::from_micros(5)).map(|window| window.id.as_str()).collect();
/// assert_eq!(active, ["w2"]);
///
/// let faults = WindowIndex::new(vec![window("w1", 5, 5)]).unwrap_err();
/// assert_eq!(faults[0].path, "windows.0.endsAt");
/// ```
#[derive(Debug, Clone)]
pub struct WindowIndex {
    // INVARIANT: sorted by id, ids differ, every end is after its start.
    windows: Arc<[Window]>,
    // INVARIANT: as long as `windows` and in the same order.
    slots: Arc<[Slot]>,
    timeline: Option<Arc<Timeline>>,
    digest: [u8; 32],
}

impl WindowIndex {
    /// Checks the windows and builds their index.
    ///
    /// # Errors
    /// The path of each fault, as in a snapshot document: an end that is not after its start, two windows with one id,
    /// more than [`MAX_WINDOWS`].
    pub fn new(windows: Vec<Window>) -> Result<Self, Vec<Fault>> {
        if windows.len() > MAX_WINDOWS {
            return Err(vec![Fault::new("windows", check::too_many(MAX_WINDOWS))]);
        }
        let mut faults = Vec::new();
        for (index, window) in windows.iter().enumerate() {
            if !check::is_span(window.starts_at, Some(window.ends_at)) {
                faults.push(Fault::new(format!("windows.{index}.endsAt"), check::END_NOT_AFTER_START));
            }
        }
        for index in check::repeated(windows.iter().map(|window| window.id.as_str()).enumerate()) {
            faults.push(Fault::new(format!("windows.{index}.id"), check::REPEATED_ID));
        }
        if faults.is_empty() { Ok(Self::of_checked(windows)) } else { Err(faults) }
    }

    /// Builds the index of windows that keep to its invariants but for their order.
    pub(super) fn of_checked(mut windows: Vec<Window>) -> Self {
        windows.sort_unstable_by(|one, two| one.id.cmp(&two.id));
        let digest = digest(&windows);
        if windows.len() <= FEW {
            let slots = windows
                .iter()
                .map(|window| slot(window, first_of_staff(&windows, &window.staff_id)))
                .collect();
            return Self { windows: windows.into(), slots, timeline: None, digest };
        }
        let staff = timeline::distinct_staff(&windows);
        let slots: Arc<[Slot]> = windows
            .iter()
            .map(|window| slot(window, timeline::staff_number(&windows, &staff, window.staff_id.as_str())))
            .collect();
        let timeline = Timeline::new(&slots, staff);
        Self { windows: windows.into(), slots, timeline: Some(Arc::new(timeline)), digest }
    }

    /// The windows in the order of their ids.
    pub fn windows(&self) -> &[Window] {
        &self.windows
    }

    /// The windows that are active at an instant, in the order of their ids. Looks at each.
    pub fn active(&self, at: Instant) -> impl Iterator<Item = &Window> {
        self.windows.iter().filter(move |window| window.is_active(at))
    }

    pub(super) fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    pub(super) fn staff_number(&self, id: &str) -> StaffNumber {
        if let Some(timeline) = &self.timeline {
            return timeline::staff_number(&self.windows, timeline.staff(), id);
        }
        let mut pairs = self.windows.iter().zip(&*self.slots);
        pairs
            .find(|(window, _)| window.staff_id.as_str() == id)
            .map_or(StaffNumber::NOBODY, |(_, slot)| slot.staff)
    }

    pub(super) fn coverage(&self, at: Instant) -> Coverage {
        if let Some(timeline) = &self.timeline {
            return timeline.coverage(at);
        }
        let mut found: Option<(usize, StaffNumber)> = None;
        for (index, slot) in self.slots.iter().enumerate() {
            if slot.start <= at && at < slot.end {
                match found {
                    None => found = Some((index, slot.staff)),
                    Some((_, staff)) if staff == slot.staff => {}
                    Some(_) => return Coverage::Several,
                }
            }
        }
        found.map_or(Coverage::Nobody, |(index, _)| Coverage::One(index))
    }

    /// Whether a staff member has an active window of their own.
    pub(super) fn serves(&self, staff: StaffNumber, at: Instant) -> bool {
        if staff == StaffNumber::NOBODY {
            return false;
        }
        match &self.timeline {
            Some(timeline) => timeline.serves(staff, at),
            None => self.slots.iter().any(|slot| slot.staff == staff && slot.start <= at && at < slot.end),
        }
    }

    /// The earliest start of a window, of one staff member's if one is named, that lies behind an instant.
    pub(super) fn next_start(&self, staff: Option<StaffNumber>, at: Instant) -> Option<Instant> {
        let slots = self.slots.iter().filter(|slot| staff.is_none_or(|staff| slot.staff == staff));
        slots.map(|slot| slot.start).filter(|start| *start > at).min()
    }
}

impl PartialEq for WindowIndex {
    fn eq(&self, other: &Self) -> bool {
        self.windows == other.windows
    }
}

impl Eq for WindowIndex {}

/// Hash of all windows, as a snapshot's contains it.
fn digest(windows: &[Window]) -> [u8; 32] {
    let mut bytes = Encoder::new(b"veralux/routing/windows", 64 + windows.len() * 64);
    bytes.count(windows.len());
    for window in windows {
        bytes.text(window.id.as_str());
        bytes.text(window.staff_id.as_str());
        bytes.instant(window.starts_at);
        bytes.instant(window.ends_at);
    }
    bytes.digest()
}

fn slot(window: &Window, staff: StaffNumber) -> Slot {
    Slot { start: window.starts_at, end: window.ends_at, staff }
}

/// The index of the staff member's first window stands for them.
fn first_of_staff(windows: &[Window], staff: &StaffId) -> StaffNumber {
    let first = windows.iter().position(|window| window.staff_id == *staff);
    first.and_then(|index| u32::try_from(index).ok()).map_or(StaffNumber::NOBODY, StaffNumber)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::WindowId;
    use proptest::prelude::*;

    fn window(id: usize, staff: u8, start: i64, length: i64) -> Window {
        Window {
            id: WindowId::parse(&format!("w{id}")).unwrap(),
            staff_id: StaffId::parse(&format!("s{staff}")).unwrap(),
            starts_at: Instant::from_micros(start),
            ends_at: Instant::from_micros(start + length),
        }
    }

    proptest! {
        /// Few windows are looked at one by one, many are searched; the answers are those of the definition.
        #[test]
        fn answers_are_those_of_the_definition(
            parts in prop::collection::vec((0u8..4, 0i64..40, 1i64..30), 0..3 * FEW),
        ) {
            let windows: Vec<_> =
                parts.iter().enumerate().map(|(id, (staff, start, length))| window(id, *staff, *start, *length)).collect();
            let index = WindowIndex::new(windows.clone()).unwrap();
            for at in (-1..72).map(Instant::from_micros) {
                let mut staff: Vec<_> = index.active(at).map(|window| &window.staff_id).collect();
                staff.sort();
                staff.dedup();
                match index.coverage(at) {
                    Coverage::Nobody => prop_assert!(staff.is_empty()),
                    Coverage::One(of) => prop_assert_eq!(staff, [&index.windows()[of].staff_id]),
                    Coverage::Several => prop_assert!(staff.len() > 1),
                }
                for name in ["s0", "s1", "s2", "s3", "nobody"] {
                    let own = windows.iter().any(|window| window.staff_id.as_str() == name && window.is_active(at));
                    prop_assert_eq!(index.serves(index.staff_number(name), at), own);
                }
            }
        }
    }

    #[test]
    fn too_many_and_repeated_windows_are_refused() {
        let faults = WindowIndex::new((0..=MAX_WINDOWS).map(|id| window(id, 1, 0, 1)).collect()).unwrap_err();
        assert_eq!(faults, [Fault::new("windows", "must have at most 65536 items")]);
        let faults =
            WindowIndex::new(vec![window(1, 1, 0, 1), window(2, 1, 0, 0), window(1, 2, 0, 1)]).unwrap_err();
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["windows.1.endsAt", "windows.2.id"]);
    }
}
