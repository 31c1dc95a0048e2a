//! Instants in whole microseconds and half-open spans of time.
//!
//! Nothing here reads a clock. Text is RFC 3339 with any offset; it becomes an integer once, where it is read.

use std::fmt;

/// A point in time: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX).
///
/// The span of RFC 3339: years 0000 to 9999.
///
/// ```
/// use veralux_core::time::Instant;
/// let at = Instant::parse("2026-01-19T15:30:00.1234567+01:00").unwrap();
/// assert_eq!(at.to_string(), "2026-01-19T14:30:00.123456Z");
/// assert!(Instant::parse("2026-01-19T14:30:00").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// Why a text is not an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InstantError {
    /// Not `YYYY-MM-DDThh:mm:ss[.f]` followed by `Z` or `±hh:mm`; one to nine digits of fraction.
    #[error("must be an RFC 3339 instant with an offset, like 2026-01-19T14:30:00Z")]
    Format,
    /// A day, an hour, a minute or an offset that does not exist; second 60 included.
    #[error("names a day or time that does not exist (leap second 60 is not taken)")]
    Range,
}

/// Microseconds in a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Microseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Microseconds in a day of 24 hours.
pub const DAY: i64 = 24 * HOUR;

const YEAR_0: i64 = -62_167_219_200 * SECOND;
const YEAR_10000: i64 = 253_402_300_800 * SECOND;

impl Instant {
    /// From microseconds since 1970-01-01T00:00:00Z. What lies outside the years 0000 to 9999 becomes their border.
    pub const fn from_micros(micros: i64) -> Self {
        Self(if micros < YEAR_0 {
            YEAR_0
        } else if micros >= YEAR_10000 {
            YEAR_10000 - 1
        } else {
            micros
        })
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant that lies `micros` later (or earlier, when negative).
    #[must_use]
    pub const fn plus(self, micros: i64) -> Self {
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// Reads an RFC 3339 instant. Digits behind the sixth of the fraction are cut off.
    ///
    /// # Errors
    /// [`InstantError::Format`] or [`InstantError::Range`].
    pub fn parse(text: &str) -> Result<Self, InstantError> {
        let mut scan = Scan(text.as_bytes());
        let year = scan.number(4)?;
        scan.expect(b"-")?;
        let month = scan.number(2)?;
        scan.expect(b"-")?;
        let day = scan.number(2)?;
        scan.expect(b"Tt ")?;
        let hour = scan.number(2)?;
        scan.expect(b":")?;
        let minute = scan.number(2)?;
        scan.expect(b":")?;
        let second = scan.number(2)?;
        let fraction = scan.fraction()?;
        let offset = scan.offset()?;
        if !scan.0.is_empty() {
            return Err(InstantError::Format);
        }
        if !(1..=12).contains(&month)
            || !(1..=days_in_month(year, month)).contains(&day)
            || hour > 23
            || minute > 59
            || second > 59
        {
            return Err(InstantError::Range);
        }
        let seconds =
            days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
        let micros = seconds * SECOND + fraction;
        if (YEAR_0..YEAR_10000).contains(&micros) { Ok(Self(micros)) } else { Err(InstantError::Range) }
    }

    /// Writes the instant as RFC 3339 in UTC into a buffer of its own; see [`Stamp`].
    pub fn stamp(self) -> Stamp {
        Stamp::new(self)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.stamp().as_str())
    }
}

impl std::str::FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        Self::parse(text)
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.stamp().as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// An instant as RFC 3339 text in UTC, `Z` at its end, without an allocation.
///
/// The fraction is left out when it is zero and has six digits otherwise, so one instant has one text.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    // INVARIANT: ASCII.
    bytes: [u8; 27],
    len: usize,
}

impl Stamp {
    fn new(at: Instant) -> Self {
        let (seconds, micros) = (at.0.div_euclid(SECOND), at.0.rem_euclid(SECOND));
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let mut stamp = Self { bytes: [0; 27], len: 0 };
        stamp.number(year, 4, b'-');
        stamp.number(month, 2, b'-');
        stamp.number(day, 2, b'T');
        stamp.number(rest / 3600, 2, b':');
        stamp.number(rest / 60 % 60, 2, b':');
        if micros == 0 {
            stamp.number(rest % 60, 2, b'Z');
        } else {
            stamp.number(rest % 60, 2, b'.');
            stamp.number(micros, 6, b'Z');
        }
        stamp
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes.get(..self.len).unwrap_or_default()).unwrap_or_default()
    }

    fn number(&mut self, mut value: i64, width: usize, end: u8) {
        for slot in self.bytes.iter_mut().skip(self.len).take(width).rev() {
            *slot = b'0' + u8::try_from(value.rem_euclid(10)).unwrap_or(0);
            value /= 10;
        }
        if let Some(slot) = self.bytes.get_mut(self.len + width) {
            *slot = end;
        }
        self.len += width + 1;
    }
}

/// A half-open span of time: `start` belongs to it, `end` does not. An absent end lasts for ever.
///
/// ```
/// use veralux_core::time::{Instant, Span};
/// let (one, two) = (Instant::from_micros(1), Instant::from_micros(2));
/// let span = Span::new(one, Some(two)).unwrap();
/// assert!(span.contains(one) && !span.contains(two));
/// assert!(Span::new(two, Some(two)).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    // INVARIANT: `end > start` where there is an end.
    start: Instant,
    end: Option<Instant>,
}

impl Span {
    /// A span, or `None` when its end is not after its start.
    pub fn new(start: Instant, end: Option<Instant>) -> Option<Self> {
        end.is_none_or(|end| end > start).then_some(Self { start, end })
    }

    /// Its first instant.
    pub const fn start(self) -> Instant {
        self.start
    }

    /// The first instant behind it.
    pub const fn end(self) -> Option<Instant> {
        self.end
    }

    /// Whether an instant lies in it.
    pub fn contains(self, at: Instant) -> bool {
        self.start <= at && self.end.is_none_or(|end| at < end)
    }

    /// Whether two spans share an instant.
    pub fn overlaps(self, other: Self) -> bool {
        other.end.is_none_or(|end| self.start < end) && self.end.is_none_or(|end| other.start < end)
    }
}

struct Scan<'a>(&'a [u8]);

impl Scan<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self, width: usize) -> Result<i64, InstantError> {
        let mut value = 0;
        for _ in 0..width {
            let byte = self.next().filter(u8::is_ascii_digit).ok_or(InstantError::Format)?;
            value = value * 10 + i64::from(byte - b'0');
        }
        Ok(value)
    }

    fn expect(&mut self, any_of: &[u8]) -> Result<u8, InstantError> {
        self.next().filter(|byte| any_of.contains(byte)).ok_or(InstantError::Format)
    }

    /// Microseconds behind the dot, if there is one.
    fn fraction(&mut self) -> Result<i64, InstantError> {
        if self.0.first() != Some(&b'.') {
            return Ok(0);
        }
        self.next();
        let (mut value, mut digits) = (0, 0);
        while let Some(byte) = self.0.first().copied().filter(u8::is_ascii_digit) {
            self.next();
            digits += 1;
            if digits <= 6 {
                value = value * 10 + i64::from(byte - b'0');
            }
        }
        if !(1..=9).contains(&digits) {
            return Err(InstantError::Format);
        }
        for _ in digits..6 {
            value *= 10;
        }
        Ok(value)
    }

    /// Seconds east of UTC.
    fn offset(&mut self) -> Result<i64, InstantError> {
        let sign = match self.expect(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Ok(0),
        };
        let hours = self.number(2)?;
        self.expect(b":")?;
        let minutes = self.number(2)?;
        if hours > 23 || minutes > 59 {
            Err(InstantError::Range)
        } else {
            Ok(sign * (hours * 3600 + minutes * 60))
        }
    }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Hinnant, "chrono-compatible low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
