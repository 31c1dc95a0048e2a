//! Checked texts of an event: names that we choose, labels that come from elsewhere.

use std::fmt;
use std::sync::Arc;

/// Longest name or label in bytes.
pub(super) const MAX_BYTES: usize = 128;

/// Why a text is not a name, a label or an event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The text is empty.
    #[error("must not be empty")]
    Empty,
    /// More than 128 bytes.
    #[error("has at most {MAX_BYTES} bytes")]
    TooLong,
    /// Not in the form that is asked for.
    #[error("must be {0}")]
    Form(&'static str),
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_event_type(text: &str) -> bool {
    text.contains('.') && text.split('.').all(is_name)
}

fn is_label(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

macro_rules! checked {
    ($(#[$doc:meta])* $name:ident, $check:expr, $form:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes a text.
            ///
            /// # Errors
            /// [`NameError`] when it is empty, longer than 128 bytes or of another form.
            pub fn parse(text: &str) -> Result<Self, NameError> {
                match text.len() {
                    0 => Err(NameError::Empty),
                    1..=MAX_BYTES if $check(text) => Ok(Self(text.into())),
                    1..=MAX_BYTES => Err(NameError::Form($form)),
                    _ => Err(NameError::TooLong),
                }
            }

            /// The text.
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
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

checked! {
    /// A lower-case name that the product chooses: a kind of entity, a role.
    Name, is_name, "a lower-case letter, then lower-case letters, digits and `_`"
}
checked! {
    /// What happened: lower-case names joined by dots, at least two.
    ///
    /// ```
    /// use veralux_core::audit::EventType;
    /// assert!(EventType::parse("number.quarantined").is_ok());
    /// assert!(EventType::parse("Number quarantined").is_err());
    /// ```
    EventType, is_event_type, "lower-case names joined by dots, like `number.quarantined`"
}
checked! {
    /// A text from elsewhere, without control characters: an id of an actor, an entity or a request.
    Label, is_label, "free of control characters"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_types() {
        for text in ["a.b", "number.quarantined", "runtime.config.published_v2"] {
            assert_eq!(EventType::parse(text).unwrap().as_str(), text);
        }
        let long = "a.".repeat(65);
        for (text, why) in [
            ("", "empty"),
            ("number", "one name only"),
            (".a", "an empty name in front"),
            ("a.", "an empty name at the end"),
            ("a..b", "an empty name inside"),
            ("A.b", "upper case"),
            ("a.2b", "begins with a digit"),
            ("a.b c", "white space"),
            ("a.ä", "not ASCII"),
            (&long, "too long"),
        ] {
            assert!(EventType::parse(text).is_err(), "{why}");
        }
    }

    #[test]
    fn labels_take_anything_but_control_characters() {
        assert!(Label::parse("crm:9/ü 1").is_ok());
        assert!(Label::parse("a\nb").is_err());
        assert_eq!(Label::parse(&"x".repeat(129)), Err(NameError::TooLong));
    }
}
