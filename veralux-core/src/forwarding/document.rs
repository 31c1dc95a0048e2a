//! The command line's worker: one request document in, the codes or the reason for none out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::carrier::Mode;
use super::generate::{Codes, generate};
use super::request::{CodeError, Destination, Request};
use super::timer::{RingTime, RingTimeError};
use crate::phone::E164;

/// A request as people and programs write it: words and numbers, not yet looked at.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestDocument {
    /// A word of [`Carrier`](super::Carrier).
    pub carrier: String,
    /// A word of [`Mode`].
    pub mode: String,
    /// A [`Destination`].
    pub destination: String,
    /// Seconds; looked at for `safety_net` only.
    #[serde(default)]
    pub ring_time_seconds: Value,
    /// The line's own number, when it is known.
    #[serde(default)]
    pub own_number: Option<String>,
}

impl RequestDocument {
    /// Looks at every field, in their order.
    ///
    /// # Errors
    /// [`CodeError`] for the first that is faulty.
    pub fn check(&self) -> Result<Request, CodeError> {
        self.check_all().map_err(|(first, _)| first)
    }

    /// The same with every fault: the first, and those behind it.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn check_all(&self) -> Result<Request, (CodeError, Vec<CodeError>)> {
        let carrier = self.carrier.parse().map_err(CodeError::Carrier);
        let mode = self.mode.parse().map_err(CodeError::Mode);
        let destination = Destination::parse(&self.destination);
        // What no mode takes is wrong whatever mode was meant.
        let of_mode = mode.as_ref().map_or(Mode::SafetyNet, |mode| *mode);
        let ring_time = read_ring_time(of_mode, &self.ring_time_seconds).map_err(CodeError::from);
        let own_number = self.own_number.as_deref().map(E164::parse).transpose();
        let own_number = own_number.map_err(|_| CodeError::OwnNumber);
        match (carrier, mode, destination, ring_time, own_number) {
            (Ok(carrier), Ok(mode), Ok(destination), Ok(ring_time), Ok(own_number)) => {
                Ok(Request { carrier, mode, destination, ring_time, own_number })
            }
            (carrier, mode, destination, ring_time, own_number) => {
                let faults =
                    [carrier.err(), mode.err(), destination.err(), ring_time.err(), own_number.err()];
                let mut faults = faults.into_iter().flatten();
                let first = faults.next().unwrap_or(CodeError::Document);
                Err((first, faults.collect()))
            }
        }
    }
}

impl std::fmt::Debug for RequestDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestDocument").finish_non_exhaustive()
    }
}

/// Reads the ring time of a JSON document; `None` when there is none, and for `total_ai`, which looks at none. An integer
/// is one by its value, as JSON Schema has it: `25.0` is one.
///
/// # Errors
/// [`RingTimeError`] for anything but an integer from 5 to 60, a text among them.
pub fn read_ring_time(mode: Mode, value: &Value) -> Result<Option<RingTime>, RingTimeError> {
    if mode == Mode::TotalAi || value.is_null() {
        return Ok(None);
    }
    // A text keeps its quotes here, so only a number can match.
    let whole = value.as_i64().or_else(|| value.to_string().strip_suffix(".0")?.parse().ok());
    whole.ok_or(RingTimeError).and_then(RingTime::new).map(Some)
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    codes: &'a Codes,
    qr: String,
}

/// Answers one request, `{"carrier","mode","destination","ringTimeSeconds"}` and perhaps `"ownNumber"`, with the codes
/// in one line without its end, or with `{"error":{"code","detail"}}`, which never repeats a number.
///
/// ```
/// use veralux_core::forwarding::codes_line;
/// let line = codes_line(br#"{"carrier":"att","mode":"total_ai","destination":"+15550109999"}"#);
/// assert!(line.contains(r##""activationCode":"*21*+15550109999#","deactivationCode":"#21#""##));
/// assert!(codes_line(b"[]").starts_with(r#"{"error":{"code":"invalid_document","#));
/// ```
pub fn codes_line(line: &[u8]) -> String {
    let answer = answer(line).and_then(|codes| {
        let answer = Answer { qr: codes.qr(), codes: &codes };
        serde_json::to_string(&answer).map_err(|_| CodeError::Document)
    });
    answer.unwrap_or_else(|error| {
        serde_json::json!({"error": {"code": error.code(), "detail": error.to_string()}}).to_string()
    })
}

fn answer(line: &[u8]) -> Result<Codes, CodeError> {
    let document: RequestDocument = serde_json::from_slice(line)
        .map_err(|error| if error.is_data() { CodeError::Document } else { CodeError::Json })?;
    generate(&document.check()?)
}
