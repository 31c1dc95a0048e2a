//! How long texts from outside may be that are stored as they come.

/// Longest name of a provider, a platform or a step in bytes.
pub(super) const NAME: usize = 64;
/// Longest id that another system gives, in bytes.
pub(super) const REMOTE_ID: usize = 256;

/// What of a record is too long, or nothing.
pub(super) type Checked = std::result::Result<(), &'static str>;

/// Refuses a text that is longer than it may be.
pub(super) fn at_most(bytes: usize, text: &str, what: &'static str) -> Checked {
    if text.len() <= bytes { Ok(()) } else { Err(what) }
}

/// The same where there may be none.
pub(super) fn at_most_if_any(bytes: usize, text: Option<&String>, what: &'static str) -> Checked {
    text.map_or(Ok(()), |text| at_most(bytes, text, what))
}
