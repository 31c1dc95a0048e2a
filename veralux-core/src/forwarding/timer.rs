//! The no-reply timer: what may be asked for, and what a network makes of it.

use super::issue::Issue;

/// Longest ring time that the standard knows, in seconds (3GPP TS 22.082, no reply condition timer).
pub(super) const LONGEST: u16 = 30;
/// Shortest, and the step between two values.
pub(super) const STEP: u16 = 5;

/// How long a caller hears ringing before a call that nobody answers is forwarded, in whole seconds: 5 to 60.
///
/// More than the standard knows, since networks take more and ring for 30; see [`RingTime::likely`].
///
/// ```
/// use veralux_core::forwarding::RingTime;
/// assert_eq!(RingTime::default().seconds(), 25);
/// assert_eq!(RingTime::new(45).unwrap().likely(), 30);
/// assert!(RingTime::new(4).is_err() && RingTime::new(61).is_err(), "refused, never clamped");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct RingTime(u8);

/// A ring time that is not an integer from 5 to 60.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ring time must be a whole number of seconds from {} to {}", RingTime::MIN, RingTime::MAX)]
pub struct RingTimeError;

impl RingTime {
    /// The shortest that may be asked for.
    pub const MIN: u8 = 5;
    /// The longest that may be asked for.
    pub const MAX: u8 = 60;

    /// Takes whole seconds.
    ///
    /// # Errors
    /// [`RingTimeError`] outside of 5 to 60.
    pub fn new(seconds: i64) -> Result<Self, RingTimeError> {
        match u8::try_from(seconds) {
            Ok(seconds @ Self::MIN..=Self::MAX) => Ok(Self(seconds)),
            _ => Err(RingTimeError),
        }
    }

    /// The seconds asked for.
    pub fn seconds(self) -> u8 {
        self.0
    }

    /// What a network by the standard makes of it: multiples of 5 up to 30, the lower one of two.
    pub fn likely(self) -> u16 {
        likely(u16::from(self.0))
    }
}

impl Default for RingTime {
    fn default() -> Self {
        Self(25)
    }
}

impl std::str::FromStr for RingTime {
    type Err = RingTimeError;

    fn from_str(text: &str) -> Result<Self, RingTimeError> {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| plain).ok_or(RingTimeError).and_then(Self::new)
    }
}

/// What a network by the standard makes of a number of seconds.
pub(super) fn likely(seconds: u16) -> u16 {
    (seconds - seconds % STEP).clamp(STEP, LONGEST)
}

/// A timer field: one to three ASCII digits.
pub(super) fn read(text: &str) -> Option<u16> {
    let plain = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// What is wrong with a timer field that is not empty.
pub(super) fn issue(text: &str) -> Option<Issue> {
    match read(text) {
        None => Some(Issue::TimerFormat),
        Some(seconds) if !(STEP..=LONGEST).contains(&seconds) => Some(Issue::TimerRange),
        Some(_) if text.starts_with('0') => Some(Issue::TimerLeadingZero),
        Some(seconds) if seconds % STEP != 0 => Some(Issue::TimerStep),
        Some(_) => None,
    }
}
