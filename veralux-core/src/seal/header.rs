//! What stands in front of a ciphertext, and how an envelope is taken apart.
//!
//! ```text
//! off  len  field
//!   0    4  magic "VLC1"
//!   4    1  suite 0x01: HKDF-SHA-256, AES-256-GCM, commitment of 32 bytes
//!   5    1  flags, 0
//!   6    4  root key id, u32 BE
//!  10    4  tenant key version, u32 BE
//!  14   32  salt
//!  46   12  nonce
//!  58   32  commitment
//!  90  n+16  ciphertext and tag
//! ```

use super::error::{MAX_PLAINTEXT_BYTES, Malformed, OpenError};

const MAGIC: [u8; 4] = *b"VLC1";
const SUITE: u8 = 1;
const FLAGS: u8 = 0;
/// The part that `ctx` covers: all in front of the commitment.
pub(super) const BOUND_BYTES: usize = 58;
pub(super) const SALT_BYTES: usize = 32;
pub(super) const NONCE_BYTES: usize = 12;
pub(super) const COMMITMENT_BYTES: usize = 32;
pub(super) const TAG_BYTES: usize = 16;

/// Bytes of an envelope beyond those of its plaintext.
pub const OVERHEAD_BYTES: usize = BOUND_BYTES + COMMITMENT_BYTES + TAG_BYTES;

/// Which keys an envelope was sealed under. Whoever opens looks up this one key; several are never tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Header {
    /// The root key under which the tenant's key is wrapped.
    pub root_key: u32,
    /// The version of the tenant's key.
    pub key_version: u32,
}

impl Header {
    /// Reads the header of an envelope without opening it; the whole form of the envelope is checked.
    ///
    /// # Errors
    /// [`OpenError::Malformed`] and [`OpenError::TooLarge`].
    pub fn read(envelope: &[u8]) -> Result<Self, OpenError> {
        Parts::split(envelope).map(|parts| parts.header)
    }
}

/// The bytes in front of the commitment, for a new envelope.
pub(super) fn write(header: Header, salt: &[u8; SALT_BYTES], nonce: &[u8; NONCE_BYTES]) -> [u8; BOUND_BYTES] {
    let mut bytes = [0; BOUND_BYTES];
    let fields = MAGIC
        .into_iter()
        .chain([SUITE, FLAGS])
        .chain(header.root_key.to_be_bytes())
        .chain(header.key_version.to_be_bytes())
        .chain(*salt)
        .chain(*nonce);
    for (byte, field) in bytes.iter_mut().zip(fields) {
        *byte = field;
    }
    bytes
}

/// An envelope, taken apart strictly.
pub(super) struct Parts<'a> {
    pub(super) header: Header,
    pub(super) bound: &'a [u8; BOUND_BYTES],
    pub(super) salt: &'a [u8; SALT_BYTES],
    pub(super) nonce: &'a [u8; NONCE_BYTES],
    pub(super) commitment: &'a [u8; COMMITMENT_BYTES],
    pub(super) ciphertext: &'a [u8],
    pub(super) tag: &'a [u8; TAG_BYTES],
}

impl<'a> Parts<'a> {
    pub(super) fn split(envelope: &'a [u8]) -> Result<Self, OpenError> {
        let short = OpenError::Malformed(Malformed::Length);
        if !MAGIC.iter().zip(envelope).all(|(expected, found)| expected == found) {
            return Err(OpenError::Malformed(Malformed::Magic));
        }
        if envelope.len() > OVERHEAD_BYTES + MAX_PLAINTEXT_BYTES {
            return Err(OpenError::TooLarge);
        }
        let (bound, rest) = envelope.split_first_chunk::<BOUND_BYTES>().ok_or(short)?;
        let (commitment, rest) = rest.split_first_chunk::<COMMITMENT_BYTES>().ok_or(short)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(short)?;

        let [_, _, _, _, suite, flags, r0, r1, r2, r3, v0, v1, v2, v3, tail @ ..] = bound;
        if *suite != SUITE {
            return Err(OpenError::Malformed(Malformed::Suite));
        }
        if *flags != FLAGS {
            return Err(OpenError::Malformed(Malformed::Flags));
        }
        let header = Header {
            root_key: u32::from_be_bytes([*r0, *r1, *r2, *r3]),
            key_version: u32::from_be_bytes([*v0, *v1, *v2, *v3]),
        };
        let (salt, nonce) = tail.split_first_chunk::<SALT_BYTES>().ok_or(short)?;
        let nonce = nonce.first_chunk::<NONCE_BYTES>().ok_or(short)?;
        Ok(Self { header, bound, salt, nonce, commitment, ciphertext, tag })
    }
}
