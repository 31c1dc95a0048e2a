//! From a tenant's key to the key of one envelope (HKDF-SHA-256, RFC 5869).

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::header::{COMMITMENT_BYTES, SALT_BYTES};

const INFO: &[u8; 15] = b"VLC1 key+commit";
const KEY_BYTES: usize = 32;

/// The AES key of one envelope and its commitment, wiped when dropped.
pub(super) struct Derived(Zeroizing<[u8; KEY_BYTES + COMMITMENT_BYTES]>);

impl Derived {
    /// `HKDF(salt, key, INFO ‖ SHA-256(ctx), 64)`. `None` never happens: HKDF gives up to 8,160 bytes.
    pub(super) fn new(key: &[u8; 32], salt: &[u8; SALT_BYTES], context: &[u8]) -> Option<Self> {
        let mut okm = Zeroizing::new([0; KEY_BYTES + COMMITMENT_BYTES]);
        Hkdf::<Sha256>::new(Some(salt), key)
            .expand_multi_info(&[INFO, &Sha256::digest(context)], okm.as_mut_slice())
            .ok()?;
        Some(Self(okm))
    }

    /// The first half and the second.
    pub(super) fn split(&self) -> Option<(&[u8; KEY_BYTES], &[u8; COMMITMENT_BYTES])> {
        Some((self.0.first_chunk()?, self.0.last_chunk()?))
    }
}
