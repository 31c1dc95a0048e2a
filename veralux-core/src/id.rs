//! Typed ids: a thread id is never taken for a tenant id.
//!
//! Ids are opaque text. The ones made here are UUID version 7 (RFC 9562) behind a short prefix, so that they sort by
//! the instant at which they were made; ids of other systems are taken as they are, as long as they hold no control
//! character. A tenant's id is part of keys and paths and keeps to letters, digits, `_` and `-`.

use std::fmt;
use std::sync::Arc;

use crate::time::Instant;

/// Longest id in bytes; a tenant's has at most [`MAX_TENANT_ID_BYTES`].
pub const MAX_ID_BYTES: usize = 128;
/// Longest tenant id in bytes.
pub const MAX_TENANT_ID_BYTES: usize = 64;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty.
    #[error("an id must not be empty")]
    Empty,
    /// The text is longer than its kind of id may be.
    #[error("an id has at most {0} bytes")]
    TooLong(usize),
    /// A control character, or in a tenant id anything but ASCII letters, digits, `_` and `-`.
    #[error("an id must not hold this character; a tenant id holds only letters, digits, `_` and `-`")]
    Character,
}

fn check(text: &str, longest: usize, allowed: fn(char) -> bool) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > longest {
        return Err(IdError::TooLong(longest));
    }
    if text.chars().all(allowed) { Ok(()) } else { Err(IdError::Character) }
}

fn in_tenant_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn in_other_id(c: char) -> bool {
    !c.is_control()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $longest:expr, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// What the ids made by [`Self::generate`] begin with.
            pub const PREFIX: &'static str = $prefix;

            /// Takes a text for an id.
            ///
            /// # Errors
            /// [`IdError`] for an empty or overlong text and for a character that does not belong in an id.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                check(text, $longest, $allowed)?;
                Ok(Self(text.into()))
            }

            /// A new id: UUID version 7 from the instant (milliseconds) and ten random bytes.
            pub fn generate(now: Instant, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.micros() / 1000).unwrap_or(0);
                let uuid = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
                Self(format!("{}_{}", $prefix, uuid.simple()).into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), &self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

id! {
    /// A tenant: one business. Chosen by a person, `^[A-Za-z0-9_-]{1,64}$`.
    ///
    /// ```
    /// use veralux_core::id::TenantId;
    /// assert!(TenantId::parse("oak_dental-2").is_ok());
    /// assert!(TenantId::parse("oak dental").is_err());
    /// ```
    TenantId, "ten", MAX_TENANT_ID_BYTES, in_tenant_id
}
id! {
    /// One of a tenant's phone numbers.
    NumberId, "num", MAX_ID_BYTES, in_other_id
}
id! {
    /// One customer's conversation with one tenant on one masked number.
    ThreadId, "thr", MAX_ID_BYTES, in_other_id
}
id! {
    /// Somebody who writes to a business.
    CustomerId, "cus", MAX_ID_BYTES, in_other_id
}
id! {
    /// A person who serves customers.
    StaffId, "stf", MAX_ID_BYTES, in_other_id
}
id! {
    /// One message.
    MessageId, "msg", MAX_ID_BYTES, in_other_id
}
id! {
    /// One message with contact details in it.
    ViolationId, "vio", MAX_ID_BYTES, in_other_id
}
id! {
    /// One stored routing decision.
    DecisionId, "dec", MAX_ID_BYTES, in_other_id
}
id! {
    /// One assignment window.
    WindowId, "win", MAX_ID_BYTES, in_other_id
}
id! {
    /// One routing override.
    OverrideId, "ovr", MAX_ID_BYTES, in_other_id
}
id! {
    /// One audit event.
    EventId, "evt", MAX_ID_BYTES, in_other_id
}
id! {
    /// One API key of the admin API; not the key itself.
    ApiKeyId, "key", MAX_ID_BYTES, in_other_id
}
id! {
    /// One number that a tenant proves, or has proved, to be its own.
    CallerIdId, "cid", MAX_ID_BYTES, in_other_id
}
id! {
    /// The row of a sealed credential.
    CredentialId, "crd", MAX_ID_BYTES, in_other_id
}
id! {
    /// One call.
    CallId, "cal", MAX_ID_BYTES, in_other_id
}
id! {
    /// One operation at a provider, like the purchase of a number.
    OperationId, "opr", MAX_ID_BYTES, in_other_id
}
id! {
    /// One forwarding configuration.
    ForwardingId, "fwd", MAX_ID_BYTES, in_other_id
}

impl TenantId {
    /// Under which the operator's own keys and audit events are kept. No business can have this id.
    pub fn platform() -> Self {
        Self("_platform".into())
    }

    /// Whether it is [`Self::platform`].
    pub fn is_platform(&self) -> bool {
        &*self.0 == "_platform"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_ids() {
        for text in ["t1", "tenant_oak_dental", "A-9", &"x".repeat(64)] {
            assert_eq!(TenantId::parse(text).unwrap().as_str(), text);
        }
        assert!(ThreadId::parse("crm:thread/7 ü").is_ok());
        assert_eq!(ThreadId::parse("a\nb"), Err(IdError::Character));
        assert_eq!(ThreadId::parse(&"x".repeat(129)), Err(IdError::TooLong(128)));
    }

    #[test]
    fn texts_that_are_not() {
        for (text, error) in [
            ("", IdError::Empty),
            (&"x".repeat(65), IdError::TooLong(64)),
            ("a b", IdError::Character),
            ("a/b", IdError::Character),
            ("a:b", IdError::Character),
            ("ä", IdError::Character),
            ("a\0", IdError::Character),
        ] {
            assert_eq!(TenantId::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn generated_ids_sort_by_instant_and_parse() {
        let early = NumberId::generate(Instant::from_micros(1_000_000), [255; 10]);
        let late = NumberId::generate(Instant::from_micros(2_000_000), [0; 10]);
        assert!(early < late);
        assert!(early.as_str().starts_with("num_"));
        assert_eq!(NumberId::parse(early.as_str()), Ok(early));
    }
}
