//! The envelope `VLC1`: sealing and opening.

use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::aead;
use super::binding::Binding;
use super::derive::Derived;
use super::error::{MAX_PLAINTEXT_BYTES, OpenError, SealError};
use super::header::{Header, NONCE_BYTES, OVERHEAD_BYTES, Parts, SALT_BYTES, TAG_BYTES, write};
use super::key::DataKey;

/// The random bytes of one envelope. Neither copied nor cloned: each is used once.
#[derive(Debug)]
pub struct Entropy {
    /// The HKDF salt: gives each envelope an AES key of its own.
    pub salt: [u8; SALT_BYTES],
    /// The GCM nonce.
    pub nonce: [u8; NONCE_BYTES],
}

impl Entropy {
    /// How many bytes it takes.
    pub const BYTES: usize = SALT_BYTES + NONCE_BYTES;

    /// From bytes of a cryptographically secure source; salt first.
    pub fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let mut bytes = bytes.into_iter();
        let mut next = || bytes.next().unwrap_or_default();
        Self { salt: std::array::from_fn(|_| next()), nonce: std::array::from_fn(|_| next()) }
    }
}

/// Seals a plaintext under a tenant's key, so that it opens with this key at this binding only.
///
/// # Errors
/// [`SealError`].
#[expect(clippy::needless_pass_by_value, reason = "by value, so that no entropy is used twice")]
pub fn seal(
    key: &DataKey,
    header: Header,
    binding: &Binding<'_>,
    entropy: Entropy,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    let Entropy { salt, nonce } = entropy;
    seal_bytes(key.expose(), header, binding, &salt, &nonce, plaintext)
}

pub(super) fn seal_bytes(
    key: &[u8; 32],
    header: Header,
    binding: &Binding<'_>,
    salt: &[u8; SALT_BYTES],
    nonce: &[u8; NONCE_BYTES],
    plaintext: &[u8],
) -> Result<Vec<u8>, SealError> {
    let too_large = SealError::TooLarge(plaintext.len());
    if plaintext.len() > MAX_PLAINTEXT_BYTES {
        return Err(too_large);
    }
    let bound = write(header, salt, nonce);
    let context = binding.context(&bound).ok_or(SealError::Binding)?;
    let derived = Derived::new(key, salt, &context).ok_or(too_large)?;
    let (key, commitment) = derived.split().ok_or(too_large)?;

    // In one allocation: the plaintext is never in a buffer that grows and leaves a copy behind.
    let mut envelope = Vec::with_capacity(OVERHEAD_BYTES + plaintext.len());
    envelope.extend_from_slice(&bound);
    envelope.extend_from_slice(commitment);
    envelope.extend_from_slice(plaintext);
    let sealed = envelope
        .get_mut(OVERHEAD_BYTES - TAG_BYTES..)
        .and_then(|data| aead::encrypt(key, nonce, &context, data));
    if let Some(tag) = sealed {
        envelope.extend_from_slice(&tag);
        Ok(envelope)
    } else {
        envelope.zeroize();
        Err(too_large)
    }
}

/// Opens an envelope with the key that its header names. The plaintext is wiped when dropped.
///
/// What is not bound to this key and binding is refused by its commitment, in constant time and before the cipher runs.
///
/// # Errors
/// [`OpenError`].
pub fn open(key: &DataKey, binding: &Binding<'_>, envelope: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    open_bytes(key.expose(), binding, envelope)
}

pub(super) fn open_bytes(
    key: &[u8; 32],
    binding: &Binding<'_>,
    envelope: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let parts = Parts::split(envelope)?;
    // Nothing was ever sealed at a binding that has no `ctx`.
    let context = binding.context(parts.bound).ok_or(OpenError::Commitment)?;
    let derived = Derived::new(key, parts.salt, &context).ok_or(OpenError::Commitment)?;
    let (key, commitment) = derived.split().ok_or(OpenError::Commitment)?;
    if !bool::from(commitment.ct_eq(parts.commitment)) {
        return Err(OpenError::Commitment);
    }
    aead::decrypt(key, parts.nonce, &context, parts.ciphertext, parts.tag).ok_or(OpenError::Tag)
}

/// Seals again under another key, header or generation what opens at `from`; the plaintext does not leave this function.
/// The new envelope has been opened once before it is given out.
///
/// # Errors
/// [`OpenError`] when the old envelope does not open, or the new one would not.
pub fn reseal(
    envelope: &[u8],
    from: (&DataKey, &Binding<'_>),
    to: (&DataKey, Header, &Binding<'_>),
    entropy: Entropy,
) -> Result<Vec<u8>, OpenError> {
    let plaintext = open(from.0, from.1, envelope)?;
    let sealed = seal(to.0, to.1, to.2, entropy, &plaintext).map_err(|error| match error {
        SealError::TooLarge(_) => OpenError::TooLarge,
        SealError::Binding => OpenError::Commitment,
    })?;
    let again = open(to.0, to.2, &sealed)?;
    if bool::from(again.as_slice().ct_eq(plaintext.as_slice())) { Ok(sealed) } else { Err(OpenError::Tag) }
}
