//! What is wrong with a document, and where.

use std::fmt;

/// Faults that are listed for one document; the rest are counted in a last line without a path.
pub const MAX_FAULTS: usize = 1000;

/// One faulty field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Names and indexes from the root, joined by dots, like `overrides.0.endsAt`; empty for the document itself.
    pub path: String,
    /// What is wrong, in words that follow the field's name.
    pub message: String,
}

impl Fault {
    /// A fault of the field at `path`.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "`{path}` {}", self.message),
        }
    }
}

impl std::error::Error for Fault {}
