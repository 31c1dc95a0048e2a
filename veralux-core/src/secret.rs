//! Secrets are a type: redacted in `Debug`, wiped on drop, compared in constant time, never serialised.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A text that must not be shown: a webhook secret, an auth token, an API key as its owner sends it.
///
/// It has no `Display`, no `PartialEq` and no `Serialize`; [`Self::expose`] is the only way to its content.
///
/// ```
/// use veralux_core::secret::Secret;
/// let token = Secret::new("tok_3f9a");
/// assert_eq!(format!("{token:?}"), "Secret(redacted)");
/// assert!(token.matches("tok_3f9a"));
/// assert!(!token.matches("tok_3f9b"));
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in time that depends on the lengths only.
    pub fn matches(&self, candidate: &str) -> bool {
        self.0.as_bytes().ct_eq(candidate.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
