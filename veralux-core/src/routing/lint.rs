//! What will go wrong with a thread or a tenant's numbers, said before it does.

use super::change::next_change_at;
use super::facts::{Bound, Facts, Number};
use super::rule::Ruleset;
use super::snapshot::Snapshot;
use super::window::Window;
use crate::id::{NumberId, OverrideId, WindowId};
use crate::party::{NumberClass, NumberStatus};
use crate::time::{Instant, Span};

/// Overlaps and gaps that are listed for one thread, each.
pub const MAX_WARNINGS: usize = 1000;

/// Something to look at before it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// Two staff members have windows at once: what arrives then goes to the owner inbox.
    WindowsOverlap {
        /// The window that starts first.
        first: WindowId,
        /// The other.
        second: WindowId,
        /// When both are active.
        span: Span,
    },
    /// The override is or will be active and has no end.
    OverrideNeverExpires {
        /// Which.
        id: OverrideId,
    },
    /// No window and no override is active: what arrives then goes to the owner inbox.
    Gap {
        /// When.
        span: Span,
    },
    /// The number is in use, and the tenant has no active front desk number to which its threads could move.
    NumberWithoutFallback {
        /// Which.
        id: NumberId,
    },
    /// Not a fault: the answer changes at this instant.
    NextChange {
        /// When.
        at: Instant,
    },
}

/// Reads a thread's windows and overrides from the snapshot's instant up to `until`.
///
/// A thread that has neither in that time is served by the owner inbox on purpose: it has no gap.
pub fn lint_thread(snapshot: &Snapshot, ruleset: &Ruleset, until: Instant) -> Vec<Warning> {
    let facts = snapshot.facts();
    let mut warnings = overlaps(facts, until);
    warnings.extend(endless(facts));
    warnings.extend(gaps(facts, until));
    warnings.extend(next_change_at(snapshot, ruleset).map(|at| Warning::NextChange { at }));
    warnings
}

/// Reads all numbers of a tenant.
pub fn lint_numbers(numbers: &[Number]) -> Vec<Warning> {
    let active = || numbers.iter().filter(|number| number.status == NumberStatus::Active);
    if active().any(|number| number.class == NumberClass::FrontDesk) {
        return Vec::new();
    }
    active().map(|number| Warning::NumberWithoutFallback { id: number.id.clone() }).collect()
}

fn overlaps(facts: &Facts, until: Instant) -> Vec<Warning> {
    let ahead = |window: &&Window| window.ends_at > facts.at && window.starts_at < until;
    let mut windows: Vec<&Window> = facts.windows.windows().iter().filter(ahead).collect();
    windows.sort_by_key(|window| window.starts_at);
    let mut open: Vec<&Window> = Vec::new();
    let mut warnings = Vec::new();
    for second in windows {
        open.retain(|first| first.ends_at > second.starts_at);
        for first in open.iter().filter(|first| first.staff_id != second.staff_id) {
            let span = Span::new(second.starts_at, Some(second.ends_at.min(first.ends_at)));
            warnings.extend(span.map(|span| Warning::WindowsOverlap {
                first: first.id.clone(),
                second: second.id.clone(),
                span,
            }));
            if warnings.len() >= MAX_WARNINGS {
                return warnings;
            }
        }
        open.push(second);
    }
    warnings
}

fn endless(facts: &Facts) -> impl Iterator<Item = Warning> {
    let endless = facts.overrides.iter().filter(|item| item.last() == Bound::Never);
    endless.map(|item| Warning::OverrideNeverExpires { id: item.id.clone() })
}

fn gaps(facts: &Facts, until: Instant) -> Vec<Warning> {
    let windows = facts.windows.windows().iter().map(|window| (window.starts_at, window.ends_at));
    let overrides = facts.overrides.iter().map(|item| {
        let end = if let Bound::At(end) = item.last() { end } else { until };
        (item.starts_at, end)
    });
    let ahead = |(start, end): &(Instant, Instant)| *end > facts.at && start < end && *start < until;
    let mut covered: Vec<_> = windows.chain(overrides).filter(ahead).collect();
    if covered.is_empty() {
        return Vec::new();
    }
    covered.sort_unstable();
    covered.push((until, until));
    let (mut warnings, mut reached) = (Vec::new(), facts.at);
    for (start, end) in covered {
        if start > reached && warnings.len() < MAX_WARNINGS {
            warnings.extend(Span::new(reached, Some(start)).map(|span| Warning::Gap { span }));
        }
        reached = reached.max(end);
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Instant {
        Instant::from_micros(micros * 1_000_000)
    }

    fn span(start: i64, end: i64) -> Span {
        Span::new(at(start), Some(at(end))).unwrap()
    }

    /// A thread at second 10; windows are `(id, staff, start, end)`, overrides `(id, start, end)`.
    fn thread(windows: &[(&str, &str, i64, i64)], overrides: &[(&str, i64, Option<i64>)]) -> Snapshot {
        let windows: Vec<_> = windows
            .iter()
            .map(|(id, staff, start, end)| {
                format!(
                    r#"{{"id":"{id}","staffId":"{staff}","startsAt":"{}","endsAt":"{}"}}"#,
                    at(*start),
                    at(*end)
                )
            })
            .collect();
        let overrides: Vec<_> = overrides
            .iter()
            .map(|(id, start, end)| {
                let end = end.map_or("null".to_owned(), |end| format!("\"{}\"", at(end)));
                format!(
                    r#"{{"id":"{id}","target":{{"kind":"owner_inbox"}},"startsAt":"{}","endsAt":{end},"createdAt":"{}","reason":"r"}}"#,
                    at(*start),
                    at(0)
                )
            })
            .collect();
        let text = format!(
            r#"{{"tenant":{{"id":"t1","status":"active"}},"thread":{{"id":"th1","status":"active","customerId":"c1","optedOut":false}},
            "number":{{"id":"n1","class":"pool","status":"active"}},"at":"{}","direction":"inbound",
            "sender":{{"role":"customer","id":"c1","mapped":true}},"findings":{{"phone":0,"email":0,"url":0,"social":0}},
            "overrides":[{}],"windows":[{}]}}"#,
            at(10),
            overrides.join(","),
            windows.join(",")
        );
        text.parse().unwrap()
    }

    #[test]
    fn threads() {
        let overlap = |first, second, span| Warning::WindowsOverlap {
            first: WindowId::parse(first).unwrap(),
            second: WindowId::parse(second).unwrap(),
            span,
        };
        let endless = |id| Warning::OverrideNeverExpires { id: OverrideId::parse(id).unwrap() };
        let next = |second| Warning::NextChange { at: at(second) };
        let gap = |start, end| Warning::Gap { span: span(start, end) };
        for (what, snapshot, expected) in [
            ("nothing planned", thread(&[], &[]), vec![]),
            ("covered", thread(&[("w1", "s1", 0, 100)], &[]), vec![next(100)]),
            (
                "a gap ahead",
                thread(&[("w1", "s1", 0, 20), ("w2", "s1", 30, 100)], &[]),
                vec![gap(20, 30), next(20)],
            ),
            (
                "a gap now and at the end",
                thread(&[("w1", "s1", 20, 30)], &[]),
                vec![gap(10, 20), gap(30, 100), next(20)],
            ),
            ("windows that meet", thread(&[("w1", "s1", 0, 20), ("w2", "s2", 20, 100)], &[]), vec![next(20)]),
            (
                "overlap",
                thread(&[("w1", "s1", 0, 40), ("w2", "s2", 20, 100)], &[]),
                vec![overlap("w1", "w2", span(20, 40)), next(20)],
            ),
            (
                "overlap of one person",
                thread(&[("w1", "s1", 0, 40), ("w2", "s1", 20, 100)], &[]),
                vec![next(100)],
            ),
            (
                "overlap of the past",
                thread(&[("w1", "s1", 0, 9), ("w2", "s2", 0, 100)], &[]),
                vec![next(100)],
            ),
            (
                "an override fills the gap",
                thread(&[("w1", "s1", 30, 100)], &[("o1", 0, Some(30))]),
                vec![next(30)],
            ),
            ("an override for ever", thread(&[], &[("o1", 0, None)]), vec![endless("o1")]),
        ] {
            assert_eq!(lint_thread(&snapshot, &Ruleset::standard(), at(100)), expected, "{what}");
        }
    }

    #[test]
    fn numbers() {
        use NumberClass::{FrontDesk, Pool, Staff};
        use NumberStatus::{Active, Quarantined};
        let number = |id, class, status| Number { id: NumberId::parse(id).unwrap(), class, status };
        let warnings = |numbers: &[Number]| lint_numbers(numbers).len();
        assert_eq!(warnings(&[number("n1", FrontDesk, Active), number("n2", Pool, Active)]), 0);
        assert_eq!(warnings(&[number("n1", FrontDesk, Quarantined), number("n2", Pool, Active)]), 1);
        assert_eq!(warnings(&[number("n1", Staff, Active), number("n2", Staff, Quarantined)]), 1);
    }
}
