//! Recurring windows: a week's plan in a tenant's zone, expanded to instants when it is published.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::window::Window;
use super::window_index::MAX_WINDOWS;
use crate::id::{StaffId, WindowId};
use crate::time::{Instant, Span};

/// A stretch of local time that starts on a given day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaySpan {
    /// When it starts.
    pub start: NaiveTime,
    /// When it ends; at or before the start means on the next day, so equal times are 24 hours by the clock.
    pub end: NaiveTime,
}

/// A plan that repeats every week, with days that differ.
///
/// A local time is turned into an instant as follows. In the gap of a spring change, it is the first instant behind the
/// gap; in the fold of an autumn change, where it comes twice, a start is the earlier and an end the later of the two. A
/// stretch that lies in a gap altogether is left out.
///
/// ```
/// use std::collections::BTreeMap;
/// use chrono::{NaiveDate, NaiveTime};
/// use veralux_core::routing::{DaySpan, Recurrence};
///
/// let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
/// let night = DaySpan { start: time(22), end: time(6) };
/// let plan = Recurrence {
///     zone: "Europe/Berlin".parse().unwrap(),
///     week: std::array::from_fn(|_| vec![night]),
///     exceptions: BTreeMap::new(),
/// };
/// let day = NaiveDate::from_ymd_opt(2026, 1, 19).unwrap();
/// let spans = plan.expand(day, day).unwrap();
/// assert_eq!(spans[0].start().to_string(), "2026-01-19T21:00:00Z");
/// assert_eq!(spans[0].end().unwrap().to_string(), "2026-01-20T05:00:00Z");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// The tenant's zone, by its IANA name.
    pub zone: Tz,
    /// The stretches that start on each day, Monday first.
    pub week: [Vec<DaySpan>; 7],
    /// Days that differ; an empty list is a day off.
    pub exceptions: BTreeMap<NaiveDate, Vec<DaySpan>>,
}

/// Why a plan cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecurrenceError {
    /// The last day comes before the first, or they span more windows than a thread may have.
    #[error("the days must follow each other and hold at most {MAX_WINDOWS} windows")]
    Days,
    /// The id leaves no room for day and number.
    #[error("the id `{0}` leaves no room for a day and a number")]
    Id(WindowId),
}

impl Recurrence {
    /// The spans that start from the first day to the last, both included, in the order of days and of the plan.
    ///
    /// # Errors
    /// [`RecurrenceError::Days`].
    pub fn expand(&self, first: NaiveDate, last: NaiveDate) -> Result<Vec<Span>, RecurrenceError> {
        Ok(self.numbered(first, last)?.into_iter().map(|(_, _, span)| span).collect())
    }

    /// The same as windows of a staff member, with the ids `<id>:<day>:<number within the day>`: publishing a plan
    /// twice makes the same windows.
    ///
    /// # Errors
    /// [`RecurrenceError`].
    pub fn windows(
        &self,
        id: &WindowId,
        staff_id: &StaffId,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<Window>, RecurrenceError> {
        let spans = self.numbered(first, last)?.into_iter();
        let windows = spans.filter_map(|(day, number, span)| Some((day, number, span.start(), span.end()?)));
        windows
            .map(|(day, number, starts_at, ends_at)| {
                let own = WindowId::parse(&format!("{id}:{day}:{number}"));
                let id = own.map_err(|_| RecurrenceError::Id(id.clone()))?;
                Ok(Window { id, staff_id: staff_id.clone(), starts_at, ends_at })
            })
            .collect()
    }

    fn numbered(
        &self,
        first: NaiveDate,
        last: NaiveDate,
    ) -> Result<Vec<(NaiveDate, usize, Span)>, RecurrenceError> {
        if last < first {
            return Err(RecurrenceError::Days);
        }
        let mut spans = Vec::new();
        for day in first.iter_days().take_while(|day| *day <= last) {
            for (plan, number) in self.of_day(day).iter().zip(1..) {
                spans.extend(self.span(day, *plan).map(|span| (day, number, span)));
            }
            if spans.len() > MAX_WINDOWS {
                return Err(RecurrenceError::Days);
            }
        }
        Ok(spans)
    }

    fn of_day(&self, day: NaiveDate) -> &[DaySpan] {
        let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
        self.exceptions.get(&day).or(self.week.get(weekday)).map_or(&[], Vec::as_slice)
    }

    fn span(&self, day: NaiveDate, plan: DaySpan) -> Option<Span> {
        let end_day = if plan.end > plan.start { day } else { day.checked_add_days(Days::new(1))? };
        let start = instant(self.zone, day.and_time(plan.start), Fold::Earlier)?;
        let end = instant(self.zone, end_day.and_time(plan.end), Fold::Later)?;
        Span::new(start, Some(end))
    }
}

#[derive(Clone, Copy)]
enum Fold {
    Earlier,
    Later,
}

fn instant(zone: Tz, local: NaiveDateTime, fold: Fold) -> Option<Instant> {
    let found = match (zone.from_local_datetime(&local), fold) {
        (MappedLocalTime::Single(only), _) => only,
        (MappedLocalTime::Ambiguous(one, two), Fold::Earlier) => one.min(two),
        (MappedLocalTime::Ambiguous(one, two), Fold::Later) => one.max(two),
        (MappedLocalTime::None, _) => zone.from_local_datetime(&behind_gap(zone, local)?).earliest()?,
    };
    Some(Instant::from_micros(found.timestamp_micros()))
}

/// The first local time behind the gap in which a local time lies: gaps last up to a day, and end at a full second.
fn behind_gap(zone: Tz, local: NaiveDateTime) -> Option<NaiveDateTime> {
    let local = local.date().and_time(chrono::Timelike::with_nanosecond(&local.time(), 0)?);
    let later = |seconds| local.checked_add_signed(TimeDelta::seconds(seconds));
    let exists = |seconds| Some(!matches!(zone.from_local_datetime(&later(seconds)?), MappedLocalTime::None));
    let (mut inside, mut behind) = (0, 26 * 3600);
    while behind - inside > 1 {
        let middle = i64::midpoint(inside, behind);
        if exists(middle)? { behind = middle } else { inside = middle }
    }
    later(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(zone: &str, times: &[(&str, &str)]) -> Recurrence {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").unwrap();
        let day: Vec<_> =
            times.iter().map(|(start, end)| DaySpan { start: time(start), end: time(end) }).collect();
        Recurrence {
            zone: zone.parse().unwrap(),
            week: std::array::from_fn(|_| day.clone()),
            exceptions: BTreeMap::new(),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn texts(spans: &[Span]) -> Vec<String> {
        spans.iter().map(|span| format!("{} {}", span.start(), span.end().unwrap())).collect()
    }

    #[test]
    fn local_times_become_instants() {
        for (what, zone, on, times, expected) in [
            (
                "several a day",
                "America/New_York",
                "2026-01-19",
                vec![("09:00", "12:00"), ("13:00", "17:30")],
                vec![
                    "2026-01-19T14:00:00Z 2026-01-19T17:00:00Z",
                    "2026-01-19T18:00:00Z 2026-01-19T22:30:00Z",
                ],
            ),
            (
                "past midnight",
                "Europe/Berlin",
                "2026-01-19",
                vec![("22:00", "06:00")],
                vec!["2026-01-19T21:00:00Z 2026-01-20T05:00:00Z"],
            ),
            (
                "a whole day",
                "UTC",
                "2026-01-19",
                vec![("00:00", "00:00")],
                vec!["2026-01-19T00:00:00Z 2026-01-20T00:00:00Z"],
            ),
            (
                "start in a gap",
                "Europe/Berlin",
                "2026-03-29",
                vec![("02:30", "08:00")],
                vec!["2026-03-29T01:00:00Z 2026-03-29T06:00:00Z"],
            ),
            (
                "end in a gap",
                "Europe/Berlin",
                "2026-03-28",
                vec![("22:00", "02:15")],
                vec!["2026-03-28T21:00:00Z 2026-03-29T01:00:00Z"],
            ),
            ("all in a gap", "Europe/Berlin", "2026-03-29", vec![("02:10", "02:50")], vec![]),
            (
                "a gap of half an hour",
                "Australia/Lord_Howe",
                "2026-10-04",
                vec![("02:15", "04:00")],
                vec!["2026-10-03T15:30:00Z 2026-10-03T17:00:00Z"],
            ),
            ("a day that was left out", "Pacific/Apia", "2011-12-30", vec![("09:00", "17:00")], vec![]),
            (
                "start in a fold",
                "Europe/Berlin",
                "2026-10-25",
                vec![("02:30", "08:00")],
                vec!["2026-10-25T00:30:00Z 2026-10-25T07:00:00Z"],
            ),
            (
                "end in a fold",
                "Europe/Berlin",
                "2026-10-24",
                vec![("22:00", "02:30")],
                vec!["2026-10-24T20:00:00Z 2026-10-25T01:30:00Z"],
            ),
            (
                "both in a fold",
                "America/New_York",
                "2026-11-01",
                vec![("01:15", "01:45")],
                vec!["2026-11-01T05:15:00Z 2026-11-01T06:45:00Z"],
            ),
        ] {
            assert_eq!(texts(&plan(zone, &times).expand(day(on), day(on)).unwrap()), expected, "{what}");
        }
    }

    #[test]
    fn exceptions_replace_their_day() {
        let mut plan = plan("UTC", &[("09:00", "17:00")]);
        plan.exceptions.insert(day("2026-01-20"), vec![]);
        plan.exceptions
            .insert(day("2026-01-21"), vec![DaySpan { start: NaiveTime::MIN, end: plan.week[0][0].start }]);
        let staff = StaffId::parse("s1").unwrap();
        let windows = plan
            .windows(&WindowId::parse("w").unwrap(), &staff, day("2026-01-19"), day("2026-01-22"))
            .unwrap();
        let starts: Vec<_> =
            windows.iter().map(|window| format!("{} {}", window.id, window.starts_at)).collect();
        assert_eq!(
            starts,
            [
                "w:2026-01-19:1 2026-01-19T09:00:00Z",
                "w:2026-01-21:1 2026-01-21T00:00:00Z",
                "w:2026-01-22:1 2026-01-22T09:00:00Z"
            ]
        );
    }

    #[test]
    fn what_cannot_be_expanded() {
        let plan = plan("UTC", &[("09:00", "17:00")]);
        assert_eq!(plan.expand(day("2026-01-20"), day("2026-01-19")), Err(RecurrenceError::Days));
        assert_eq!(plan.expand(day("2026-01-20"), day("2300-01-19")), Err(RecurrenceError::Days));
        let (long, staff) = (WindowId::parse(&"w".repeat(120)).unwrap(), StaffId::parse("s1").unwrap());
        let windows = plan.windows(&long, &staff, day("2026-01-20"), day("2026-01-20"));
        assert_eq!(windows, Err(RecurrenceError::Id(long)));
    }
}
