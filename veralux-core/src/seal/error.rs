//! Why nothing was sealed, and why an envelope did not open.

/// Longest plaintext in bytes.
pub const MAX_PLAINTEXT_BYTES: usize = 64 * 1024;

/// Why nothing was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// More than [`MAX_PLAINTEXT_BYTES`].
    #[error("at most {MAX_PLAINTEXT_BYTES} bytes are sealed, not {0}")]
    TooLarge(usize),
    /// A row id or slug above [`super::MAX_NAME_BYTES`].
    #[error("a row id or slug is too long to bind to")]
    Binding,
}

/// Why an envelope did not open. It says nothing of what is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is not an envelope.
    #[error("the envelope is malformed: {0}")]
    Malformed(Malformed),
    /// It is longer than any that was ever sealed.
    #[error("the envelope is longer than any that is sealed")]
    TooLarge,
    /// Another key, tenant, row, generation, class or slug, or a changed header. The ciphertext was not touched.
    #[error("the envelope is not bound to this key and row")]
    Commitment,
    /// The ciphertext or its tag was changed.
    #[error("the envelope's ciphertext was changed")]
    Tag,
}

/// In what an envelope differs from the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Shorter than an envelope of nothing.
    #[error("it is too short")]
    Length,
    /// It does not begin with the magic.
    #[error("it does not begin with `VLC1`")]
    Magic,
    /// A suite that this version does not know.
    #[error("its suite is not known")]
    Suite,
    /// A flag that this version does not know.
    #[error("its flags are not known")]
    Flags,
}
