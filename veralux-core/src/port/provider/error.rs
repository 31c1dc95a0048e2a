use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What every provider answers.
pub type ProviderResult<T> = std::result::Result<T, ProviderError>;

/// What a provider's refusal or silence means for whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderFault {
    /// The tenant has not connected the provider, or has switched it off.
    NotConnected,
    /// The provider refuses the request: nothing was done, and asking again changes nothing until somebody changes
    /// something.
    Rejected,
    /// Too many requests: nothing was done. `wait` is what the provider asked for; `None` where it did not say.
    RateLimited {
        /// How long to wait at least.
        wait: Option<Duration>,
    },
    /// Trouble that passes; nothing was done. The same request may be made again.
    Transient,
    /// The answer was lost, or the provider broke half way: it may have acted. Look up before asking again.
    Unsettled,
    /// The answer is not what the provider's contract says: somebody must look.
    Permanent,
}

impl ProviderFault {
    /// Whether the provider certainly did nothing and the same request may succeed later.
    pub const fn is_repeatable(self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Transient)
    }

    /// Stable, snake case.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotConnected => "provider_not_connected",
            Self::Rejected => "provider_rejected",
            Self::RateLimited { .. } => "provider_rate_limited",
            Self::Transient => "provider_unavailable",
            Self::Unsettled => "provider_unsettled",
            Self::Permanent => "provider_broken",
        }
    }
}

/// Why a provider did not do what it was asked.
///
/// Its text is a sentence for people that says what to do; it holds nothing of the request.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{sentence}")]
pub struct ProviderError {
    /// Who, as its slug: `twilio`.
    pub provider: &'static str,
    /// What it means.
    pub fault: ProviderFault,
    /// The provider's own code, where it gave one: `21610`.
    pub code: Option<String>,
    /// What a person reads.
    pub sentence: Cow<'static, str>,
    /// What came back, for the operator.
    pub raw: Option<RawAnswer>,
}

impl ProviderError {
    /// An error without an answer behind it.
    pub fn new(provider: &'static str, fault: ProviderFault, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { provider, fault, code: None, sentence: sentence.into(), raw: None }
    }
}

/// A provider's answer as it came, cut to [`MAX_BYTES`](Self::MAX_BYTES). It may hold personal data: it is stored with what
/// it is about and shown to operators, never logged. `Debug` shows how long it is.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawAnswer {
    /// HTTP status.
    pub status: u16,
    /// The body, cut; bytes that are no UTF-8 are replaced.
    body: String,
}

impl RawAnswer {
    /// Longest kept body in bytes.
    pub const MAX_BYTES: usize = 4096;

    /// Keeps the beginning of an answer.
    pub fn new(status: u16, body: &[u8]) -> Self {
        let kept = body.get(..Self::MAX_BYTES).unwrap_or(body);
        let mut body = String::from_utf8_lossy(kept).into_owned();
        // A replaced byte takes three.
        body.truncate(body.floor_char_boundary(Self::MAX_BYTES));
        Self { status, body }
    }

    /// The body.
    pub fn body(&self) -> &str {
        &self.body
    }
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawAnswer({}, {} bytes)", self.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_cut_on_a_character_and_not_shown() {
        for (what, body, kept) in [
            ("short", b"{}".to_vec(), 2),
            ("long", vec![b'x'; 5000], RawAnswer::MAX_BYTES),
            ("no UTF-8: three bytes each", vec![0xff; 5000], 4095),
            ("half a character at the end", [vec![b'x'; 4095], "ä".as_bytes().to_vec()].concat(), 4095),
        ] {
            let raw = RawAnswer::new(500, &body);
            assert_eq!(raw.body().len(), kept, "{what}");
            assert_eq!(format!("{raw:?}"), format!("RawAnswer(500, {kept} bytes)"), "{what}");
        }
    }

    #[test]
    fn what_may_be_asked_again() {
        let wait = Some(Duration::from_secs(1));
        for (fault, again) in [
            (ProviderFault::NotConnected, false),
            (ProviderFault::Rejected, false),
            (ProviderFault::RateLimited { wait }, true),
            (ProviderFault::Transient, true),
            (ProviderFault::Unsettled, false),
            (ProviderFault::Permanent, false),
        ] {
            assert_eq!(fault.is_repeatable(), again, "{fault:?}");
        }
    }
}
