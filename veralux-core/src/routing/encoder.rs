//! Bytes for a hash, written from typed values, never from a JSON tree: another crate in the build can change its order.

use sha2::{Digest as _, Sha256};

use crate::time::Instant;

/// Bytes of one domain, behind its tag.
pub(super) struct Encoder(Vec<u8>);

impl Encoder {
    pub(super) fn new(tag: &[u8], capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(capacity);
        bytes.extend_from_slice(tag);
        bytes.extend_from_slice(&[0, 1]);
        Self(bytes)
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Every count is bounded far below `u32::MAX` where its values are checked.
    pub(super) fn count(&mut self, count: usize) {
        self.raw(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.raw(text.as_bytes());
    }

    pub(super) fn instant(&mut self, instant: Instant) {
        self.raw(&instant.micros().to_be_bytes());
    }

    pub(super) fn optional<T>(&mut self, value: Option<&T>, encode: impl FnOnce(&mut Self, &T)) {
        self.byte(u8::from(value.is_some()));
        if let Some(value) = value {
            encode(self, value);
        }
    }

    pub(super) fn digest(self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }
}
