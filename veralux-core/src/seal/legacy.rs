//! Three older formats, for an explicit import only. No other path takes an envelope without a version.
//!
//! All are AES-256-GCM without authenticated data: nothing binds them to a tenant or row, so whoever imports must say whose
//! each is. Texts are hexadecimal (either case) or standard base64.
//!
//! | format | text | key |
//! |---|---|---|
//! | [`Format::ControlPlane`] | base64 of `iv[12] ‖ tag[16] ‖ ciphertext` | first 32 bytes of the text `SECRET_ENCRYPTION_KEY` |
//! | [`Format::Dashboard`] | `hex(iv[16]):hex(tag[16]):hex(ciphertext)` | 64 hexadecimal digits; else scrypt(N 16384, r 8, p 1, salt `salt`) of the text |
//! | [`Format::Byoc`] | `hex(iv[12]):hex(tag[16]):hex(ciphertext)` | 64 hexadecimal digits; else SHA-256 of the text |

use std::fmt;

use aes_gcm::aead::AeadInOut as _;
use aes_gcm::aead::array::typenum::U16;
use aes_gcm::aes::Aes256;
use aes_gcm::{Aes256Gcm, AesGcm, KeyInit as _};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::error::MAX_PLAINTEXT_BYTES;
use super::header::TAG_BYTES;
use super::hex;
use crate::word::words;

words! {
    /// Which product wrote the ciphertext.
    pub enum Format {
        /// The older control plane: `SECRET_MANAGER=db`.
        ControlPlane = "control_plane",
        /// The messaging dashboard: a provider's `encryptedConfig`.
        Dashboard = "dashboard",
        /// The bring-your-own-carrier server: `org_credentials.encrypted_config`.
        Byoc = "byoc",
    }
}

/// The key of an older product, wiped when dropped.
pub struct LegacyKey(Box<Zeroizing<[u8; 32]>>);

impl fmt::Debug for LegacyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LegacyKey(redacted)")
    }
}

/// Why nothing was imported. Shows nothing of key or ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LegacyError {
    /// The older control plane needed 32 bytes of text.
    #[error("the key of the older control plane has at least 32 bytes")]
    ShortKey,
    /// The dashboard derived its key by scrypt, which is not done here.
    #[error("the dashboard's key must be 64 hexadecimal digits; derive a passphrase's first, with scrypt")]
    DerivedKey,
    /// The text does not have the form of its format.
    #[error("the text does not have the form of this format")]
    Form,
    /// Longer than what may be sealed again.
    #[error("the plaintext is longer than what may be sealed")]
    TooLarge,
    /// Another key, or the text was changed.
    #[error("the text does not open with this key")]
    Tag,
}

impl LegacyKey {
    /// The key as the older product made it from its setting.
    ///
    /// # Errors
    /// [`LegacyError::ShortKey`] and [`LegacyError::DerivedKey`].
    pub fn from_setting(format: Format, setting: &str) -> Result<Self, LegacyError> {
        let digits = (setting.len() == 64).then(|| hex::decode(setting)).flatten();
        let bytes = match (format, digits) {
            (Format::ControlPlane, _) => {
                Zeroizing::new(*setting.as_bytes().first_chunk().ok_or(LegacyError::ShortKey)?)
            }
            (Format::Dashboard | Format::Byoc, Some(digits)) => {
                Zeroizing::new(*digits.first_chunk().ok_or(LegacyError::Form)?)
            }
            (Format::Byoc, None) => Zeroizing::new(Sha256::digest(setting.as_bytes()).into()),
            (Format::Dashboard, None) => return Err(LegacyError::DerivedKey),
        };
        Ok(Self(Box::new(bytes)))
    }

    /// Opens a text of an older product.
    ///
    /// # Errors
    /// [`LegacyError::Form`], [`LegacyError::TooLarge`] and [`LegacyError::Tag`].
    pub fn open(&self, format: Format, text: &str) -> Result<Zeroizing<Vec<u8>>, LegacyError> {
        let text = text.trim();
        if text.len() > 2 * MAX_PLAINTEXT_BYTES + 128 {
            return Err(LegacyError::TooLarge);
        }
        let (iv, tag, ciphertext) = match format {
            Format::ControlPlane => packed(text),
            Format::Dashboard | Format::Byoc => coloned(text),
        }
        .ok_or(LegacyError::Form)?;
        if ciphertext.len() > MAX_PLAINTEXT_BYTES {
            return Err(LegacyError::TooLarge);
        }
        self.decrypt(format, &iv, &tag, ciphertext)
    }

    fn decrypt(
        &self,
        format: Format,
        iv: &[u8],
        tag: &[u8; TAG_BYTES],
        mut data: Zeroizing<Vec<u8>>,
    ) -> Result<Zeroizing<Vec<u8>>, LegacyError> {
        let key = (&**self.0).into();
        let buffer = data.as_mut_slice().into();
        let opened = if format == Format::Dashboard {
            let iv: &[u8; 16] = iv.try_into().map_err(|_| LegacyError::Form)?;
            AesGcm::<Aes256, U16>::new(key).decrypt_inout_detached(iv.into(), &[], buffer, tag.into())
        } else {
            let iv: &[u8; 12] = iv.try_into().map_err(|_| LegacyError::Form)?;
            Aes256Gcm::new(key).decrypt_inout_detached(iv.into(), &[], buffer, tag.into())
        };
        opened.map_err(|_| LegacyError::Tag)?;
        Ok(data)
    }
}

/// IV, tag, ciphertext.
type Split = (Vec<u8>, [u8; TAG_BYTES], Zeroizing<Vec<u8>>);

fn packed(text: &str) -> Option<Split> {
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    let (iv, rest) = bytes.split_first_chunk::<12>()?;
    let (tag, ciphertext) = rest.split_first_chunk()?;
    Some((iv.to_vec(), *tag, Zeroizing::new(ciphertext.to_vec())))
}

fn coloned(text: &str) -> Option<Split> {
    let mut parts = text.split(':').map(hex::decode);
    let (iv, tag, ciphertext) = (parts.next()??, parts.next()??, parts.next()??);
    let tag = tag.as_slice().try_into().ok()?;
    parts.next().is_none().then(|| (iv.to_vec(), tag, ciphertext))
}
