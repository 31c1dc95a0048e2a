//! AES-256-GCM with a nonce of 96 bits (NIST SP 800-38D). Two back ends that give the same bytes.

use super::header::{NONCE_BYTES, TAG_BYTES};

#[cfg(feature = "aws-lc-rs")]
pub(super) use aws_lc::{decrypt, encrypt};
#[cfg(not(feature = "aws-lc-rs"))]
pub(super) use pure::{decrypt, encrypt};

#[cfg(not(feature = "aws-lc-rs"))]
mod pure {
    use aes_gcm::aead::AeadInOut as _;
    use aes_gcm::{Aes256Gcm, KeyInit as _};
    use zeroize::Zeroizing;

    use super::{NONCE_BYTES, TAG_BYTES};

    /// Encrypts in place and gives the tag; `None` for more than 64 GiB.
    pub(in crate::seal) fn encrypt(
        key: &[u8; 32],
        nonce: &[u8; NONCE_BYTES],
        aad: &[u8],
        data: &mut [u8],
    ) -> Option<[u8; TAG_BYTES]> {
        let cipher = Aes256Gcm::new(key.into());
        cipher.encrypt_inout_detached(nonce.into(), aad, data.into()).ok().map(Into::into)
    }

    /// The plaintext; `None` when the tag does not fit.
    pub(in crate::seal) fn decrypt(
        key: &[u8; 32],
        nonce: &[u8; NONCE_BYTES],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8; TAG_BYTES],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let mut data = Zeroizing::new(ciphertext.to_vec());
        let cipher = Aes256Gcm::new(key.into());
        cipher.decrypt_inout_detached(nonce.into(), aad, data.as_mut_slice().into(), tag.into()).ok()?;
        Some(data)
    }
}

#[cfg(feature = "aws-lc-rs")]
mod aws_lc {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    use zeroize::Zeroizing;

    use super::{NONCE_BYTES, TAG_BYTES};

    fn cipher(key: &[u8; 32]) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new)
    }

    /// Encrypts in place and gives the tag; `None` for more than 64 GiB.
    pub(in crate::seal) fn encrypt(
        key: &[u8; 32],
        nonce: &[u8; NONCE_BYTES],
        aad: &[u8],
        data: &mut [u8],
    ) -> Option<[u8; TAG_BYTES]> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let tag = cipher(key)?.seal_in_place_separate_tag(nonce, Aad::from(aad), data).ok()?;
        tag.as_ref().try_into().ok()
    }

    /// The plaintext; `None` when the tag does not fit.
    pub(in crate::seal) fn decrypt(
        key: &[u8; 32],
        nonce: &[u8; NONCE_BYTES],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8; TAG_BYTES],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let mut data = Zeroizing::new(vec![0; ciphertext.len()]);
        cipher(key)?.open_separate_gather(nonce, Aad::from(aad), ciphertext, tag, &mut data).ok()?;
        Some(data)
    }
}
