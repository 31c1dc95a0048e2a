//! How long texts from outside may be that are stored as they come.

use super::{Error, Result};

/// Longest name of a provider, a platform or a step in bytes.
pub(super) const NAME: usize = 64;
/// Longest id that another system gives, in bytes.
pub(super) const REMOTE_ID: usize = 256;

/// Refuses the record that holds a text which is longer than it may be.
pub(super) fn at_most(bytes: usize, text: &str, what: &'static str) -> Result<()> {
    if text.len() <= bytes { Ok(()) } else { Err(Error::Invalid(what)) }
}

/// The same where there may be none.
pub(super) fn at_most_if_any(bytes: usize, text: Option<&String>, what: &'static str) -> Result<()> {
    text.map_or(Ok(()), |text| at_most(bytes, text, what))
}
