//! What is asked for, and why it may be refused.

use super::carrier::{Carrier, Mode};
use super::chain::Loop;
use super::timer::{RingTime, RingTimeError};
use crate::phone::{E164, MAX_DIGITS, MIN_TYPED_DIGITS};
use crate::word::UnknownWord;

/// The number that calls are forwarded to: E.164 with its `+`, 7 to 15 ASCII digits, nothing around or between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Destination(E164);

impl Destination {
    /// Takes exactly such a text.
    ///
    /// ```
    /// use veralux_core::forwarding::Destination;
    /// assert!(Destination::parse("+15550109999").is_ok());
    /// assert!(Destination::parse("+1 555 010 9999").is_err(), "a code has no spaces");
    /// assert!(Destination::parse("15550109999").is_err() && Destination::parse("+123456").is_err());
    /// ```
    ///
    /// # Errors
    /// [`CodeError::Destination`].
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        E164::parse(text).ok().and_then(Self::new).ok_or(CodeError::Destination)
    }

    /// Takes a number that is long enough.
    pub fn new(number: E164) -> Option<Self> {
        (number.digits().len() >= MIN_TYPED_DIGITS).then_some(Self(number))
    }

    /// The number.
    pub fn number(self) -> E164 {
        self.0
    }
}

/// What codes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Who carries the line.
    pub carrier: Carrier,
    /// Which calls to forward.
    pub mode: Mode,
    /// Where to.
    pub destination: Destination,
    /// After how many seconds a call counts as missed; 25 when absent. [`Mode::TotalAi`] ignores it, and so do carriers
    /// whose codes have none.
    pub ring_time: Option<RingTime>,
    /// The line's own number, when it is known: refused as destination, and more warnings become possible.
    pub own_number: Option<E164>,
}

impl Request {
    /// A request with the standard ring time for a line whose number is not known.
    pub fn new(carrier: Carrier, mode: Mode, destination: Destination) -> Self {
        Self { carrier, mode, destination, ring_time: None, own_number: None }
    }
}

/// Why no code is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// Not JSON.
    #[error("the line must be one JSON document")]
    Json,
    /// JSON of another shape.
    #[error("the document must be an object with the texts `carrier`, `mode` and `destination`")]
    Document,
    /// No such carrier.
    #[error("the carrier {0}")]
    Carrier(UnknownWord),
    /// No such mode.
    #[error("the mode {0}")]
    Mode(UnknownWord),
    /// No number to forward to. Never holds the text.
    #[error(
        "the destination must be a + and {MIN_TYPED_DIGITS} to {MAX_DIGITS} digits (E.164), without spaces or dashes, \
         like +15550109999"
    )]
    Destination,
    /// The line's own number is none.
    #[error("the own number must be in E.164 form, like +15550109999")]
    OwnNumber,
    /// No such ring time.
    #[error(transparent)]
    RingTime(#[from] RingTimeError),
    /// The line would forward to itself.
    #[error("the destination is the line's own number: calls would go round in a circle")]
    SelfForward,
    /// Calls would come back to where they started.
    #[error(transparent)]
    Loop(#[from] Loop),
}

impl CodeError {
    /// A word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Json => "invalid_json",
            Self::Document => "invalid_document",
            Self::Carrier(_) => "invalid_carrier",
            Self::Mode(_) => "invalid_mode",
            Self::Destination => "invalid_destination",
            Self::OwnNumber => "invalid_own_number",
            Self::RingTime(_) => "invalid_ring_time",
            Self::SelfForward => "self_forward",
            Self::Loop(_) => "forwarding_loop",
        }
    }
}
