use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use super::MAX_BODY_BYTES;
use super::provider::Provider;
use crate::fault::Fault;
use crate::word::words;

words! {
    /// What kind of thing is wrong with a text that should be JSON.
    pub enum ParseClass {
        /// It is not JSON.
        Syntax = "syntax",
        /// It is JSON of another shape.
        Shape = "shape",
        /// It ends too early.
        End = "end",
    }
}

/// Why a credential's body was refused. Never shows a value: the JSON library's own text would.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// There is nothing.
    #[error("the credential is empty")]
    Empty,
    /// More than [`MAX_BODY_BYTES`].
    #[error("a credential has at most {MAX_BODY_BYTES} bytes")]
    TooLarge,
    /// Not a JSON object of this provider's fields.
    #[error("the credential is not the JSON that is expected: {class} at line {line} column {column}")]
    Parse {
        /// What kind of fault.
        class: ParseClass,
        /// From 1.
        line: usize,
        /// From 1; 0 where a line begins.
        column: usize,
    },
    /// Written by a newer version of this product.
    #[error("the credential has schema {found}, and {known} is the newest known")]
    SchemaTooNew {
        /// What it says.
        found: u16,
        /// What is known.
        known: u16,
    },
    /// Fields that are missing or cannot be right.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Fields(Vec<Fault>),
    /// The operator brings this provider's credential, in the server's configuration.
    #[error("the operator manages {0}")]
    PlatformManaged(Provider),
}

impl From<serde_json::Error> for BodyError {
    fn from(error: serde_json::Error) -> Self {
        let class = match error.classify() {
            Category::Syntax | Category::Io => ParseClass::Syntax,
            Category::Data => ParseClass::Shape,
            Category::Eof => ParseClass::End,
        };
        Self::Parse { class, line: error.line(), column: error.column() }
    }
}
